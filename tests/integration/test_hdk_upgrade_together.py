# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers that roll out the same servers, and one rollout over two projects and regions."""

from __future__ import annotations

import json
import time

import pytest

from tests.integration.playbook import REGION, task
from tests.integration.upgrading import (  # pylint: disable=unused-import
    UNREACHABLE,
    rollouts,  # noqa: F401
    upgrades_of,
)
from tests.simulator import Simulator

SHELL = "ansible.builtin.shell"
MOMENT = "was submitted elsewhere at the same moment"
ENDPOINT = "HUAWEICLOUD_SDK_REGION_MODELARTS_" + REGION.replace("-", "_").upper()


def wait_for(condition, process):
    while not condition():
        assert process.poll() is None, "it ended before it came to this"
        time.sleep(0.05)


def upgrades(sim):
    return [job for job in sim.jobs.values() if job.request_type == "HDK_UPGRADE"]


@pytest.mark.parametrize("sim", [{"servers": 4, "speed": 200}], indirect=True)
def test_two_controllers_upgrade_each_server_once(sim, rollouts, tmp_path):  # noqa: F811
    """One has planned all of it, and drains, while the other one upgrades two servers and is at work on the rest.

    They know the platform by two addresses, so that no lock of this machine keeps them apart.
    """
    cmd = f"touch {tmp_path}/drains; while [ ! -e {tmp_path}/go ]; do sleep 0.1; done"
    (tmp_path / "drain.yml").write_text(json.dumps([task("drain", SHELL, {"cmd": cmd}, changed_when=False)]))
    asked = {"canary": 0, "waves": [4], "before_wave": str(tmp_path / "drain.yml")}
    late = rollouts.start(options=asked, env={ENDPOINT: sim.endpoint.replace("127.0.0.1", "localhost")})
    wait_for((tmp_path / "drains").exists, late.process)
    early = rollouts.start(options={"canary": 0, "waves": [2]})
    wait_for(lambda: len(upgrades(sim)) == 2, early.process)
    (tmp_path / "go").touch()
    first, second = (one.wait(possible=[MOMENT]) for one in (early, late))
    assert (first.rc, second.rc) == (0, 0), first.output + second.output
    assert upgrades_of(sim) == dict.fromkeys(range(4), 1)
    # Both may query at one moment, and one of them tells so. An upgrade is beside nothing.
    queries = [job.id for job in sim.jobs.values() if job.request_type == "ASCEND_SOFTWARE_QUERY"]
    assert all(sum(one in text for one in queries) == 2 for text in sim.violations), sim.violations
    assert not sim.violations or any(MOMENT in one for one in first.warnings + second.warnings)
    told = [one["result"]["msg"] for one in second.events if one.get("task", "").endswith("Verdict")]
    assert len(told) == 4 and all(text.startswith(("current: ", "upgraded: ")) for text in told), told


@pytest.mark.parametrize("sim", [{"servers": 3, "speed": 1000}], indirect=True)
def test_one_rollout_spans_projects_and_regions(sim, rollouts):  # noqa: F811
    """The waves, the canary and the budget go over all; no job mixes them, and the report names both."""
    with Simulator(servers=2, speed=1000, seed=7, project_id="another0project") as there:
        place = {
            "liteserver_endpoint": there.endpoint,
            "liteserver_project_id": there.project_id,
            "liteserver_region": "yy-test-2",
        }
        here = {server.name: {"liteserver_id": server_id} for server_id, server in sim.servers.items()}
        far = {f"far-{n}": {"liteserver_id": one, **place} for n, one in enumerate(there.server_ids)}
        there.outcome(there.server_ids[1], "FAILED")
        inventory = {"liteservers": {"hosts": {**here, **far}, "vars": UNREACHABLE}}
        run = rollouts.start(inventory=inventory, options={"waves": [5]}).wait()
        assert run.rc == 2
        told = {one["host"]: one["result"]["msg"] for one in run.events if one.get("task", "").endswith("Verdict")}
        assert [host for host, text in told.items() if not text.startswith("upgraded: ")] == ["far-1"], told
        assert [len(job.server_ids) for job in upgrades(sim)] == [1, 2]
        assert [job.server_ids for job in upgrades(there)] == [there.server_ids]
        assert sim.violations == there.violations == []
        (path,) = rollouts.reports.glob("*.json")
        report = json.loads(path.read_text(encoding="utf-8"))
        assert (report["region"], report["project_id"]) == (
            f"{REGION}, yy-test-2",
            f"{sim.project_id}, {there.project_id}",
        )
        regions = {row["host"]: row["region"] for row in report["servers"]}
        assert regions == {**dict.fromkeys(here, REGION), **dict.fromkeys(far, "yy-test-2")}
        assert report["budget"] == {"allowed": 0, "used": 1}
