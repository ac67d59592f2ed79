# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""hdk_upgrade killed anywhere and started again; and jobs of which the run itself lost sight."""

from __future__ import annotations

import json

import pytest

from tests.integration.playbook import GROUP, JOB, task
from tests.integration.upgrading import VERSION, rollouts, upgrades_of  # noqa: F401  # pylint: disable=unused-import
from tests.simulator import Simulator, faults

LONG = 900.0  # simulated seconds, in which any job ends


@pytest.fixture
def sim():
    """Time moves only when the test says so, so that each kill strikes where it is meant to."""
    with Simulator(servers=6, speed=0) as simulator:
        yield simulator


ASKED = {"waves": [5], "max_failures": 2, "collect_logs_on_failure": True, "wait_timeout": 600}


def running(sim):
    """The types of the jobs at work."""
    return [job.request_type for job in sim.jobs.values() if sim.status(job.id) == "PROCESSING"]


def kill_at(sim, start, phase):
    """Start a run, let its jobs end one after the other, and kill it once the last of the phase is at work. Returns it."""
    run = start()
    seen = []
    for line in run.lines():
        if ": 0 of " not in line:
            continue
        (kind,) = running(sim)
        seen.append(kind)
        if seen == phase:
            break
        sim.clock.advance(LONG)
    assert seen == phase, seen
    run.kill()
    return run


QUERY, UPGRADE, LOGS = "ASCEND_SOFTWARE_QUERY", "HDK_UPGRADE", "LOG_COLLECT"
CANARY = [QUERY, UPGRADE]
WAVE = [*CANARY, QUERY, UPGRADE]
PHASES = {
    "query": [QUERY],
    "canary": CANARY,
    "wave": WAVE,
    "log collection": [*WAVE, LOGS],
    "verification of a wave": [*WAVE, LOGS, QUERY],
}


def noting(folder):
    """A hook that notes the wave and its servers among the results of tasks."""
    told = '{{ hdk_upgrade_wave }} {{ hdk_upgrade_wave_servers | join(" ") }}'
    (folder / "note.yml").write_text(json.dumps([task("note", "ansible.builtin.debug", {"msg": told})]))
    return str(folder / "note.yml")


def noted(record):
    """What the hook noted in a run, by the run's record."""
    events = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    return [event["result"]["msg"].split() for event in events if event.get("task", "").endswith("note")]


@pytest.mark.parametrize(
    "phase, over",
    [*((phase, False) for phase in PHASES.values()), (WAVE, True)],
    ids=[*PHASES, "wave, over meanwhile"],
)
def test_killed_and_started_again(sim, rollouts, phase, over):  # noqa: F811
    """Server 2, of the first wave after the canary, fails; all others are upgraded exactly once."""
    sim.outcome(sim.server_ids[2], "FAILED")
    kill_at(sim, lambda: rollouts.start(options=ASKED), phase)
    left = running(sim)
    assert left == phase[-1:]
    if over:
        sim.clock.advance(LONG)
    before = set(upgrades_of(sim))
    run = rollouts.finish(rollouts.start(options=ASKED).advance(LONG, mark=" done"))
    assert run.rc == 2
    assert run.of("failed") == [2], run.fact
    assert sorted(run.of("upgraded") + run.of("current")) == [0, 1, 3, 4, 5]
    assert set(run.of("upgraded")) >= set(range(6)) - before - {2}
    found = upgrades_of(sim)
    assert {n: found[n] for n in (0, 1, 3, 4, 5)} == dict.fromkeys((0, 1, 3, 4, 5), 1)
    if left == [UPGRADE] and not over:
        adopted = sim.server_ids[:1] if phase == CANARY else sim.server_ids[1:]
        assert run.fact["waves"][0]["number"] == 0
        assert sorted(run.fact["waves"][0]["servers"]) == sorted(adopted)
        assert all("the job was found running" in run.fact["servers"][i]["reason"] for i in adopted)
        assert all(run.fact["servers"][i]["version_before"] == "24.1.rc3.10" for i in adopted)
        assert found[2] == 1, "its failure is that of this run"
    else:
        assert found[2] == 1 + (2 in before)


def test_killed_between_two_waves(sim, rollouts):  # noqa: F811
    run = rollouts.start(options={**ASKED, "pause": 60})
    for line in run.lines():
        if ": 0 of " in line:
            sim.clock.advance(LONG)
        if "pause before wave" in line:
            break
    run.kill()
    assert upgrades_of(sim) == {0: 1}
    end = rollouts.finish(rollouts.start(options=ASKED).advance(LONG))
    assert end.rc == 0, end.output
    assert (end.of("current"), end.of("upgraded")) == ([0], [1, 2, 3, 4, 5])
    assert upgrades_of(sim) == dict.fromkeys(range(6), 1)


