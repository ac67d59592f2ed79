# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of one kind on servers: each has one ending, whatever the platform answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet import answers, jobs, work
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.kinds import Kind
from ansible_collections.huaweicloud.modelarts.tests.unit.fleet.made_up import LOGS, Fleet, Lines, Machine, Time, failed

KIND = Kind(LOGS, [{"type": "DEVICE_LOG_COLLECT", "spec": {}}], servers_per_job=2)


def fleet_of(ids):
    return Fleet([Machine(i) for i in ids])


def work_of(fleet, ids, kind=KIND, **how):
    return jobs.run(fleet, kind, list(ids), fleet.time.clock(), Lines(), **how)


def run(fleet, ids, kind=KIND, **how):
    done = work_of(fleet, ids, kind, **how)
    return {server: ending.status for server, ending in done.endings.items()}


def test_batches_are_as_large_as_asked():
    fleet = fleet_of("abcde")
    assert run(fleet, "abcde") == dict.fromkeys("abcde", "SUCCESS")
    assert fleet.made_of(LOGS) == [["a", "b"], ["c", "d"], ["e"]]


def test_what_runs_is_taken_up_as_a_whole():
    """Also the servers that it is done with, which are worked on again only where the answer has to be fresh."""
    for fresh, made in ((False, [["a", "b", "c"], ["d"]]), (True, [["a", "b", "c"], ["a"], ["d"]])):
        fleet = fleet_of("abcd")
        job = fleet.add(LOGS, ["a", "b", "c"], items=KIND.items, takes=50.0)
        job.tasks[0].ends = fleet.time.now + 1
        fleet.time.sleep(10)
        fleet.drivers()
        assert run(fleet, "abcd", fresh=fresh) == dict.fromkeys("abcd", "SUCCESS")
        assert sorted(fleet.made_of(LOGS)) == sorted(made)


def test_a_job_of_another_name_or_with_other_items_is_not_taken_up():
    fleet = fleet_of("ab")
    fleet.add(LOGS, ["a"], name="of-the-console", takes=0.0)
    other = fleet.add(LOGS, ["a", "b"], items=[{"type": "OTHER", "spec": {}}], takes=20.0)
    other.name = KIND.name
    assert run(fleet, "ab") == {"a": "SUCCESS", "b": "SUCCESS"}
    assert len(fleet.made_of(LOGS)) == 3


def test_a_query_that_left_no_trace_goes_out_again():
    fleet = fleet_of("a")
    fleet.faults["job"] = ["GONE"]
    assert run(fleet, "a") == {"a": "SUCCESS"}


@pytest.mark.parametrize(
    "said, told",
    [
        ("b does not exist.", {"a": "it was to be in one job with b: b does not exist.", "b": "b does not exist."}),
        ("Quota.", dict.fromkeys("ab", "Quota. It was one job for 2 servers, and the platform names none of them.")),
    ],
)
def test_a_batch_that_the_platform_refuses_tells_each_server_what_is_known(said, told):
    """The other batches are done all the same."""
    fleet = fleet_of("abc")
    job = fleet.job

    def refuse(**options):
        done = job(**{**options, "batches": [["c"]]})
        return {**done, **failed(said), "refusals": dict.fromkeys("ab", "refused")}

    fleet.job = refuse
    done = work_of(fleet, "abc")
    assert {i: ending.message for i, ending in done.endings.items() if ending.status == "REFUSED"} == told
    assert done.endings["c"].status == "SUCCESS"


def test_what_is_not_over_in_time_stays_so():
    fleet = fleet_of("abc")
    fleet.add("COMMON", ["c"], takes=None)
    kind = Kind(LOGS, KIND.items, servers_per_job=1, wait_timeout=2.0)
    done = work_of(fleet, "abc", kind)
    assert {i: ending.status for i, ending in done.endings.items()} == {
        "a": "PROCESSING",
        "b": "PROCESSING",
        "c": "HELD",
    }
    assert done.endings["c"].message == done.obstacle == "the job of-the-console (job-0) holds it"


def test_a_job_that_is_over_but_does_not_say_how_is_given_up():
    fleet = fleet_of("a")
    row = fleet._row
    fleet._row = lambda job, details: {**row(job, details), "status": "FINISHED"}
    jobs = fleet.jobs
    fleet.jobs = lambda **options: jobs(**{**options, "wait": False})
    done = work_of(fleet, "a")
    assert done.endings["a"].status == "ERROR"
    assert done.endings["a"].message == "its job is over, but does not say how it ended on the server"


def test_a_job_that_never_shows_is_given_up_after_a_while():
    fleet = fleet_of("a")
    fleet.jobs = lambda **options: {"changed": False, "jobs": [], "servers": {}}
    begin = fleet.time.now
    done = work_of(fleet, "a")
    assert done.endings["a"].message == "its job is not found any more"
    assert fleet.time.now - begin >= work.GRACE


