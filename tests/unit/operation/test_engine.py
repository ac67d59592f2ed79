# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine of the operations on a made-up fleet, on which calls fail, hang and lie."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.kinds import Kind
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._operation import engine
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._operation.operations import OPERATIONS
from ansible_collections.huaweicloud.modelarts.tests.unit.fleet.made_up import (
    DIAGNOSIS,
    LOGS,
    Fleet,
    Lines,
    Machine,
    Time,
    failed,
)

ITEMS = [{"type": "CHECK", "spec": {}}]
OPTIONS = {"fail_on": "FAIL", "wanted": None, "fail_on_drift": False}


def kind_of(type_=DIAGNOSIS, **how):
    return Kind(type_, ITEMS, **{"servers_per_job": 2, "wait_timeout": 600.0, **how})


def run(fleets, kind=None, name="diagnosis", check=False):
    """The result, of fleets by the name of their connection."""
    servers = {connection: list(fleet.machines) for connection, fleet in fleets.items()}
    request = engine.Request(OPERATIONS[name], servers, OPTIONS, kind or kind_of(), check)
    clock = next(iter(fleets.values())).time.clock()
    return engine.run(request, fleets, clock, Lines())


def fleet_of(ids, time=None):
    return Fleet([Machine(i) for i in ids], time)


def verdicts(result):
    return {i: server["verdict"] for i, server in result["servers"].items()}


def test_all_goes_well():
    fleet = fleet_of("abcde")
    result = run({"here": fleet})
    assert verdicts(result) == dict.fromkeys("abcde", "pass")
    assert fleet.made_of(DIAGNOSIS) == [["a", "b"], ["c", "d"], ["e"]]
    assert (result["outcome"], result["failed_servers"], result["errors"]) == ("success", [], [])
    assert result["summary"] == {"total": 5, "success": 5, "failed": 0, "skipped": 0, "processing": 0, "missing": 0}
    assert all(server["task_id"] and server["started"] and server["finished"] for server in result["servers"].values())
    assert len(result["jobs"]) == 3


def test_what_a_killed_run_left_is_taken_up_whole():
    """Also the servers that it is done with are not worked on twice."""
    fleet = fleet_of("abcd")
    job = fleet.add(DIAGNOSIS, ["a", "b", "c"], items=ITEMS, takes=50.0)
    job.tasks[0].ends = fleet.time.now + 1
    fleet.time.sleep(10)
    assert set(verdicts(run({"here": fleet})).values()) == {"pass"}
    assert sorted(fleet.made_of(DIAGNOSIS)) == [["a", "b", "c"], ["d"]]


def test_a_server_that_hangs_hurts_no_other():
    fleet = fleet_of("abc")
    fleet.add(DIAGNOSIS, ["b"], items=ITEMS, takes=None)
    result = run({"here": fleet})
    assert verdicts(result) == {"a": "pass", "b": "processing", "c": "pass"}
    assert result["failed_servers"] == ["b"]
    assert result["servers"]["b"]["reason"] == "not over within the time to wait"


def test_a_server_that_is_held_keeps_no_other_of_its_job_waiting():
    fleet = fleet_of("abcd")
    fleet.add("COMMON", ["b"], takes=None)
    begin = fleet.time.now
    seen = {}
    fleet.after_call = lambda name: seen.setdefault(len(fleet.made), fleet.time.now - begin)
    result = run({"here": fleet}, kind_of(servers_per_job=50))
    assert verdicts(result) == {"a": "pass", "b": "failed", "c": "pass", "d": "pass"}
    assert result["servers"]["b"]["message"] == "the job of-the-console (job-0) holds it"
    assert fleet.made_of(DIAGNOSIS) == [["a", "c", "d"]]
    assert seen[2] == 0, "submitted at once"
    assert not fleet.overlaps


def test_what_is_held_has_its_turn_once_it_is_free_also_while_another_hangs():
    fleet = fleet_of("abc")
    fleet.add("COMMON", ["b"], takes=100.0)
    fleet.add(DIAGNOSIS, ["a"], items=ITEMS, takes=None)
    assert verdicts(run({"here": fleet})) == {"a": "processing", "b": "pass", "c": "pass"}
    assert not fleet.overlaps


