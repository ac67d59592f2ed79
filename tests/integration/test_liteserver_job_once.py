# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_job: a job is created at most once, whatever is lost or killed, and however often it is launched."""

from __future__ import annotations

import fcntl
import os
from collections import Counter

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _lock
from tests.integration.playbook import JOB, task, until, upgrade
from tests.simulator import faults

ITEMS = upgrade([])["items"]
HOWS = ("reset", "504", "truncated", "hang")


@pytest.mark.parametrize("sim", [{"servers": len(HOWS)}], indirect=True)
def test_a_create_whose_answer_is_lost_is_not_sent_again_but_found(sim, playbook):
    """One POST and one job for each way to lose an answer; the job is taken up and followed to its end."""
    struck = [sim.inject(faults.lost(how, seconds=20)) for how in HOWS]
    result = playbook.tasks(
        [
            task(how, JOB, upgrade([server], name=f"lost-{how}", request_timeout=1), ignore_errors=True)
            for how, server in zip(HOWS, sim.server_ids)
        ]
    )
    assert [fault.hits for fault in struck] == [1] * len(HOWS)
    for how in HOWS:
        one = result.tasks[how]
        assert not one.get("failed"), one
        assert (one["changed"], one["submitted"], one["adopted"]) == (True, True, True), how
        assert one["summary"]["success"] == 1, how
    assert sim.count("POST", "/jobs") == len(HOWS)
    assert Counter(job.name for job in sim.jobs.values()) == Counter(f"lost-{how}" for how in HOWS)
    assert sim.violations == []


def test_killed_before_the_create_was_answered_the_next_run_takes_the_job_up(sim, playbook):
    """The first run is killed while it waits for the answer to its POST."""
    sim.inject(faults.lost("hang"))
    play = playbook.one_play([task("upgrade", JOB, upgrade(sim.server_ids))])
    running = playbook.start(play)
    until(lambda: sim.jobs)
    running.kill()
    result = playbook.start(play).wait()
    assert result.rc == 0, result.output
    assert not result.tasks["upgrade"]["submitted"]
    assert result.tasks["upgrade"]["summary"]["success"] == 3
    assert sim.count("POST", "/jobs") == 1
    assert sorted(server for server, _version, _job in sim.upgrades) == sorted(sim.server_ids)
    assert sim.violations == []


@pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True)
def test_killed_during_the_wait_the_next_run_goes_on_waiting(sim, playbook):
    """Each server is upgraded once."""
    play = playbook.one_play([task("upgrade", JOB, upgrade(sim.server_ids))])
    running = playbook.start(play)
    assert next(line for line in running.lines() if "0 of 3 servers done" in line)
    running.kill()
    assert len(sim.jobs) == 1
    result = playbook.start(play).advance().wait()
    assert result.rc == 0, result.output
    assert (result.tasks["upgrade"]["submitted"], result.tasks["upgrade"]["adopted"]) == (False, True)
    assert result.tasks["upgrade"]["summary"]["success"] == 3
    assert sim.count("POST", "/jobs") == 1
    assert len(sim.upgrades) == 3
    assert sim.violations == []


@pytest.mark.parametrize("sim", [{"speed": 100}], indirect=True)
def test_two_launches_at_once_on_one_machine_make_one_job(sim, playbook):
    """Three times in a row, of a platform that takes its time. One submits, the other takes the job up, and both are green."""
    sim.inject(faults.latency(1.0, method="POST"))  # so that the other one looks before the job is there
    tasks = [task(f"upgrade {n}", JOB, upgrade([server], name=f"job{n}")) for n, server in enumerate(sim.server_ids)]
    both = [playbook.start(playbook.one_play(tasks)) for _launch in range(2)]
    results = [running.wait() for running in both]
    assert [result.rc for result in results] == [0, 0], results[0].output + results[1].output
    assert [job.name for job in sim.jobs.values()] == ["job0", "job1", "job2"]
    for number in range(3):
        one, other = (result.tasks[f"upgrade {number}"] for result in results)
        assert {one["submitted"], other["submitted"]} == {True, False}
        assert one["job"]["id"] == other["job"]["id"]
        assert one["summary"]["success"] == other["summary"]["success"] == 1
    assert sim.violations == []


def test_a_run_that_another_holds_up_for_ever_says_so(sim, playbook):
    """The lock of the project is held by a process of this test. Nothing is asked, and nothing submitted, by either door."""
    path = _lock.path_of(f"{sim.endpoint}/v1/{sim.project_id}/dev-servers")
    doors = {"own process": True, "module": False}
    with open(path, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        options = upgrade(sim.server_ids, wait_timeout=1)
        tasks = [
            task(door, JOB, options, vars={"modelarts_in_process": value}, ignore_errors=True)
            for door, value in doors.items()
        ]
        result = playbook.tasks(tasks)
    for door in doors:
        assert result.status(door) == "ignored" and result.tasks[door]["timed_out"], result.output
        assert f"another run on this machine held {path} for 1 s" in result.tasks[door]["msg"]
    assert sim.requests == []
    os.unlink(path)
