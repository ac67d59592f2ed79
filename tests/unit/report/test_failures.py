# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasons in groups, and names for --limit."""

from __future__ import annotations

from typing import Any

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report.document import build
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report.failures import limits


def server(name: str, verdict: str = "failed", reason: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": f"id-{name}", "name": name, "verdict": verdict, "reason": reason, **more}


def groups(*servers: dict[str, Any], outcome: str = "failed") -> list[tuple[str, str, int, list[str]]]:
    built = build({"servers": list(servers), "outcome": outcome})["failures"]
    return [(one["verdict"], one["reason"], one["count"], one["servers"]) for one in built]


def test_larger_groups_first_of_what_needs_a_hand_first() -> None:
    found = groups(
        server("a", reason="slow"),
        server("b", reason="broken"),
        server("c", reason="broken"),
        server("d", "refused", "held"),
        server("e", "upgraded", "fine"),
        server("f", "not_started", "budget spent"),
    )
    assert found == [
        ("failed", "broken", 2, ["b", "c"]),
        ("failed", "slow", 1, ["a"]),
        ("refused", "held", 1, ["d"]),
        ("not_started", "budget spent", 1, ["f"]),
    ]


def test_what_still_waits_is_no_failure() -> None:
    waiting = server("f", "not_started", "not that far")
    assert groups(waiting, outcome="running") == []
    # A plan that has some tells that an option keeps them from starting.
    assert groups(waiting, outcome="planned") == [("not_started", "not that far", 1, ["f"])]


def test_a_servers_own_name_makes_no_group_of_its_own() -> None:
    found = groups(*[server(f"node-{n}", reason=f"node-{n} (id-node-{n}) did not answer") for n in range(3)])
    assert found == [("failed", "\u2026 (\u2026) did not answer", 3, ["node-0", "node-1", "node-2"])]


def test_many_reasons_that_differ_in_numbers_are_one() -> None:
    few = [server(f"s{n}", reason=f"NPU {n} of 24.1.0.3 is hot") for n in range(3)]
    assert len(groups(*few)) == 3
    many = [server(f"s{n}", reason=f"NPU {n} of 24.1.0.3 is hot") for n in range(30)]
    ((_verdict, reason, count, names),) = groups(*many)
    assert (reason, count, names[:3]) == ("NPU \u2026 of 24.1.0.3 is hot", 30, ["s0", "s1", "s2"])


def test_reason_and_message_make_one_line_of_bounded_length() -> None:
    ((_verdict, reason, _count, _names),) = groups(server("a", reason="It failed.", message="x\ny" + "z" * 1000))
    assert reason.startswith("It failed: x y")
    assert len(reason) < 300


def test_limit_takes_inventory_names() -> None:
    rows = [
        server("b", host="host-2"),
        server("a", host="host-1"),
        server("c"),
        server("d", "differs", host="x;rm -rf"),
        server("e", "differs", host="host-3"),
        server("f", "upgraded", host="host-4"),
    ]
    found = limits(build({"servers": rows})["servers"])
    assert [tuple(one) for one in found] == [
        ({"failed": 3}, ["host-1", "host-2"], 1),
        ({"differs": 2}, ["host-3"], 1),
    ]


def test_limit_makes_do_with_names_of_servers() -> None:
    assert [one.names for one in limits(build({"servers": [server("b"), server("a")]})["servers"])] == [["a", "b"]]
    assert limits(build({"servers": [server("a b", verdict="failed")]})["servers"]) == []
