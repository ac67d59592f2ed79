# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operations refuse, survive and span, in real playbooks. What each role finds is in the tests of its name."""

from __future__ import annotations

import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.integration.playbook import GROUP, rescued, task
from tests.integration.reading import failed, result_of, step, verdicts
from tests.simulator import Simulator

ROLE = "huaweicloud.modelarts.diagnosis"
WRONG = "Could not match supplied host pattern, ignoring: liteserver"
GIVEN = {"diagnosis_item_type": "CHECK", "diagnosis_wait_interval": "0.2"}


def hosts_of(sim, name="node", **more):
    return {f"{name}-{n}": {"liteserver_id": i, **more} for n, i in enumerate(sim.server_ids, 1)}


def play(hosts="liteservers", how="import_role", role=ROLE, keywords=None, apply=None, **of_play):
    """A play of a role. keywords: of the task; apply: what is to hold for the tasks of a role that is included."""
    options = {"name": role, "rolespec_validate": False, **({"apply": apply} if apply else {})}
    include = task("work", f"ansible.builtin.{how}", options, **(keywords or {}))
    return {"hosts": hosts, "gather_facts": False, "tasks": [include], **of_play}


def test_what_would_make_it_wrong_is_refused_and_each_host_hears_why(sim, playbook, tmp_path):
    (tmp_path / "file").write_text("in the way")
    go_on = {"ignore_errors": True}
    plays = [
        play(keywords=go_on, strategy="free"),
        play(keywords={**go_on, "when": "inventory_hostname != 'node-2'"}),
        play(how="include_role", keywords={"when": "inventory_hostname != 'node-2'"}, apply=go_on),
        play(
            keywords=go_on,
            vars={"diagnosis_wait_timout": 5, "diagnosis_report_dir": str(tmp_path / "file" / "reports")},
        ),
        play(keywords={**go_on, "when": "inventory_hostname != 'node-1'"}),  # which has no verdict of it
        play(hosts="others", keywords=go_on),
        play(hosts="twins", keywords=go_on, vars={"diagnosis_wait_interval": 1}),
        play(hosts="none:localhost", keywords=go_on),
        play(hosts="localhost", keywords=go_on, module_defaults={GROUP: {"wait_timeout": 60}}),
    ]
    others = {
        "x": {"diagnosis_wait_interval": 1},
        "y": {"diagnosis_wait_interval": 2},
        "z": {"diagnosis_wait_interval": 2},
    }
    twins = {
        f"twin-{n}": {"liteserver_id": "id-1", "liteserver_region": f"region-{n}", "liteserver_project_id": "p"}
        for n in (1, 2)
    }
    twins["odd"] = {"liteserver_id": "id 1"}
    groups = {"others": {"hosts": others}, "twins": {"hosts": twins}, "none": {}}
    inventory = {"liteservers": {"hosts": hosts_of(sim)}, **groups}
    warnings = ["Using run_once with the free strategy"]
    run = playbook.play(plays, inventory=inventory, extra_vars={"diagnosis_item_type": "CHECK"}, warnings=warnings)
    assert run.calls == []
    free, imported, included, misspelt = verdicts(run, "node-1")
    assert free.startswith("The play's strategy is free, under which each host would run the whole operation")
    condition = "diagnosis has the condition inventory_hostname != 'node-2', which cannot leave out single hosts"
    assert imported.startswith(condition)
    assert included.startswith(condition)
    assert "diagnosis_wait_timout is no option of the role diagnosis. Is diagnosis_wait_timeout meant?" in misspelt
    assert f"diagnosis_report_dir: {tmp_path}/file/reports cannot be written" in misspelt
    assert verdicts(run, "node-3")[:4] == verdicts(run, "node-1")
    for host in ("node-2", "node-3"):
        assert verdicts(run, host)[-1].startswith("Nothing was done for this host")
        assert step(run, "Verdict", host)["failed"]
    told = "diagnosis_wait_interval differs between the hosts of the play: 1 for x; 2 for y, z. Give all of them one value."
    assert [verdicts(run, host) for host in others] == [[told]] * 3
    told = (
        "The liteserver_id of some hosts is not the ID of a Lite Server: odd ('id 1'). Give each its ID alone, in quotes. "
        "liteserver_region differs between hosts that stand for the same Lite Server: id-1 ('region-1' for twin-1; 'region-2' for "
        "twin-2). Give the hosts of a server one value, or leave out all of them but one."
    )
    assert [verdicts(run, host) for host in twins] == [[told]] * 3
    missing, unsupported = verdicts(run, "localhost")
    assert missing.startswith("diagnosis_servers is missing. Give the IDs of the Lite Servers")
    assert "wait_timeout" in unsupported and unsupported.endswith("Correct module_defaults, or diagnosis_connection.")