def test_a_server_that_is_held_keeps_no_other_of_its_job_waiting():
    fleet = fleet_of("ab")
    fleet.add("COMMON", ["b"], takes=None)
    lines = Lines()
    done = jobs.run(fleet, KIND, list("ab"), fleet.time.clock(), lines)
    assert {i: ending.status for i, ending in done.endings.items()} == {"a": "SUCCESS", "b": "HELD"}
    assert lines.told == ["1 of 2 servers wait: the job of-the-console (job-0) holds it"] * len(lines.told) != []


@pytest.mark.parametrize("refusals, status", [(work.MOST_REFUSALS, "SUCCESS"), (100, "REFUSED")])
def test_what_is_held_outlives_a_platform_that_is_silent_for_a_while(refusals, status):
    """But one that refuses for good is told."""
    fleet = fleet_of("a")
    fleet.add("COMMON", ["a"], takes=100.0)

    def fall_silent(name):
        fleet.faults = {"jobs": ["fails"] * refusals, "job": ["REFUSED"] * (refusals // 100)}
        fleet.after_call = lambda name: None

    fleet.after_call = fall_silent
    assert run(fleet, "a", Kind(LOGS, KIND.items, wait_interval=30.0)) == {"a": status}


FAULTS = st.fixed_dictionaries(
    {
        "job": st.lists(st.sampled_from(["REFUSED", "LOST", "GONE", None]), max_size=4),
        "jobs": st.lists(st.sampled_from(["fails", None]), max_size=6),
    }
)


@given(FAULTS, st.sampled_from(["SUCCESS", "HANGS", "HELD"]), st.integers(1, 4))
def test_whatever_fails_each_server_has_one_ending_in_time(faults, odd, per_job):
    fleet = fleet_of("abcd")
    kind = Kind(LOGS, KIND.items, servers_per_job=per_job, wait_timeout=600.0)
    if odd != "SUCCESS":
        fleet.add("COMMON" if odd == "HELD" else LOGS, ["b"], items=None if odd == "HELD" else KIND.items, takes=None)
    fleet.faults = faults
    begin = fleet.time.now
    done = work_of(fleet, "abcd", kind)
    assert list(done.endings) == list("abcd")
    assert fleet.time.now - begin <= kind.wait_timeout + kind.wait_interval + jobs.LOOK
    assert odd == "SUCCESS" or done.endings["b"].status != "SUCCESS"


TASK = st.fixed_dictionaries(
    {
        "server_id": st.sampled_from("abx"),
        "server_name": st.none() | st.text(max_size=3),
        "status": st.sampled_from(["SUCCESS", "FAILED", "SKIPPED", "PROCESSING", "QUEUEING"]),
        "message": st.none() | st.text(max_size=3),
        "create_at": st.none() | st.integers(),
        "update_at": st.none() | st.integers(),
    }
)
JOB = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["j1", "j2"]),
        "name": st.just("n"),
        "type": st.just("t"),
        "status": st.sampled_from(["PROCESSING", "FINISHED", "DELETED", "STRANGE"]),
        "abnormal_count": st.none() | st.integers(0, 3),
        "create_at": st.none() | st.integers(),
        "update_at": st.none() | st.integers(),
        "tasks": st.none() | st.lists(TASK, max_size=3),
    }
)
STATES = st.dictionaries(
    st.sampled_from("abx"),
    st.fixed_dictionaries(
        {"job_id": st.none() | st.sampled_from(["j1", "j2"]), "message": st.none() | st.text(max_size=3)}
    ),
)
ANSWER = st.one_of(
    st.just({}),
    st.just(failed("no")),
    st.just({**failed("late"), "timed_out": True}),
    st.fixed_dictionaries(
        {"jobs": st.lists(JOB, max_size=2), "servers": STATES}, optional={"conflicts": st.lists(JOB, max_size=2)}
    ),
)


class Liar:
    """A platform that answers anything."""

    def __init__(self, answers):
        self.answers = answers

    def job(self, **options):
        return self.answers.pop(0) if self.answers else failed("no more")

    jobs = job


@given(st.lists(ANSWER, max_size=6), st.booleans())
def test_each_server_has_one_ending_in_the_end(answers, fresh):
    time = Time()
    begin = time.now
    done = jobs.run(Liar(answers), KIND, ["a", "b"], time.clock(), Lines(), fresh=fresh)
    assert list(done.endings) == ["a", "b"]
    assert time.now - begin <= KIND.wait_timeout + KIND.wait_interval + jobs.LOOK
    for ending in done.endings.values():
        assert ending.job_id or ending.status in ("ERROR", "HELD")


@pytest.mark.parametrize("answer", [{"failed": True}, {"failed": True, "msg": None}])
def test_a_failure_always_says_something(answer):
    assert answers.text_of(answer) == "no answer"
