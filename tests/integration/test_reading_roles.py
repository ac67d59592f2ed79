# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What log_collection, software_query and diagnosis have in common, in real playbooks."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.integration.playbook import LOCALHOST, task
from tests.integration.reading import result_of, step

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
ITEMS = {"log_collection": "DEVICE_LOG_COLLECT", "software_query": "HDK_QUERY", "diagnosis": "CHECK"}
ROLES = list(ITEMS)
GOOD = {"log_collection": "no_link_named", "software_query": "as_wanted", "diagnosis": "unknown"}
LABEL = {role: verdict.replace("_", " ") for role, verdict in GOOD.items()}
FILES = {"software_query": [".csv", ".html", ".json", ".md", ".versions.json"]}
FLEET_OF_4 = pytest.mark.parametrize("sim", [{"servers": 4}], indirect=True)

NAMES = [f"huaweicloud.modelarts.{role}" for role in ROLES]
EACH_ROLE = pytest.mark.parametrize("role", ROLES)


def options(role, **given):
    """Extra variables: the options, texts as a survey gives them."""
    needed = {"wait_interval": "0.2", **({"item_type": "CHECK"} if role == "diagnosis" else {}), **given}
    return {f"{role}_{name}": value for name, value in needed.items()}


def options_of_all(**given):
    """The same for all three roles."""
    return {name: value for role in ROLES for name, value in options(role, **given).items()}


def playbooks(playbook, **how):
    """Run the playbooks of all three roles, one after the other. Each goes on only where those before were a success."""
    return playbook.play(NAMES[0], args=NAMES[1:], **how)


def plays_of_all():
    return [play for role in ROLES for play in play_of(role)]


def group(sim):
    """The servers as an inventory; no host can be connected to."""
    hosts = {f"node-{n}": {"liteserver_id": server_id} for n, server_id in enumerate(sim.server_ids, 1)}
    return {"liteservers": {"hosts": hosts}}


def play_of(role, hosts="liteservers"):
    """A play of the role, and one that shows what localhost then knows."""
    include = task(
        "work", "ansible.builtin.import_role", {"name": f"huaweicloud.modelarts.{role}", "rolespec_validate": False}
    )
    shown = f"{{{{ {role}_result.servers | length }}}}"
    told = task(f"told {role}", "ansible.builtin.debug", {"msg": shown})
    return [
        {"hosts": hosts, "gather_facts": False, "tasks": [include]},
        {"hosts": "localhost", "gather_facts": False, "tasks": [told]},
    ]


def jobs_sent(sim):
    return [request.body for request in sim.requests if request.method == "POST"]


def test_playbooks_on_localhost_checked_and_twice(sim, playbook, tmp_path):
    reports = tmp_path / "a" / "reports"
    given = options_of_all(servers=", ".join(sim.server_ids), report_dir=str(reports))

    checked = playbooks(playbook, extra_vars=given, check=True)
    assert checked.rc == 0, checked.output
    assert checked.output.count("3 servers would be worked on. Only reads were sent.") == 3
    assert not [call for call in checked.calls if not call.startswith("GET")]
    assert not reports.exists()

    for round_ in (1, 2):
        run = playbooks(playbook, extra_vars=given)
        assert run.rc == 0, run.output
        assert run.stats["localhost"]["changed"] == 0
        assert run.calls.count("POST /jobs") == 3
        for role in ROLES:
            assert run.custom_stats[role]["summary"]["success"] == 3
            assert run.custom_stats[role]["failed"] == []
            result = result_of(run, role)
            assert set(result["servers"]) == set(sim.server_ids)
            assert all(one["ok"] and one["started"] and one["finished"] for one in result["servers"].values())
            written = [path.name.partition(".") for path in reports.glob(f"{role}-*")]
            assert len({stem for stem, _dot, _ending in written}) == round_
            assert sorted({dot + end for _stem, dot, end in written}) == FILES.get(role, [".html", ".json", ".md"])
    for role in ROLES:
        for path in reports.glob(f"{role}-????????T??????Z-????????.json"):
            document = json.loads(path.read_text(encoding="utf-8"))
            jsonschema.validate(document, SCHEMA)
            assert (document["operation"], document["outcome"]) == (role, "success")
            assert document["jobs"][0]["status"] == "FINISHED"
    assert not sim.violations