def test_one_run_spans_projects_and_regions(sim, playbook):
    with Simulator(servers=2, speed=1000, seed=7, project_id="another0project") as there:
        place = {
            "liteserver_endpoint": there.endpoint,
            "liteserver_project_id": there.project_id,
            "liteserver_region": "x",
        }
        there.outcome(there.server_ids[1], "SUCCESS", message="FAIL: npu 3", job_types="any")
        sim.outcome(sim.server_ids[0], "SUCCESS", message="PASS", job_types="any")
        hosts = {**hosts_of(sim), **hosts_of(there, "far", **place)}
        run = playbook.play([play("all")], inventory={"all": {"hosts": hosts}}, extra_vars=GIVEN)
        assert [job.server_ids for job in sim.jobs.values()] == [sim.server_ids]
        assert [job.server_ids for job in there.jobs.values()] == [there.server_ids]
        assert verdicts(run, "node-1") == ["pass: PASS"]
        assert verdicts(run, "far-2") == ["fail: the diagnosis says FAIL: FAIL: npu 3"]
        assert run.custom_stats["diagnosis"]["failed"] == [there.server_ids[1]]
        assert [host for host, stats in run.stats.items() if stats["failures"]] == ["far-2"]


def test_only_what_is_no_lite_server_stands_for_all(sim, playbook):
    """And connection options may come from the role's option."""
    sim.outcome(sim.server_ids[0], "FAILED", message="broken", job_types="any")
    env = {"HW_REGION_NAME": "", "HUAWEICLOUD_SDK_PROJECT_ID": ""}
    connection = {"endpoint": sim.endpoint, "project_id": sim.project_id}
    run = playbook.play(
        [play("liteservers:localhost")],
        inventory={"liteservers": {"hosts": hosts_of(sim)}, "all": {"hosts": {"localhost": {}}}},
        extra_vars={**GIVEN, "diagnosis_servers": sim.server_ids[:1], "diagnosis_connection": connection},
        env=env,
    )
    assert {host: stats["failures"] for host, stats in run.stats.items()} == {
        "node-1": 1,
        "node-2": 0,
        "node-3": 0,
        "localhost": 1,
    }
    assert verdicts(run, "node-2") == ["not a server of this run"]
    assert verdicts(run, "localhost")[0].startswith("1 failed. ")


def test_a_server_that_is_held_keeps_no_other_waiting(sim, playbook):
    held = sim.server_ids[1]
    sim.add_job(name="console", type="COMMON", items=[{"type": "COMMON"}], server_ids=[held], status="ACTIVE")
    given = {**GIVEN, "diagnosis_wait_timeout": "6", "diagnosis_servers": sim.server_ids}
    run = playbook.play([play("localhost")], extra_vars=given)
    assert run.rc == 2
    result = result_of(run)
    assert [server["status"] for server in result["servers"].values()] == ["SUCCESS", "ERROR", "SUCCESS"]
    assert result["servers"][held]["message"].startswith("the job console (")
    assert "diagnosis: 2 of 3 servers done" in run.output


@pytest.mark.parametrize("sim", [{"servers": 3, "speed": 0}], indirect=True)
def test_a_run_that_was_killed_is_taken_up(sim, playbook):
    given = {**GIVEN, "diagnosis_servers": sim.server_ids}
    env = playbook.environment()
    run = playbook.start([play("localhost")], extra_vars=given, env=env)
    next(line for line in run.lines() if "0 of 3 servers done" in line)
    run.kill()
    again = playbook.start([play("localhost")], extra_vars=given, env=env).advance().wait()
    assert again.rc == 0, again.output
    assert len(sim.jobs) == 1
    assert not sim.violations


