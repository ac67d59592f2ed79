# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No job is submitted twice, whatever is lost, late, throttled, killed or run again."""

from __future__ import annotations

import json
from itertools import chain

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _request
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._ensured import describe
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import (
    ConflictError,
    LostAnswerError,
    NotFoundError,
    NotSentError,
    RequestError,
    UnknownOutcomeError,
    WaitTimeoutError,
)
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._outcome import outcome
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._wait import Wait
from tests.simulator import Simulator, faults
from tests.unit.module_utils.conftest import Ticker, connect
from tests.unit.module_utils.submitting import (
    NAME,
    NEVER,
    OTHER_TARGET,
    TARGET,
    items,
    over,
    posts,
    refused,
    request,
    run,
    running,
    show_late_jobs,
)

LOST = ["reset", "close", "502", "504", "html", "truncated", "empty"]


# Matching


def test_request_without_any_job_is_submitted_for_all_servers(sim, client):
    ensured = run(client, request(sim.server_ids))
    (job,) = sim.jobs.values()
    assert job.server_ids == sim.server_ids == ensured.to_submit
    assert job.body["items"] == items() and job.body["name"] == NAME
    assert ensured.submitted and not ensured.adopted
    assert {covering.id for covering in ensured.coverage.values()} == {job.id}


MATCHING = [
    ("finished", "SUCCESS", "met"),
    ("finished", "PROCESSING", "adopted"),
    ("finished", "FAILED", "submitted"),
    ("finished", "SKIPPED", "submitted"),
    ("finished", "MISSING", "submitted"),
    ("active", "SUCCESS", "submitted"),
    ("active", "PROCESSING", "adopted"),
    ("active", "FAILED", "submitted"),
    ("active", "SKIPPED", "submitted"),
    ("active", "MISSING", "submitted"),
    ("never", "SUCCESS", "submitted"),
    ("never", "PROCESSING", "conflict"),
    ("never", "FAILED", "submitted"),
    ("never", "SKIPPED", "submitted"),
    ("never", "MISSING", "submitted"),
]


@pytest.mark.parametrize("reuse, status, expected", MATCHING)
@pytest.mark.parametrize("check", [False, True])
def test_newest_job_of_a_server_decides(reuse, status, expected, check, sim, client):
    job = running(sim) if status == "PROCESSING" else over(sim, status)
    wanted = request(sim.server_ids[:1])
    if expected == "conflict":
        refused(ConflictError, client, wanted, reuse=reuse, check=check)
        assert posts(sim) == []
        return
    ensured = run(client, wanted, reuse=reuse, check=check)
    assert ensured.submitted is (expected == "submitted")
    assert ensured.adopted is (expected == "adopted")
    assert len(posts(sim)) == (expected == "submitted" and not check)
    if expected != "submitted":
        assert ensured.coverage[sim.server_ids[0]].id == job.id


def test_only_the_servers_that_need_it_go_into_the_new_job(sim, client):
    done, failed, busy, new = sim.server_ids
    sim.outcome(failed, "FAILED")
    sim.add_job(name=NAME, items=items(), server_ids=[done, failed], status="FINISHED")
    active = running(sim, server_ids=[busy])
    ensured = run(client, request(sim.server_ids))
    assert ensured.to_submit == [failed, new]
    assert list(sim.jobs.values())[-1].server_ids == [failed, new]
    assert ensured.coverage[busy].id == active.id and ensured.adopted and ensured.submitted


def test_newer_failure_hides_an_older_success(sim, client):
    over(sim, "SUCCESS", age=3000)
    over(sim, "FAILED", age=1000)
    assert run(client, request(sim.server_ids[:1])).submitted


def test_newer_success_hides_an_older_failure(sim, client):
    over(sim, "FAILED", age=3000)
    over(sim, "SUCCESS", age=1000)
    assert not run(client, request(sim.server_ids[:1])).submitted


