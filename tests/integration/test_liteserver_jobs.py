# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role liteserver_jobs in real playbooks."""

from __future__ import annotations

import pytest

from tests.integration.playbook import GROUP, LOCALHOST, task
from tests.integration.upgrading import UNREACHABLE, writes

NAME = "huaweicloud.modelarts.liteserver_jobs"
QUERY = {"type": "ASCEND_SOFTWARE_QUERY", "items": [{"type": "HDK_QUERY"}]}


def include(**options):
    """A task that runs the role."""
    given = {"wait_interval": 0.2, **options}
    variables = {f"liteserver_jobs_{option}": value for option, value in given.items()}
    return task("run", "ansible.builtin.include_role", {"name": NAME, "rolespec_validate": False}, vars=variables)


SHOW = task("told", "ansible.builtin.debug", {"msg": "{{ liteserver_jobs_result }}"})


def on_localhost(playbook, *asked, check=False):
    """What each of these left, one after the other in a run on localhost; and the run."""
    result = playbook.tasks([one for options in asked for one in (include(**options), SHOW)], check=check)
    assert result.rc == 0, result.output
    assert result.stats["localhost"]["changed"] == 0
    return [event["result"]["msg"] for event in result.events if event.get("task") == "told"], result


def statuses(found):
    return [server["status"] for server in found["servers"].values()]


@pytest.mark.parametrize("sim", [{"servers": 5}], indirect=True)
def test_a_group_in_several_jobs_at_once(sim, playbook):
    """Every host and localhost have the result; nobody is connected to; a server that fails fails nothing."""
    sim.outcome(sim.server_ids[4], "FAILED", job_types="any")
    hosts = {server.name: {"liteserver_id": server_id} for server_id, server in sim.servers.items()}
    play = [
        {
            "hosts": "liteservers",
            "gather_facts": False,
            "tasks": [include(**QUERY, servers_per_job="2", description="nightly")],
        },
        {"hosts": "liteservers:localhost", "gather_facts": False, "tasks": [SHOW]},
    ]
    result = playbook.play(
        play,
        inventory={"liteservers": {"hosts": hosts, "vars": UNREACHABLE}},
        env={"ANSIBLE_LOCALHOST_WARNING": "false"},
    )
    assert result.rc == 0, result.output
    ids = sim.server_ids
    assert [job.server_ids for job in sim.jobs.values()] == [ids[:2], ids[2:4], ids[4:]]
    assert {job.description for job in sim.jobs.values()} == {"nightly"}
    found = result.on("localhost")["told"]["msg"]
    assert statuses(found) == ["SUCCESS"] * 4 + ["FAILED"]
    assert list(found["servers"]) == ids
    assert found["summary"] == {"total": 5, "success": 4, "failed": 1, "skipped": 0, "processing": 0, "missing": 0}
    assert len(found["jobs"]) == 3 and found["errors"] == []
    assert all(server["started"] and server["finished"] for server in found["servers"].values())
    assert {host: result.on(host)["told"]["msg"] for host in hosts} == dict.fromkeys(hosts, found)
    assert {stats["changed"] + stats["failures"] for stats in result.stats.values()} == {0}


def test_name_batches_reuse_and_check_mode(sim, playbook):
    ids = sim.server_ids
    asked = {**QUERY, "batches": [ids[:1], ids[1:]], "name": "mine"}
    (planned,), result = on_localhost(playbook, asked, check=True)
    assert writes(result) == []
    assert statuses(planned) == ["PROCESSING"] * 3
    by_default = {**asked, "servers": ",".join(ids), "batches": None}
    (first, again, _anew), result = on_localhost(playbook, asked, {**asked, "reuse": "finished"}, by_default)
    assert statuses(first) == ["SUCCESS"] * 3
    *mine, last = sim.jobs.values()
    assert [(job.name, job.server_ids) for job in mine] == [("mine", ids[:1]), ("mine", ids[1:])]
    assert {job["id"] for job in again["jobs"]} == {job["id"] for job in first["jobs"]} == {job.id for job in mine}
    assert writes(result) == ["POST /jobs"] * 3, "by default what is over is done again, and once"
    assert last.server_ids == ids