@pytest.mark.parametrize("sim", [{"servers": 3, "speed": 1000}], indirect=True)
def test_where_the_time_of_a_task_is_up_each_host_hears_it(sim, playbook):
    """The time that the play has for each task. It is over while the canary is upgraded, and while its job holds a server."""
    sim.outcome(sim.server_ids[0], "HUNG")
    rollout = "huaweicloud.modelarts.hdk_upgrade"
    given = {"hdk_upgrade_version": "24.1.0.3", "hdk_upgrade_wait_interval": 0.2}
    plays = [play(role=rollout, timeout=4, vars=given), play(timeout=2)]
    for one in plays:
        one["tasks"] = [rescued(*one["tasks"])]
    run = playbook.play(plays, inventory={"liteservers": {"hosts": hosts_of(sim)}}, extra_vars=GIVEN)
    first, then = zip(*(verdicts(run, host) for host in hosts_of(sim)))
    assert first == (
        "failed: its result is not known, since the run broke off while its job was running",
        *["not started: the run broke off before it was through"] * 2,
    ), run.output
    off = "It was broken off: "
    assert {one[: len(off)] for one in then} == {off} and re.search(r"after 2 second|\(2\)", then[2]), then
    assert sorted(failed(run)) == sorted([*hosts_of(sim)] * 2)


@pytest.fixture
def files(tmp_path):
    """The address of a server of files, of which there is one: a.tar.gz."""
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "a.tar.gz").write_bytes(b"logs" * 100)

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_logs_are_downloaded(sim, playbook, tmp_path, files):
    first, second, third = sim.server_ids
    sim.outcome(first, "SUCCESS", message=f"{files}/a.tar.gz?sign=1 obs://b/a.tar.gz", job_types="any")
    sim.outcome(second, "SUCCESS", message=f"see {files}/a.tar.gz and {files}/gone.tar.gz", job_types="any")
    sim.outcome(third, "SUCCESS", message="obs://b/c", job_types="any")
    logs = tmp_path / "logs"
    given = {"log_collection_wait_interval": 0.2, "log_collection_fetch_dir": str(logs)}
    role = "huaweicloud.modelarts.log_collection"
    run = playbook.play([play(role=role)], inventory={"liteservers": {"hosts": hosts_of(sim)}}, extra_vars=given)
    names = [sim.servers[i].name for i in (first, second)]
    found = sorted(str(path.relative_to(logs)) for path in logs.rglob("*") if path.is_file())
    assert found == [f"{name}/a.tar.gz" for name in names]
    assert (logs / names[0] / "a.tar.gz").read_bytes() == b"logs" * 100
    assert step(run, "Verdict", "node-1")["msg"].startswith("collected: ")
    assert step(run, "Verdict", "node-2")["msg"].startswith(
        "failed: collected, but not downloaded: gone.tar.gz: HTTP 404"
    )
    assert [host for host, stats in run.stats.items() if stats["failures"]] == ["node-2"]
    assert result_of(run)["servers"][first]["files"] == [str(logs / names[0] / "a.tar.gz")]


def test_the_playbooks_take_the_group_of_lite_servers_and_refuse_a_name_that_matches_nothing(sim, playbook):
    """One after the other, so that the name is a variable of the second. Nothing is done for it."""
    books = [{"import_playbook": ROLE}, {"import_playbook": ROLE, "vars": {"modelarts_hosts": ["liteserver"]}}]
    inventory = {"liteservers": {"hosts": hosts_of(sim)}}
    run = playbook.play(books, inventory=inventory, extra_vars=GIVEN, warnings=[WRONG])
    told = [(e["host"], e["status"]) for e in run.events if e.get("task", "").endswith(" : Verdict")]
    assert sorted(told) == [(host, "ok") for host in hosts_of(sim)], run.output
    assert run.rc != 0
    assert "No host of the inventory matches modelarts_hosts" in run.output