@pytest.mark.parametrize(
    "other",
    [{"name": NAME + "-2"}, {"name": NAME.upper()}, {"items": items(OTHER_TARGET)}, {"status": "DELETED"}],
    ids=["longer name", "other case", "other items", "deleted"],
)
@pytest.mark.parametrize("filter_fault", [None, faults.fuzzy_filter, faults.ignore_filters])
def test_job_that_is_another_one_meets_nothing(other, filter_fault, sim, client):
    over(sim, **other)
    if filter_fault:
        sim.inject(filter_fault())
    assert run(client, request(sim.server_ids[:1])).submitted
    assert len(posts(sim)) == 1


@pytest.mark.parametrize("name", [NAME, "another-name"])
@pytest.mark.parametrize("ending", ["SUCCESS", "FAILED", "PROCESSING"])
def test_success_is_overtaken_by_a_newer_job_with_another_spec(name, ending, sim, client):
    over(sim, "SUCCESS", age=3000, servers=2)
    if ending == "PROCESSING":
        running(sim, name=name, items=items(OTHER_TARGET))
    else:
        over(sim, ending, age=1000, name=name, items=items(OTHER_TARGET))
    ensured = run(client, request(sim.server_ids[:2]), on_conflict="ignore")
    assert ensured.to_submit == sim.server_ids[:1]
    assert "overtaken by job" in ensured.before[sim.server_ids[0]]


@pytest.mark.parametrize("kind", ["skipped", "older", "other type", "deleted", "same spec under another name"])
def test_success_is_not_overtaken_by_what_did_not_change_the_server_since(kind, sim, client):
    over(sim, "SUCCESS", age=3000)
    query = {"type": "ASCEND_SOFTWARE_QUERY", "items": [{"type": "HDK_QUERY"}]}
    other = {"name": "other", "items": items(OTHER_TARGET), "age": 1000}
    {
        "skipped": lambda: over(sim, "SKIPPED", **other),
        "older": lambda: over(sim, **{**other, "age": 9000}),
        "other type": lambda: over(sim, **{**other, **query}),
        "deleted": lambda: over(sim, **other, status="DELETED"),
        "same spec under another name": lambda: over(sim, **{**other, "items": items()}),
    }[kind]()
    assert not run(client, request(sim.server_ids[:1])).submitted


def test_job_seen_running_in_a_word_unknown_to_us_is_adopted(sim, client):
    running(sim)
    sim.inject(faults.status_word("QUEUEING"))
    ensured = run(client, request(sim.server_ids[:1]))
    assert ensured.adopted and not ensured.submitted


@pytest.mark.parametrize("fault", [faults.strings, faults.sparse])
def test_sparse_or_stringly_typed_answers_match_as_well(fault, sim, client):
    query = {"type": "ASCEND_SOFTWARE_QUERY", "items": [{"type": "HDK_QUERY"}]}
    ids = sim.server_ids[:1]
    sim.add_job(name=NAME, server_ids=ids, status="FINISHED", age=90, outcomes={ids[0]: "FAILED"}, **query)
    sim.add_job(name=NAME, server_ids=ids, status="FINISHED", age=30, **query)
    sim.inject(fault())
    wanted = _request.request({"name": NAME, "server_ids": ids, "description": None, "is_reboot": None, **query})
    assert not run(client, wanted).submitted


# How much is read


def test_details_are_read_newest_first_and_only_as_far_as_needed(sim, client):
    first, second = sim.server_ids[:2]
    for age in range(30):
        over(sim, server_ids=[first] if age < 4 else [first, second], age=1000 + age)
    run(client, request([first]))
    assert sim.count("GET", "/jobs/*") == 1
    ensured = run(client, request([first, second]))
    assert sim.count("GET", "/jobs/*") == 1 + (1 + 2 + 4)  # in growing blocks
    assert not ensured.submitted and len({job.id for job in ensured.coverage.values()}) == 2


def test_active_reads_no_detail_of_a_job_that_is_over(sim, client):
    for age in range(30):
        over(sim, age=1000 + age)
    assert run(client, request(sim.server_ids[:1]), reuse="active").submitted
    assert sim.count("GET", "/jobs/*") == 0


def test_never_reads_no_detail_of_a_job_that_is_over(sim, client):
    over(sim)
    run(client, request(sim.server_ids[:1]), reuse="never")
    assert sim.count("GET", "/jobs/*") == 0


