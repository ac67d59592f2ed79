# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_job_info: selecting, paging, details, and waiting for many jobs with few requests."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.integration.playbook import INFO, documentation, task
from tests.simulator import faults

UNKNOWN = "66d210bc-023c-490a-8664-afd321a163ad"


def ids(result):
    """The ids of the jobs of a result, in their order."""
    return [job["id"] for job in result["jobs"]]


def exactly(job):
    """Makes a job's last task end with it, rather than a moment later."""
    for one in job.tasks:
        one.ends = min(one.ends, job.ends)
    return job


# Selecting


STILL = pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True, ids=["still"])


@STILL
@pytest.mark.parametrize(
    "fault", [None, faults.fuzzy_filter(), faults.ignore_filters()], ids=["filters", "fuzzy filter", "ignored filters"]
)
def test_filters_select_exactly_whatever_the_platform_makes_of_them(sim, playbook, fault):
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
    result = playbook.tasks([task(name, INFO, options) for name, (options, _ids) in expected.items()], check=True)
    assert result.rc == 0, result.output
    assert {name: ids(one) for name, one in result.tasks.items()} == {name: one for name, (_o, one) in expected.items()}
    assert not [name for name, one in result.tasks.items() if one["changed"] or one["truncated"]]
    assert {request.method for request in sim.requests} == {"GET"}
    if "visible" in expected:
        assert [request.query["visible"] for request in sim.requests if "visible" in request.query] == ["false"]


# Paging


@STILL
@pytest.mark.parametrize("paging", [{}, {"cap": 7}], ids=["pages of ten", "pages of seven at most"])
def test_all_pages_are_read(sim, playbook, paging):
    """Each job comes once."""
    made = [sim.add_job(status="FINISHED", age=float(age)).id for age in range(1, 28)]
    sim.inject(faults.paging(10, **paging))
    result = playbook.tasks([task("all", INFO, {})]).tasks["all"]
    assert ids(result) == made
    assert result["truncated"] is False


@STILL
def test_a_list_that_cannot_be_completed_says_so(sim, playbook):
    """A warning, and truncated is true; a job asked for by its id is found all the same."""
    made = [sim.add_job(status="FINISHED", age=float(age)).id for age in range(1, 26)]
    sim.inject(faults.paging(10, supported=False))
    result = playbook.tasks(
        [task("all", INFO, {}), task("one", INFO, {"ids": [made[0], made[-1]]})], warnings=["The list is incomplete"]
    )
    assert ids(result.tasks["all"]) == made[:10]
    assert result.tasks["all"]["truncated"] is True
    assert ids(result.tasks["one"]) == [made[0], made[-1]]
    assert result.tasks["one"]["truncated"] is False
    assert "warnings" not in result.tasks["one"]


# Details


def test_details_tell_what_the_newest_job_did_on_each_server(sim, playbook):
    """The keys are the documented ones, with details and without."""
    first, second, third = sim.server_ids
    old = sim.add_job(status="FINISHED", server_ids=[first, second], age=2000.0, outcomes={first: "FAILED"})
    new = sim.add_job(status="FINISHED", server_ids=[first], age=1000.0, outcomes={first: "SKIPPED"})
    running = sim.add_job(status="PROCESSING", server_ids=[third])
    result = playbook.tasks([task("rows", INFO, {}), task("details", INFO, {"details": True})])
    rows, full = result.tasks["rows"], result.tasks["details"]
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
    own = set(full) - {"changed", "failed", "invocation"}
    assert own == {key for key, value in documented.items() if not value["returned"].startswith("failure")}
    assert own - set(rows) == {"servers", "summary"}
    for job in rows["jobs"] + full["jobs"]:
        assert set(job) == set(documented["jobs"]["contains"])
    assert {(job["tasks"], job["job_items"]) for job in rows["jobs"]} == {(None, None)}
    assert [len(job["tasks"]) for job in full["jobs"]] == [1, 1, 2]
    assert {key for server in full["servers"].values() for key in server} == set(documented["servers"]["contains"])


# Waiting