@EACH_ROLE
@FLEET_OF_4
def test_group_where_servers_did_not_succeed(role, sim, playbook, tmp_path):
    sim.outcome(sim.server_ids[1], "FAILED", message="disk full", job_types="any")
    sim.outcome(sim.server_ids[2], "SKIPPED", job_types="any")
    sim.outcome(sim.server_ids[3], "MISSING", job_types="any")
    given = options(role, report_dir=str(tmp_path))
    run = playbook.play(play_of(role), inventory=group(sim), extra_vars=given)
    assert run.rc == 2
    assert {host: stats["failures"] for host, stats in run.stats.items()} == {
        "node-1": 0,
        "node-2": 1,
        "node-3": 1,
        "node-4": 1,
        "localhost": 0,
    }
    assert {stats["changed"] for stats in run.stats.values()} == {0}
    told = {host: step(run, "Verdict", host)["msg"] for host in ("node-1", "node-2", "node-3", "node-4")}
    assert told["node-2"] == "failed: the platform says failed: disk full"
    assert told["node-3"].startswith("skipped: the platform skipped it")
    assert told["node-4"].startswith("missing: the job has no task for it")
    assert int(run.tasks[f"told {role}"]["msg"]) == 4  # before ansible-core 2.19 a template alone is text
    assert len(jobs_sent(sim)) == 1
    assert run.custom_stats[role]["failed"] == sim.server_ids[1:]
    (report,) = tmp_path.glob(f"{role}-*Z-????????.json")
    document = json.loads(report.read_text(encoding="utf-8"))
    jsonschema.validate(document, SCHEMA)
    assert document["outcome"] == "failed"
    assert document["summary"] == {"failed": 1, "skipped": 1, "missing": 1, GOOD[role]: 1}


@FLEET_OF_4
def test_limit(sim, playbook):
    limit = "node-2:node-3"
    run = playbook.play(plays_of_all(), inventory=group(sim), extra_vars=options_of_all(), limit=limit)
    assert run.rc == 0, run.output
    assert [job["server_ids"] for job in jobs_sent(sim)] == [sim.server_ids[1:3]] * 3
    assert {"node-2", "node-3"} <= set(run.stats)
    assert "node-1" not in run.stats


@EACH_ROLE
@pytest.mark.parametrize("sim", [{"servers": 120}], indirect=True)
def test_120_servers_are_3_jobs_at_once(role, sim, playbook):
    sim.outcome(sim.server_ids[60], "FAILED", message="no", job_types="any")
    run = playbook.play(f"huaweicloud.modelarts.{role}", extra_vars=options(role, servers=sim.server_ids))
    assert run.rc == 2
    assert [len(job["server_ids"]) for job in jobs_sent(sim)] == [50, 50, 20]
    submitted = [number for number, call in enumerate(run.calls) if call == "POST /jobs"]
    watched = [number for number, call in enumerate(run.calls) if call == "GET /jobs/*"]
    assert submitted[-1] < watched[0], "a job was waited for before all were submitted"
    result = result_of(run)
    assert [result["summary"][word] for word in ("total", "success", "failed")] == [120, 119, 1]
    assert len(result["jobs"]) == 3
    assert step(run, "Verdict")["msg"].startswith(f"1 failed, 119 {LABEL[role]}. ")
    assert sim.server_ids[60] in step(run, "Verdict")["msg"]


def test_options_shape_the_jobs(sim, playbook):
    given = options_of_all(
        servers="\n".join(sim.server_ids),
        servers_per_job="2",
        job_type="COMMON",
        item_type="OTHER",
        spec='{"number": 3, "full": true}',
    )
    run = playbooks(playbook, extra_vars=given)
    assert [len(job["server_ids"]) for job in jobs_sent(sim)] == [2, 1] * 3, run.output
    assert {job["type"] for job in jobs_sent(sim)} == {"COMMON"}
    items = [{"type": "OTHER", "spec": {"number": "3", "full": "true"}}]
    assert [job["items"] for job in jobs_sent(sim)] == [items] * 6


def test_items_come_before_item_type_and_spec(sim, playbook):
    items = "[{type: A}, {type: B, spec: {x: y}}]"
    playbooks(playbook, extra_vars=options_of_all(servers=sim.server_ids[:1], items=items, item_type="", spec=""))
    assert [job["items"] for job in jobs_sent(sim)] == [[{"type": "A"}, {"type": "B", "spec": {"x": "y"}}]] * 3


@EACH_ROLE
@pytest.mark.parametrize("sim", [{"servers": 1, "speed": 0}], indirect=True)
def test_wait_timeout_and_the_job_taken_up(role, sim, playbook):
    name = f"huaweicloud.modelarts.{role}"
    run = playbook.play(name, extra_vars=options(role, servers=sim.server_ids, wait_timeout="0.5"))
    assert run.rc == 2
    assert step(run, "Verdict")["msg"].startswith("1 processing. ")
    assert "not over within the time to wait" in step(run, "Verdict")["msg"]
    checked = playbook.play(name, extra_vars=options(role, servers=sim.server_ids), check=True)
    assert checked.rc == 0, checked.output
    assert "1 server would be waited for, in jobs that run already." in checked.output
    sim.clock.advance(3600)
    given = options(role, servers=sim.server_ids)
    again = playbook.start(name, extra_vars=given, env=playbook.environment()).advance(3600).wait()
    assert again.rc == 0, again.output
    assert len(jobs_sent(sim)) == 2, "a job that is over is not reused"