def test_met_request_takes_one_list_and_one_detail(sim, client):
    over(sim, servers=4)
    run(client, request(sim.server_ids))
    assert [(one.method, one.path.count("/")) for one in sim.requests] == [("GET", 1), ("GET", 2)]


# Conflicts

CONFLICTS = {
    "other items": {"items": items(OTHER_TARGET)},
    "other name": {"name": "console-job"},
    "other name and type": {"name": "query", "type": "ASCEND_SOFTWARE_QUERY", "items": [{"type": "HDK_QUERY"}]},
    "unknown status": {"name": "console-job", "status": "QUEUEING"},
}


@pytest.mark.parametrize("kind", CONFLICTS)
@pytest.mark.parametrize("check", [False, True])
def test_other_job_on_a_server_fails_and_is_named(kind, check, sim, client):
    job = running(sim, servers=2, **CONFLICTS[kind])
    error = refused(ConflictError, client, request(sim.server_ids), check=check)
    assert posts(sim) == []
    assert all(word in error.message for word in (job.name, job.id, *sim.server_ids[:2], "on_conflict"))
    assert sim.server_ids[2] not in error.message
    assert [one["id"] for one in error.details["conflicts"]] == [job.id]


@pytest.mark.parametrize("kind", CONFLICTS)
def test_other_job_is_ignored_where_that_is_wanted(kind, sim, client):
    running(sim, **CONFLICTS[kind])
    assert run(client, request(sim.server_ids), on_conflict="ignore").submitted
    assert len(posts(sim)) == 1


def test_other_job_is_waited_for_where_that_is_wanted(sim, client):
    job = running(sim, items=items(OTHER_TARGET))
    assert run(client, request(sim.server_ids), on_conflict="wait").submitted
    assert sim.status(job.id) == "FINISHED"
    assert len(posts(sim)) == 1 and sim.violations == []


def test_after_the_wait_for_a_conflict_it_is_matched_again(sim, client, ticker):
    running(sim, items=items(OTHER_TARGET))
    ticker.on_sleep.append(lambda: len(ticker.pauses) == 20 and running(sim))
    ensured = run(client, request(sim.server_ids[:1]), on_conflict="wait")
    assert posts(sim) == [] and ensured.adopted


def test_wait_for_a_conflict_ends_with_the_timeout(sim, client):
    running(sim, name="console-job", status="QUEUEING")
    error = refused(WaitTimeoutError, client, request(sim.server_ids), on_conflict="wait", timeout=50)
    assert posts(sim) == []
    assert "After 50 s" in error.message and "console-job" in error.message


def test_job_on_other_servers_is_no_conflict(sim, client):
    running(sim, name="console-job", server_ids=sim.server_ids[2:])
    assert run(client, request(sim.server_ids[:2])).submitted


def test_job_that_is_over_is_no_conflict(sim, client):
    over(sim, name="console-job", items=items(OTHER_TARGET))
    assert run(client, request(sim.server_ids[:1])).submitted


def test_adopted_job_is_no_conflict_for_the_rest(sim, client):
    running(sim, servers=2, outcomes={sim.server_ids[1]: "MISSING"})
    ensured = run(client, request(sim.server_ids[:2]))
    assert ensured.to_submit == [sim.server_ids[1]] and ensured.adopted


def test_adopted_job_is_no_conflict_for_a_server_that_it_has_failed_on(sim, client):
    first, second = sim.server_ids[:2]
    job = running(sim, servers=2, outcomes={second: "FAILED"})
    job.tasks[1].ends = job.tasks[1].done = job.created
    ensured = run(client, request([first, second]))
    assert ensured.to_submit == [second] and ensured.adopted


def test_own_job_that_does_not_say_yet_which_servers_it_holds_is_a_conflict(sim, client):
    running(sim, outcomes={sim.server_ids[0]: "MISSING"})
    error = refused(ConflictError, client, request(sim.server_ids[:1]))
    assert "servers it does not name yet" in error.message


# Batches


@pytest.fixture
def batches(sim):
    """Two lists of two servers."""
    return [sim.server_ids[:2], sim.server_ids[2:]]


