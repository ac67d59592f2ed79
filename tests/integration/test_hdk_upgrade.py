# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role hdk_upgrade in real playbooks: plan, waves, verdicts, hooks, inventory, report."""

from __future__ import annotations

import json

import pytest

from tests.integration.playbook import task
from tests.integration.upgrading import (  # pylint: disable=unused-import
    UNREACHABLE,
    VERSION,
    rollouts,  # noqa: F401
    upgrades_of,
    writes,
)

ROLE = {"name": "huaweicloud.modelarts.hdk_upgrade", "rolespec_validate": False}


def fleet(servers=4, speed=600, **more):
    """The simulator of a test."""
    return pytest.mark.parametrize("sim", [{"servers": servers, "speed": speed, **more}], indirect=True)


def places(sim, *numbers):
    return [sim.server_ids[number] for number in numbers]


def jobs_of(sim, kind):
    """The jobs of a type as requested: the places of their servers."""
    numbers = {server_id: n for n, server_id in enumerate(sim.server_ids)}
    return [[numbers[i] for i in job.server_ids] for job in sim.jobs.values() if job.request_type == kind]


@fleet(servers=9, supernodes=1, supernode_size=3)
def test_plan_rollout_and_second_run_agree(sim, rollouts):  # noqa: F811
    """With options as AWX gives them: all of them text."""
    asked = {
        "servers": "",
        "canary": "1",
        "waves": "3, 50%",
        "servers_per_job": "3",
        "max_failures": "10%",
        "retries": "0",
        "verify": "true",
        "before_wave": "",
        "wait_timeout": "60",
        "extra_spec": "",
        "pause": "1",
    }
    # What a finished query found makes the plan exact.
    sim.servers[sim.server_ids[8]].driver = VERSION
    sim.add_job(
        name="query",
        type="ASCEND_SOFTWARE_QUERY",
        items=[{"type": "HDK_QUERY"}],
        server_ids=sim.server_ids,
        status="FINISHED",
    )
    check = rollouts.run(how={"check": True}, **asked)
    assert check.rc == 0, check.output
    assert writes(check.play) == []
    assert check.report["outcome"] == "planned"
    lines = check.steps("Plan the rollout")[0]["result"]["msg"]
    names = [server.name for server in sim.servers.values()]
    step = f"24.1.rc3.10 -> {VERSION}: "
    assert lines == [
        f"1 current: at {VERSION}: {names[8]}",
        f"wave 1, the canary: 1 server in 1 job, {step}{names[3]}",
        f"wave 2: 3 servers in 1 job, {step}{', '.join(names[:3])}",
        f"wave 3: 4 servers in 2 jobs, {step}{', '.join(names[4:8])}",
        "stops at the first failure or when the canary is not upgraded",
    ]
    assert "8 servers to be upgraded in 3 waves, 1 current. Only reads were sent." in check.output

    real = rollouts.run(how={"inventory": rollouts.inventory()}, **asked)
    assert real.rc == 0, real.output
    assert real.waves() == check.waves() == [[3], [0, 1, 2], [4, 5, 6, 7]]
    assert real.of("upgraded") == list(range(8))
    assert real.of("current") == [8]
    predicted = {host: stats["changed"] for host, stats in check.play.stats.items()}
    assert predicted == {host: stats["changed"] for host, stats in real.play.stats.items()}
    assert upgrades_of(sim) == dict.fromkeys(range(8), 1)
    assert sim.mixed_supernodes() == {}
    assert [f"pause before wave {number} of 3, 1 s left" in real.output for number in (1, 2, 3)] == [False, True, True]
    record = real.record(1)
    assert (record["version_before"], record["version_after"]) == ("24.1.rc3.10", VERSION)
    assert (record["firmware_before"], record["firmware_after"]) == ("7.5.0.109.220", "7.5.0.5.220")
    assert (record["wave"], record["name"]) == (2, names[1])
    assert record["started"] <= record["finished"]
    assert sim.jobs[record["job_id"]].server_ids == places(sim, 0, 1, 2)
    assert real.told(record["name"]) == f"upgraded: 24.1.rc3.10 -> {VERSION}, confirmed at {VERSION}"
    assert sorted(path.suffix for path in rollouts.reports.iterdir()) == [".html", ".json", ".md"]
    assert VERSION in next(rollouts.reports.glob("*.md")).read_text(encoding="utf-8")
    assert [wave["canary"] for wave in real.report["waves"]] == [True, False, False]
    assert all(wave["started"] <= wave["finished"] for wave in real.report["waves"])

    again = rollouts.run(**asked)
    assert again.rc == 0, again.output
    assert again.of("current") == list(range(9))
    assert {stats["changed"] for stats in again.play.stats.values()} == {0}
    assert again.waves() == []
    assert "nothing to do" in again.output
    assert upgrades_of(sim) == dict.fromkeys(range(8), 1)


