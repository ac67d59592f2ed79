# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting by a clock that only its own pauses move, on jobs that follow a script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import (
    LostAnswerError,
    ModelArtsError,
    RequestError,
    WaitTimeoutError,
)
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._job import is_over, parse
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._wait import FEW_JOBS, LONGEST_UNREAD, SETTLE, Wait

START = 5000.0


class Platform:
    """A reader whose jobs are scripts: lists of (second, status, statuses of the tasks); None as status: no such job.

    `outages` are spans of seconds in which each call ends with `error`.
    """

    def __init__(self, **scripts):
        self.scripts = scripts
        self.now = START
        self.pauses = []
        self.lists = []
        self.details = []
        self.deadline = None
        self.outages = []
        self.error = LostAnswerError("HTTP 503", 503)
        self.unlisted = set()
        self.stuck_rows = False

    def clock(self):
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.pauses.append(seconds)
        self.now += seconds

    def until(self, deadline):
        self.deadline = deadline
        return self

    def _check(self):
        if any(begin <= self.now - START < end for begin, end in self.outages):
            raise self.error

    def answer(self, job_id):
        status, tasks = None, []
        for second, *state in self.scripts[job_id]:
            if second <= self.now - START + 1e-6:
                status, tasks = state
        if status is None:
            return None
        shown = [{"server_id": f"{job_id}-{n}", "status": task} for n, task in enumerate(tasks)]
        return {"id": job_id, "name": f"name-{job_id}", "status": status, "tasks": shown}

    def rows_of(self, job_ids, name):
        self.lists.append((sorted(job_ids), name))
        self._check()
        found = [self.answer(job_id) for job_id in job_ids if job_id not in self.unlisted]
        rows = [{key: row[key] for key in ("id", "name", "status")} for row in found if row]
        return [{**row, "status": "PROCESSING"} for row in rows] if self.stuck_rows else rows

    def get_jobs(self, job_ids):
        job_ids = list(job_ids)
        self.details.append(job_ids)
        if job_ids:
            self._check()
        return {job_id: self.answer(job_id) for job_id in job_ids}

    def read(self):
        """The ids of all details read so far."""
        return [job_id for ids in self.details for job_id in ids]

    def jobs(self):
        return [parse(self.answer(job_id) or {"id": job_id, "name": f"name-{job_id}"}) for job_id in self.scripts]


def ends_at(second, *tasks, status="FINISHED"):
    """A script of a job at work until it is over."""
    tasks = tasks or ("SUCCESS",)
    return [(0, "PROCESSING", ["PROCESSING"] * len(tasks)), (second, status, list(tasks))]


def wait(platform, timeout=3600, interval=10, needed=None, line=None, in_full=FEW_JOBS, **options):
    the_wait = Wait(platform, timeout, interval, **options)
    return the_wait.until_over(platform.jobs(), needed, line=line, in_full=in_full)


def trouble(platform, kind, **options):
    with pytest.raises(ModelArtsError) as caught:
        wait(platform, **options)
    assert caught.value.__class__ is kind
    return caught.value


def elapsed(platform):
    return platform.now - START


def test_jobs_that_are_over_and_settled_take_no_call_and_no_pause():
    platform = Platform(a=[(0, "FINISHED", ["SUCCESS"])], b=[(0, "FINISHED", [])])
    assert list(wait(platform)) == ["a", "b"]
    assert platform.lists == platform.details == platform.pauses == []


def test_pauses_grow_from_one_second_to_the_interval():
    platform = Platform(a=ends_at(100))
    wait(platform, interval=5)
    assert platform.pauses[:6] == [1, 1.5, 2.25, 3.375, 5, 5]
    assert max(platform.pauses) == 5


def test_interval_below_a_second_is_kept():
    platform = Platform(a=ends_at(3))
    wait(platform, interval=0.5)
    assert set(platform.pauses) == {0.5}


def test_job_that_ends_is_returned_as_it_ended():
    platform = Platform(a=ends_at(30, "SUCCESS", "FAILED"))
    job = wait(platform)["a"]
    assert job.over and [task.status for task in job.tasks] == ["SUCCESS", "FAILED"]


MANY = FEW_JOBS + 10