def test_each_batch_becomes_a_job_of_what_is_left_of_it(sim, client, batches):
    over(sim, server_ids=[batches[0][0]])
    active = running(sim, server_ids=[batches[1][1]])
    lists = 2  # one by name, one for conflicts, however many batches
    ensured = run(client, request(batches=batches))
    assert [job.server_ids for job in list(sim.jobs.values())[2:]] == [[batches[0][1]], [batches[1][0]]]
    assert ensured.to_submit == [batches[0][1], batches[1][0]] and ensured.adopted and not ensured.reasons
    assert ensured.coverage[batches[1][1]].id == active.id
    assert sim.count("GET", "/jobs") == lists
    again = run(client, request(batches=batches))
    assert not again.submitted and {job.id for job in again.coverage.values()} == set(sim.jobs)


@pytest.mark.parametrize("check", [False, True])
def test_a_conflict_refuses_only_the_batch_that_it_holds_a_server_of(check, sim, client, batches):
    job = running(sim, name="console-job", server_ids=batches[0][:1])
    ensured = run(client, request(batches=batches), check=check)
    assert ensured.to_submit == batches[1] and len(posts(sim)) == (not check)
    assert set(ensured.reasons) == set(batches[0]) and ensured.conflicts[0].id == job.id
    assert all(f"job console-job ({job.id}" in reason for reason in ensured.reasons.values())
    running(sim, name="console-job", server_ids=batches[1][:1])
    error = refused(ConflictError, client, request(batches=batches, name="other"))
    assert len(error.details["conflicts"]) == 2 + (not check)


def test_what_no_conflict_holds_up_does_not_wait_for_it(sim, client, ticker, batches):
    running(sim, server_ids=batches[0][:1], items=items(OTHER_TARGET))
    before = []
    ticker.on_sleep.append(lambda: before.append(len(posts(sim))))
    ensured = run(client, request(batches=batches), on_conflict="wait", reuse="never")
    assert before[0] == 1 and [job.server_ids for job in list(sim.jobs.values())[1:]] == [batches[1], batches[0]]
    assert ensured.to_submit == batches[1] + batches[0] and sim.violations == []


def test_what_was_submitted_before_the_platform_went_is_not_lost(sim, client, batches, monkeypatch):
    running(sim, server_ids=batches[0][:1], items=items(OTHER_TARGET))
    look = client.list_jobs

    def list_jobs(query=None, enough=None):
        if posts(sim) and not query:  # as it matches again
            sim.inject(faults.refuse(403))
        return look(query, enough)

    monkeypatch.setattr(client, "list_jobs", list_jobs)
    ensured = run(client, request(batches=batches), on_conflict="wait")
    assert ensured.to_submit == batches[1] and set(ensured.reasons) == set(batches[0])
    assert "HTTP 403" in ensured.reasons[batches[0][0]]


def test_one_conflict_that_ends_is_enough_to_go_on_with_its_batch(sim, client, batches):
    running(sim, name="stuck", server_ids=batches[0][:1], status="QUEUEING")
    running(sim, name="brief", server_ids=batches[1][:1], items=items(OTHER_TARGET))
    ensured = run(client, request(batches=batches), on_conflict="wait", timeout=2000)
    assert ensured.to_submit == batches[1]
    assert set(ensured.reasons) == set(batches[0])
    assert all("brief" not in reason for reason in ensured.reasons.values())


def test_of_a_first_look_that_fails_the_reason_is_told(sim, client, batches):
    sim.inject(faults.refuse(403))
    error = refused(RequestError, client, request(batches=batches))
    assert error.status == 403 and "HTTP 403" in error.message
    assert {server["job_id"] for server in error.details["servers"].values()} == {None}
    assert posts(sim) == []


def test_after_an_unknown_outcome_nothing_else_is_created(sim, client, batches):
    sim.inject(faults.lost("reset", times=1))
    sim.inject(faults.late(NEVER, times=1))
    error = refused(UnknownOutcomeError, client, request(batches=batches))
    assert "may still have started" in error.message and "nothing more was submitted" in error.message
    assert len(posts(sim)) == 1
    assert not any(server["job_id"] for server in error.details["servers"].values())
    assert error.details["refusals"] == {
        **dict.fromkeys(batches[0], "unknown"),
        **dict.fromkeys(chain(*batches[1:]), "not_sent"),
    }


