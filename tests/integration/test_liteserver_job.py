# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_job: what it submits, what it returns, what already meets a request, and the deletion of records."""

from __future__ import annotations

import pytest

from tests.integration.playbook import JOB, documentation, query, task, upgrade
from tests.simulator import faults

ITEMS = upgrade([])["items"]
OTHER_ITEMS = upgrade([], version="24.1.0.3")["items"]


def posted(sim):
    """The bodies of all creates."""
    return [request.body for request in sim.requests if (request.method, request.path) == ("POST", "/jobs")]


# Submitting


def test_a_job_is_submitted_and_waited_for_once_and_a_second_run_changes_nothing(sim, playbook):
    """Check mode predicts it, the first run does it, the second finds it with one list and one detail."""
    runs = playbook.twice([task("upgrade", JOB, upgrade(sim.server_ids))])
    result = runs.first.tasks["upgrade"]
    assert len(posted(sim)) == 1
    assert [(server, version) for server, version, _job in sim.upgrades] == [(one, "25.2.1") for one in sim.server_ids]
    assert sim.violations == []
    assert (result["submitted"], result["adopted"]) == (True, False)
    assert result["summary"] == {
        "total": 3, "success": 3, "failed": 0, "skipped": 0, "processing": 0, "missing": 0
    }  # fmt: skip
    assert {server: one["status"] for server, one in result["servers"].items()} == dict.fromkeys(
        sim.server_ids, "SUCCESS"
    )
    predicted = runs.check.tasks["upgrade"]
    assert (predicted["job"], predicted["jobs"]) == (None, [])
    assert predicted["summary"]["processing"] == 3
    assert runs.second.calls == ["GET /jobs", "GET /jobs/*"]
    again = runs.second.tasks["upgrade"]
    assert (again["submitted"], again["adopted"]) == (False, False)
    assert {key: again[key] for key in ("job", "jobs", "servers", "summary")} == {
        key: result[key] for key in ("job", "jobs", "servers", "summary")
    }


def test_the_diff_tells_before_and_after_of_each_server(sim, playbook):
    """Only what changes stands on the screen."""
    first, second, _third = sim.server_ids
    done = sim.add_job(name="night", items=ITEMS, server_ids=[first], status="FINISHED")
    result = playbook.tasks([task("upgrade", JOB, upgrade([first, second], name="night"))], diff=True)
    assert result.tasks["upgrade"]["diff"] == {
        "before": {first: f"SUCCESS in job {done.id}", second: "no job"},
        "after": {first: f"SUCCESS in job {done.id}", second: "job night"},
    }
    shown = result.stdout.splitlines()
    assert f'-    "{second}": "no job"' in shown
    assert f'+    "{second}": "job night"' in shown
    assert not [line for line in shown if line.startswith(("-", "+")) and first in line]


def test_the_result_has_exactly_the_documented_keys(sim, playbook):
    """At the top, in the job, its tasks, the servers and the summary."""
    result = playbook.tasks([task("upgrade", JOB, upgrade(sim.server_ids))]).tasks["upgrade"]
    documented = documentation("liteserver_job")
    own = set(result) - {"changed", "diff", "invocation", "failed"}
    assert own == {key for key, value in documented.items() if value["returned"].startswith("success")}
    job_keys = documented["job"]["contains"]
    assert [list(job) for job in (result["job"], *result["jobs"])] == [list(result["job"])] * 2
    assert set(result["job"]) == set(job_keys)
    task_keys = {word.split(")")[0] for word in job_keys["tasks"]["description"].split("C(")[1:]}
    assert [set(one) for one in result["job"]["tasks"]] == [task_keys] * 3
    assert [set(server) for server in result["servers"].values()] == [set(documented["servers"]["contains"])] * 3
    assert set(result["summary"]) == set(documented["summary"]["sample"])
    types = {"str": str, "int": int, "list": list, "dict": dict}
    for key, value in result["job"].items():
        assert value is None or isinstance(value, types[job_keys[key]["type"]]), key


def test_the_request_holds_what_was_given_and_nothing_else(sim, playbook):
    """Spec values become strings, a server is named once, options not given are not sent."""
    first, second, third = sim.server_ids
    spec = {"version": "25.2.1", "force": True, "level": 3, "share": 0.5, "empty": ""}
    full = {
        "name": "all_given-1.0",
        "items": [{"type": "HDK_UPGRADE", "spec": spec}, {"type": "HDK_QUERY", "spec": {}}],
        "description": "Night shift, 50 %: näher",
        "is_reboot": False,
        "wait": False,
    }
    playbook.tasks(
        [
            task("full", JOB, upgrade([second, first, second], **full)),
            task("short", JOB, query([third], wait=False)),
        ]
    )
    in_full, short = posted(sim)
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