def test_a_job_that_names_no_server_holds_all_until_it_does():
    fleet = fleet_of("ab")
    job = fleet.job
    asked = []

    def hold(**options):
        asked.append(options["batches"])
        if len(asked) > 2:
            return job(**options)
        row = {"id": "x", "name": "odd", "tasks": None}
        return {
            **failed("held"),
            "refusals": dict.fromkeys("ab", "held"),
            "conflicts": [row],
            "servers": {i: {"job_id": None} for i in "ab"},
        }

    fleet.job = hold
    assert verdicts(run({"here": fleet})) == {"a": "pass", "b": "pass"}


def test_each_connection_has_jobs_of_its_own_and_one_that_is_dead_hurts_no_other():
    time = Time()
    good, dead = fleet_of("ab", time), fleet_of("xy", time)
    dead.job = dead.jobs = lambda **options: failed("no connection to nowhere")
    result = run({"good": good, "dead": dead})
    assert verdicts(result) == {"a": "pass", "b": "pass", "x": "failed", "y": "failed"}
    assert good.made_of(DIAGNOSIS) == [["a", "b"]]
    assert result["errors"] == ["no connection to nowhere"]
    assert result["servers"]["x"]["message"] == "no connection to nowhere"


def test_progress_counts_what_is_done_over_all_connections():
    fleets = {"one": fleet_of("abc"), "two": fleet_of("xyz")}
    fleets["one"].machines["a"].answers[DIAGNOSIS] = ["FAIL"]
    request = engine.Request(
        OPERATIONS["diagnosis"], {k: list(f.machines) for k, f in fleets.items()}, OPTIONS, kind_of()
    )
    watched = engine._Watched(request)
    one, two = watched.line(), watched.line()
    assert two({"x": {"status": "PROCESSING", "message": None}}) == "diagnosis: 0 of 6 servers done"
    one({"a": {"status": "SUCCESS", "message": "FAIL"}, "other": {"status": "SUCCESS", "message": ""}})
    told = two({"y": {"status": "FAILED", "message": "no"}, "z": {"status": "SUCCESS", "message": "PASS"}})
    assert told == "diagnosis: 3 of 6 servers done, 1 failed, 1 fail"


@pytest.mark.parametrize("adopted", [False, True])
def test_check_mode_foresees_what_a_run_would_do(adopted):
    fleet = fleet_of("abc")
    if adopted:
        fleet.add(DIAGNOSIS, ["a", "b"], items=ITEMS, takes=100.0).tasks[0].ends = 0.0
    planned = {"status": "PROCESSING", "message": "would be submitted", "job_id": None}

    def job(**options):
        ids = [i for batch in options["batches"] for i in batch]
        return {"changed": True, "servers": dict.fromkeys(ids, planned)}

    fleet.job = job
    result = run({"here": fleet}, check=True)
    assert set(verdicts(result).values()) == {"planned"}
    assert result["outcome"] == "planned"
    taken = [i for i, server in result["servers"].items() if server["job_id"]]
    assert taken == (["a", "b"] if adopted else [])


def test_check_mode_tells_what_would_be_refused():
    fleet = fleet_of("a")
    fleet.job = lambda **options: failed("items[0].spec.x is not in the template")
    result = run({"here": fleet}, check=True)
    assert (result["outcome"], verdicts(result)) == ("failed", {"a": "failed"})
    assert result["errors"] == ["items[0].spec.x is not in the template"]


def test_logs_keep_the_words_of_the_platform():
    fleet = fleet_of("ab")
    fleet.machines["b"].answers[LOGS] = ["nothing to see"]
    result = run({"here": fleet}, kind_of(LOGS), "log_collection")
    assert verdicts(result) == {"a": "collected", "b": "no_link_named"}
    assert result["servers"]["a"]["links"] == ["https://logs.example.com/a"]
    assert result["servers"]["b"]["message"] == "nothing to see"