def test_a_job_of_somebody_else(sim, playbook):
    """By default its servers have no job and the others do; it can be ignored."""
    ids = sim.server_ids
    sim.add_job(name="console", type="COMMON", items=[{"type": "COMMON"}], server_ids=ids[:1], status="ACTIVE")
    asked = {**QUERY, "batches": [ids[:1], ids[1:]]}
    (found, ignored), _result = on_localhost(playbook, asked, {**asked, "on_conflict": "ignore"})
    assert statuses(found) == ["ERROR", "SUCCESS", "SUCCESS"]
    assert "job console (" in found["errors"][0]
    assert statuses(ignored) == ["SUCCESS"] * 3


@pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True)
def test_what_is_not_over_in_time_is_said_and_taken_up_by_the_next_run(sim, playbook):
    asked = {**QUERY, "servers": sim.server_ids, "servers_per_job": 2, "wait_timeout": "1"}
    (found,), _result = on_localhost(playbook, asked)
    assert statuses(found) == ["PROCESSING"] * 3
    assert all(server["message"].startswith("After 1 s not over") for server in found["servers"].values())
    sim.clock.advance(100)
    (found,), _result = on_localhost(playbook, {**asked, "reuse": "finished"})
    assert statuses(found) == ["SUCCESS"] * 3
    assert len(sim.jobs) == 2


# What single options may not be is in tests/unit/operation/test_plain.py.
BAD = [
    ({"servers": None}, "liteserver_jobs_servers is missing. Give the IDs"),
    ({"servers_per_job": 0}, "liteserver_jobs_servers_per_job: 0 is not from 1 to 50"),
    ({"items": [{"type": "X", "spec": {"a": None}}]}, "liteserver_jobs_items[0].spec.a is null. Give a string"),
    (
        {"reusee": "never"},
        "liteserver_jobs_reusee is no option of the role liteserver_jobs. Is liteserver_jobs_reuse meant?",
    ),
]


def test_bad_options_are_refused_before_any_request(sim, playbook):
    """Each case in a block that rescues. The last, of items that are checked against the template, reads that alone."""
    misspelt = [{"type": "HDK_UPGRADE", "spec": {"verison": "25.2.1"}}]
    checked = {"type": "HDK_UPGRADE", "items": misspelt, "servers": sim.server_ids, "validate_spec": "true"}
    cases = [*(({**QUERY, "servers": ["a"], **options}, words) for options, words in BAD), (checked, "verison")]
    told = task("told", "ansible.builtin.debug", {"msg": "{{ ansible_failed_result.msg }}"})
    tasks = [
        {"name": f"case {n}", "block": [include(**options)], "rescue": [told]}
        for n, (options, _words) in enumerate(cases)
    ]
    result = playbook.tasks(tasks)
    assert result.rc == 0 and result.stats["localhost"]["rescued"] == len(cases), result.output
    messages = [str(event["result"]["msg"]) for event in result.events if event.get("task") == "told"]
    assert [words for (_options, words), message in zip(cases, messages) if words not in message] == [], messages
    assert result.calls == ["GET /jobs/templates"]


def test_its_validation_may_also_be_ansibles_own(sim, playbook):
    """As a play's `roles` has it, which checks the options of each host."""
    role = {"role": NAME, "liteserver_jobs_servers": sim.server_ids, "liteserver_jobs_wait_interval": 0.2}
    play = {"hosts": "localhost", "gather_facts": False, "module_defaults": {GROUP: playbook.connection()}}
    options = {f"liteserver_jobs_{name}": value for name, value in QUERY.items()}
    result = playbook.play([{**play, "roles": [{**role, **options}], "post_tasks": [SHOW]}], inventory=LOCALHOST)
    assert result.rc == 0, result.output
    assert statuses(result.tasks["told"]["msg"]) == ["SUCCESS"] * 3
