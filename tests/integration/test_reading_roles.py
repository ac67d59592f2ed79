# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What log_collection, software_query and diagnosis have in common, in real playbooks."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from tests.integration.playbook import LOCALHOST, task
from tests.integration.reading import failed, play_of, results_of, step, verdicts

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
ITEMS = {"log_collection": "DEVICE_LOG_COLLECT", "software_query": "HDK_QUERY", "diagnosis": "CHECK"}
ROLES = list(ITEMS)
GOOD = {"log_collection": "no_link_named", "software_query": "as_wanted", "diagnosis": "unknown"}
LABEL = {role: verdict.replace("_", " ") for role, verdict in GOOD.items()}
FILES = {"software_query": [".csv", ".html", ".json", ".md", ".versions.json"]}
# What cannot be right of the options that one role alone has.
WRONG = {
    "log_collection": [],
    "software_query": [({"software_query_wanted": "newest"}, "software_query_wanted: 'newest' is not a version")],
    "diagnosis": [({}, "diagnosis_item_type is missing. Nobody has published")],
}
FLEET_OF_4 = pytest.mark.parametrize("sim", [{"servers": 4}], indirect=True)

NAMES = [f"huaweicloud.modelarts.{role}" for role in ROLES]


def options(role, **given):
    """Extra variables: the options, texts as a survey gives them."""
    needed = {"wait_interval": "0.2", **({"item_type": "CHECK"} if role == "diagnosis" else {}), **given}
    return {f"{role}_{name}": value for name, value in needed.items()}


def options_of_all(**given):
    """The same for all three roles."""
    return {name: value for role in ROLES for name, value in options(role, **given).items()}


def playbooks(playbook, times=1, **how):
    """Run the playbooks of all three roles, one after the other. Each goes on only where those before were a success."""
    return playbook.play(NAMES[0], args=(NAMES * times)[1:], **how)


def told_of(role):
    """A play that shows what localhost knows of a role's result."""
    shown = f"{{{{ {role}_result.servers | length }}}}"
    told = task(f"told {role}", "ansible.builtin.debug", {"msg": shown})
    return {"hosts": "localhost", "gather_facts": False, "tasks": [told]}


def plays_of_all(hosts="liteservers"):
    """Each role, and what localhost then knows of it. They go on only where some host did not fail."""
    return [play for role in ROLES for play in (play_of(role, hosts.format(role), goes_on=False), told_of(role))]


def on_localhost(**given):
    """A play of each role on localhost. Those that fail end nothing."""
    return [play_of(role, vars=options(role, **given)) for role in ROLES]


def own(sim, role, each=1):
    """The servers of which a role has the use alone, so that no other one of the run finds its jobs there."""
    first = ROLES.index(role) * each
    return sim.server_ids[first : first + each]


def group(sim):
    """The servers as an inventory; no host can be connected to."""
    hosts = {f"node-{n}": {"liteserver_id": server_id} for n, server_id in enumerate(sim.server_ids, 1)}
    return {"liteservers": {"hosts": hosts}}


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

    run = playbooks(playbook, times=2, extra_vars=given)
    assert run.rc == 0, run.output
    assert run.stats["localhost"]["changed"] == 0
    assert run.calls.count("POST /jobs") == 6
    for role in ROLES:
        assert run.custom_stats[role]["summary"]["success"] == 3
        assert run.custom_stats[role]["failed"] == []
        assert len(results_of(run, role)) == 2
        for result in results_of(run, role):
            assert set(result["servers"]) == set(sim.server_ids)
            assert result["summary"]["success"] == 3
            assert all(one["ok"] and one["started"] and one["finished"] for one in result["servers"].values())
        written = [path.name.partition(".") for path in reports.glob(f"{role}-*")]
        stems = {stem for stem, _dot, _ending in written}
        assert len(stems) == 2
        for stem in stems:
            endings = sorted(dot + ending for one, dot, ending in written if one == stem)
            assert endings == FILES.get(role, [".html", ".json", ".md"])
    for role in ROLES:
        for path in reports.glob(f"{role}-????????T??????Z-????????.json"):
            document = json.loads(path.read_text(encoding="utf-8"))
            jsonschema.validate(document, SCHEMA)
            assert (document["operation"], document["outcome"]) == (role, "success")
            assert document["jobs"][0]["status"] == "FINISHED"
    assert not sim.violations


