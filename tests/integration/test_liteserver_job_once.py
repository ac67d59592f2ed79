# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_job: a job is created at most once, whatever is lost, late, throttled or killed."""

from __future__ import annotations

import fcntl
import os
import time
from collections import Counter
from itertools import pairwise

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _lock
from tests.integration.playbook import JOB, task, until, upgrade
from tests.simulator import faults

ITEMS = upgrade([])["items"]
HOWS = ("reset", "close", "502", "504", "html", "truncated", "empty", "hang")


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


def test_a_job_lost_and_not_in_the_list_is_of_unknown_outcome_until_it_shows(sim, playbook):
    """The run fails and says so; the next one takes the job up."""
    sim.inject(faults.lost("reset"))
    sim.inject(faults.late(3600, times=1))
    tasks = [task("upgrade", JOB, upgrade(sim.server_ids, reconcile_timeout=1))]
    lost = playbook.tasks(tasks)
    failed = lost.tasks["upgrade"]
    assert lost.status("upgrade") == "failed"
    assert "unknown" in failed["msg"] and "Run again" in failed["msg"]
    assert failed["failure"] == {"status": None, "code": None, "request_id": None}
    (job,) = sim.jobs.values()
    job.listed_from = 0.0
    found = playbook.tasks(tasks).tasks["upgrade"]
    assert (found["submitted"], found["job"]["id"]) == (False, job.id)
    assert found["summary"]["success"] == 3
    assert sim.count("POST", "/jobs") == 1
    assert sim.violations == []


def test_a_job_that_shows_late_is_found_and_borne_with(sim, playbook):
    """In the list after a lost answer, and by its id after one that came."""
    first, second, _third = sim.server_ids
    sim.inject(faults.lost("504"))
    sim.inject(faults.late(1.5, times=1))
    sim.inject(faults.late(1.5, detail=True, times=1))
    result = playbook.tasks(
        [
            task("lost", JOB, upgrade([first], name="lost")),
            task("answered", JOB, upgrade([second], name="answered", on_conflict="ignore")),
        ]
    )
    assert result.rc == 0, result.output
    assert [result.tasks[name]["adopted"] for name in ("lost", "answered")] == [True, False]
    assert [result.tasks[name]["summary"]["success"] for name in ("lost", "answered")] == [1, 1]
    assert sim.count("POST", "/jobs") == 2


@pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True)
def test_a_job_that_shows_late_is_borne_with_after_a_long_conflict_too(sim, playbook):
    """The time to bear with it counts from its creation, not from the start of the task."""
    sim.add_job(name="from-console", server_ids=sim.server_ids)
    sim.inject(faults.late(1.0, detail=True))
    options = upgrade(sim.server_ids, on_conflict="wait", reconcile_timeout=1.5)
    running = playbook.start(playbook.one_play([task("upgrade", JOB, options)]))
    assert next(line for line in running.lines() if "waiting for from-console" in line)
    time.sleep(1.5)
    sim.clock.advance(300)
    result = running.advance().wait()
    assert result.rc == 0, result.output
    assert result.tasks["upgrade"]["summary"]["success"] == 3


def test_only_the_job_just_created_is_taken_for_it(sim, playbook):
    """Not older ones of the same name: failed, with other items, on other servers, or somebody's just now."""
    first, second, third = sim.server_ids
    old = {"name": "night", "status": "FINISHED"}
    sim.add_job(**old, items=ITEMS, server_ids=[first, second], age=900.0, outcomes={first: "FAILED", second: "FAILED"})
    sim.add_job(**old, items=upgrade([], version="9.9")["items"], server_ids=[first, second])
    sim.add_job(**old, items=ITEMS, server_ids=[third])
    known = set(sim.jobs)
    sim.inject(faults.lost("reset"))
    result = playbook.tasks([task("upgrade", JOB, upgrade([first, second], name="night"))])
    assert result.rc == 0, result.output
    (new,) = set(sim.jobs) - known
    assert result.tasks["upgrade"]["job"]["id"] == new
    assert [job["id"] for job in result.tasks["upgrade"]["jobs"]] == [new]


def test_a_create_refused_by_throttling_is_sent_again(sim, playbook):
    """After Retry-After, or some pause without it, each time after another look; until wait_timeout, whatever the retries."""
    first, second, third = sim.server_ids
    for burst in (
        faults.refuse(429, retry_after=1, method="POST", times=2),
        faults.refuse(429, method="POST", times=1, after=1),
        faults.refuse(429, retry_after=1, method="POST", after=2),
    ):
        sim.inject(burst)
    result = playbook.tasks(
        [
            task("told how long", JOB, upgrade([first], name="a", wait=False)),
            task("not told", JOB, upgrade([second], name="b", wait=False)),
            task(
                "too long", JOB, upgrade([third], name="c", wait=False, retries=0, wait_timeout=3), ignore_errors=True
            ),
        ]
    )
    times = [request.at for request in sim.requests if request.method == "POST"]
    assert times[1] - times[0] >= 1 and times[2] - times[1] >= 1
    assert len(times) >= 3 + 2 + 2
    assert not any(pair == ("POST", "POST") for pair in pairwise(request.method for request in sim.requests))
    for name in ("told how long", "not told"):
        assert (result.tasks[name]["submitted"], result.tasks[name]["adopted"]) == (True, False)
    failed = result.tasks["too long"]
    assert failed["failure"]["status"] == 429 and failed["failure"]["code"] == "APIGW.0308"
    assert (
        "throttles" in failed["msg"]
        and "time to wait, 3 s," in failed["msg"]
        and failed["failure"]["request_id"] in failed["msg"]
    )
    assert [job.name for job in sim.jobs.values()] == ["a", "b"]


def test_a_create_refused_for_good_fails_with_the_platforms_words(sim, playbook):
    """Code, message, request id, and what to do; one POST."""
    sim.inject(faults.refuse(403, code="ModelArts.0403", message="no permission", method="POST"))
    result = playbook.tasks([task("upgrade", JOB, upgrade(sim.server_ids))])
    failed = result.tasks["upgrade"]
    assert result.rc == 2
    assert "HTTP 403, ModelArts.0403: no permission" in failed["msg"] and "permission for this call" in failed["msg"]
    assert failed["failure"]["status"] == 403
    assert not failed["changed"]
    assert sim.count("POST", "/jobs") == 1


def test_where_nothing_listens_the_run_fails_and_names_the_host(sim, playbook):
    """No answer was read, so there is no status."""
    sim.stop()
    result = playbook.tasks([task("upgrade", JOB, upgrade(sim.server_ids, retries=1))])
    failed = result.tasks["upgrade"]
    assert f"no connection to 127.0.0.1:{sim.port}" in failed["msg"] and "Check endpoint" in failed["msg"]
    assert failed["failure"]["status"] is None
    assert not failed["changed"]


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
        assert result.status(door) == "ignored" and result.tasks[door]["timed_out"]
        assert f"another run on this machine held {path} for 1 s" in result.tasks[door]["msg"]
    assert sim.requests == []
    os.unlink(path)