def test_many_jobs_take_one_list_call_a_poll_and_one_detail_each():
    platform = Platform(**{f"j{n}": ends_at(2 + n) for n in range(MANY)})
    states = wait(platform)
    assert list(states) == [f"j{n}" for n in range(MANY)]
    assert all(job.over for job in states.values())
    assert len(platform.lists) < len(platform.pauses)  # the last ones, as they are few, are read without the list
    assert all(sorted(ids) == sorted(set(ids)) for ids in platform.details)
    assert {job_id: platform.read().count(job_id) for job_id in ("j0", "j1", "j2")} == {"j0": 1, "j1": 1, "j2": 1}


def test_few_jobs_are_read_in_full_without_the_list():
    platform = Platform(a=ends_at(2), b=ends_at(60))
    wait(platform)
    assert platform.lists == [] and platform.details[0] == ["a", "b"] and platform.details[-1] == ["b"]


def test_jobs_that_are_over_are_not_asked_for_again():
    platform = Platform(a=ends_at(2), b=ends_at(60), c=[(0, "FINISHED", ["SUCCESS"])])
    wait(platform)
    assert "c" not in platform.read()
    assert platform.read().count("a") == 2  # at 1 and 2.5 s


def test_list_is_narrowed_by_a_name_that_all_pending_jobs_share():
    platform = Platform(a=ends_at(2), b=ends_at(60))
    wait(platform, in_full=0)
    assert platform.lists[0][1] is None
    assert platform.lists[-1] == (["b"], "name-b")


def test_row_that_stays_processing_is_not_believed_for_a_minute():
    platform = Platform(**{f"j{n}": ends_at(5) for n in range(MANY)})
    platform.stuck_rows = True
    wait(platform)
    assert elapsed(platform) <= 5 + LONGEST_UNREAD + 10 < 65


def test_a_job_is_waited_for_no_longer_than_the_servers_that_matter_take():
    platform = Platform(
        a=[(0, "PROCESSING", ["PROCESSING", "PROCESSING"]), (20, "PROCESSING", ["SUCCESS", "PROCESSING"])]
    )
    states = wait(platform, needed={"a": ["a-0"]})
    assert elapsed(platform) < 40 and not states["a"].over
    with pytest.raises(WaitTimeoutError):
        wait(platform, needed={"a": ["a-0", "a-1"]}, timeout=100)


def test_a_server_that_the_job_does_not_name_yet_is_waited_for():
    platform = Platform(a=[(0, "PROCESSING", []), (20, "PROCESSING", ["SUCCESS"]), (90, "FINISHED", ["SUCCESS"])])
    wait(platform, needed={"a": ["a-0"]})
    assert 20 <= elapsed(platform) < 40


def test_there_may_be_enough_before_all_is_over():
    platform = Platform(a=ends_at(20), b=ends_at(1e9))
    Wait(platform, 3600, 10).until_over(platform.jobs(), enough=lambda states: states["a"].over)
    assert elapsed(platform) < 40


def test_finished_job_is_given_time_to_settle():
    platform = Platform(
        a=[(0, "PROCESSING", ["PROCESSING"]), (4, "FINISHED", ["PROCESSING"]), (9, "FINISHED", ["FAILED"])]
    )
    assert wait(platform, interval=1)["a"].tasks[0].status == "FAILED"
    assert elapsed(platform) == pytest.approx(9)


def test_job_handed_in_finished_but_not_settled_is_waited_for():
    platform = Platform(a=[(0, "FINISHED", ["PROCESSING"]), (3, "FINISHED", ["SUCCESS"])])
    assert wait(platform, interval=1)["a"].settled


def test_finished_job_that_never_settles_ends_the_wait_all_the_same():
    platform = Platform(a=ends_at(4, "PROCESSING"))
    assert not wait(platform, interval=1)["a"].settled
    assert elapsed(platform) == pytest.approx(4 + SETTLE)


def test_unknown_status_warns_once_and_goes_on():
    told = []
    script = [(0, "PROCESSING", ["PROCESSING"]), (5, "PAUSED", ["PROCESSING"]), (60, "FINISHED", ["SUCCESS"])]
    platform = Platform(a=script, b=script)
    assert wait(platform, warn=told.append)["a"].status == "FINISHED"
    assert len(told) == 1
    assert "Job a " in told[0] and "PAUSED" in told[0] and "Waiting goes on" in told[0]


