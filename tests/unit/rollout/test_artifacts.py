# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a workflow hands on of a rollout is small, and says what it leaves out."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet import options
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.artifacts import MOST, bounded
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout import asked
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout.artifacts import of_end, of_plan
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout.run import Part, WaveHead
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout.servers import Server


def parts(waves, size, rest):
    """So many waves of a size, and servers that are left out."""
    left = {f"r{n}": Server(f"r{n}", "1", name=f"rest-{n}", verdict="current", reason="at 1") for n in range(rest)}
    found = [(None, Part(left))]
    for number in range(1, waves + 1):
        members = {f"{number}.{n}": Server(f"{number}.{n}", "1", host=f"host-{number}-{n}") for n in range(size)}
        found.append((WaveHead(number, number == 1, size), Part(members)))
    return found


def ended(failed):
    """The result of a rollout in which these servers failed."""
    servers = {server_id: {"name": f"name of {server_id}", "reason": "it is broken"} for server_id in failed}
    summary = {"failed": len(failed)}
    return {"summary": summary, "outcome": "failed", "failed": failed, "report": ["a.json"], "servers": servers}


def test_a_plan_names_all_where_there_is_room():
    assert of_plan(parts(2, 2, 1)) == {
        "hdk_upgrade_plan": {
            "waves": [
                {"number": 1, "canary": True, "count": 2, "servers": ["host-1-0", "host-1-1"]},
                {"number": 2, "canary": False, "count": 2, "servers": ["host-2-0", "host-2-1"]},
            ],
            "left_out": {"rest-0": "current: at 1"},
        }
    }


def test_what_is_long_is_cut_and_says_so():
    failed = [f"{n:036}" for n in range(10_000)]
    end = of_end(ended(failed))
    for plan in (of_plan(parts(200, 50, 10)), of_plan(parts(5000, 1, 0)), of_plan(parts(1, 1, 5000))):
        assert MOST * 0.9 < len(json.dumps({**plan, **end})) <= MOST
        assert plan["hdk_upgrade_plan"]["cut"].endswith(" servers are named")
    kept = end["hdk_upgrade_failed"]
    assert kept == failed[: len(kept)]
    assert end["hdk_upgrade_reasons"] == {f"name of {server_id}": "it is broken" for server_id in kept}
    assert end["hdk_upgrade_cut"] == f"{len(kept)} of 10000 failed servers are named"
    assert (end["hdk_upgrade_summary"], end["hdk_upgrade_report"]) == ({"failed": 10_000}, ["a.json"])


@given(st.lists(st.text(max_size=20), max_size=50), st.integers(2, 600))
def test_as_many_as_find_room(entries, most):
    found = bounded(lambda number: {"a": entries[:number]}, len(entries), most)["a"]
    assert found == entries[: len(found)]
    assert not found or len(json.dumps({"a": found})) <= most
    assert len(found) == len(entries) or len(json.dumps({"a": entries[: len(found) + 1]})) > most


def test_what_is_handed_on_is_no_misspelt_option_of_the_next_step():
    """It comes back as extra variables, and a rollout refuses those that it does not know."""
    end = of_end(ended([f"{n:040}" for n in range(5000)]))
    for name in {**of_plan(parts(1, 1, 1)), **end}:
        assert not asked.is_wanted(name), name
        assert options.unknown("hdk_upgrade", {}, [name]) == []