def test_the_default_name_follows_the_items_and_not_the_servers(sim, playbook):
    """The same work has the same name; other work has another."""
    first, second, third = sim.server_ids
    result = playbook.tasks(
        [
            task("one", JOB, upgrade([first], wait=False)),
            task("same", JOB, upgrade([second], wait=False)),
            task("other", JOB, upgrade([third], version="25.3.0", wait=False)),
        ]
    )
    names = [result.tasks[name]["job"]["name"] for name in ("one", "same", "other")]
    assert names[0] == names[1] != names[2]


# What meets a request

ROWS = [
    # what is there for the server, oldest first; reuse; what is expected
    (["SUCCESS"], "finished", "unchanged"),
    (["SUCCESS"], "active", "submitted"),
    (["SUCCESS"], "never", "submitted"),
    (["FAILED"], "finished", "submitted"),
    (["FAILED"], "active", "submitted"),
    (["SKIPPED"], "finished", "submitted"),
    (["MISSING"], "finished", "submitted"),
    (["running"], "finished", "adopted"),
    (["running"], "active", "adopted"),
    (["running"], "never", "conflict"),
    (["DELETED"], "finished", "submitted"),
    (["SUCCESS", "FAILED"], "finished", "submitted"),
    (["FAILED", "SUCCESS"], "finished", "unchanged"),
    (["SUCCESS", "DELETED"], "finished", "unchanged"),
    (["other items"], "finished", "submitted"),
    (["other items, running"], "finished", "conflict"),
    (["another name"], "finished", "submitted"),
    (["another name, running"], "finished", "conflict"),
]


def put(sim, what, name, server_id, age):
    """One job of the table."""
    job = sim.add_job(
        name=f"{name}-other" if "another name" in what else name,
        items=OTHER_ITEMS if "other items" in what else ITEMS,
        server_ids=[server_id],
        status="PROCESSING" if "running" in what else "DELETED" if what == "DELETED" else "FINISHED",
        age=age,
        outcomes={server_id: what} if what in ("SUCCESS", "FAILED", "SKIPPED", "MISSING") else None,
    )
    return job.id


def verdict(result):
    """What a task did."""
    if result.get("conflicts"):
        return "conflict"
    if result.get("failed"):
        return result["msg"]
    assert result["changed"] == result["submitted"]
    return "submitted" if result["submitted"] else "adopted" if result["adopted"] else "unchanged"


@pytest.mark.parametrize("sim", [{"servers": len(ROWS)}], indirect=True)
def test_the_newest_job_of_the_same_name_and_items_decides_for_a_server(sim, playbook):
    """Success and a job that runs meet the request, as far as reuse lets them; all else is submitted."""
    tasks = []
    for number, (there, reuse, _expected) in enumerate(ROWS):
        server_id = sim.server_ids[number]
        for back, what in enumerate(reversed(there)):
            put(sim, what, f"row{number}", server_id, age=1000.0 * (back + 1))
        options = upgrade([server_id], name=f"row{number}", reuse=reuse, wait=False)
        tasks.append(task(f"row{number}", JOB, options, ignore_errors=True))
    result = playbook.tasks(tasks)
    found = [verdict(result.tasks[f"row{number}"]) for number in range(len(ROWS))]
    assert list(zip(ROWS, found)) == [(row, row[2]) for row in ROWS]
    assert len(posted(sim)) == found.count("submitted")


@pytest.mark.parametrize("sim", [{"servers": 5, "speed": 0}], indirect=True)
def test_of_a_partly_done_fleet_only_the_servers_in_need_are_submitted(sim, playbook):
    """The result covers all servers, each with the job that decides for it."""
    done, failed, fresh, running, skipped = sim.server_ids
    first = sim.add_job(
        name="fleet",
        items=ITEMS,
        server_ids=[done, failed, skipped],
        status="FINISHED",
        outcomes={failed: "FAILED", skipped: "SKIPPED"},
    )
    second = sim.add_job(name="fleet", items=ITEMS, server_ids=[running])
    tasks = [task("upgrade", JOB, upgrade(sim.server_ids, name="fleet"))]
    predicted = playbook.tasks(tasks, check=True).tasks["upgrade"]
    assert posted(sim) == []
    result = playbook.start(playbook.one_play(tasks)).advance(mark="servers done").wait().tasks["upgrade"]
    assert [body["server_ids"] for body in posted(sim)] == [[failed, fresh, skipped]]
    new = result["job"]["id"]
    assert {server: one["job_id"] for server, one in result["servers"].items()} == {
        done: first.id,
        failed: new,
        fresh: new,
        running: second.id,
        skipped: new,
    }
    assert {job["id"] for job in result["jobs"]} == {new, second.id, first.id}
    assert result["summary"]["success"] == 5
    assert result["submitted"]
    assert [server for server, one in predicted["servers"].items() if one["job_id"] is None] == [failed, fresh, skipped]
    assert {key: predicted[key] for key in ("changed", "submitted", "adopted", "diff")} == {
        key: result[key] for key in ("changed", "submitted", "adopted", "diff")
    }