def test_of_batches_the_one_that_waits_in_vain_is_refused(sim, client, batches):
    running(sim, name="console-job", server_ids=batches[0][:1], status="QUEUEING")
    ensured = run(client, request(batches=batches), on_conflict="wait", timeout=50)
    assert ensured.to_submit == batches[1]
    assert set(ensured.reasons) == set(batches[0]) and "After 50 s" in ensured.reasons[batches[0][0]]


def test_a_batch_that_the_platform_refuses_keeps_no_other_from_being_submitted(sim, client, batches):
    batches[0] = [*batches[0], "no-such-server"]
    ensured = run(client, request(batches=batches))
    assert ensured.to_submit == batches[1] and set(ensured.reasons) == set(batches[0])
    error = refused(NotFoundError, client, request(batches=[["no-such-server"], ["nor-this"]], name="other"))
    assert "no-such-server does not exist" in error.message and "nor-this does not exist" in error.message


@pytest.mark.parametrize("how", LOST)
def test_a_lost_answer_is_not_taken_for_the_job_of_another_batch(how, sim, client, batches):
    sim.inject(faults.lost(how, times=2))
    ensured = run(client, request(batches=batches))
    assert [job.server_ids for job in sim.jobs.values()] == batches
    covering = {server_id: job.id for server_id, job in ensured.coverage.items()}
    assert covering == {server_id: job.id for job in sim.jobs.values() for server_id in job.server_ids}


# Check mode


@pytest.mark.parametrize("reuse", ["finished", "active", "never"])
def test_check_mode_predicts_the_real_run_and_sends_nothing(reuse, sim, client):
    done, failed = sim.server_ids[:2]
    over(sim, servers=2, age=900)
    over(sim, "FAILED", server_ids=[failed], age=500)
    over(sim, "FAILED", server_ids=[done], age=5000)
    wanted = request(sim.server_ids)
    predicted = run(client, wanted, reuse=reuse, check=True)
    assert {one.method for one in sim.requests} == {"GET"}
    real = run(client, wanted, reuse=reuse)
    assert predicted.to_submit == real.to_submit
    assert (predicted.submitted, predicted.adopted) == (real.submitted, real.adopted)
    assert describe(predicted, wanted) == describe(real, wanted)


def test_check_mode_does_not_wait_for_a_conflict(sim, client, ticker):
    running(sim, items=items(OTHER_TARGET))
    predicted = run(client, request(sim.server_ids), on_conflict="wait", check=True)
    assert predicted.to_submit == sim.server_ids and ticker.pauses == []


def test_diff_tells_the_state_of_each_server_before_and_after(sim, client):
    done, failed, new = sim.server_ids[:3]
    good = over(sim)
    bad = over(sim, "FAILED", server_ids=[failed])
    wanted = request([done, failed, new])
    assert describe(run(client, wanted), wanted) == {
        "before": {done: f"SUCCESS in job {good.id}", failed: f"FAILED in job {bad.id}", new: "no job"},
        "after": {done: f"SUCCESS in job {good.id}", failed: f"job {NAME}", new: f"job {NAME}"},
    }


# Lost answers


