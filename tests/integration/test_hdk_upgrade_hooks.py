# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where and as whom the tasks of hooks run, and that no host loses its verdict to one."""

from __future__ import annotations

import json
import os
import sys

import pytest
from ansible.release import __version__

from tests.integration.playbook import task
from tests.integration.upgrading import (  # pylint: disable=unused-import
    VERSION,
    rollouts,  # noqa: F401
    upgrades_of,
)

SHELL = "ansible.builtin.shell"
RAW = "ansible.builtin.raw"  # costs little, as it runs no module
LOCAL = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
RESCUED = not __version__.startswith(
    ("2.15.", "2.16.")
)  # whether ansible-core has a rescue for a host that is unreachable
AWAY = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}


def with_tools(rollouts):  # noqa: F811
    """The fleet, a host that can be reached, with a template of its own, and one that cannot."""
    tools = {"tool": {**LOCAL, "folder": "/tmp", "ansible_async_dir": "{{ folder }}"}, "gone": AWAY}
    return {**rollouts.inventory(), "tools": {"hosts": tools}}


def write(folder, name, *tasks):
    (folder / name).write_text(json.dumps(list(tasks)))
    return str(folder / name)


def noting(folder, name, action=SHELL, **keywords):
    """A task that notes what it sees, and as whom."""
    words = "$(id -un) {{ ansible_host | default('-') }}"
    note = {"_raw_params": f"echo {name} {words} >> {folder}/noted"}
    return task(name, action, note, changed_when=False, **keywords)


@pytest.mark.skipif(os.geteuid() != 0, reason="su asks for a password unless root calls it")
def test_hook_tasks_run_where_and_as_whom_they_say(sim, rollouts, tmp_path):  # noqa: F811
    """On the controller without become though the play has it; a delegate's connection and become are its own."""
    become = {"become": True, "become_user": "nobody", "become_method": "ansible.builtin.su"}
    become["vars"] = {"ansible_become_flags": "-s /bin/sh"}  # a user without a shell
    who = {"_raw_params": "id -un"}  # by no Python, which that user may not read
    hook = write(
        tmp_path,
        "hook.yml",
        noting(tmp_path, "here"),
        noting(tmp_path, "there", delegate_to="tool"),
        task("other", RAW, who, delegate_to="tool", changed_when=False, **become),
    )
    role = {"name": "huaweicloud.modelarts.hdk_upgrade"}
    play = [
        {
            "hosts": "liteservers",
            "gather_facts": False,
            "become": True,
            "become_user": "nobody",
            "tasks": [task("u", "ansible.builtin.import_role", role)],
        }
    ]
    how = {"inventory": with_tools(rollouts), "play": play}
    run = rollouts.run(how=how, canary=0, before_wave=hook)
    assert run.rc == 0, run.output
    noted = [line.split() for line in (tmp_path / "noted").read_text().splitlines()]
    assert [line[:2] for line in noted] == [["here", "root"], ["there", "root"]], run.output
    assert [event["result"]["stdout"].strip() for event in run.steps("other")] == ["nobody"]


@pytest.mark.parametrize("sim", [{"servers": 4, "speed": 1000}], indirect=True)
def test_an_unreachable_delegate_stops_the_rollout_and_each_host_hears_it(sim, rollouts, tmp_path):  # noqa: F811
    """Nothing else of the hook runs. What runs at the end runs, and its failure is told. Then the same with one host alone.

    ansible-core 2.15 and 2.16 give up the host that works for all.
    """
    reach = task("reach", SHELL, {"cmd": "true"}, delegate_to="gone")
    drain = write(tmp_path, "drain.yml", reach, noting(tmp_path, "on", RAW))
    mail = noting(tmp_path, "{{ hdk_upgrade_result.outcome }}-{{ hdk_upgrade_report | length }}", RAW)
    end = write(tmp_path, "end.yml", mail, task("fail", RAW, {"_raw_params": "exit 1"}, delegate_to="tool"))
    hosts = [server.name for server in sim.servers.values()]
    sim.servers[sim.server_ids[2]].driver = VERSION
    asked = {"waves": [2], "before_wave": drain, "at_end": end}
    later = task("later", "ansible.builtin.debug", {"msg": "{{ inventory_hostname }}"})
    play = [
        {
            "hosts": "liteservers",
            "gather_facts": False,
            "tasks": [task("u", "ansible.builtin.import_role", {"name": "huaweicloud.modelarts.hdk_upgrade"})],
        },
        {"hosts": "liteservers", "gather_facts": False, "tasks": [later]},
    ]
    result = rollouts.start(inventory=with_tools(rollouts), options=asked, play=play).wait()
    heard = {one["host"]: one["result"]["msg"] for one in result.events if one.get("task", "").endswith("Verdict")}
    reason = "is unreachable, as Ansible says above" if RESCUED else "did not come to its end"
    assert set(heard) == set(hosts[0 if RESCUED else 1 :])
    assert heard.pop(hosts[2]) == f"current: at {VERSION}"
    assert all(said.startswith("not started: ") and reason in said for said in heard.values())
    assert [one["host"] for one in result.events if one.get("task") == "later"] == [hosts[2]]
    assert "The tasks to run at the end failed: non-zero return code" in result.output
    alone = rollouts.start(hosts[0], inventory=with_tools(rollouts), options=asked).wait()
    if RESCUED:
        assert reason in alone.on(hosts[0])["huaweicloud.modelarts.hdk_upgrade : Verdict"]["msg"]
        assert (alone.stats[hosts[0]]["unreachable"], alone.stats[hosts[0]]["failures"]) == (0, 1)
    noted = [line.split()[0] for line in (tmp_path / "noted").read_text().splitlines()]
    assert noted == ["failed-3"] * (2 if RESCUED else 1)
    assert upgrades_of(sim) == {}


