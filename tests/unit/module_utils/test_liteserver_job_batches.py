# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_job: several jobs at once, of which one does not keep back the others."""

from __future__ import annotations

import pytest

from tests.unit.module_utils.submitting import bodies, items, result_of, running, statuses, upgrade

OTHER = items("24.1.0.3")


def asked(*batches, **options):
    return {**upgrade([]), "server_ids": None, "batches": [list(batch) for batch in batches], **options}


def test_each_batch_is_a_job_and_all_are_waited_for(sim, client):
    """With one list of the jobs before, and one after the creates, however many batches there are."""
    batches = [sim.server_ids[:2], sim.server_ids[2:3], sim.server_ids[3:]]
    result = result_of(client, asked(*batches))
    assert [body["server_ids"] for body in bodies(sim)] == batches
    assert result["summary"]["success"] == 4 and len(result["jobs"]) == 3
    jobs = {server_id: job.id for job in sim.jobs.values() for server_id in job.server_ids}
    assert {server_id: one["job_id"] for server_id, one in result["servers"].items()} == jobs
    calls = [f"{one.method} {one.path}" for one in sim.requests][:5]
    assert calls == ["GET /jobs", "POST /jobs", "POST /jobs", "POST /jobs", "GET /jobs"]
    assert not result_of(client, asked(*batches))["changed"]


@pytest.mark.parametrize(
    "how", [{"check": True}, {}, {"wait": False}], ids=["check mode", "waited for", "not waited for"]
)
def test_batch_that_is_refused_fails_the_module_and_keeps_no_other_back(how, sim, client):
    """Changed, the reason with each server, the outcome of the others."""
    held, free = sim.server_ids[:2], sim.server_ids[2:]
    other = sim.add_job(name="from-console", server_ids=held[:1], status="PROCESSING")
    check = how.get("check", False)
    one = result_of(client, asked(held, free, wait=how.get("wait", True)), check=check)
    assert one["failed"] and one["changed"] and one["submitted"]
    assert one["msg"].count("from-console") == 1
    assert [one["servers"][i]["status"] for i in held] == ["MISSING"] * 2
    assert all(f"from-console ({other.id}" in one["servers"][i]["message"] for i in held)
    assert [job["id"] for job in one["conflicts"]] == [other.id]
    assert one["refusals"] == dict.fromkeys(held, "held")
    assert set(one["diff"]["after"].values()) - set(one["diff"]["before"].values())
    assert [one["servers"][i]["status"] for i in free] == ["PROCESSING" if how else "SUCCESS"] * 2
    assert [body["server_ids"] for body in bodies(sim)] == [free] * (not check)


@pytest.mark.parametrize("reuse", ["finished", "never"])
def test_what_no_conflict_holds_up_is_submitted_at_once_and_only_once(reuse, sim, client):
    held, free = sim.server_ids[:2], sim.server_ids[2:]
    running(sim, name="from-console", items=OTHER, server_ids=held[:1])
    one = result_of(client, asked(held, free, on_conflict="wait", reuse=reuse))
    assert one["summary"]["success"] == 4 and len(one["jobs"]) == 2 and "conflicts" not in one
    assert set(one["diff"]["after"]) == set(sim.server_ids)
    assert [body["server_ids"] for body in bodies(sim)] == [free, held]
    assert sim.violations == []


@pytest.mark.parametrize("reuse", ["active", "never"])
def test_while_a_conflict_is_waited_for_nothing_is_forgotten_or_sent_again(reuse, sim, client):
    """Of one batch a server is at work already, of another all are refused; the third is held up together with the first."""
    covered, rest, held, free = sim.server_ids
    if reuse == "active":
        running(sim, name="mine", server_ids=[covered])
    running(sim, name="from-console", items=OTHER, server_ids=[held, covered] if reuse == "active" else [held])
    batches = [[covered, rest], [held], ["no-such-server"], [free]]
    one = result_of(client, asked(*batches, name="mine", on_conflict="wait", reuse=reuse))
    first = [rest] if reuse == "active" else [covered, rest]
    assert [body["server_ids"] for body in bodies(sim)] == [first, ["no-such-server"], [free], [held]]
    assert one["failed"] and one["changed"] and "no-such-server does not exist" in one["msg"]
    assert "no-such-server does not exist" in one["servers"]["no-such-server"]["message"]
    assert one["refusals"] == {"no-such-server": "refused"}
    assert {statuses(one)[server_id] for server_id in sim.server_ids} == {"SUCCESS"}
    assert one["summary"] == {"total": 5, "success": 4, "failed": 0, "skipped": 0, "processing": 0, "missing": 1}


def test_conflict_that_does_not_end_in_time_hides_nothing_of_the_others(sim, client):
    """They are over by then; nor does a conflict of one batch that ends keep another waiting."""
    stuck, brief, *free = sim.server_ids
    sim.add_job(name="stuck", server_ids=[stuck], status="ACTIVE")
    running(sim, name="brief", items=OTHER, server_ids=[brief])
    one = result_of(client, asked([stuck], [brief], free, on_conflict="wait", wait_timeout=1500))
    assert one["failed"] and one["changed"] and one["timed_out"]
    assert list(statuses(one).values()) == ["MISSING", "SUCCESS", "SUCCESS", "SUCCESS"]
    assert one["servers"][stuck]["message"].startswith("After 1500 s not over: job stuck (")
    assert one["msg"] == one["servers"][stuck]["message"]
    assert {job["status"] for job in one["jobs"]} == {"FINISHED"}