@pytest.mark.parametrize("how", LOST)
@pytest.mark.parametrize("late", [None, False, True], ids=["at once", "listed late", "readable late"])
@pytest.mark.parametrize("older", [False, True], ids=["first", "older job"])
@pytest.mark.parametrize("filter_fault", [None, "fuzzy_filter", "ignore_filters"])
def test_lost_answer_is_found_in_the_list_and_never_sent_again(how, late, older, filter_fault, sim, client, ticker):
    if older:
        over(sim, "FAILED", servers=4)
    sim.inject(faults.refuse(429, method="POST", times=2))
    sim.inject(faults.lost(how))
    if late is not None:
        sim.inject(faults.late(NEVER, detail=late))
        shown_at = ticker.now + 30
        ticker.on_sleep.append(lambda: ticker.now >= shown_at and show_late_jobs(sim))
    if filter_fault:
        sim.inject(faults.make(filter_fault))
        running(sim, name=f"{NAME}-other", server_ids=sim.server_ids[3:], type="COMMON", items=[{"type": "COMMON"}])
    wanted = request(sim.server_ids[:3])
    ensured = run(client, wanted)
    assert ensured.submitted and ensured.adopted
    new = next(job for job in sim.jobs.values() if job.body["name"] == NAME and job.server_ids == sim.server_ids[:3])
    assert {job.id for job in ensured.coverage.values()} == {new.id}
    again = run(client, wanted)
    assert not again.submitted and again.adopted
    assert len(posts(sim)) == 1 and sim.violations == []


@pytest.mark.parametrize("status", ["reset", 500, 503])
def test_create_that_left_no_trace_ends_with_an_unknown_outcome(status, sim, client, ticker):
    sim.inject(faults.refuse(status, method="POST", times=1))
    before = ticker.now
    error = refused(UnknownOutcomeError, client, request(sim.server_ids))
    assert len(posts(sim)) == 1
    assert ticker.now - before == pytest.approx(60)
    assert all(word in error.message for word in (NAME, "is unknown", "within 60 s", "Run again"))
    assert error.details["failure"]["status"] == (None if status == "reset" else status)
    assert run(client, request(sim.server_ids)).submitted
    assert len(sim.jobs) == 1


def test_outage_while_looking_for_the_job_is_lived_through(sim, client):
    sim.inject(faults.lost("reset"))
    wanted = request(sim.server_ids)
    seen = len(sim.requests)
    sim.inject(faults.refuse(503, method="GET", path="/jobs", after=1, times=8))
    assert run(client, wanted).adopted
    assert len(sim.requests) - seen >= 10
    assert len(posts(sim)) == 1


def test_refusal_while_looking_for_the_job_does_not_end_the_search(sim, client):
    sim.inject(faults.lost("reset"))
    sim.inject(faults.refuse(403, method="GET", path="/jobs", after=1, times=2))
    assert run(client, request(sim.server_ids)).adopted


@pytest.mark.parametrize(
    "foreign",
    [{"items": items(OTHER_TARGET)}, {"servers": 2}, {"name": NAME + "-2"}],
    ids=["other items", "more servers", "other name"],
)
def test_job_of_somebody_else_is_not_taken_for_the_lost_one(foreign, sim, client, ticker):
    sim.inject(faults.refuse("reset", method="POST"))
    sim.inject(faults.fuzzy_filter())
    ticker.on_sleep.append(lambda: len(ticker.pauses) == 1 and running(sim, **foreign))
    refused(UnknownOutcomeError, client, request(sim.server_ids[:1]))


def test_older_job_is_not_taken_for_the_lost_one(sim, client):
    over(sim, "FAILED")
    sim.inject(faults.refuse("reset", method="POST"))
    refused(UnknownOutcomeError, client, request(sim.server_ids[:1]))


def test_lost_job_that_left_out_a_server_is_found_all_the_same(sim, client):
    sim.outcome(sim.server_ids[1], "MISSING")
    sim.inject(faults.lost("reset"))
    ensured = run(client, request(sim.server_ids))
    assert ensured.adopted and len(posts(sim)) == 1
    assert outcome(ensured.coverage)["summary"]["missing"] == 1


@pytest.mark.parametrize("status", [400, 401, 403])
def test_definite_refusal_of_the_create_is_told_at_once(status, sim, client, ticker):
    sim.inject(faults.refuse(status, method="POST"))
    assert refused(RequestError, client, request(sim.server_ids)).status == status
    assert len(posts(sim)) == 1 and ticker.pauses == []


def test_create_that_was_never_sent_is_told_as_that(sim, make_client, ticker):
    client = make_client(retries=1)
    create = client.create_job

    def create_with_the_server_gone(body):
        sim.stop()
        return create(body)

    client.create_job = create_with_the_server_gone
    refused(NotSentError, client, request(sim.server_ids))
    assert posts(sim) == []


