# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_job: what it sends, what it says of what is there already, and the deletion of records."""

from __future__ import annotations

import pytest

from tests.integration.playbook import documentation
from tests.simulator import faults
from tests.unit.module_utils.submitting import bodies, items, query, result_of, running, show_late_jobs, upgrade

OTHER = items("24.1.0.3")

# What is sent


def test_request_holds_what_was_given_and_nothing_else(sim, client):
    """Spec values become strings, a server is named once, options not given are not sent."""
    first, second, third = sim.server_ids[:3]
    spec = {"version": "25.2.1", "force": True, "level": 3, "share": 0.5, "empty": ""}
    full = {
        "name": "all_given-1.0",
        "items": [{"type": "HDK_UPGRADE", "spec": spec}, {"type": "HDK_QUERY", "spec": {}}],
        "description": "Night shift, 50 %: näher",
        "is_reboot": False,
        "wait": False,
    }
    result_of(client, {**upgrade([second, first, second]), **full})
    result_of(client, query([third], wait=False))
    in_full, short = bodies(sim)
    assert in_full == {
        "name": "all_given-1.0",
        "type": "HDK_UPGRADE",
        "server_ids": [second, first],
        "items": [
            {
                "type": "HDK_UPGRADE",
                "spec": {"version": "25.2.1", "force": "true", "level": "3", "share": "0.5", "empty": ""},
            },
            {"type": "HDK_QUERY"},
        ],
        "description": "Night shift, 50 %: näher",
        "is_reboot": False,
    }
    name = short.pop("name")
    assert short == {"type": "ASCEND_SOFTWARE_QUERY", "server_ids": [third], "items": [{"type": "HDK_QUERY"}]}
    assert name.startswith("ascend_software_query-") and len(name) == len("ascend_software_query-") + 8


def test_default_name_follows_the_items_and_not_the_servers(sim, client):
    """The same work has the same name; other work has another."""
    first, second, third = sim.server_ids[:3]
    asked = [upgrade([first]), upgrade([second]), upgrade([third], version="25.3.0")]
    names = [result_of(client, {**one, "wait": False})["job"]["name"] for one in asked]
    assert names[0] == names[1] != names[2]


# What is there already


@pytest.mark.parametrize("check", [False, True])
def test_of_a_partly_done_fleet_only_the_servers_in_need_are_submitted(check, sim, client):
    """The result covers all servers, each with the job that decides for it; check mode predicts it."""
    done, failed, busy, skipped = sim.server_ids
    ends = {failed: "FAILED", skipped: "SKIPPED"}
    past = {"name": "fleet", "items": items(), "status": "FINISHED", "outcomes": ends}
    first = sim.add_job(**past, server_ids=[done, failed, skipped])
    second = running(sim, name="fleet", server_ids=[busy])
    result = result_of(client, upgrade(sim.server_ids, name="fleet"), check=check)
    assert (result["changed"], result["submitted"], result["adopted"]) == (True, True, True)
    assert result["diff"]["after"] == {
        done: f"SUCCESS in job {first.id}",
        failed: "job fleet",
        busy: f"PROCESSING in job {second.id}",
        skipped: "job fleet",
    }
    new = None if check else result["job"]["id"]
    jobs = {done: first.id, failed: new, busy: second.id, skipped: new}
    assert {server_id: one["job_id"] for server_id, one in result["servers"].items()} == jobs
    assert {job["id"] for job in result["jobs"]} == {new, second.id, first.id} - {None}
    assert [body["server_ids"] for body in bodies(sim)] == ([] if check else [[failed, skipped]])
    assert result["summary"]["processing" if check else "success"] == (3 if check else 4)


def test_conflict_fails_naming_job_and_servers_or_is_ignored(sim, client):
    """Whoever started it; servers that are not asked for do not count."""
    first, second, third = sim.server_ids[:3]
    other = sim.add_job(name="from-console", server_ids=[first, second], status="PROCESSING")
    failed = result_of(client, upgrade([second, third]))
    assert f"from-console ({other.id}, PROCESSING) holds {second}" in failed["msg"]
    assert "Nothing was submitted" in failed["msg"] and "on_conflict" in failed["msg"]
    assert [job["id"] for job in failed["conflicts"]] == [other.id] and not failed.get("changed")
    assert set(failed["conflicts"][0]) == set(documentation("liteserver_job")["job"]["contains"])
    result_of(client, upgrade([third], wait=False))
    result_of(client, upgrade([second], on_conflict="ignore", wait=False))
    assert [body["server_ids"] for body in bodies(sim)] == [[third], [second]]