@pytest.mark.parametrize("sim", [{"servers": 12}], indirect=True)
def test_group_where_servers_did_not_succeed(sim, playbook, tmp_path):
    """A group for each role, of which the first server is well."""
    groups = {}
    for role in ROLES:
        _good, failing, skipped, missing = ids = own(sim, role, each=4)
        sim.outcome(failing, "FAILED", message="disk full", job_types="any")
        sim.outcome(skipped, "SKIPPED", job_types="any")
        sim.outcome(missing, "MISSING", job_types="any")
        groups[role] = {"hosts": {f"{role}-{n}": {"liteserver_id": i} for n, i in enumerate(ids, 1)}}
    given = options_of_all(report_dir=str(tmp_path))
    run = playbook.play(plays_of_all("{}"), inventory=groups, extra_vars=given)
    assert run.rc == 2
    assert [job["server_ids"] for job in jobs_sent(sim)] == [own(sim, role, each=4) for role in ROLES]
    assert {stats["changed"] for stats in run.stats.values()} == {0}
    assert run.stats["localhost"]["failures"] == 0
    for role in ROLES:
        hosts = list(groups[role]["hosts"])
        assert [run.stats[host]["failures"] for host in hosts] == [0, 1, 1, 1], role
        told = {host: step(run, "Verdict", host)["msg"] for host in hosts}
        assert told[hosts[1]] == "failed: the platform says failed: disk full"
        assert told[hosts[2]].startswith("skipped: the platform skipped it")
        assert told[hosts[3]].startswith("missing: the job has no task for it")
        assert int(run.tasks[f"told {role}"]["msg"]) == 4  # before ansible-core 2.19 a template alone is text
        assert run.custom_stats[role]["failed"] == own(sim, role, each=4)[1:]
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


@pytest.mark.parametrize("sim", [{"servers": 120}], indirect=True)
def test_120_servers_are_3_jobs_at_once(sim, playbook):
    sim.outcome(sim.server_ids[60], "FAILED", message="no", job_types="any")
    run = playbook.play(on_localhost(servers=sim.server_ids))
    assert failed(run) == ["localhost"] * 3, run.output
    assert [len(job["server_ids"]) for job in jobs_sent(sim)] == [50, 50, 20] * 3
    submitted = [number for number, call in enumerate(run.calls) if call == "POST /jobs"]
    for number, role in enumerate(ROLES):
        first, _second, last, *later = submitted[3 * number :]
        assert "GET /jobs/*" not in run.calls[first:last], f"{role} waited for a job before all were submitted"
        assert "GET /jobs/*" in run.calls[last : later[0] if later else None], role
        (result,) = results_of(run, role)
        assert [result["summary"][word] for word in ("total", "success", "failed")] == [120, 119, 1], role
        assert len(result["jobs"]) == 3
        (told,) = verdicts(run, role=role)
        assert told.startswith(f"1 failed, 119 {LABEL[role]}. ")
        assert sim.server_ids[60] in told


def test_options_shape_the_jobs(sim, playbook):
    """Items come before an item type and a spec."""
    of_parts = on_localhost(
        servers="\n".join(sim.server_ids),
        servers_per_job="2",
        job_type="COMMON",
        item_type="OTHER",
        spec='{"number": 3, "full": true}',
    )
    items = "[{type: A}, {type: B, spec: {x: y}}]"
    of_items = on_localhost(servers=sim.server_ids[:1], items=items, item_type="", spec="")
    run = playbook.play([*of_parts, *of_items])
    first, then = jobs_sent(sim)[:6], jobs_sent(sim)[6:]
    assert [len(job["server_ids"]) for job in first] == [2, 1] * 3, run.output
    assert {job["type"] for job in first} == {"COMMON"}
    assert [job["items"] for job in first] == [[{"type": "OTHER", "spec": {"number": "3", "full": "true"}}]] * 6
    assert [job["items"] for job in then] == [[{"type": "A"}, {"type": "B", "spec": {"x": "y"}}]] * 3, run.output


@pytest.mark.parametrize("sim", [{"servers": 3, "speed": 0}], indirect=True)
def test_wait_timeout_and_the_job_taken_up(sim, playbook):
    def plays(**keywords):
        return [play_of(role, vars=options(role, servers=own(sim, role), **keywords)) for role in ROLES]

    checked = [{**play, "check_mode": True} for play in plays()]
    run = playbook.play([*plays(wait_timeout="0.5"), *checked])
    assert failed(run) == ["localhost"] * 3, run.output
    for role in ROLES:
        late, _foreseen = verdicts(run, role=role)
        assert late.startswith("1 processing. "), role
        assert "not over within the time to wait" in late
    assert run.output.count("1 server would be waited for, in jobs that run already.") == 3
    assert len(jobs_sent(sim)) == 3
    sim.clock.advance(3600)
    again = playbook.start(plays(), env=playbook.environment()).advance(3600).wait()
    assert (again.rc, failed(again)) == (0, []), again.output
    assert [job["server_ids"] for job in jobs_sent(sim)] == [own(sim, role) for role in ROLES] * 2, (
        "a job that is over is not reused"
    )


