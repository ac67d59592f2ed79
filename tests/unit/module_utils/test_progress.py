# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines that tell how far jobs are, and why nothing moves."""

from __future__ import annotations

import time

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import LostAnswerError, RequestError
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._job import parse
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._progress import (
    Progress,
    conflicts_line,
    duration,
    jobs_line,
    servers_line,
)
from tests.simulator import faults


def job_of(name, *statuses, status="PROCESSING"):
    """A job with a task for each status."""
    tasks = [{"id": f"t{n}", "server_id": f"s{n}", "status": word} for n, word in enumerate(statuses)]
    return parse({"id": name, "name": name, "type": "T", "status": status, "tasks": tasks})


def states(*jobs):
    return {job.id: job for job in jobs}


def test_a_line_counts_the_servers_of_all_jobs():
    """Failed and skipped ones by their names, unknown words as running."""
    jobs = states(job_of("a", "SUCCESS", "FAILED", "SKIPPED", "QUEUEING"), job_of("b", "SUCCESS", "PROCESSING"))
    covered = {"s0": "a", "s1": "a", "s2": "a", "s3": "a", "s4": "b"}
    assert servers_line(jobs, covered) == "a, b: 1 of 5 servers done, 1 failed, 1 skipped, 2 running"
    assert servers_line(jobs, {"s0": "b"}) == "a, b: 1 of 1 server done"


def test_servers_that_a_job_has_beside_those_asked_for_are_not_counted():
    """Nor the failure of an older job that another one makes good."""
    jobs = states(job_of("old", "FAILED", "SUCCESS"), job_of("new", "SUCCESS"))
    assert servers_line(jobs, {"s0": "new"}) == "old, new: 1 of 1 server done"


def test_more_than_two_jobs_are_not_all_named():
    jobs = states(*(job_of(name, "SUCCESS") for name in "abcd"))
    assert servers_line(jobs, {"s0": "d"}) == "a, b and 2 more: 1 of 1 server done"
    assert servers_line(states(job_of("a", "SUCCESS")), {"s0": "a"}) == "a: 1 of 1 server done"


def test_what_is_waited_for_is_told_as_that():
    assert conflicts_line(states(job_of("a", "PROCESSING", "SUCCESS"))) == (
        "waiting for a: 1 of 2 servers done, 1 running"
    )


def test_of_many_jobs_those_that_are_over_are_counted():
    failed = job_of("a", "FAILED", "FAILED", status="FINISHED")
    assert jobs_line(states(failed, job_of("b", "PROCESSING"))) == "a, b: 1 of 2 jobs over, 2 servers failed"
    assert jobs_line(states(job_of("a", "FAILED", status="FINISHED"))) == "a: 1 of 1 job over, 1 server failed"
    assert jobs_line(states(job_of("a"))) == "a: 0 of 1 job over"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.9, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (250, "4 min 10 s"),
        (3600, "1 h"),
        (3659, "1 h"),
        (7325, "2 h 2 min"),
    ],
)
def test_durations_are_told_in_words(seconds, words):
    """Seconds are left out beyond an hour, and what is zero always."""
    assert duration(seconds) == words


# Why nothing moves


class Told(Progress):
    """Keeps what is said to it; reasons as they would be shown at that moment."""

    def __init__(self):
        self.reasons = []

    def stall(self, reason):
        self.reasons.append(reason and reason())


def throttled(seconds):
    error = RequestError("HTTP 429", 429)
    error.retry_after = seconds
    return error


def test_throttling_is_told_with_the_time_of_day_that_it_lasts_to(make_client, ticker, monkeypatch):
    told = Told()
    at = time.mktime((2026, 11, 25, 14, 0, 0, 0, 0, -1))
    monkeypatch.setattr(time, "time", lambda: at)
    make_client(progress=told).stalled(throttled(200), 200, ticker.now)
    assert told.reasons == ["throttled until 14:03:20"]


def test_an_outage_is_told_with_its_length_so_far(make_client, ticker):
    told = Told()
    make_client(progress=told).stalled(LostAnswerError("HTTP 503", 503), 5, ticker.now - 120)
    assert told.reasons == ["the platform has not answered for 2 min"]


@pytest.mark.parametrize("status", [429, 503, "reset"])
def test_reads_that_go_again_say_why_and_when_it_is_over(status, sim, make_client):
    told = Told()
    sim.inject(faults.refuse(status, times=2))
    make_client(progress=told).list_jobs()
    word = "throttled until" if status == 429 else "the platform has not answered for"
    assert [reason and reason.startswith(word) for reason in told.reasons] == [True, True, None]