def test_reuse_active_reads_no_detail_of_jobs_that_are_over(sim, playbook):
    """A name used every night has many."""
    for age in range(1, 31):
        sim.add_job(name="night", items=ITEMS, server_ids=sim.server_ids, status="FINISHED", age=age * 1000.0)
    result = playbook.tasks([task("upgrade", JOB, upgrade(sim.server_ids, name="night", reuse="active", wait=False))])
    assert result.calls == ["GET /jobs", "POST /jobs", "GET /jobs"]


def test_reuse_finished_reads_details_only_until_each_server_is_decided(sim, playbook):
    """The newest two of thirty hold all servers."""
    for age in range(1, 31):
        held = sim.server_ids[:2] if age == 1 else sim.server_ids
        sim.add_job(name="night", items=ITEMS, server_ids=held, status="FINISHED", age=age * 1000.0)
    result = playbook.tasks([task("upgrade", JOB, upgrade(sim.server_ids, name="night"))])
    assert result.stats["localhost"]["changed"] == 0
    assert result.calls == ["GET /jobs"] + ["GET /jobs/*"] * 3  # one, then two side by side


# Conflicts


def test_a_conflict_fails_naming_job_and_servers_or_is_ignored(sim, playbook):
    """Whoever started it; servers that are not asked for do not count."""
    first, second, third = sim.server_ids
    other = sim.add_job(name="from-console", server_ids=[first, second], status="PROCESSING")
    result = playbook.tasks(
        [
            task("fail", JOB, upgrade([second, third]), ignore_errors=True),
            task("elsewhere", JOB, upgrade([third], wait=False)),
            task("ignore", JOB, upgrade([second], on_conflict="ignore", wait=False)),
        ]
    )
    failed = result.tasks["fail"]
    assert f"from-console ({other.id}, PROCESSING) holds {second}" in failed["msg"]
    assert "Nothing was submitted" in failed["msg"] and "on_conflict" in failed["msg"]
    assert [job["id"] for job in failed["conflicts"]] == [other.id]
    assert set(failed["conflicts"][0]) == set(documentation("liteserver_job")["job"]["contains"])
    assert not failed["changed"]
    assert [body["server_ids"] for body in posted(sim)] == [[third], [second]]


@pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True)
def test_a_conflict_can_be_waited_for_and_is_narrated(sim, playbook):
    """Then the request is matched again and submitted, with no task started on a server at work."""
    sim.add_job(name="from-console", items=OTHER_ITEMS, server_ids=sim.server_ids[:2])
    play = playbook.one_play([task("upgrade", JOB, upgrade(sim.server_ids, on_conflict="wait"))])
    result = playbook.start(play).advance().wait()
    assert result.rc == 0, result.output
    assert result.tasks["upgrade"]["summary"]["success"] == 3
    assert "\nwaiting for from-console: 0 of 2 servers done, 2 running, " in result.stdout
    assert len(posted(sim)) == 1
    assert sim.violations == []


def test_the_wait_for_a_conflict_is_part_of_the_time_to_wait(sim, playbook):
    """It fails like any other wait, and nothing was submitted."""
    sim.add_job(name="from-console", server_ids=sim.server_ids, status="PROCESSING")
    options = upgrade(sim.server_ids, on_conflict="wait", wait_timeout=1)
    result = playbook.tasks([task("upgrade", JOB, options, ignore_errors=True)]).tasks["upgrade"]
    assert result["failed"] and result["timed_out"] and not result["changed"]
    assert "After 1 s not over: job from-console" in result["msg"]
    assert posted(sim) == []


# Batches


