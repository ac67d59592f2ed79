# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of any kind on a made-up fleet, and the batches that may be asked for."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet import options, rules
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.kinds import Kind
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._operation import engine, plain, telling
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._operation.operations import OPERATIONS
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._specs import spec_of
from ansible_collections.huaweicloud.modelarts.tests.unit.fleet.made_up import Fleet, Machine, Time, failed

JOBS = OPERATIONS["liteserver_jobs"]
ASKED = {"batches": None, "reuse": "active", "on_conflict": "fail", "repeatable": False}
KIND = Kind("COMMON", [{"type": "COMMON", "spec": {}}], servers_per_job=2, wait_timeout=600.0)


def fleet_of(ids, time=None):
    return Fleet([Machine(i) for i in ids], time)


def run(fleets, check=False, kind=KIND, **asked):
    """The result, of fleets by the name of their connection."""
    servers = {connection: list(fleet.machines) for connection, fleet in fleets.items()}
    request = engine.Request(JOBS, servers, {**ASKED, **asked}, kind, check)
    return engine.run(request, fleets, next(iter(fleets.values())).time.clock(), None)


def statuses(result):
    return {i: server["status"] for i, server in result["servers"].items()}


def hosts_failed(result):
    return {server_id for server_id, told in telling.verdicts(JOBS, result).items() if told["failed"]}


def test_servers_of_all_jobs_in_the_order_asked_for():
    fleet = fleet_of("cab")
    result = run({"here": fleet})
    assert list(statuses(result).items()) == [(i, "SUCCESS") for i in "cab"]
    assert fleet.made_of("COMMON") == [["c", "a"], ["b"]]
    assert [(job["servers"], "tasks" in job, job["create_at"]) for job in result["jobs"]] == [
        (size, False, job.created * 1000) for size, job in zip((2, 1), fleet.made)
    ]
    assert (result["outcome"], hosts_failed(result)) == ("success", set())


def test_batches_are_kept_and_no_job_mixes_connections():
    time = Time()
    fleets = {"one": fleet_of("abc", time), "two": fleet_of("xy", time)}
    run(fleets, batches=[["a", "x", "c"], ["b"], ["y"]])
    assert fleets["one"].made_of("COMMON") == [["a", "c"], ["b"]]
    assert fleets["two"].made_of("COMMON") == [["x"], ["y"]]


def test_a_batch_that_is_held_is_an_error_and_fails_no_host():
    fleet = fleet_of("abcd")
    fleet.add("OTHER", ["b"], takes=None)
    result = run({"here": fleet})
    assert statuses(result) == {"a": "ERROR", "b": "ERROR", "c": "SUCCESS", "d": "SUCCESS"}
    assert result["servers"]["b"]["message"] == "the job of-the-console (job-0) holds it"
    assert result["errors"] == ["Nothing was submitted for this batch."]
    assert (result["outcome"], result["failed_servers"]) == ("failed", ["a", "b"])
    assert hosts_failed(result) == set()


def test_where_there_is_no_job_at_all_each_host_fails():
    fleet = fleet_of("ab")
    fleet.faults["job"] = ["REFUSED"]
    result = run({"here": fleet})
    assert {server["message"] for server in result["servers"].values()} == {
        "The platform refuses: 403. It was one job for 2 servers, and the platform names none of them."
    }
    assert hosts_failed(result) == {"a", "b", "*"}


def test_a_create_of_which_nothing_is_known_is_not_made_again():
    fleet = fleet_of("abcd")
    fleet.faults["job"] = ["GONE"]
    assert set(statuses(run({"here": fleet})).values()) == {"ERROR"}
    assert fleet.made == []


def test_what_still_runs_says_so():
    fleet = fleet_of("ab")
    fleet.add("COMMON", ["a", "b"], items=KIND.items, takes=None)
    result = run({"here": fleet})
    assert statuses(result) == dict.fromkeys("ab", "PROCESSING")
    assert {server["message"] for server in result["servers"].values()} == {"After a while not over."}
    assert hosts_failed(result) == set()