@pytest.mark.parametrize("sim", [{"servers": 3, "speed": 1000}], indirect=True)
def test_a_hook_that_fails_under_any_errors_fatal(sim, rollouts, tmp_path):  # noqa: F811
    """Each host hears its own verdict; the message has the item that failed and what it said, and no secret."""
    items = {"cmd": "echo why >&2; exit {{ item }}"}
    drain = write(tmp_path, "drain.yml", task("drain", SHELL, items, loop=[0, 3], changed_when=False))
    hosts = [server.name for server in sim.servers.values()]
    play = [
        {
            "hosts": "liteservers",
            "gather_facts": False,
            "any_errors_fatal": True,
            "tasks": [task("u", "ansible.builtin.import_role", {"name": "huaweicloud.modelarts.hdk_upgrade"})],
        }
    ]
    run = rollouts.run(how={"play": play}, before_wave=drain, stop_after="canary")
    words = f"not started: the hook {drain} failed before wave 1, in its task 'drain': item 3: why"
    assert {run.told(host) for host in hosts} == {f"{words}. It is still drained", words}
    secret = task("drain", RAW, {"_raw_params": "echo hunter2 >&2; exit 1"})
    hidden = write(tmp_path, "drain.yml", {"no_log": True, "block": [secret]})
    run = rollouts.run(how={"play": play}, before_wave=hidden)
    assert "what it said is hidden by no_log" in run.told(hosts[0])
    assert "hunter2" not in run.output + json.dumps(run.play.events) + json.dumps(run.report)


@pytest.mark.parametrize("sim", [{"servers": 4, "speed": 1000}], indirect=True)
def test_stop_after_and_not_after_end_a_rollout_and_running_again_goes_on(sim, rollouts):  # noqa: F811
    first = rollouts.run(stop_after="canary", waves=[2])
    last = list(sim.servers.values())[3].name
    assert first.told(last) == "not started: it was to stop after the canary. Running again goes on"
    assert (first.of("upgraded"), first.of("not_started")) == ([0], [1, 2, 3])
    assert first.fact["outcome"] == first.play.custom_stats["hdk_upgrade_outcome"] == "stopped"
    late = rollouts.run(not_after="2020-01-01T00:00")
    assert (late.of("current"), late.of("not_started")) == ([0], [1, 2, 3])
    assert "To go on, give a later hdk_upgrade_not_after" in late.told(last)
    again = rollouts.run(waves=[2], on_conflict="skip", budget_of="fleet")
    assert again.rc == 0, again.output
    assert again.of("upgraded") == [1, 2, 3]


@pytest.mark.parametrize("sim", [{"servers": 2, "speed": 1000}], indirect=True)
def test_a_hook_that_gives_a_host_another_id_hides_no_failure(sim, rollouts, tmp_path):  # noqa: F811
    hosts = [server.name for server in sim.servers.values()]
    sim.outcome(sim.server_ids[1], "FAILED")
    other = {"liteserver_id": "another"}
    hook = write(
        tmp_path,
        "hook.yml",
        task("other", "ansible.builtin.set_fact", other, delegate_to=hosts[1], delegate_facts=True),
    )
    run = rollouts.run(canary=0, before_wave=hook)
    assert (run.rc, run.of("upgraded"), run.of("failed")) == (2, [0], [1])
    lost = f"It fails for servers that no host of this play stands for: {sim.server_ids[1]} failed: "
    assert run.told(hosts[0]).startswith("upgraded: ") and run.told(hosts[1]).startswith(
        f"not a server of this run. {lost}"
    )