def staggered(sim):
    """Twenty jobs that end one after the other."""
    one = [exactly(sim.add_job(name=f"job{n}", server_ids=[sim.server_ids[n]], age=8.0 * n)) for n in range(20)]
    return [job.id for job in one]


def assert_few_requests(sim, made, result):
    """One detail for each job, after it ended; everything else was one list for each look."""
    calls = Counter((request.method, request.path) for request in sim.requests)
    lists = calls.pop(("GET", "/jobs"))
    assert calls == Counter(("GET", f"/jobs/{job_id}") for job_id in made)
    looks = [request.at for request in sim.requests if request.path == "/jobs"]
    assert 1 < lists < 20
    assert min(after - before for before, after in zip(looks, looks[1:])) > 0
    assert {job["id"]: job["status"] for job in result["jobs"]} == dict.fromkeys(made, "FINISHED")
    assert result["summary"]["success"] == result["summary"]["total"] == 20


@pytest.mark.parametrize("sim", [{"servers": 20, "speed": 0}], indirect=True)
def test_waiting_for_many_jobs_takes_one_list_for_each_look_and_one_detail_for_each_job(sim, playbook):
    """Narrated, in slices of the module."""
    made = staggered(sim)
    options = {"status": "PROCESSING", "wait": True, "details": True}
    result = playbook.start(playbook.one_play([task("wait", INFO, options)])).advance(40, "jobs over").wait()
    assert result.rc == 0, result.output
    assert "0 of 20 jobs over" in result.stdout and "20 of 20 jobs over" in result.stdout
    assert_few_requests(sim, made, result.tasks["wait"])


@pytest.mark.parametrize("sim", [{"servers": 20, "speed": 0}], indirect=True)
def test_the_module_on_its_own_waits_with_as_few_requests(sim, playbook):
    """As an async task, without narration."""
    made = staggered(sim)
    options = {"ids": made, "wait": True, "details": True}
    running = playbook.start(playbook.one_play([task("wait", INFO, options, **{"async": 100, "poll": 1})]))
    result = running.advance_at_looks("/jobs", 40).wait()
    assert result.rc == 0, result.output
    assert "jobs over" not in result.stdout
    assert_few_requests(sim, made, result.tasks["wait"])


def test_a_wait_without_jobs_is_over_at_once(sim, playbook):
    """Nothing runs, or the id does not exist."""
    result = playbook.tasks(
        [
            task("nothing runs", INFO, {"status": "PROCESSING", "wait": True, "details": True}),
            task("unknown id", INFO, {"id": UNKNOWN, "wait": True}),
        ]
    )
    assert [ids(one) for one in result.tasks.values()] == [[], []]
    assert result.tasks["nothing runs"]["servers"] == {}
    assert result.tasks["nothing runs"]["summary"]["total"] == 0


def test_how_jobs_ended_does_not_fail_a_wait_but_time_and_deletion_do(sim, playbook):
    """With what is known of the jobs so far."""
    failed = sim.add_job(name="bad", server_ids=sim.server_ids[:1], outcomes={sim.server_ids[0]: "FAILED"})
    endless = sim.add_job(name="endless", server_ids=sim.server_ids[1:2], status="PROCESSING")
    result = playbook.tasks(
        [
            task("failed", INFO, {"id": failed.id, "wait": True, "details": True}),
            task(
                "out of time",
                INFO,
                {"ids": [failed.id, endless.id], "wait": True, "wait_timeout": 1, "details": True},
                ignore_errors=True,
            ),
        ]
    )
    assert result.status("failed") == "ok"
    assert result.tasks["failed"]["summary"]["failed"] == 1
    late = result.tasks["out of time"]
    assert result.status("out of time") == "ignored" and late["timed_out"] is True
    assert f"job endless ({endless.id}) is PROCESSING" in late["msg"] and "wait_timeout" in late["msg"]
    assert set(ids(late)) == {failed.id, endless.id}
    assert late["summary"] == {
        "total": 2, "success": 0, "failed": 1, "skipped": 0, "processing": 1, "missing": 0
    }  # fmt: skip
    assert late["changed"] is False
    documented = documentation("liteserver_job_info")
    promised = {key for key, value in documented.items() if "failure of a wait" in value["returned"]}
    assert promised <= set(late)