@pytest.mark.parametrize("sim", [{"servers": 5}], indirect=True)
def test_each_batch_is_a_job_and_all_are_waited_for(sim, playbook):
    """With one list of the jobs before, and one after the creates, however many batches there are."""
    batches = [sim.server_ids[:2], sim.server_ids[2:4], sim.server_ids[4:]]
    asked = {**upgrade([]), "server_ids": None, "batches": batches}
    runs = playbook.twice([task("upgrade", JOB, asked)])
    assert [body["server_ids"] for body in posted(sim)] == batches
    result = runs.first.tasks["upgrade"]
    assert result["summary"]["success"] == 5 and len(result["jobs"]) == 3
    assert {result["servers"][i]["job_id"] for i in batches[0]} == {sim.jobs[next(iter(sim.jobs))].id}
    assert runs.first.calls[:5] == ["GET /jobs", "POST /jobs", "POST /jobs", "POST /jobs", "GET /jobs"]
    assert "of 5 servers done" in runs.first.stdout


@pytest.mark.parametrize("sim", [{"servers": 4}], indirect=True)
def test_a_batch_that_is_refused_fails_the_module_and_keeps_no_other_back(sim, playbook):
    """Whether it is waited for or not: changed, the reason with each server, the outcome of the others."""
    held, free = sim.server_ids[:2], sim.server_ids[2:]
    other = sim.add_job(name="from-console", server_ids=held[:1], status="PROCESSING")
    asked = {**upgrade([]), "server_ids": None, "batches": [held, free]}
    tasks = [
        task("in check mode", JOB, asked, ignore_errors=True, check_mode=True),
        task("upgrade", JOB, asked, ignore_errors=True),
        task("without waiting", JOB, {**asked, "name": "again", "wait": False}, ignore_errors=True),
    ]
    result = playbook.tasks(tasks)
    for name in result.tasks:
        one = result.tasks[name]
        assert one["failed"] and one["changed"] and one["submitted"], name
        assert one["msg"].count("from-console") == 1
        assert [one["servers"][i]["status"] for i in held] == ["MISSING"] * 2
        assert all(f"from-console ({other.id}" in one["servers"][i]["message"] for i in held)
        assert [job["id"] for job in one["conflicts"]] == [other.id]
        assert set(one["diff"]["after"].values()) - set(one["diff"]["before"].values())
    assert [result.tasks["upgrade"]["servers"][i]["status"] for i in free] == ["SUCCESS"] * 2
    assert [body["server_ids"] for body in posted(sim)] == [free, free]


@pytest.mark.parametrize("sim", [{"servers": 4, "speed": 0}], indirect=True)
@pytest.mark.parametrize("reuse", ["finished", "never"])
def test_what_no_conflict_holds_up_is_submitted_at_once_and_only_once(sim, playbook, reuse):
    held, free = sim.server_ids[:2], sim.server_ids[2:]
    sim.add_job(name="from-console", items=OTHER_ITEMS, server_ids=held[:1])
    asked = {**upgrade([]), "server_ids": None, "batches": [held, free], "on_conflict": "wait", "reuse": reuse}
    running = playbook.start(playbook.one_play([task("upgrade", JOB, asked)]))
    result = running.advance().wait()
    assert result.rc == 0, result.output
    one = result.tasks["upgrade"]
    assert one["summary"]["success"] == 4 and len(one["jobs"]) == 2 and "conflicts" not in one
    assert set(one["diff"]["after"]) == set(sim.server_ids)
    assert [body["server_ids"] for body in posted(sim)] == [free, held]
    assert sim.violations == []


@pytest.mark.parametrize("sim", [{"servers": 4, "speed": 0}], indirect=True)
@pytest.mark.parametrize("reuse", ["active", "never"])
def test_while_a_conflict_is_waited_for_nothing_is_forgotten_or_sent_again(sim, playbook, reuse):
    """Of one batch a server is at work already, of another all are refused; the third is held up together with the first."""
    covered, rest, held, free = sim.server_ids
    items = upgrade([])["items"]
    if reuse == "active":
        sim.add_job(name="mine", items=items, server_ids=[covered])
    sim.add_job(name="from-console", items=OTHER_ITEMS, server_ids=[held, covered] if reuse == "active" else [held])
    asked = {**upgrade([]), "server_ids": None, "name": "mine", "on_conflict": "wait", "reuse": reuse}
    batches = [[covered, rest], [held], ["no-such-server"], [free]]
    play = playbook.one_play([task("upgrade", JOB, {**asked, "batches": batches}, ignore_errors=True)])
    one = playbook.start(play).advance().wait().tasks["upgrade"]
    first = [rest] if reuse == "active" else [covered, rest]
    sent = [body["server_ids"] for body in posted(sim)]
    assert sent == [first, ["no-such-server"], [free], [held]]
    assert one["failed"] and one["changed"] and "no-such-server does not exist" in one["msg"]
    assert "no-such-server does not exist" in one["servers"]["no-such-server"]["message"]
    assert {one["servers"][i]["status"] for i in sim.server_ids} == {"SUCCESS"}
    assert one["summary"] == {"total": 5, "success": 4, "failed": 0, "skipped": 0, "processing": 0, "missing": 1}