# Anything in any order


class Killed(BaseException):
    """The process ends here."""


class Fleet(RuleBasedStateMachine):
    """Runs for two targets over three servers, under faults, kills and the passing of time."""

    def __init__(self):
        super().__init__()
        self.sim = Simulator(servers=3, speed=0, driver="23.0.6").start()
        self.ticker = Ticker(self.sim)
        self.ticker.on_sleep.append(self.passing)
        self.shown_at = 0.0
        self.left = None

    def teardown(self):
        self.sim.stop()

    def passing(self):
        if self.ticker.now >= self.shown_at:
            show_late_jobs(self.sim)
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed

    @initialize(older=st.sampled_from([None, "SUCCESS", "FAILED", "SKIPPED"]))
    def an_older_job_of_the_name(self, older):
        if older:
            over(self.sim, older, servers=2, age=9000, items=items("22.0.0"))

    @rule(how=st.sampled_from(LOST))
    def lose_an_answer(self, how):
        self.sim.inject(faults.lost(how))

    @rule(times=st.integers(1, 4))
    def throttle(self, times):
        self.sim.inject(faults.refuse(429, method="POST", times=times, retry_after=2))

    @rule(status=st.sampled_from([500, 503, "reset"]))
    def fail_reads(self, status):
        self.sim.inject(faults.refuse(status, method="GET", times=2))

    @rule(detail=st.booleans())
    def show_jobs_late(self, detail):
        self.sim.inject(faults.late(NEVER, detail=detail, times=1))

    @rule(kind=st.sampled_from(["fuzzy_filter", "ignore_filters", "strings", "status_word"]))
    def change_the_list(self, kind):
        self.sim.inject(faults.make(kind, times=5))

    @rule(server=st.integers(0, 2), status=st.sampled_from(["FAILED", "SKIPPED", "MISSING"]))
    def spoil_a_server(self, server, status):
        self.sim.outcome(self.sim.server_ids[server], status, times=1)

    @rule(seconds=st.sampled_from([1, 100, 400]))
    def time_passes(self, seconds):
        self.sim.clock.advance(seconds)

    @rule(
        servers=st.sets(st.integers(0, 2), min_size=1),
        version=st.sampled_from([TARGET, OTHER_TARGET]),
        on_conflict=st.sampled_from(["fail", "wait"]),
        left=st.none() | st.integers(0, 4),
        wait=st.booleans(),
    )
    def run_the_module(self, servers, version, on_conflict, left, wait):
        show_late_jobs(self.sim)
        wanted = request([self.sim.server_ids[n] for n in sorted(servers)], version, f"{NAME}-{version}")
        client = connect(self.sim, self.ticker, retries=200)
        before = len(posts(self.sim))
        self.ticker.sim = None  # the prediction meets all faults of reading; no job is to end meanwhile
        predicted = self.outcome_of(client, wanted, on_conflict, check=True)
        self.ticker.sim = self.sim
        assert len(posts(self.sim)) == before
        jobs = len(self.sim.jobs)
        self.shown_at = self.ticker.now + 25
        self.left = left
        try:
            real = self.outcome_of(client, wanted, on_conflict)
            if wait and not isinstance(real, str):
                states = Wait(client, 3600, 10, grace=60).until_over(real.coverage.values())
                assert all(job.over for job in states.values())
        except Killed:
            real = "killed"
        finally:
            self.left = None
            client.session.close()
        assert len(posts(self.sim)) - before <= 1
        assert len(self.sim.jobs) - jobs <= 1
        if real == "unknown":
            return
        if isinstance(predicted, str):
            assert real in (predicted, "killed")
        elif not isinstance(real, str):
            assert all(job is not None for job in real.coverage.values())
            assert len(self.sim.jobs) - jobs == real.submitted
            if on_conflict == "fail":
                assert predicted.to_submit == real.to_submit
                assert describe(predicted, wanted) == describe(real, wanted)

    def outcome_of(self, client, wanted, on_conflict, check=False):
        """What a run comes to; a conflict by its message."""
        try:
            return run(client, wanted, on_conflict=on_conflict, check=check)
        except ConflictError:
            return "conflict"
        except UnknownOutcomeError:  # a job that names no server may be anybody's
            assert list(self.sim.jobs.values())[-1].tasks == []
            return "unknown"

    @invariant()
    def no_server_was_worked_on_twice(self):
        """But for a version that is asked for again after another one was: what is installed by then, no record says."""
        last = {}
        again = set()
        for server_id, version, job_id in self.sim.upgrades:
            if last.get(server_id, version) == version:
                again.add(job_id)
            last[server_id] = version
        assert [v for v in self.sim.violations if ", already at" not in v or v.split()[1] in again] == []