def test_check_mode_plans_for_what_is_at_work_and_drained_servers_come_back(sim, rollouts, tmp_path):  # noqa: F811
    """The hook after a wave also gets what a killed run left; failures of that are tried again where that is asked."""
    sim.outcome(sim.server_ids[2], "FAILED", times=1)
    asked = {"canary": 0, "waves": [3], "retries": 1, "after_wave": noting(tmp_path)}
    dead = kill_at(sim, lambda: rollouts.start(options=asked), [QUERY, UPGRADE])
    check = rollouts.run(how={"check": True}, **asked)
    assert check.rc == 0, check.output
    assert "3 servers left at work by an earlier run" in check.output
    running = rollouts.start(options=asked).advance(LONG)
    run = rollouts.finish(running)
    assert run.rc == 0, run.output
    assert run.waves() == check.waves() == [[0, 1, 2], [3, 4, 5]]
    assert {host: one["changed"] for host, one in check.play.stats.items()} == {
        host: one["changed"] for host, one in run.play.stats.items()
    }
    assert upgrades_of(sim) == {0: 1, 1: 1, 2: 2, 3: 1, 4: 1, 5: 1}
    assert noted(dead.record) == []
    assert noted(running.record) == [["0", *sim.server_ids[:3]], ["1", *sim.server_ids[3:]]]


def test_a_wait_that_ends_too_soon_is_no_second_upgrade(sim, rollouts):  # noqa: F811
    """Neither in the same run, whatever the retries, nor in the next one, which takes the job up."""
    asked = {"canary": 0, "max_failures": 6, "retries": 3, "wait_timeout": 3}
    run = rollouts.start(options=asked)
    for line in run.lines():
        if ": 0 of " in line and running(sim) == [QUERY]:
            sim.clock.advance(LONG)
    first = rollouts.finish(run)
    assert first.rc == 2
    assert first.of("failed") == list(range(6))
    assert first.record(0)["reason"].startswith("not over within the time to wait: After 3 s not over")
    assert upgrades_of(sim) == dict.fromkeys(range(6), 1)
    second = rollouts.finish(rollouts.start(options={**asked, "wait_timeout": 60}).advance(LONG))
    assert second.rc == 0, second.output
    assert second.of("upgraded") == list(range(6))
    assert upgrades_of(sim) == dict.fromkeys(range(6), 1)


def test_a_submission_of_which_nobody_knows_is_not_sent_again(sim, rollouts):  # noqa: F811
    """The job's answer is lost, and it is not listed for as long as it is looked for. Others of the wave go on."""
    sim.inject(faults.lost("reset", after=2))
    sim.inject(faults.late(8.0, after=2, times=1))
    role = {"name": "huaweicloud.modelarts.hdk_upgrade", "rolespec_validate": False}
    play = [
        {
            "hosts": "liteservers",
            "gather_facts": False,
            "module_defaults": {GROUP: {}, JOB: {"reconcile_timeout": 1.5}},
            "tasks": [task("upgrade", "ansible.builtin.import_role", role)],
        }
    ]
    asked = {"canary": 0, "max_failures": 6, "retries": 2, "servers_per_job": 3}
    first = rollouts.finish(rollouts.start(play=play, options=asked).advance(LONG))
    assert first.rc == 2
    assert (first.of("upgraded"), first.of("failed")) == ([0, 1, 2], [3, 4, 5])
    assert "no job, or its state is not known: The outcome of creating job" in first.record(3)["reason"]
    assert upgrades_of(sim) == dict.fromkeys(range(6), 1)
    second = rollouts.finish(rollouts.start(options=asked).advance(LONG))
    assert second.rc == 0, second.output
    assert upgrades_of(sim) == dict.fromkeys(range(6), 1)


def test_what_somebody_else_holds_meanwhile_is_left_and_no_more(sim, rollouts):  # noqa: F811
    """By a job of the console, started after the preflight: its server has no job of ours, and its neighbours have."""
    asked = {"canary": 0, "max_failures": 6, "servers_per_job": 3, "retries": 1, "on_conflict": "skip"}
    run = rollouts.start(options=asked)
    for line in run.lines():
        if ": 0 of " not in line:
            continue
        sim.clock.advance(LONG)
        if len(sim.jobs) == 1:
            sim.add_job(
                name="console",
                type="COMMON",
                items=[{"type": "COMMON"}],
                server_ids=sim.server_ids[4:5],
                status="ACTIVE",
            )
    end = rollouts.finish(run)
    assert end.rc == 2
    assert (end.of("upgraded"), end.of("not_started")) == ([0, 1, 2, 3, 5], [4])
    assert "console" in end.record(4)["reason"]
    assert upgrades_of(sim) == dict.fromkeys((0, 1, 2, 3, 5), 1)
    assert end.record(0)["version_after"] == VERSION