def test_check_mode_waits_for_nothing_and_tells_what_is_met():
    fleet = fleet_of("abc")
    job = fleet.add("COMMON", ["a", "b"], items=KIND.items, takes=None)
    begin = fleet.time.now
    states = {"a": {"job_id": job.id, "status": "SUCCESS"}, "b": {"job_id": job.id, "status": "PROCESSING"}}
    states["c"] = {"job_id": None, "status": "PROCESSING", "message": "would be submitted"}
    job.tasks[0].status = "SUCCESS"
    fleet.job = lambda **options: {"jobs": [fleet._row(job, True)], "servers": states}
    result = run({"here": fleet}, check=True)
    assert statuses(result) == {"a": "SUCCESS", "b": "PROCESSING", "c": "PROCESSING"}
    assert {i: server["verdict"] for i, server in result["servers"].items()} == {
        "a": "success",
        "b": "planned",
        "c": "planned",
    }
    assert fleet.time.now == begin
    assert (result["outcome"], hosts_failed(result)) == ("planned", set())


def test_check_mode_tells_what_would_be_refused():
    fleet = fleet_of("a")
    fleet.job = lambda **options: failed("items[0].spec.x is not in the template")
    result = run({"here": fleet}, check=True)
    assert (statuses(result), result["errors"]) == ({"a": "ERROR"}, ["items[0].spec.x is not in the template"])
    assert hosts_failed(result) == {"a", "*"}


def read(batches):
    spec = {"liteserver_jobs_batches": {"type": "list", "elements": "list"}}
    found, problems = options.read("liteserver_jobs", spec, {"liteserver_jobs_batches": batches}, checks=plain.CHECKS)
    return found["batches"], problems


@pytest.mark.parametrize(
    "given, found",
    [
        ([["a", "b"], ["c"]], [["a", "b"], ["c"]]),
        ([["a", "a"]], [["a"]]),
        ("[[a, b], [c]]", [["a", "b"], ["c"]]),
        (["a, b", "c"], [["a", "b"], ["c"]]),
        ("", None),
    ],
)
def test_batches_as_people_write_them(given, found):
    assert read(given) == (found, [])


@pytest.mark.parametrize(
    "given, words",
    [
        ([], "it is empty. Give the IDs of the Lite Servers of each job."),
        ([["a"], []], "list 1: it is empty. Give the IDs"),
        (["a", " "], "list 1: it is empty. Give the IDs"),
        ([["a/b"]], "list 0: 'a/b' is not the ID of a Lite Server"),
        ([[5]], "list 0: 5 is not the ID"),
        ([["a"], ["b", "a"]], "a is in list 0 and in list 1. Leave it in one of them."),
        ([[f"s{n}" for n in range(51)]], "list 0 has 51 servers. Give at most 50"),
    ],
)
def test_batches_that_cannot_be(given, words):
    problem = read(given)[1][0]
    assert problem.startswith(f"liteserver_jobs_batches: {words}")


@pytest.mark.parametrize(
    "given, words",
    [
        ({"servers": []}, "servers: it is empty. Give the IDs"),
        ({"reuse": "sometimes"}, "reuse: 'sometimes' is none of finished, active, never. Give one of them."),
        ({"on_conflict": "x"}, "on_conflict: 'x' is none of fail, wait, ignore"),
        ({"type": "a b"}, "type: 'a b' is not 1 to 64 letters"),
        ({"type": None}, "type is missing."),
        ({"items": []}, "items: it is empty. Give at least one item"),
        ({"batches": [["a"], ["b", "a"]]}, "batches: a is in list 0 and in list 1. Leave it in one of them."),
        ({"wait_timeout": 0}, "wait_timeout: 0 is not above 0"),
        ({"name": "a b"}, "name: 'a b' is not 1 to 64 letters"),
    ],
)
def test_options_that_cannot_be(given, words):
    """By themselves, with the role's own specification. That they are refused before any request is tested in real runs."""
    role = "liteserver_jobs"
    named = {"type": "COMMON", "items": [{"type": "COMMON"}], "servers": ["a"], **given}
    found, problems = options.read(
        role, spec_of(role), {f"{role}_{name}": value for name, value in named.items()}, checks=JOBS.checks
    )
    if not problems:
        problems = rules.items_of(found, role)[1]
    assert len(problems) == 1
    assert problems[0].startswith(f"{role}_{words}")