Fleet.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink over HTTP takes minutes
)
TestFleet = Fleet.TestCase


# What a critical reader found


def test_a_refused_create_that_took_long_makes_the_look_stale_for_the_next_batch(sim, client, ticker, batches):
    rival = []

    def slow_refusal(body):
        if not rival:
            ticker.now += 29
            rival.append(running(sim, server_ids=batches[1]))
            raise RequestError("HTTP 400", 400)
        return create(body)

    create, client.create_job = client.create_job, slow_refusal
    ensured = run(client, request(batches=batches))
    assert ensured.to_submit == [] and ensured.coverage[batches[1][0]].id == rival[0].id
    assert sim.violations == []


def test_a_server_that_an_adopted_job_still_works_on_is_held(sim, client):
    """What is known of the other one is told, too."""
    one, two = sim.server_ids[:2]
    job = running(sim, server_ids=[one, two], age=50)
    over(sim, "FAILED", server_ids=[two], age=10)
    error = refused(ConflictError, client, request([one, two]))
    assert two in error.message and posts(sim) == []
    told = error.details
    assert (told["job"]["id"], told["refusals"], told["submitted"], told["adopted"]) == (
        job.id,
        {two: "held"},
        False,
        True,
    )
    assert [told["servers"][one]["job_id"], told["servers"][two]["job_id"]] == [job.id, None]


def test_nothing_is_created_once_the_time_is_over(sim, client, ticker):
    running(sim, items=items(OTHER_TARGET))
    error = refused(WaitTimeoutError, client, request(sim.server_ids[:1]), on_conflict="wait", timeout=50)
    assert posts(sim) == [] and error.details["timed_out"]


def test_details_are_read_once_however_often_a_create_is_throttled(sim, client):
    for age in range(30):
        over(sim, age=1000 + age, server_ids=sim.server_ids[:1])
    sim.inject(faults.refuse(429, method="POST", times=6, retry_after=2))
    assert run(client, request(sim.server_ids[1:2])).submitted
    assert sim.count("GET", "/jobs/*") == 30


def test_active_goes_by_the_newest_job_too(sim, client):
    sim.add_job(name=NAME, items=items(), server_ids=sim.server_ids[:1], status="PROCESSING", age=9000)
    over(sim, age=100)
    refused(ConflictError, client, request(sim.server_ids[:1]), reuse="active")


def test_detail_of_another_job_is_not_believed(sim, client, monkeypatch):
    over(sim, age=100)
    over(sim, age=200, name="other")
    ids = [job.id for job in sim.jobs.values()]
    send = client._send
    client.retries = 0

    def answer(method, path, query=None, body=None, session=None):
        return send(method, path.replace(ids[0], ids[1]), query, body, session)

    monkeypatch.setattr(client, "_send", answer)
    refused(LostAnswerError, client, request(sim.server_ids[:1]))


def test_secret_of_a_spec_is_not_shown(sim, client):
    secret = [{"type": "DEVICE_LOG_COLLECT", "spec": {"obs_secret_key": "TOPSECRET123", "level": "all"}}]
    options = {"type": "LOG_COLLECT", "description": None, "is_reboot": None, "batches": None}
    wanted = _request.request({"name": "logs", "items": secret, "server_ids": sim.server_ids, **options})
    told = json.dumps(outcome(run(client, wanted).coverage))
    assert "TOPSECRET123" not in told and "all" in told
    assert next(iter(sim.jobs.values())).items == secret
    assert not run(client, wanted).submitted
