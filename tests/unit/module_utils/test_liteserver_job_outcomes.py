# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job modules' whole work by a clock that takes no time: what they make of what a platform says, and tell meanwhile."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._progress import Progress
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._wait import FEW_JOBS, LONGEST_UNREAD
from ansible_collections.huaweicloud.modelarts.plugins.modules import liteserver_job_info
from tests.simulator import Simulator, faults
from tests.unit.module_utils.submitting import items, posts, query, result_of, running, statuses, upgrade


def wait_for(client, **options):
    """What liteserver_job_info makes of a wait."""
    return result_of(client, {"wait": True, "details": True, **options}, module=liteserver_job_info)


# What counts as success


def test_job_without_tasks_that_counts_failures_has_failed(sim, client):
    """Whether it is waited for by its request or by its id, in check mode too; a job_info only tells."""
    sim.inject(faults.no_tasks(abnormal_count=3))
    by_request = result_of(client, upgrade(sim.server_ids[:3]))
    (job,) = sim.jobs.values()
    by_id = result_of(client, {"id": job.id})
    for result in (by_request, by_id, result_of(client, {"id": job.id}, check=True)):
        assert result["failed"] and result["job"]["status"] == "FINISHED" and result["job"]["abnormal_count"] == 3
        assert f"counts 3 abnormal servers in job {job.name} ({job.id})" in result["msg"]
        assert "before you submit again" in result["msg"]
    assert set(statuses(by_request).values()) == {"MISSING"} and "3 of 3 servers did not succeed" in by_request["msg"]
    assert not result_of(client, {"id": job.id, "fail_on_task_failure": False}).get("failed")
    assert wait_for(client, id=job.id)["jobs"][0]["abnormal_count"] == 3


def test_more_failures_counted_than_shown_are_a_failure(sim, client):
    job = sim.add_job(server_ids=sim.server_ids, status="FINISHED", abnormal_count=1)
    result = result_of(client, {"id": job.id})
    assert result["failed"] and result["summary"]["success"] == 4
    assert "counts 1 abnormal servers" in result["msg"]


def test_version_that_was_left_meanwhile_is_installed_again(sim, client):
    """No record of a job is the state of a server."""
    ids = sim.server_ids
    runs = [result_of(client, upgrade(ids, version)) for version in ("24.1.0.3", "25.2.1", "24.1.0.3", "24.1.0.3")]
    assert [run["changed"] for run in runs] == [True, True, True, False]
    assert {run["summary"]["success"] for run in runs} == {4}
    assert {server.driver for server in sim.servers.values()} == {"24.1.0.3"}


# One server that hangs


@pytest.fixture
def hung(sim):
    """The first of the servers, whose upgrades never end."""
    sim.outcome(sim.server_ids[0], "HUNG")
    return sim.server_ids[0]


def test_one_server_that_hangs_takes_the_time_and_no_other_servers_outcome(sim, client, hung):
    result = result_of(client, upgrade(sim.server_ids, wait_timeout=600))
    assert result["failed"] and result["timed_out"] and "3 of 4 servers done" in result["msg"]
    assert statuses(result) == {**dict.fromkeys(sim.server_ids, "SUCCESS"), hung: "PROCESSING"}


def test_others_of_its_job_are_done_and_free(sim, client, ticker, hung):
    """The same request for them is met without a wait; a query of them neither conflicts nor waits; one of it does."""
    result_of(client, upgrade(sim.server_ids, wait_timeout=600))
    others, began = sim.server_ids[1:], ticker.now
    again = result_of(client, upgrade(others))
    assert not again["changed"] and again["summary"]["success"] == 3 and ticker.now == began
    asked = result_of(client, query(others))
    assert asked["submitted"] and asked["summary"]["success"] == 3
    held = result_of(client, query([hung]))
    assert held["failed"] and f"holds {hung}" in held["msg"] and len(held["conflicts"]) == 1
    late = result_of(client, query([hung], on_conflict="wait", wait_timeout=50))
    assert late["timed_out"] and len(posts(sim)) == 2 and sim.violations == []


def test_wait_for_the_others_alone_ends_with_them(sim, client, ticker, hung):
    """Those at work are adopted, and it is not waited for."""
    result_of(client, upgrade(sim.server_ids, wait=False))
    began = ticker.now
    result = result_of(client, upgrade(sim.server_ids[1:]))
    assert result["adopted"] and result["summary"]["success"] == 3
    assert ticker.now - began < 300


# What is over although it does not seem so


