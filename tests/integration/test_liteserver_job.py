# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_job in real playbooks: run in check mode, for real and again; what it returns, and how a failure ends the run."""

from __future__ import annotations

import pytest

from tests.integration.playbook import JOB, documentation, task, upgrade
from tests.simulator import faults

ITEMS = upgrade([])["items"]


def posted(sim):
    """The servers of all creates."""
    return [one.body["server_ids"] for one in sim.requests if (one.method, one.path) == ("POST", "/jobs")]


@pytest.mark.parametrize("sim", [{"servers": 14}], indirect=True)
def test_check_mode_predicts_the_first_run_does_it_and_the_second_changes_nothing(sim, playbook):
    """One job, several, one for what is left of a fleet, and the deletion of records by id and by name."""
    one, done, fresh, several = sim.server_ids[:3], *sim.server_ids[3:5], sim.server_ids[5:10]
    batches = [several[:2], several[2:4], several[4:]]
    night = sim.add_job(name="night", items=ITEMS, server_ids=[done], status="FINISHED")
    old = sim.add_job(name="old", server_ids=sim.server_ids[10:11], status="FINISHED", age=10 * 86_400.0)
    names = ("single", "pair", "pair", "pair-more")
    single, *pair, other = [
        sim.add_job(name=name, server_ids=[server_id], status="FINISHED")
        for name, server_id in zip(names, sim.server_ids[10:])
    ]
    unknown = "66d210bc-023c-490a-8664-afd321a163ad"
    runs = playbook.twice(
        [
            task("upgrade", JOB, upgrade(one)),
            task("night", JOB, upgrade([done, fresh], name="night")),
            task("batches", JOB, {**upgrade([]), "server_ids": None, "name": "several", "batches": batches}),
            task("by id", JOB, {"state": "absent", "id": single.id}),
            task("by name", JOB, {"state": "absent", "name": "pair"}),
            task("by age", JOB, {"state": "absent", "older_than": 9, "status": "FINISHED"}),
            task("unknown id", JOB, {"state": "absent", "id": unknown}),
            task("unknown name", JOB, {"state": "absent", "name": "no-such-name"}),
        ]
    )
    # Submitted
    assert posted(sim) == [one, [fresh], *batches]
    assert {sim.servers[server_id].driver for server_id in (*one, fresh, *several)} == {"25.2.1"}
    assert sim.violations == []
    result, predicted, again = (run.tasks["upgrade"] for run in (runs.first, runs.check, runs.second))
    assert (result["submitted"], result["adopted"]) == (True, False)
    assert result["summary"] == {
        "total": 3, "success": 3, "failed": 0, "skipped": 0, "processing": 0, "missing": 0
    }  # fmt: skip
    assert {server: each["status"] for server, each in result["servers"].items()} == dict.fromkeys(one, "SUCCESS")
    assert (predicted["job"], predicted["jobs"], predicted["summary"]["processing"]) == (None, [], 3)
    assert (again["submitted"], again["adopted"]) == (False, False)
    same = ("job", "jobs", "servers", "summary")
    assert {key: again[key] for key in same} == {key: result[key] for key in same}
    assert runs.second.calls[:2] == ["GET /jobs", "GET /jobs/*"]
    assert runs.first.tasks["batches"]["summary"]["success"] == 5 and len(runs.first.tasks["batches"]["jobs"]) == 3
    assert "of 5 servers done" in runs.first.stdout
    check_keys(result)
    # Only what changes is on the screen
    shown = [line for line in runs.first.stdout.splitlines() if line.startswith(("-", "+"))]
    assert {f'-    "{fresh}": "no job"', f'+    "{fresh}": "job night"'} <= set(shown)
    assert not [line for line in shown if done in line]
    assert runs.first.tasks["night"]["diff"]["before"] == {done: f"SUCCESS in job {night.id}", fresh: "no job"}
    # Deleted
    deleted = {name: sorted(each["deleted"]) for name, each in runs.first.tasks.items() if "deleted" in each}
    assert deleted == {
        "by id": [single.id],
        "by name": sorted(job.id for job in pair),
        "by age": [old.id],
        "unknown id": [],
        "unknown name": [],
    }
    assert sim.status(other.id) == "FINISHED" and sim.count("DELETE", "/jobs") == 3
    assert runs.first.tasks["by id"]["diff"] == {"before": {single.id: "single FINISHED"}, "after": {}}


def check_keys(result):
    """The documented ones, and no others: at the top, in the job, its tasks, the servers and the summary."""
    documented = documentation("liteserver_job")
    own = set(result) - {"changed", "diff", "invocation", "failed"}
    assert own == {key for key, value in documented.items() if "state=present" in value["returned"]}
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


@pytest.mark.parametrize("sim", [{"servers": 4, "speed": 200}], indirect=True)
def test_what_fails_the_run_and_what_does_not(sim, playbook):
    """Servers that did not succeed, a conflict, time that ran out; each with its message, and what is known by then."""
    good, failed, held, other = sim.server_ids
    sim.outcome(failed, "FAILED", message="chip 3 is broken")
    sim.add_job(name="from-console", server_ids=[held], status="PROCESSING")
    sim.inject(faults.status_word("QUEUEING", path="/jobs/*", times=3))
    result = playbook.tasks(
        [
            task("upgrade", JOB, upgrade([good, failed]), register="done", ignore_errors=True),
            task("by id", JOB, {"id": "{{ done.job.id }}", "fail_on_task_failure": "no"}),
            task("conflict", JOB, upgrade([held, other]), ignore_errors=True),
            task("out of time", JOB, upgrade([held], on_conflict="wait", wait_timeout=1)),
            task("never", JOB, upgrade([other])),
        ],
        warnings=["the status QUEUEING"],
    )
    assert result.rc == 2 and "never" not in result.tasks
    one = result.tasks["upgrade"]
    assert one["changed"] and one["msg"].startswith("1 of 2 servers did not succeed: ")
    assert f"({failed}) FAILED: chip 3 is broken" in one["msg"] and one["summary"]["failed"] == 1
    assert len(one["warnings"]) == 1 and " ".join(result.output.split()).count("the status QUEUEING") == 1
    assert not result.tasks["by id"]["changed"] and result.tasks["by id"]["summary"] == one["summary"]
    assert "from-console" in result.tasks["conflict"]["msg"] and len(result.tasks["conflict"]["conflicts"]) == 1
    assert "After 1 s not over: job from-console" in result.tasks["out of time"]["msg"]
    assert result.tasks["out of time"]["timed_out"] and len(posted(sim)) == 1
