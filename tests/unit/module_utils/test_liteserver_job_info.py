# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_job_info: selecting, paging, details, and what a wait may end with."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.modules import liteserver_job_info
from tests.integration.playbook import documentation
from tests.simulator import faults
from tests.unit.module_utils.submitting import result_of

UNKNOWN = "66d210bc-023c-490a-8664-afd321a163ad"


def read(client, told=None, check=False, **options):
    return result_of(client, options, check=check, told=told, module=liteserver_job_info)


def ids(result):
    """The ids of the jobs of a result, in their order."""
    return [job["id"] for job in result["jobs"]]


# Selecting


@pytest.mark.parametrize(
    "fault", [None, faults.fuzzy_filter(), faults.ignore_filters()], ids=["filters", "fuzzy filter", "ignored filters"]
)
def test_filters_select_exactly_whatever_the_platform_makes_of_them(sim, client, fault):
    """By name, type (as requested and as echoed), status and ids; newest first; in check mode, too."""
    night = sim.add_job(name="night", status="FINISHED", age=3000.0).id
    longer = sim.add_job(name="night-2", type="ASCEND_SOFTWARE_QUERY", status="FINISHED", age=2000.0).id
    late = sim.add_job(name="night", type="ASCEND_DIAGNOSIS", status="PROCESSING", age=1000.0).id
    deleted = sim.add_job(name="old", status="DELETED", age=4000.0).id
    if fault:
        sim.inject(fault)
    expected = {
        "name": ({"name": "night"}, [late, night]),
        "other case": ({"name": "NIGHT"}, []),
        "type as requested": ({"type": "HDK_UPGRADE"}, [night, deleted]),
        "type as echoed": ({"type": "ASCEND_SOFTWARE_UPGRADE"}, [night, deleted]),
        "status": ({"status": "PROCESSING"}, [late]),
        "two filters": ({"name": "night", "status": "FINISHED"}, [night]),
        "id": ({"id": longer}, [longer]),
        "unknown id": ({"id": UNKNOWN}, []),
        "unknown id with details": ({"id": UNKNOWN, "details": True}, []),
        "ids": ({"ids": [night, UNKNOWN, longer, night]}, [longer, night]),
        "ids and a filter": ({"ids": [night, longer], "name": "night"}, [night]),
        "visible": ({"visible": False, "status": "PROCESSING"}, [late]),
    }
    if fault and fault.kind == "fuzzy_filter":
        expected = {name: case for name, case in expected.items() if "name" in case[0]}
    results = {name: read(client, check=True, **options) for name, (options, _ids) in expected.items()}
    assert {name: ids(one) for name, one in results.items()} == {name: one for name, (_o, one) in expected.items()}
    assert not [name for name, one in results.items() if one["changed"] or one["truncated"]]
    assert {request.method for request in sim.requests} == {"GET"}
    if "visible" in expected:
        assert [request.query["visible"] for request in sim.requests if "visible" in request.query] == ["false"]


# Paging


@pytest.mark.parametrize("paging", [{}, {"cap": 7}], ids=["pages of ten", "pages of seven at most"])
def test_all_pages_are_read(sim, client, paging):
    """Each job comes once."""
    made = [sim.add_job(status="FINISHED", age=float(age)).id for age in range(1, 28)]
    sim.inject(faults.paging(10, **paging))
    result = read(client)
    assert ids(result) == made
    assert result["truncated"] is False


def test_a_list_that_cannot_be_completed_says_so(sim, client):
    """A warning, and truncated is true; a job asked for by its id is found all the same."""
    made = [sim.add_job(status="FINISHED", age=float(age)).id for age in range(1, 26)]
    sim.inject(faults.paging(10, supported=False))
    told = []
    every = read(client, told)
    assert ids(every) == made[:10] and every["truncated"] is True
    assert len(told) == 1 and "The list is incomplete" in told[0]
    one = read(client, told, ids=[made[0], made[-1]])
    assert ids(one) == [made[0], made[-1]] and one["truncated"] is False and len(told) == 1


# Details


def test_details_tell_what_the_newest_job_did_on_each_server(sim, client):
    """The keys are the documented ones, with details and without."""
    first, second, third = sim.server_ids[:3]
    old = sim.add_job(status="FINISHED", server_ids=[first, second], age=2000.0, outcomes={first: "FAILED"})
    new = sim.add_job(status="FINISHED", server_ids=[first], age=1000.0, outcomes={first: "SKIPPED"})
    running = sim.add_job(status="PROCESSING", server_ids=[third])
    rows, full = read(client), read(client, details=True)
    assert ids(full) == ids(rows) == [running.id, new.id, old.id]
    assert {server: (one["status"], one["job_id"]) for server, one in full["servers"].items()} == {
        first: ("SKIPPED", new.id),
        second: ("SUCCESS", old.id),
        third: ("PROCESSING", running.id),
    }
    assert full["summary"] == {
        "total": 3, "success": 1, "failed": 0, "skipped": 1, "processing": 1, "missing": 0
    }  # fmt: skip
    documented = documentation("liteserver_job_info")
    own = set(full) - {"changed"}
    assert own == {key for key, value in documented.items() if not value["returned"].startswith("failure")}
    assert own - set(rows) == {"servers", "summary"}
    for job in rows["jobs"] + full["jobs"]:
        assert set(job) == set(documented["jobs"]["contains"])
    assert {(job["tasks"], job["job_items"]) for job in rows["jobs"]} == {(None, None)}
    assert [len(job["tasks"]) for job in full["jobs"]] == [1, 1, 2]
    assert {key for server in full["servers"].values() for key in server} == set(documented["servers"]["contains"])


# Waiting


def test_a_wait_without_jobs_is_over_at_once(sim, client, ticker):
    """Nothing runs, or the id does not exist."""
    nothing = read(client, status="PROCESSING", wait=True, details=True)
    assert ids(nothing) == ids(read(client, id=UNKNOWN, wait=True)) == [] == ticker.pauses
    assert nothing["servers"] == {} and nothing["summary"]["total"] == 0


def test_how_jobs_ended_does_not_fail_a_wait_but_time_does(sim, client):
    """With what is known of the jobs so far."""
    failed = sim.add_job(name="bad", server_ids=sim.server_ids[:1], outcomes={sim.server_ids[0]: "FAILED"})
    endless = sim.add_job(name="endless", server_ids=sim.server_ids[1:2], status="PROCESSING")
    bad = read(client, id=failed.id, wait=True, details=True)
    assert not bad.get("failed") and bad["summary"]["failed"] == 1
    late = read(client, ids=[failed.id, endless.id], wait=True, wait_timeout=50, details=True)
    assert late["failed"] and late["timed_out"] is True and not late.get("changed")
    assert f"job endless ({endless.id}) is PROCESSING" in late["msg"] and "wait_timeout" in late["msg"]
    assert set(ids(late)) == {failed.id, endless.id}
    assert late["summary"] == {"total": 2, "success": 0, "failed": 1, "skipped": 0, "processing": 1, "missing": 0}
    documented = documentation("liteserver_job_info")
    assert {key for key, value in documented.items() if "failure of a wait" in value["returned"]} <= set(late)


def test_a_job_that_is_deleted_fails_a_wait(sim, client, ticker):
    job = sim.add_job(name="gone")
    ticker.on_sleep.append(lambda: sim.world.delete([job.id], keep=False))
    assert "gone" in read(client, id=job.id, wait=True)["msg"]