@fleet(servers=10)
def test_every_ending_has_its_verdict(sim, rollouts, tmp_path):  # noqa: F811
    """Retries, logs, hooks and what the platform says are those of each server."""
    ids = sim.server_ids
    trap = tmp_path / "trap"
    sim.outcome(ids[1], "FAILED", times=1)
    sim.outcome(ids[2], "FAILED", message=f"{{{{ lookup('ansible.builtin.pipe', 'touch {trap}') }}}} failed")
    sim.outcome(ids[3], "UNCONFIRMED")
    sim.outcome(ids[4], "SKIPPED")
    sim.outcome(ids[5], "MISSING")
    sim.servers[ids[6]].driver = "25.2.1"
    sim.servers[ids[7]].driver = VERSION.upper()
    for server_id in ids[1:3]:
        sim.outcome(server_id, "SUCCESS", message="see https://logs.example.com/a.tar", job_types={"LOG_COLLECT"})
    line = "{{ hdk_upgrade_wave }}|{{ hdk_upgrade_wave_servers | join(',') }}|{{ hdk_upgrade_wave_hosts | join(',') }}"
    shell = f"echo '{line}' >> {tmp_path}/"
    for name in ("before", "after"):
        (tmp_path / f"{name}.yml").write_text(
            json.dumps([{"name": name, "ansible.builtin.shell": shell + name, "changed_when": False}])
        )
    run = rollouts.run(
        canary=0,
        max_failures=10,
        retries=1,
        collect_logs_on_failure=True,
        before_wave=str(tmp_path / "before.yml"),
        after_wave=str(tmp_path / "after.yml"),
        after_wave_failed="yes",
    )
    assert run.rc == 2
    assert not trap.exists()
    assert (run.of("upgraded"), run.of("current"), run.of("refused")) == ([0, 1, 8, 9], [7], [6])
    assert run.of("failed") == [2, 3, 4, 5]
    assert "the platform says failed: {{ lookup" in run.record(2)["reason"]
    assert run.record(3)["reason"] == "the job succeeded, but the query found 24.1.rc3.10"
    assert run.record(4)["reason"].startswith("the platform skipped it")
    assert run.record(5)["reason"] == "the job has no task for it"
    assert run.record(6)["reason"] == f"25.2.1 is newer than {VERSION}, and a downgrade is not allowed"
    assert [bool(run.record(n)["links"]) for n in range(10)] == [n in (1, 2) for n in range(10)]
    assert "https://logs.example.com/a.tar" in json.dumps(run.report["servers"])
    assert jobs_of(sim, "HDK_UPGRADE") == [[0, 1, 2, 3, 4, 5, 8, 9], [1, 2, 3, 4, 5]]
    # The logs come before anything else touches what failed.
    kinds = [job.request_type for job in sim.jobs.values()]
    assert [kinds[n - 1] for n, kind in enumerate(kinds) if kind == "LOG_COLLECT"] == ["HDK_UPGRADE"] * 2
    assert jobs_of(sim, "LOG_COLLECT") == [[1, 2], [2]]
    names = {server_id: server.name for server_id, server in sim.servers.items()}
    for name, wave in (("before", [0, 1, 2, 3, 4, 5, 8, 9]), ("after", [0, 1, 2, 3, 4, 5, 8, 9])):
        (said,) = (tmp_path / name).read_text().splitlines()
        number, servers, hosts = said.split("|")
        assert (number, servers.split(","), hosts.split(",")) == (
            "1",
            places(sim, *wave),
            [names[i] for i in places(sim, *wave)],
        )