@pytest.mark.parametrize("sim", [{"servers": 4}], indirect=True)
def test_a_conflict_that_does_not_end_in_time_hides_nothing_of_the_others(sim, playbook):
    """They are over by then; nor does a conflict of one batch that ends keep another waiting."""
    stuck, brief, free = sim.server_ids[0], sim.server_ids[1], sim.server_ids[2:]
    sim.add_job(name="stuck", server_ids=[stuck], status="ACTIVE")
    sim.add_job(name="brief", items=OTHER_ITEMS, server_ids=[brief])
    asked = {**upgrade([]), "server_ids": None, "batches": [[stuck], [brief], free], "on_conflict": "wait"}
    tasks = [task("upgrade", JOB, {**asked, "wait_timeout": 15}, ignore_errors=True)]
    one = playbook.tasks(tasks).tasks["upgrade"]
    assert one["failed"] and one["changed"] and one["timed_out"]
    assert [one["servers"][i]["status"] for i in sim.server_ids] == ["MISSING", "SUCCESS", "SUCCESS", "SUCCESS"]
    assert one["servers"][stuck]["message"].startswith("After 15 s not over: job stuck (")
    assert one["msg"] == one["servers"][stuck]["message"]
    assert {job["status"] for job in one["jobs"]} == {"FINISHED"}


# Deleting records


def test_records_are_deleted_by_id_and_by_name(sim, playbook):
    """What is not there is left unchanged; check mode predicts and deletes nothing."""
    one = sim.add_job(name="one", status="FINISHED")
    two = [sim.add_job(name="two", status="FINISHED", age=age) for age in (500.0, 1000.0)]
    other = sim.add_job(name="two-more", status="FINISHED")
    runs = playbook.twice(
        [
            task("by id", JOB, {"state": "absent", "id": one.id}),
            task("by name", JOB, {"state": "absent", "name": "two"}),
            task("unknown id", JOB, {"state": "absent", "id": "66d210bc-023c-490a-8664-afd321a163ad"}),
            task("unknown name", JOB, {"state": "absent", "name": "three"}),
        ]
    )
    deleted = {name: sorted(result["deleted"]) for name, result in runs.first.tasks.items()}
    assert deleted == {
        "by id": [one.id],
        "by name": sorted(job.id for job in two),
        "unknown id": [],
        "unknown name": [],
    }
    assert {job.name for job in sim.jobs.values() if sim.status(job.id) != "DELETED"} == {"two-more"}
    assert sim.status(other.id) == "FINISHED"
    assert runs.first.tasks["by id"]["diff"] == {"before": {one.id: "one FINISHED"}, "after": {}}
    assert sim.count("DELETE", "/jobs") == 2


def test_the_record_of_a_running_job_is_deleted_only_by_force(sim, playbook):
    """Refusing names the job and the way out, and spares the others of that name, too."""
    running = sim.add_job(name="night", status="PROCESSING")
    done = sim.add_job(name="night", status="FINISHED", age=1000.0)
    result = playbook.tasks(
        [
            task("by id", JOB, {"state": "absent", "id": running.id}, ignore_errors=True),
            task("by name", JOB, {"state": "absent", "name": "night"}, ignore_errors=True),
            task("in check mode", JOB, {"state": "absent", "name": "night"}, ignore_errors=True, check_mode=True),
            task("by force", JOB, {"state": "absent", "name": "night", "force": True}),
        ]
    )
    for name in ("by id", "by name", "in check mode"):
        assert result.status(name) == "ignored"
        message = result.tasks[name]["msg"]
        assert f"night ({running.id}, PROCESSING)" in message and "force" in message
    assert sorted(result.tasks["by force"]["deleted"]) == sorted([running.id, done.id])
    assert sim.count("DELETE", "/jobs") == 1


def test_a_record_that_vanishes_meanwhile_counts_as_deleted(sim, playbook):
    """Also where the answer to the deletion is lost, since deleting twice does no harm."""
    job = sim.add_job(name="one", status="FINISHED")
    sim.inject(faults.lost("reset", method="DELETE"))
    result = playbook.tasks([task("delete", JOB, {"state": "absent", "id": job.id})])
    assert result.rc == 0, result.output
    assert result.tasks["delete"]["deleted"] == [job.id]