def test_wait_for_a_conflict_is_part_of_the_time_to_wait(sim, client, ticker):
    """It fails like any other wait, and nothing was submitted."""
    began = ticker.now
    sim.add_job(name="from-console", server_ids=sim.server_ids, status="PROCESSING")
    result = result_of(client, upgrade(sim.server_ids, on_conflict="wait", wait_timeout=100))
    assert result["failed"] and result["timed_out"] and not result.get("changed")
    assert "After 100 s not over: job from-console" in result["msg"] and bodies(sim) == []
    assert ticker.now - began <= 100


# What the platform refuses, loses or shows late


def test_create_refused_for_good_fails_with_the_platforms_words(sim, client):
    """Code, message, request id, and what to do; one POST."""
    sim.inject(faults.refuse(403, code="ModelArts.0403", message="no permission", method="POST"))
    failed = result_of(client, upgrade(sim.server_ids))
    assert "HTTP 403, ModelArts.0403: no permission" in failed["msg"] and "permission for this call" in failed["msg"]
    assert failed["failure"]["status"] == 403 and failed["failure"]["request_id"] in failed["msg"]
    assert not failed.get("changed") and len(bodies(sim)) == 1


def test_create_that_is_throttled_too_long_fails_with_the_platforms_words(sim, client):
    sim.inject(faults.refuse(429, method="POST"))
    failed = result_of(client, upgrade(sim.server_ids, wait_timeout=100))
    assert failed["failure"]["status"] == 429 and failed["failure"]["code"] == "APIGW.0308"
    assert "throttles" in failed["msg"] and "wait_timeout of 100 s" in failed["msg"]
    assert failed["failure"]["request_id"] in failed["msg"] and sim.jobs == {}


def test_where_nothing_listens_the_host_is_named(sim, client):
    """No answer was read, so there is no status."""
    sim.stop()
    failed = result_of(client, upgrade(sim.server_ids))
    assert f"no connection to 127.0.0.1:{sim.port}" in failed["msg"] and "Check endpoint" in failed["msg"]
    assert failed["failure"]["status"] is None and not failed.get("changed")


def test_lost_job_is_of_unknown_outcome_until_it_shows(sim, client):
    """The run fails and says so; the next one takes the job up."""
    sim.inject(faults.lost("reset"))
    sim.inject(faults.late(1e9, times=1))
    failed = result_of(client, upgrade(sim.server_ids))
    assert "unknown" in failed["msg"] and "Run again" in failed["msg"]
    assert failed["failure"] == {"status": None, "code": None, "request_id": None}
    (job,) = sim.jobs.values()
    show_late_jobs(sim)
    found = result_of(client, upgrade(sim.server_ids))
    assert (found["submitted"], found["job"]["id"]) == (False, job.id)
    assert found["summary"]["success"] == 4 and len(bodies(sim)) == 1 and sim.violations == []


@pytest.mark.parametrize("after_a_conflict", [False, True])
def test_new_job_that_cannot_be_read_yet_is_borne_with(after_a_conflict, sim, client, ticker):
    """For a time that counts from its creation, not from the start of the task."""
    if after_a_conflict:
        running(sim, name="from-console", servers=4, items=OTHER)
    sim.inject(faults.late(1e9, detail=True))
    made = []

    def show():
        if len(bodies(sim)) and not made:
            made.append(ticker.now)
        if made and ticker.now - made[0] > 40:
            show_late_jobs(sim)

    ticker.on_sleep.append(show)
    began = ticker.now
    result = result_of(client, upgrade(sim.server_ids, on_conflict="wait"))
    assert result["summary"]["success"] == 4 and not result["adopted"]
    assert (made[0] - began > 60) is after_a_conflict


def test_new_job_that_cannot_be_read_for_too_long_is_gone(sim, client):
    sim.inject(faults.late(1e9, detail=True))
    result = result_of(client, upgrade(sim.server_ids, reconcile_timeout=30))
    assert result["failed"] and result["changed"] and "is gone while it was waited for" in result["msg"]