@pytest.mark.parametrize("sim", [{"servers": 6, "speed": 0}], indirect=True)
def test_wait_interval(sim, playbook):
    given = {role: own(sim, role, each=2) for role in ROLES}
    intervals = ("10", "0.1")
    playbook.play(
        [
            play_of(role, vars=options(role, servers=[server_id], wait_timeout="3", wait_interval=interval))
            for role, ids in given.items()
            for server_id, interval in zip(ids, intervals)
        ]
    )
    looks = Counter(request.path for request in sim.requests if request.method == "GET")
    of_server = {job.server_ids[0]: looks[f"/jobs/{job.id}"] for job in sim.jobs.values()}
    assert list(of_server) == sim.server_ids
    for role, (seldom, often) in given.items():
        assert of_server[often] > of_server[seldom], (role, of_server)


def test_validate_spec(sim, playbook):
    for word in ("LOG_COLLECT", "ASCEND_SOFTWARE_QUERY", "ASCEND_DIAGNOSIS"):
        sim.templates[word]["params"].append(
            {"name": "depth", "description": "", "value": "", "visible": "true", "regex": "^[0-9]+$"}
        )
    run = playbook.play(on_localhost(servers=sim.server_ids, spec="{depth: deep}", validate_spec="true"))
    assert failed(run) == ["localhost"] * 3, run.output
    assert ["depth" in told for role in ROLES for told in verdicts(run, role=role)] == [True] * 3
    assert not jobs_sent(sim)


@FLEET_OF_4
def test_what_cannot_be_right_fails_every_host_and_sends_nothing(sim, playbook):
    """Nor is anything done on localhost where no server is named. Only the last play is not rescued, and ends the run."""
    bad = {"servers_per_job": "51", "wait_timeout": "soon", "spec": "{a: [1]}", "wait_interval": "0"}
    wrong = {role: options(role, **bad, validate_spec="?") for role in ROLES}
    of_hosts = [play_of(role, "liteservers", role != ROLES[-1], vars=given) for role, given in wrong.items()]
    of_one = [
        play_of(role, vars={f"{role}_servers": sim.server_ids, **given})
        for role in ROLES
        for given, _words in WRONG[role]
    ]
    plays = [*on_localhost(servers=""), *of_one, *of_hosts, told_of(ROLES[-1])]
    run = playbook.play(plays, inventory=group(sim))
    assert run.rc == 2
    assert run.calls == []
    hosts = list(group(sim)["liteservers"]["hosts"])
    for role in ROLES:
        assert sorted(failed(run, role)) == ["localhost"] * (1 + len(WRONG[role])) + hosts
        (told,) = {text for host in hosts for text in verdicts(run, host, role)}  # each host hears the same
        for name in ("servers_per_job", "wait_timeout", "wait_interval", "validate_spec", "spec.a"):
            assert f"{role}_{name}" in told
        alone, *others = verdicts(run, "localhost", role)
        assert alone.startswith(f"{role}_servers is missing. Give the IDs of the Lite Servers")
        assert [text.startswith(words) for text, (_given, words) in zip(others, WRONG[role])] == [True] * len(others)
    assert {host: run.stats[host]["failures"] for host in run.stats} == {**dict.fromkeys(hosts, 1), "localhost": 0}
    assert f"told {ROLES[-1]}" not in run.tasks


def test_a_server_that_does_not_exist(sim, playbook, tmp_path):
    given = {"servers": [*sim.server_ids, "nowhere"], "servers_per_job": 3, "report_dir": str(tmp_path)}
    run = playbook.play(on_localhost(**given))
    assert failed(run) == ["localhost"] * 3, run.output
    for role in ROLES:
        (told,) = verdicts(run, role=role)
        assert told.startswith(f"1 failed, 3 {LABEL[role]}. nowhere failed: the platform refused its job: ")
        assert len(list(tmp_path.glob(f"{role}-*.html"))) == 1


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