@EACH_ROLE
@pytest.mark.parametrize("sim", [{"servers": 1, "speed": 0}], indirect=True)
def test_wait_interval(role, sim, playbook):
    given = {"servers": sim.server_ids, "wait_timeout": "4"}
    name = f"huaweicloud.modelarts.{role}"
    seldom = playbook.play(name, extra_vars=options(role, **given, wait_interval="10"))
    often = playbook.play(name, extra_vars=options(role, **given, wait_interval="0.1"))
    assert often.calls.count("GET /jobs/*") > seldom.calls.count("GET /jobs/*")


@EACH_ROLE
def test_validate_spec(role, sim, playbook):
    word = {"log_collection": "LOG_COLLECT", "software_query": "ASCEND_SOFTWARE_QUERY", "diagnosis": "ASCEND_DIAGNOSIS"}
    sim.templates[word[role]]["params"].append(
        {"name": "depth", "description": "", "value": "", "visible": "true", "regex": "^[0-9]+$"}
    )
    given = {"servers": sim.server_ids, "spec": "{depth: deep}"}
    run = playbook.play(f"huaweicloud.modelarts.{role}", extra_vars=options(role, **given, validate_spec="true"))
    assert run.rc == 2
    assert "depth" in step(run, "Verdict")["msg"]
    assert not jobs_sent(sim)


@EACH_ROLE
@FLEET_OF_4
def test_what_cannot_be_right_fails_every_host_and_sends_nothing(role, sim, playbook):
    bad = options(
        role, servers_per_job="51", wait_timeout="soon", spec="{a: [1]}", wait_interval="0", validate_spec="?"
    )
    run = playbook.play(play_of(role), inventory=group(sim), extra_vars=bad)
    assert run.rc == 2
    assert run.calls == []
    told = {step(run, "Verdict", host)["msg"] for host in group(sim)["liteservers"]["hosts"]}
    assert len(told) == 1, "each host hears the same"
    for name in ("servers_per_job", "wait_timeout", "wait_interval", "validate_spec", "spec.a"):
        assert f"{role}_{name}" in told.copy().pop()
    assert {stats["failures"] for stats in run.stats.values()} == {1}
    assert f"told {role}" not in run.tasks


@EACH_ROLE
def test_localhost_without_servers(role, sim, playbook):
    run = playbook.play(f"huaweicloud.modelarts.{role}", extra_vars=options(role, servers=""))
    assert run.rc == 2
    assert run.calls == []
    assert step(run, "Verdict")["msg"].startswith(f"{role}_servers is missing. Give the IDs of the Lite Servers")


@EACH_ROLE
def test_a_server_that_does_not_exist(role, sim, playbook, tmp_path):
    given = options(role, servers=[*sim.server_ids, "nowhere"], servers_per_job=3, report_dir=str(tmp_path))
    run = playbook.play(f"huaweicloud.modelarts.{role}", extra_vars=given)
    assert run.rc == 2
    assert step(run, "Verdict")["msg"].startswith(
        f"1 failed, 3 {LABEL[role]}. nowhere failed: the platform refused its job: "
    )
    assert len(list(tmp_path.glob("*.html"))) == 1


def test_the_playbooks_take_hosts_and_connection(sim, playbook):
    env = {"HW_REGION_NAME": "", "HUAWEICLOUD_SDK_PROJECT_ID": ""}
    connection = {
        "modelarts_endpoint": sim.endpoint,
        "modelarts_region": "xx-test-2",
        "modelarts_project_id": sim.project_id,
    }
    given = {**options_of_all(), **connection, "modelarts_hosts": "liteservers"}
    run = playbooks(playbook, inventory=group(sim), extra_vars=given, env=env)
    assert run.rc == 0, run.output
    assert set(run.stats) == {"node-1", "node-2", "node-3"}
    assert len(jobs_sent(sim)) == 3


def test_localhost_in_the_inventory_and_become(sim, playbook, tmp_path):
    inventory = (
        LOCALHOST
        + "[liteservers]\n"
        + "".join(f"n{n} liteserver_id={i} ansible_become=true\n" for n, i in enumerate(sim.server_ids))
    )
    plays = [{**play, "become": play["hosts"] == "liteservers"} for play in plays_of_all()]
    run = playbook.play(plays, inventory=inventory, extra_vars=options_of_all(report_dir=str(tmp_path)))
    assert run.rc == 0, run.output
    for role in ROLES:
        assert int(run.tasks[f"told {role}"]["msg"]) == 3  # before ansible-core 2.19 a template alone is text