def test_rows_that_stay_processing_are_noticed_within_a_minute(sim, client, ticker):
    sim.inject(faults.row_stuck())
    jobs = [sim.add_job(name=f"job{n}", server_ids=sim.server_ids[:1]) for n in range(FEW_JOBS + 5)]
    ends = max(job.ends for job in jobs) - sim.clock.now()
    began = ticker.now
    result = wait_for(client, ids=[job.id for job in jobs])
    assert {job["status"] for job in result["jobs"]} == {"FINISHED"}
    assert ends <= ticker.now - began <= ends + LONGEST_UNREAD + 10 + 1
    assert sim.count("GET", "/jobs/*") < len(jobs) * 8


def test_rows_that_stay_processing_hold_no_server(sim, client):
    sim.inject(faults.row_stuck())
    running(sim, name="console-job", servers=4)
    sim.clock.advance(1000)
    assert result_of(client, upgrade(sim.server_ids))["summary"]["success"] == 4


@pytest.mark.parametrize("reuse", ["finished", "active"])
def test_own_row_that_stays_processing_is_not_waited_for(reuse, sim, client, ticker):
    sim.inject(faults.row_stuck())
    first = result_of(client, query(sim.server_ids))
    began = ticker.now
    again = result_of(client, query(sim.server_ids, reuse=reuse, wait=False))
    assert again["submitted"] is (reuse == "active") and ticker.now == began
    assert first["summary"]["success"] == 4


# What ends a wait


@pytest.mark.parametrize("by_id", [False, True])
def test_keys_that_expire_in_the_wait_are_told_as_that_and_the_job_goes_on(by_id, sim, client, ticker):
    job_id = None
    if by_id:
        job_id = running(sim, servers=4, age=1).id
    ticker.on_sleep.append(lambda: len(ticker.pauses) == 3 and sim.inject(faults.expired()))
    result = result_of(client, {"id": job_id} if by_id else upgrade(sim.server_ids))
    assert result["failed"] and result["failure"]["status"] == 401
    assert "expired or were revoked meanwhile. The job goes on all the same: run again" in result["msg"]
    assert result["summary"]["processing"] == 4 and result["changed"] is not by_id
    sim.access_key = "RENEWED"
    client.signer.identity = type(client.signer.identity)("RENEWED", sim.secret_key, None)
    ticker.on_sleep.clear()
    again = result_of(client, {"id": job_id} if by_id else upgrade(sim.server_ids))
    assert again["summary"]["success"] == 4 and not again["changed"]


def test_lost_answers_of_six_batches_take_no_longer_than_the_time_to_wait(ticker, make_client):
    with Simulator(servers=6, speed=0) as sim:
        client, began = make_client(endpoint=sim.endpoint), ticker.now
        sim.inject(faults.lost("502", times=None))
        sim.inject(faults.late(1e9))
        batches = [[server_id] for server_id in sim.server_ids]
        asked = {**upgrade([]), "server_ids": None, "batches": batches, "wait_timeout": 3, "reconcile_timeout": 5}
        result = result_of(client, asked)
        assert result["failed"] and "is unknown" in result["msg"] and ticker.now - began <= 3
        assert len(sim.jobs) == 1 and result["summary"]["missing"] == 6


def test_one_lost_answer_stops_the_batches_behind_it_and_no_other_is_forgotten(sim, client):
    """The first is waited for, the third is not begun."""
    sim.inject(faults.lost("502", after=1))
    sim.inject(faults.late(1e9, after=1))
    batches = [sim.server_ids[:1], sim.server_ids[1:2], sim.server_ids[2:]]
    result = result_of(client, {**upgrade([]), "server_ids": None, "batches": batches})
    assert result["failed"] and result["changed"] and len(posts(sim)) == 2
    assert list(statuses(result).values()) == ["SUCCESS", "MISSING", "MISSING", "MISSING"]
    assert all("is unknown" in result["servers"][server_id]["message"] for server_id in sim.server_ids[1:])


# What is told meanwhile


class Told(Progress):
    def __init__(self):
        self.lines = []

    def tell(self, text):
        if self.lines[-1:] != [text]:
            self.lines.append(text)


def test_partly_done_fleet_is_counted_by_the_servers_asked_for(sim, client):
    """Each once, by the job that decides for it: not the failures of old that are being made good, nor others' servers."""
    done, failed, _other = sim.server_ids[:3]
    ends = {failed: "FAILED"}
    sim.add_job(name="fleet", items=items(), server_ids=sim.server_ids[:3], status="FINISHED", outcomes=ends)
    told = Told()
    result_of(client, upgrade([done, failed], name="fleet"), progress=told)
    assert told.lines == ["fleet: 1 of 2 servers done, 1 running", "fleet: 2 of 2 servers done"]