def test_each_unknown_status_gets_its_own_warning():
    told = []
    script = [(0, "QUEUEING", []), (20, "PAUSED", []), (40, "QUEUEING", []), (60, "FINISHED", ["SUCCESS"])]
    wait(Platform(a=script), warn=told.append)
    assert len(told) == 2


def test_documented_status_does_not_warn():
    told = []
    wait(Platform(a=[(0, "PROCESSING", []), (5, "ACTIVE", []), (20, "FINISHED", ["SUCCESS"])]), warn=told.append)
    assert told == []


def test_unknown_status_with_all_tasks_over_ends_the_wait():
    platform = Platform(a=ends_at(20, "SUCCESS", "SKIPPED", status="COMPLETED"))
    assert wait(platform)["a"].status == "COMPLETED"
    assert elapsed(platform) < 40


def test_job_deleted_meanwhile_is_a_failure():
    platform = Platform(a=ends_at(20, "PROCESSING", status="DELETED"), b=ends_at(500))
    error = trouble(platform, ModelArtsError)
    assert "name-a (a) was deleted" in error.message and "before you submit again" in error.message
    assert set(error.states) == {"a", "b"} and error.states["b"].over  # the other is seen to its end


def test_job_that_vanishes_is_a_failure():
    error = trouble(Platform(a=[(0, "PROCESSING", []), (20, None, [])]), ModelArtsError)
    assert "name-a (a) is gone" in error.message


def test_new_job_that_does_not_show_yet_is_borne_with_for_the_grace():
    late = [(0, None, []), (40, "PROCESSING", ["PROCESSING"]), (90, "FINISHED", ["SUCCESS"])]
    assert wait(Platform(a=late), grace=60)["a"].over
    error = trouble(Platform(a=late), ModelArtsError, grace=20)
    assert "is gone" in error.message


def test_job_hidden_from_the_list_is_read_by_its_id():
    platform = Platform(a=ends_at(30))
    platform.unlisted.add("a")
    assert wait(platform)["a"].over


def test_timeout_names_the_job_its_state_and_the_way_on():
    platform = Platform(a=ends_at(500, "SUCCESS", "SUCCESS"))
    error = trouble(platform, WaitTimeoutError, timeout=100)
    assert error.message.startswith("After 100 s not over: job name-a (a) is PROCESSING, 0 of 2 servers done.")
    assert "goes on; run again to pick it up" in error.message
    assert error.details == {"timed_out": True}
    assert error.states["a"].status == "PROCESSING"


def test_timeout_of_many_jobs_names_five():
    platform = Platform(**{f"j{n}": ends_at(500) for n in range(8)}, done=ends_at(5))
    message = trouble(platform, WaitTimeoutError, timeout=50).message
    assert "and 3 more" in message and "done" not in message.replace("servers done", "")


def test_timeout_tells_how_many_servers_are_done_by_then():
    platform = Platform(
        a=[(0, "PROCESSING", ["PROCESSING"] * 3), (20, "PROCESSING", ["SUCCESS", "FAILED", "PROCESSING"])]
    )
    error = trouble(platform, WaitTimeoutError, timeout=30)
    assert "2 of 3 servers done" in error.message
    assert [task.status for task in error.states["a"].tasks] == ["SUCCESS", "FAILED", "PROCESSING"]


@given(st.floats(0.01, 400), st.floats(1, 60))
def test_last_pause_ends_at_the_deadline_and_none_goes_beyond(timeout, interval):
    platform = Platform(a=ends_at(1e9))
    trouble(platform, WaitTimeoutError, timeout=timeout, interval=interval)
    assert elapsed(platform) == pytest.approx(timeout)
    assert platform.deadline == START + timeout
    assert all(pause <= interval for pause in platform.pauses)
    assert len(platform.details) == len(platform.pauses) + 1  # once more when time is up


def test_job_that_ends_just_before_the_deadline_is_seen():
    platform = Platform(a=ends_at(99.5))
    assert wait(platform, timeout=100)["a"].over


def test_clock_runs_from_the_making_of_the_wait():
    platform = Platform(a=ends_at(1e9))
    started = Wait(platform, 100, 10)
    platform.now += 70
    with pytest.raises(WaitTimeoutError):
        started.until_over(platform.jobs())
    assert elapsed(platform) == pytest.approx(100)


