# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_job: how a job ended on each server, and waits through everything a platform does."""

from __future__ import annotations

import pytest

from tests.integration.playbook import JOB, query, task, upgrade
from tests.simulator import faults


def statuses(result):
    """The status of each server."""
    return {server: one["status"] for server, one in result["servers"].items()}


@pytest.mark.parametrize("sim", [{"servers": 4}], indirect=True)
def test_servers_that_did_not_succeed_fail_the_run_and_are_named(sim, playbook):
    """Failed, skipped and missing ones. The same job by its id, and with fail_on_task_failure=false, tells the same."""
    good, failed, skipped, missing = sim.server_ids
    sim.outcome(failed, "FAILED", message="chip 3 is broken")
    sim.outcome(skipped, "SKIPPED")
    sim.outcome(missing, "MISSING")
    result = playbook.tasks(
        [
            task("upgrade", JOB, upgrade(sim.server_ids), register="done", ignore_errors=True),
            task("by id", JOB, {"id": "{{ done.job.id }}"}, ignore_errors=True),
            task("tolerant, by id", JOB, {"id": "{{ done.job.id }}", "fail_on_task_failure": False}),
            task("tolerant", JOB, upgrade(sim.server_ids, fail_on_task_failure=False)),
        ]
    )
    one = result.tasks["upgrade"]
    assert result.status("upgrade") == "ignored"
    assert one["changed"] and one["submitted"]
    assert statuses(one) == {good: "SUCCESS", failed: "FAILED", skipped: "SKIPPED", missing: "MISSING"}
    assert one["summary"] == {
        "total": 4, "success": 1, "failed": 1, "skipped": 1, "processing": 0, "missing": 1
    }  # fmt: skip
    assert one["msg"].startswith("3 of 4 servers did not succeed: ")
    names = {server_id: server.name for server_id, server in sim.servers.items()}
    assert f"{names[failed]} ({failed}) FAILED: chip 3 is broken" in one["msg"]
    assert f"{names[skipped]} ({skipped}) SKIPPED" in one["msg"]
    assert f"{missing} MISSING" in one["msg"]
    assert one["job"]["status"] == "FINISHED"
    assert result.status("by id") == "ignored"
    assert not result.tasks["by id"]["changed"]
    assert statuses(result.tasks["tolerant, by id"]) == {good: "SUCCESS", failed: "FAILED", skipped: "SKIPPED"}
    # They are submitted again, without the one that succeeded
    assert [request.body["server_ids"] for request in sim.requests if request.method == "POST"] == [
        sim.server_ids,
        [failed, skipped, missing],
    ]
    assert result.status("tolerant") == "ok"
    assert result.tasks["tolerant"]["summary"]["success"] == 1


def test_check_mode_and_the_real_run_judge_a_finished_job_alike(sim, playbook):
    """Asked for by its id, a failed job fails both."""
    job = sim.add_job(server_ids=sim.server_ids, status="FINISHED", outcomes={sim.server_ids[0]: "FAILED"})
    tasks = [task("by id", JOB, {"id": job.id}, ignore_errors=True)]
    check, real = playbook.tasks(tasks, check=True), playbook.tasks(tasks)
    assert check.status("by id") == real.status("by id") == "ignored"
    assert check.tasks["by id"]["msg"] == real.tasks["by id"]["msg"]


@pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True)
def test_a_job_can_be_left_running_and_waited_for_by_its_id(sim, playbook):
    """wait=false returns at once and tells no lines; the id waits, in check mode it does not."""
    play = playbook.one_play(
        [
            task("submit", JOB, upgrade(sim.server_ids, wait=False), register="submitted"),
            task("look", JOB, {"id": "{{ submitted.job.id }}"}, check_mode=True),
            task("wait", JOB, {"id": "{{ submitted.job.id }}"}),
            task("again", JOB, {"id": "{{ submitted.job.id }}"}),
        ]
    )
    result = playbook.start(play).advance().wait()
    assert result.rc == 0, result.output
    at_first = result.tasks["submit"]
    assert (at_first["changed"], at_first["submitted"], at_first["adopted"]) == (True, True, False)
    assert set(statuses(at_first).values()) == {"PROCESSING"}
    assert set(statuses(result.tasks["look"]).values()) == {"PROCESSING"}
    assert (result.tasks["wait"]["changed"], result.tasks["wait"]["adopted"]) == (False, True)
    assert set(statuses(result.tasks["wait"]).values()) == {"SUCCESS"}
    assert (result.tasks["again"]["changed"], result.tasks["again"]["adopted"]) == (False, False)
    before, _mark, after = result.stdout.partition("TASK [wait]")
    assert "servers done" not in before and "3 of 3 servers done" in after


def test_an_unknown_or_deleted_job_cannot_be_waited_for(sim, playbook):
    """Each says what is the matter."""
    deleted = sim.add_job(name="gone", status="DELETED")
    unknown = "66d210bc-023c-490a-8664-afd321a163ad"
    result = playbook.tasks(
        [
            task("unknown", JOB, {"id": unknown}, ignore_errors=True),
            task("deleted", JOB, {"id": deleted.id}, ignore_errors=True),
        ]
    )
    assert unknown in result.tasks["unknown"]["msg"] and "Check region" in result.tasks["unknown"]["msg"]
    assert result.tasks["unknown"]["failure"]["code"] == "ModelArts.6404"
    assert f"gone ({deleted.id}) was deleted" in result.tasks["deleted"]["msg"]


@pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True)
def test_when_the_time_to_wait_runs_out_the_job_is_named_and_goes_on(sim, playbook):
    """The run fails as changed, with what is known so far and the advice to run again; the next one adopts the job."""
    tasks = [task("upgrade", JOB, upgrade(sim.server_ids, wait_timeout=1.5))]
    first = playbook.tasks(tasks)
    one = first.tasks["upgrade"]
    (job,) = sim.jobs.values()
    assert first.status("upgrade") == "failed"
    assert one["timed_out"] is True and one["changed"] is True
    assert f"After 1.5 s not over: job {job.name} ({job.id}) is PROCESSING, 0 of 3 servers done" in one["msg"]
    assert "run again" in one["msg"] and "wait_timeout" in one["msg"]
    assert one["summary"]["processing"] == 3 and one["job"]["id"] == job.id
    sim.clock.advance(300)
    second = playbook.tasks(tasks).tasks["upgrade"]
    assert second["summary"]["success"] == 3 and not second["changed"]


@pytest.mark.parametrize(
    ("sim", "fault"),
    [({"speed": 0}, faults.status_word("QUEUEING")), ({"speed": 0}, faults.status_word("ARCHIVED", over=True))],
    indirect=["sim"],
    ids=["while it runs", "for ever"],
)
def test_an_unknown_status_is_waited_through_with_one_warning(sim, playbook, fault):
    """Until the job is over, which its tasks tell where the status does not."""
    sim.inject(fault)
    word = fault.options["word"]
    running = playbook.start(playbook.one_play([task("upgrade", JOB, upgrade(sim.server_ids))]))
    result = running.advance_at_looks("/jobs/*", 300, after=1).wait(warnings=[f"the status {word}"])
    assert result.rc == 0, result.output
    assert result.tasks["upgrade"]["summary"]["success"] == 3
    assert len(result.tasks["upgrade"]["warnings"]) == 1
    assert " ".join(result.output.split()).count(f"the status {word}") == 1


@pytest.mark.parametrize("sim", [{"speed": 100, "keep_deleted": True}], indirect=True)
def test_a_job_deleted_while_it_is_waited_for_fails_the_run(sim, playbook):
    """Its outcome cannot be read, which is no success; the job was created all the same."""
    sim.inject(faults.deleted_midway(60))
    result = playbook.tasks([task("upgrade", JOB, upgrade(sim.server_ids))])
    one = result.tasks["upgrade"]
    (job,) = sim.jobs.values()
    assert result.status("upgrade") == "failed"
    assert f"{job.name} ({job.id}) was deleted while it was waited for" in one["msg"]
    assert one["changed"] and one["submitted"]


@pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True)
def test_a_job_that_vanishes_while_it_is_waited_for_fails_the_run(sim, playbook):
    """Somebody else deletes the record, and the platform does not show it any more."""
    running = playbook.start(playbook.one_play([task("upgrade", JOB, upgrade(sim.server_ids, reconcile_timeout=0.5))]))
    assert next(line for line in running.lines() if "servers done" in line)
    sim.world.delete(list(sim.jobs), keep=False)
    result = running.wait()
    assert result.status("upgrade") == "failed"
    assert "is gone while it was waited for" in result.tasks["upgrade"]["msg"]
    assert result.tasks["upgrade"]["changed"]


@pytest.mark.parametrize("status", [503, 429, "reset"])
def test_an_outage_shorter_than_the_wait_does_not_end_it(sim, playbook, status):
    """Although single reads are not repeated inside a wait's looks."""
    outage = sim.inject(faults.refuse(status, path="/jobs/*", times=3))
    result = playbook.tasks([task("upgrade", JOB, upgrade(sim.server_ids, retries=0))])
    assert result.rc == 0, result.output
    assert result.tasks["upgrade"]["summary"]["success"] == 3
    assert outage.hits == 3


@pytest.mark.parametrize("status", [503, "reset"])
def test_an_outage_longer_than_the_wait_ends_it_with_the_last_answer(sim, playbook, status):
    """The job is named, and what is known of it is told."""
    sim.inject(faults.refuse(status, path="/jobs/*"))
    result = playbook.tasks([task("upgrade", JOB, upgrade(sim.server_ids, wait_timeout=2))])
    one = result.tasks["upgrade"]
    (job,) = sim.jobs.values()
    assert result.status("upgrade") == "failed"
    assert one["timed_out"] and one["changed"] and one["job"]["id"] == job.id
    assert job.id in one["msg"] and "The last answer was: " in one["msg"]
    assert ("HTTP 503" if status == 503 else "the connection broke") in one["msg"]


def test_a_read_refused_for_good_ends_the_wait_at_once(sim, playbook):
    """With the platform's reason and the job it was about."""
    refusal = sim.inject(faults.refuse(403, path="/jobs/*"))
    one = playbook.tasks([task("upgrade", JOB, upgrade(sim.server_ids), ignore_errors=True)]).tasks["upgrade"]
    assert one["failed"] and one["changed"]
    assert one["failure"]["status"] == 403
    assert one["job"]["id"] in sim.jobs
    assert refusal.hits == 1


def test_sparse_answers_with_times_as_strings_are_understood(sim, playbook):
    """Absent fields are null, times are numbers, a second run still matches."""
    sim.inject(faults.strings())
    sim.inject(faults.sparse())
    runs = playbook.twice([task("query", JOB, query(sim.server_ids))])
    one = runs.first.tasks["query"]
    assert isinstance(one["job"]["create_at"], int) and isinstance(one["job"]["tasks"][0]["update_at"], int)
    assert [one["job"][key] for key in ("description", "user_name", "template_id")] == [None] * 3
    assert one["job"]["tasks"][0]["cloud_server"] == {}
    assert {server["message"] for server in one["servers"].values()} == {None}


@pytest.mark.parametrize("sim", [{"speed": 200}], indirect=True)
def test_a_finished_job_is_given_time_to_tell_of_its_last_server(sim, playbook):
    """FINISHED with a task PROCESSING is not read as an outcome."""
    sim.inject(faults.settle(200))
    result = playbook.tasks([task("upgrade", JOB, upgrade(sim.server_ids))])
    assert result.rc == 0, result.output
    assert result.tasks["upgrade"]["summary"]["success"] == 3