def test_conflict_is_told_while_it_is_waited_for(sim, client):
    running(sim, name="console-job", servers=2)
    told = Told()
    result_of(client, upgrade(sim.server_ids, name="fleet", on_conflict="wait"), progress=told)
    assert told.lines[0] == "waiting for console-job: 0 of 2 servers done, 2 running"
    assert told.lines[-1] == "fleet: 4 of 4 servers done"


def test_of_many_jobs_those_that_are_over_are_told(sim, client):
    jobs = [sim.add_job(name=f"job{n}", server_ids=sim.server_ids[:1]) for n in range(FEW_JOBS + 1)]
    told = Told()
    options = {"ids": [job.id for job in jobs], "wait": True}
    result_of(client, options, progress=told, module=liteserver_job_info)
    assert told.lines[0].endswith(": 0 of 11 jobs over") and told.lines[-1].endswith(": 11 of 11 jobs over")


# How it ended on each server


def test_servers_that_did_not_succeed_fail_the_run_and_are_named(sim, client):
    """Failed, skipped and missing ones. The same job by its id, and with fail_on_task_failure=false, tells the same."""
    good, failed, skipped, missing = sim.server_ids
    sim.outcome(failed, "FAILED", message="chip 3 is broken")
    sim.outcome(skipped, "SKIPPED")
    sim.outcome(missing, "MISSING")
    one = result_of(client, upgrade(sim.server_ids))
    job = {"id": one["job"]["id"]}
    assert one["failed"] and one["changed"] and one["submitted"] and one["job"]["status"] == "FINISHED"
    ended = {good: "SUCCESS", failed: "FAILED", skipped: "SKIPPED", missing: "MISSING"}
    assert statuses(one) == ended
    assert one["summary"] == {"total": 4, "success": 1, "failed": 1, "skipped": 1, "processing": 0, "missing": 1}
    assert one["msg"].startswith("3 of 4 servers did not succeed: ")
    names = {server_id: server.name for server_id, server in sim.servers.items()}
    assert f"{names[failed]} ({failed}) FAILED: chip 3 is broken" in one["msg"]
    assert f"{names[skipped]} ({skipped}) SKIPPED" in one["msg"] and f"{missing} MISSING" in one["msg"]
    by_id, in_check_mode = result_of(client, job), result_of(client, job, check=True)
    assert by_id["failed"] and not by_id["changed"] and by_id["msg"] == in_check_mode["msg"]
    tolerant = result_of(client, {**job, "fail_on_task_failure": False})
    assert not tolerant.get("failed") and statuses(tolerant) == {k: v for k, v in ended.items() if k != missing}
    # They are submitted again, without the one that succeeded
    again = result_of(client, upgrade(sim.server_ids, fail_on_task_failure=False))
    assert [one.body["server_ids"] for one in posts(sim)] == [sim.server_ids, [failed, skipped, missing]]
    assert not again.get("failed") and again["summary"]["success"] == 1


def test_job_can_be_left_running_and_waited_for_by_its_id(sim, client, ticker):
    """In check mode it is not waited for."""
    first = result_of(client, upgrade(sim.server_ids, wait=False))
    job = {"id": first["job"]["id"]}
    assert (first["changed"], first["submitted"], first["adopted"]) == (True, True, False)
    assert set(statuses(first).values()) == {"PROCESSING"}
    assert set(statuses(result_of(client, job, check=True)).values()) == {"PROCESSING"} and ticker.pauses == []
    waited = result_of(client, job)
    assert (waited["changed"], waited["adopted"]) == (False, True) and set(statuses(waited).values()) == {"SUCCESS"}
    again = result_of(client, job)
    assert (again["changed"], again["adopted"]) == (False, False)


def test_unknown_or_deleted_job_cannot_be_waited_for(sim, client):
    """Each says what is the matter."""
    deleted = sim.add_job(name="gone", status="DELETED")
    unknown = result_of(client, {"id": "66d210bc-023c-490a-8664-afd321a163ad"})
    assert "66d210bc-023c-490a-8664-afd321a163ad" in unknown["msg"] and "Check region" in unknown["msg"]
    assert unknown["failure"]["code"] == "ModelArts.6404"
    assert f"gone ({deleted.id}) was deleted" in result_of(client, {"id": deleted.id})["msg"]