def test_two_waits_share_the_time_of_one_object():
    platform = Platform(a=ends_at(60), b=ends_at(1e9))
    shared = Wait(platform, 100, 10)
    shared.until_over(platform.jobs()[:1])
    with pytest.raises(WaitTimeoutError):
        shared.until_over(platform.jobs()[1:])
    assert elapsed(platform) == pytest.approx(100)


def test_wait_whose_time_is_up_looks_once_more_and_fails():
    platform = Platform(a=ends_at(1e9))
    started = Wait(platform, 10, 10)
    platform.now += 20
    with pytest.raises(WaitTimeoutError):
        started.until_over(platform.jobs())
    assert platform.pauses == [] and platform.read() == ["a"]


def test_outage_shorter_than_the_timeout_is_lived_through():
    platform = Platform(a=ends_at(50))
    platform.outages = [(10, 300)]
    assert wait(platform)["a"].over
    assert elapsed(platform) >= 300


def test_outage_up_to_the_deadline_is_told_with_the_last_answer():
    platform = Platform(a=ends_at(50))
    platform.outages = [(10, 1e9)]
    error = trouble(platform, WaitTimeoutError, timeout=100)
    assert "The last answer was: HTTP 503" in error.message


def test_outage_that_is_past_is_not_told():
    platform = Platform(a=ends_at(1e9))
    platform.outages = [(10, 30)]
    assert "The last answer" not in trouble(platform, WaitTimeoutError, timeout=100).message


def test_definite_error_ends_the_wait_at_once_with_what_is_known():
    platform = Platform(a=ends_at(50))
    platform.error = RequestError("HTTP 403", 403)
    platform.outages = [(10, 1e9)]
    error = trouble(platform, RequestError)
    assert error.status == 403 and error.states["a"].status == "PROCESSING"
    assert "The job goes on all the same: run again" in error.message
    assert elapsed(platform) < 30


def test_keys_that_expire_meanwhile_are_told_as_that():
    platform = Platform(a=ends_at(50))
    platform.error = RequestError("HTTP 401", 401)
    platform.outages = [(10, 1e9)]
    assert "have expired or were revoked" in trouble(platform, RequestError).message


def test_line_is_asked_for_at_the_start_and_after_each_look():
    seen = []
    platform = Platform(a=ends_at(20), b=ends_at(40))
    wait(platform, line=lambda states: str(seen.append([job.status for job in states.values()])))
    assert len(seen) == len(platform.pauses) + 1
    assert seen[0] == ["PROCESSING", "PROCESSING"]
    assert ["FINISHED", "PROCESSING"] in seen
    assert seen[-1] == ["FINISHED", "FINISHED"]


def test_no_line_is_asked_for_where_there_is_nothing_to_wait_for():
    seen = []
    wait(Platform(a=[(0, "FINISHED", ["SUCCESS"])]), line=seen.append)
    assert seen == []


def test_job_given_twice_is_one():
    platform = Platform(a=ends_at(5))
    job = platform.jobs()[0]
    assert list(Wait(platform, 100, 10).until_over([job, job])) == ["a"]


@given(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(st.integers(0, 400), st.sampled_from(["SUCCESS", "FAILED", "SKIPPED"]), st.booleans()),
        min_size=1,
    ),
    st.floats(1, 30),
)
def test_any_jobs_are_all_seen_to_their_end(ends, interval):
    platform = Platform(**{name: ends_at(end, task) for name, (end, task, _hidden) in ends.items()})
    platform.unlisted = {name for name, (_end, _task, hidden) in ends.items() if hidden}
    states = wait(platform, interval=interval)
    assert {name: job.tasks[0].status for name, job in states.items()} == {name: one[1] for name, one in ends.items()}
    assert elapsed(platform) <= max(end for end, _task, _hidden in ends.values()) + max(interval, 1)


@pytest.mark.parametrize(
    "status, over", [("FINISHED", True), ("DELETED", True), ("PROCESSING", False), ("PAUSED", False), (None, False)]
)
def test_row_says_by_its_status_alone_whether_the_job_is_over(status, over):
    assert is_over({"id": "a", "status": status}) is over
