# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of one kind on servers: each has one ending, whatever the platform answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet import answers, work
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.kinds import Kind
from ansible_collections.huaweicloud.modelarts.tests.unit.fleet.made_up import LOGS, Fleet, Machine, Time, failed

KIND = Kind(LOGS, [{"type": "DEVICE_LOG_COLLECT", "spec": {}}], servers_per_job=2)


def fleet_of(ids):
    return Fleet([Machine(i) for i in ids])


def run(fleet, ids, **how):
    done = work.run(fleet, KIND, list(ids), fleet.time.clock(), **how)
    return {server: ending.status for server, ending in done.endings.items()}


def test_batches_are_as_large_as_asked():
    fleet = fleet_of("abcde")
    assert run(fleet, "abcde") == dict.fromkeys("abcde", "SUCCESS")
    assert fleet.made_of(LOGS) == [["a", "b"], ["c", "d"], ["e"]]


def test_what_runs_is_taken_up_as_a_whole_where_that_is_asked():
    """Also the servers that it is done with; else these are worked on again."""
    for whole, made in ((True, [["a", "b", "c"], ["d"]]), (False, [["a", "b", "c"], ["a"], ["d"]])):
        fleet = fleet_of("abcd")
        job = fleet.add(LOGS, ["a", "b", "c"], items=KIND.items, takes=50.0)
        job.tasks[0].ends = fleet.time.now + 1
        fleet.time.sleep(10)
        fleet.drivers()
        assert run(fleet, "abcd", whole=whole) == dict.fromkeys("abcd", "SUCCESS")
        assert sorted(fleet.made_of(LOGS)) == sorted(made)


def test_a_job_of_another_name_or_with_other_items_is_not_taken_up():
    fleet = fleet_of("ab")
    fleet.add(LOGS, ["a"], name="of-the-console", takes=0.0)
    other = fleet.add(LOGS, ["a", "b"], items=[{"type": "OTHER", "spec": {}}], takes=20.0)
    other.name = KIND.name
    assert run(fleet, "ab", whole=True) == {"a": "SUCCESS", "b": "SUCCESS"}
    assert len(fleet.made_of(LOGS)) == 3


def test_a_query_that_left_no_trace_goes_out_again():
    fleet = fleet_of("a")
    fleet.faults["job"] = ["GONE"]
    assert run(fleet, "a") == {"a": "SUCCESS"}


def test_what_is_not_over_in_time_stays_so():
    fleet = fleet_of("abc")
    fleet.add("COMMON", ["c"], takes=None)
    kind = Kind(LOGS, KIND.items, servers_per_job=1, wait_timeout=2.0)
    done = work.run(fleet, kind, ["a", "b", "c"], fleet.time.clock())
    assert {i: ending.status for i, ending in done.endings.items()} == {
        "a": "PROCESSING",
        "b": "PROCESSING",
        "c": "HELD",
    }
    assert done.endings["c"].message == "the job of-the-console (job-0) holds it"
    assert done.timed_out


def test_a_job_that_is_over_but_does_not_say_how_is_given_up():
    fleet = fleet_of("a")
    row = fleet._row
    fleet._row = lambda job, details: {**row(job, details), "status": "FINISHED"}
    jobs = fleet.jobs
    fleet.jobs = lambda **options: jobs(**{**options, "wait": False})
    done = work.run(fleet, KIND, ["a"], fleet.time.clock())
    assert done.endings["a"].status == "ERROR"
    assert done.endings["a"].message == "its job is over, but does not say how it ended on the server"


def test_a_job_that_never_shows_is_given_up_after_a_while():
    fleet = fleet_of("a")
    fleet.jobs = lambda **options: {"changed": False, "jobs": [], "servers": {}}
    begin = fleet.time.now
    done = work.run(fleet, KIND, ["a"], fleet.time.clock())
    assert done.endings["a"].message == "its job is not found any more"
    assert fleet.time.now - begin >= work.GRACE


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
def test_each_server_has_one_ending_in_the_end(answers, whole):
    time = Time()
    begin = time.now
    done = work.run(Liar(answers), KIND, ["a", "b"], time.clock(), whole=whole)
    assert list(done.endings) == ["a", "b"]
    assert time.now - begin <= KIND.wait_timeout + KIND.wait_interval
    for ending in done.endings.values():
        assert ending.job_id or ending.status in ("ERROR", "HELD")


@pytest.mark.parametrize("answer", [{"failed": True}, {"failed": True, "msg": None}])
def test_a_failure_always_says_something(answer):
    assert answers.text_of(answer) == "no answer"