def test_when_the_time_to_wait_runs_out_the_job_is_named_and_goes_on(sim, client):
    """It fails as changed, with what is known so far and the advice to run again; the next run adopts the job."""
    one = result_of(client, upgrade(sim.server_ids, wait_timeout=50))
    (job,) = sim.jobs.values()
    assert one["failed"] and one["timed_out"] is True and one["changed"] is True
    assert f"After 50 s not over: job {job.name} ({job.id}) is PROCESSING, 0 of 4 servers done" in one["msg"]
    assert "run again" in one["msg"] and "wait_timeout" in one["msg"]
    assert one["summary"]["processing"] == 4 and one["job"]["id"] == job.id
    second = result_of(client, upgrade(sim.server_ids))
    assert second["summary"]["success"] == 4 and not second["changed"] and second["adopted"]


@pytest.mark.parametrize("word, over", [("QUEUEING", False), ("ARCHIVED", True)])
def test_unknown_status_is_waited_through_with_one_warning(word, over, sim, client):
    """Until the job is over, which its tasks tell where the status does not."""
    sim.inject(faults.status_word(word, over=over))
    told = []
    result = result_of(client, upgrade(sim.server_ids), told=told)
    assert result["summary"]["success"] == 4 and len(told) == 1 and f"the status {word}" in told[0]


@pytest.mark.parametrize("keep", [False, True])
def test_job_deleted_while_it_is_waited_for_fails_the_run(keep, sim, client):
    """Its outcome cannot be read, which is no success; the job was created all the same."""
    sim.keep_deleted = keep
    sim.inject(faults.deleted_midway(60))
    one = result_of(client, upgrade(sim.server_ids, reconcile_timeout=5))
    (job,) = sim.jobs.values()
    what = "was deleted" if keep else "is gone"
    assert one["failed"] and one["changed"] and one["submitted"]
    assert f"{job.name} ({job.id}) {what} while it was waited for" in one["msg"]


@pytest.mark.parametrize("status", [503, 429, "reset"])
def test_outage_shorter_than_the_wait_does_not_end_it(status, sim, make_client):
    """Whatever the number of retries."""
    outage = sim.inject(faults.refuse(status, path="/jobs/*", times=30))
    result = result_of(make_client(retries=0), upgrade(sim.server_ids))
    assert result["summary"]["success"] == 4 and outage.hits == 30


@pytest.mark.parametrize("status, said", [(503, "HTTP 503"), ("reset", "the connection broke")])
def test_outage_longer_than_the_wait_ends_it_with_the_last_answer(status, said, sim, client):
    """The job is named, and what is known of it is told."""
    sim.inject(faults.refuse(status, path="/jobs/*"))
    one = result_of(client, upgrade(sim.server_ids, wait_timeout=200))
    (job,) = sim.jobs.values()
    assert one["failed"] and one["timed_out"] and one["changed"] and one["job"]["id"] == job.id
    assert job.id in one["msg"] and "The last answer was: " in one["msg"] and said in one["msg"]


def test_read_refused_for_good_ends_the_wait_at_once(sim, client):
    """With the platform's reason and the job it was about."""
    refusal = sim.inject(faults.refuse(403, path="/jobs/*"))
    one = result_of(client, upgrade(sim.server_ids))
    assert one["failed"] and one["changed"] and one["failure"]["status"] == 403
    assert one["job"]["id"] in sim.jobs and refusal.hits == 1


def test_sparse_answers_with_times_as_strings_are_understood(sim, client):
    """Absent fields are null, times are numbers, a second run still matches."""
    sim.inject(faults.strings())
    sim.inject(faults.sparse())
    one = result_of(client, query(sim.server_ids))
    assert isinstance(one["job"]["create_at"], int) and isinstance(one["job"]["tasks"][0]["update_at"], int)
    assert [one["job"][key] for key in ("description", "user_name", "template_id")] == [None] * 3
    assert one["job"]["tasks"][0]["cloud_server"] == {}
    assert {server["message"] for server in one["servers"].values()} == {None}
    assert not result_of(client, query(sim.server_ids))["changed"]


def test_finished_job_is_given_time_to_tell_of_its_last_server(sim, client):
    """FINISHED with a task PROCESSING is not read as an outcome."""
    sim.inject(faults.settle(10))
    assert result_of(client, upgrade(sim.server_ids))["summary"]["success"] == 4