@fleet(servers=5)
def test_a_hook_that_fails_stops_the_rollout(sim, rollouts, tmp_path):  # noqa: F811
    """Before a wave: before it begins; after a wave: before the next one. The path may be relative to the playbook."""
    play = tmp_path / "site.yml"
    include = task("upgrade", "ansible.builtin.import_role", ROLE)
    play.write_text(json.dumps([{"hosts": "liteservers", "gather_facts": False, "tasks": [include]}]))
    stop = {"name": "stop", "ansible.builtin.fail": {"msg": "no room for its pods"}, "when": "hdk_upgrade_wave == 2"}
    note = {
        "name": "note",
        "ansible.builtin.shell": f"echo {{{{ hdk_upgrade_wave_servers | join(',') }}}} >> {tmp_path}/undrained",
        "changed_when": False,
    }
    (tmp_path / "drain.yml").write_text(json.dumps([stop]))
    (tmp_path / "undrain.yml").write_text(json.dumps([note]))
    sim.outcome(sim.server_ids[1], "FAILED", times=1)
    asked = {"canary": 2, "canary_must_succeed": False, "max_failures": 1, "waves": [1], "after_wave": "undrain.yml"}
    run = rollouts.run(how={"play": play}, before_wave="drain.yml", **asked)
    assert run.rc == 2
    assert (run.of("upgraded"), run.of("failed"), run.of("not_started")) == ([0], [1], [2, 3, 4])
    assert (
        run.record(2)["reason"]
        == f"the hook {tmp_path}/drain.yml failed before wave 2, in its task 'stop': no room for its pods"
    )
    assert (tmp_path / "undrained").read_text().split() == [sim.server_ids[0]]
    assert run.report["waves"][1]["started"] is None

    (tmp_path / "undrain.yml").write_text(json.dumps([{**stop, "when": "hdk_upgrade_wave == 1"}]))
    run = rollouts.run(how={"play": play}, **{**asked, "canary": 0, "waves": [2], "max_failures": 5})
    assert run.rc == 2
    # What failed before goes last.
    assert (run.of("current"), run.of("failed"), run.of("not_started")) == ([0], [2, 3], [1, 4])
    assert "undrain.yml failed after wave 1" in run.fact["stopped"]
    assert (
        run.record(2)["reason"]
        == f"upgraded, but the hook {tmp_path}/undrain.yml failed after wave 1, in its task 'stop': no room for its pods"
    )
    assert run.record(2)["version_after"] == VERSION


@fleet(servers=3)
def test_the_health_gate(sim, rollouts):  # noqa: F811
    for place, said in enumerate(("PASS", "NPU 3: FAIL", "PASS")):
        sim.outcome(sim.server_ids[place], "SUCCESS", message=said, job_types={"ASCEND_DIAGNOSIS"})
    run = rollouts.run(variables={"diagnosis_item_type": "CHECK"}, canary=0, waves=[2], health_gate=True)
    assert run.rc == 2
    assert (run.of("upgraded"), run.of("failed"), run.of("not_started")) == ([0], [1], [2])
    assert run.record(1)["reason"] == "upgraded, but the health check says fail: NPU 3: FAIL"
    assert run.fact["stopped"] == "1 server failed, more than the failure budget of 0"

    # Nobody could check it without that.
    refused = rollouts.run(health_gate=True)
    assert refused.of("not_started") == [0, 1, 2]
    assert refused.fact["stopped"].startswith(
        "hdk_upgrade_health_gate needs diagnosis_item_type, which is missing. Nobody"
    )
    assert writes(refused.play) == []


@fleet(servers=3, driver="25.2.1", speed=1000)
def test_what_is_sent_is_what_was_asked(sim, rollouts):  # noqa: F811
    """Types, spec without the v of a version, size of jobs, downgrade, and no second query."""
    given = ",".join(sim.server_ids[:2])
    common = {
        "servers": given,
        "job_type": "ASCEND_SOFTWARE_UPGRADE",
        "item_type": "DRIVER",
        "extra_spec": {"force": True},
        "version": f"v{VERSION}",
    }
    run = rollouts.run("localhost", **common)
    assert run.rc == 2
    assert run.of("refused") == [0, 1]
    assert jobs_of(sim, "ASCEND_SOFTWARE_UPGRADE") == []

    run = rollouts.run("localhost", **common, allow_downgrade="true", canary="0", servers_per_job=1, verify="no")
    assert run.rc == 0, run.output
    assert run.of("upgraded") == [0, 1]
    assert run.record(0)["reason"] == "the job succeeded; not verified"
    assert run.play.stats["localhost"]["changed"] == 1
    assert run.told("localhost") == "2 upgraded"
    assert jobs_of(sim, "ASCEND_SOFTWARE_UPGRADE") == [[0], [1]]
    assert jobs_of(sim, "ASCEND_SOFTWARE_QUERY") == [[0, 1]] * 2
    sent = [job.items for job in sim.jobs.values() if job.request_type == "ASCEND_SOFTWARE_UPGRADE"]
    assert sent == [[{"type": "DRIVER", "spec": {"version": VERSION, "force": "true"}}]] * 2
    assert [wave["jobs"] for wave in run.report["waves"]] == [[job["id"] for job in run.report["jobs"]]]


@fleet(servers=6, supernodes=1, supernode_size=3, speed=1000)
def test_only_the_failed_hosts_are_run_again(sim, rollouts):  # noqa: F811
    """As AWX relaunches; also one member of a super-node, since the others are at the version."""
    for place in (1, 4):
        sim.outcome(sim.server_ids[place], "FAILED", times=1)
    first = rollouts.run(canary=0, max_failures=5)
    failed = [host for host, stats in first.play.stats.items() if stats["failures"]]
    assert first.of("failed") == [1, 4] and len(failed) == 2
    second = rollouts.run(how={"limit": ",".join(failed)})
    assert second.rc == 0, second.output
    assert sorted(second.play.stats) == sorted(failed)
    assert second.of("upgraded") == [1, 4]
    assert upgrades_of(sim) == {0: 1, 1: 2, 2: 1, 3: 1, 4: 2, 5: 1}


@fleet(servers=3, speed=1000)
def test_a_play_of_servers_and_localhost(sim, rollouts):  # noqa: F811
    """The facts are everywhere, nobody else's interpreter is used, and the role's own name will do."""
    sim.outcome(sim.server_ids[2], "FAILED")
    shown = "{{ hdk_upgrade_result.summary.upgraded }} {{ hdk_upgrade_result.servers | length }}"
    show = task("told", "ansible.builtin.debug", {"msg": shown})
    play = [
        {"hosts": "all", "gather_facts": False, "roles": [ROLE["name"]]},
        {"hosts": "all:!" + sim.servers[sim.server_ids[2]].name, "gather_facts": False, "tasks": [show]},
    ]
    # Without ansible_connection=local, and told to use a python that is not there.
    local = {"ansible_python_interpreter": "/no/such/python", "ansible_connection": "ssh", "ansible_port": 9}
    how = {"play": play, "inventory": rollouts.inventory(**local)}
    run = rollouts.run(how=how, canary=0, max_failures=1)
    assert run.rc == 2
    hosts = [server.name for server in sim.servers.values()]
    assert {host: bool(stats["failures"]) for host, stats in run.play.stats.items()} == {
        hosts[0]: False,
        hosts[1]: False,
        hosts[2]: True,
        "localhost": True,
    }
    assert run.told("localhost").startswith(
        f"2 upgraded, 1 failed. {hosts[2]} ({sim.server_ids[2]}) failed: the platform"
    )
    assert [run.play.on(host)["told"]["msg"] for host in hosts[:2]] == ["2 3"] * 2


@fleet(servers=2, speed=1000)
def test_hosts_may_have_the_id_as_name_and_localhost_has_the_facts(sim, rollouts, tmp_path):  # noqa: F811
    """A report directory that cannot be written is refused before anything is sent."""
    (tmp_path / "file").write_text("in the way")
    show = task("told", "ansible.builtin.debug", {"msg": "{{ hdk_upgrade_result.summary.upgraded }}"})
    play = [
        {
            "hosts": "liteservers",
            "gather_facts": False,
            "tasks": [task("upgrade", "ansible.builtin.include_role", ROLE)],
        },
        {"hosts": "liteservers:localhost", "gather_facts": False, "tasks": [show]},
    ]
    inventory = {"liteservers": {"hosts": dict.fromkeys(sim.server_ids, {}), "vars": UNREACHABLE}}
    in_the_way = str(tmp_path / "file" / "reports")
    run = rollouts.run(how={"play": play, "inventory": inventory}, canary=0, report_dir=in_the_way)
    assert run.rc == 2 and run.play.calls == []
    why = f"hdk_upgrade_report_dir: {in_the_way} cannot be written: Not a directory. Give another folder"
    assert [run.told(host) for host in sim.server_ids] == [f"not started: {why}"] * 2

    run = rollouts.run(how={"play": play, "inventory": inventory}, canary=0)
    assert run.rc == 0, run.output
    told = {host: str(run.play.on(host)["told"]["msg"]) for host in run.play.stats}
    assert told == dict.fromkeys([*sim.server_ids, "localhost"], "2")
