# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module's work has two doors: Ansible's own process, and a process for each call. What comes out is the same."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from tests.integration.playbook import INFO, JOB, LOCALHOST, Playbook, query, task, upgrade
from tests.simulator import Simulator, faults

SERVERS = "huaweicloud.modelarts.liteserver_info"
TEMPLATES = "huaweicloud.modelarts.liteserver_job_template_info"
FORCED = {"modelarts_in_process": False}
SLOW = "/jobs/templates"  # answered late, for what is ended by a time-out
BY_PROCESS = "Using module file"  # in what Ansible prints with -vvv


def calls(ids: list[str], environment: dict[str, str]) -> list[dict]:
    """Tasks of every kind. Each is run with either door, against a simulator of its own."""
    first, second, third, fourth, held = ids
    ignored = {"ignore_errors": True}
    # Not the keys, which Ansible itself shows with -vvv in the command line of a module.
    where = {name: value for name, value in environment.items() if not name.endswith(("_AK", "_SK"))}
    elsewhere = {"endpoint": None, "project_id": "", "ids": ["{{ wanted }}"]}
    keywords = {"delegate_to": "localhost", "vars": {"wanted": second}}
    again = upgrade([first, second], wait="yes", wait_timeout="600", retries="3")
    return [
        task("servers", SERVERS, {"statuses": ["running", "NO_SUCH"], "software": True}),
        task("templates", TEMPLATES, {"details": True}),
        task("job predicted", JOB, upgrade([first, second]), check_mode=True, diff=True),
        task("job", JOB, upgrade([first, second]), diff=True),
        task("job again, texts for all types", JOB, again),
        task("job not waited for", JOB, upgrade([third], name="quick", wait=False)),
        task("job that conflicts", JOB, upgrade([held]), **ignored),
        task("job that fails", JOB, query([fourth], name="bad"), **ignored),
        task("job that may fail, a number for a text", JOB, query([fourth], name=2511, fail_on_task_failure=False)),
        task("jobs", INFO, {"details": True, "name": "quick", "wait": True}),
        task("job of an unknown id", JOB, {"id": "no-such-job"}, **ignored),
        task("deleted", JOB, {"state": "absent", "name": "quick"}, diff=True),
        task("deleted by age", JOB, {"state": "absent", "older_than": "9", "status": "FINISHED"}, diff=True),
        task("nothing asked for", JOB, {}, **ignored),
        task("no such option", JOB, {"id": "x", "colour": "red"}, **ignored),
        task("no such choice", JOB, {"id": "x", "reuse": "sometimes"}, **ignored),
        task("no such suboption", JOB, upgrade([first], items=[{"type": "A", "spek": {}}]), **ignored),
        task("not a number", JOB, {"id": "x", "wait_timeout": "soon"}, **ignored),
        task("no list", SERVERS, {"ids": {"a": 1}}, **ignored),
        task("bad value", JOB, {"id": "a b"}, **ignored),
        task("wrong secret", SERVERS, {"secret_key": "wrongSecretKeyThatIsLongEnough"}, **ignored),
        task("nothing shown", SERVERS, {}, no_log=True),
        task("environment, delegated, variables", SERVERS, elsewhere, environment=where, **keywords),
        task("loop", SERVERS, {"ids": ["{{ item }}"]}, loop=[first, "no-such-server"]),
        task("until", SERVERS, {}, register="found", until="found.servers | length > 9", retries=1, delay=0, **ignored),
        task("too slow", TEMPLATES, {"request_timeout": 20}, timeout=2, **ignored),
    ]


def through(door: str, directory: Path, **how: object) -> tuple[Simulator, dict]:
    """The results of all calls by task name, without what differs from run to run."""
    directory.mkdir()
    with Simulator(servers=5, speed=300) as sim:
        sim.outcome(sim.server_ids[3], "FAILED", job_types="any")
        sim.add_job(server_ids=sim.server_ids[4:], status="ACTIVE")
        sim.add_job(name="old", server_ids=sim.server_ids[4:], status="FINISHED", age=10 * 86_400.0)
        sim.inject(faults.status_word("QUEUEING", over=True, path="/jobs/*", times=1, after=3))
        sim.inject(faults.latency(10, path=SLOW, after=1))
        playbook = Playbook(directory, sim)
        variables = {} if door == "process" else FORCED
        result = playbook.tasks(
            calls(sim.server_ids, playbook.environment()),
            verbosity=3,
            extra_vars={**variables, "ansible_inject_invocation": True},  # which newer cores leave out unless asked
            warnings=("QUEUEING", "NO_SUCH"),
            **how,
        )
        assert result.rc == 0, result.stats
        assert (BY_PROCESS in result.stdout) is (door != "process")
        text = json.dumps({event["task"]: event["result"] for event in result.events if event["kind"] == "task"})
        text = re.sub(r'("(?:create_at|update_at)": )\d+', r"\1 0", text)
        text = re.sub(r'("(?:created|updated)": )"[^"]+"', r'\1 ""', text)
        text = text.replace("$REDACTED$", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER")  # what Ansible writes since 2.22
        text = re.sub(r'("frame": )"[^"]+"', r'\1 ""', text)  # where ansible-core 2.18 was when the time was up
        text = re.sub(
            r"[0-9a-f]{32}", "request-id", text.replace(sim.endpoint, "endpoint").replace(str(sim.port), "port")
        )
        return result, json.loads(text)


def test_both_doors_return_the_same(tmp_path):
    here, by_process = (through(door, tmp_path / door) for door in ("process", "module"))
    assert set(here[1]) == set(by_process[1]) and len(here[1]) == len(calls(list("abcde"), {}))
    for name, result in by_process[1].items():
        assert here[1][name] == result, f"{name!r} differs"
        assert here[0].status(name) == by_process[0].status(name), name
    assert len(here[1]["deleted by age"]["deleted"]) == 1
    assert here[1]["wrong secret"]["failure"]["status"] == 401
    assert "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" in json.dumps(here[1]["wrong secret"]["invocation"])
    assert here[1]["too slow"]["failed"]


INTERPRETER = "ansible_python_interpreter"


@pytest.mark.parametrize("sim", [{"servers": 2}], indirect=True)
def test_which_door_is_taken(sim, playbook, tmp_path):
    """Ansible's own process, but for another interpreter, another user, async, and where it is switched off."""
    other = tmp_path / "python"
    other.symlink_to(sys.executable)
    how = {
        "no interpreter named": {},
        "discovered": {"vars": {INTERPRETER: "auto_silent"}},
        "our own": {"vars": {INTERPRETER: "{{ ansible_playbook_python }}"}},
        "another interpreter": {"vars": {INTERPRETER: str(other)}},
        "switched off": {"vars": {**FORCED, INTERPRETER: sys.executable}},
        "async": {"async": 30, "poll": 1, "vars": {INTERPRETER: sys.executable}},
        "another user": {
            "become": True,
            "become_user": "root",
            "become_method": "ansible.builtin.su",
            "vars": {INTERPRETER: sys.executable},
        },
    }
    if os.geteuid() != 0:
        del how["another user"]  # su asks for a password
    result = playbook.tasks(
        [task(name, SERVERS, {}, **keywords) for name, keywords in how.items()],
        inventory="localhost ansible_connection=local\n",
        verbosity=3,
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if "site-packages" in path)},
    )
    assert result.rc == 0, result.output
    parts = result.stdout.split("TASK [")[1:]
    taken = {part.partition("]")[0]: BY_PROCESS in part for part in parts}
    assert taken == {name: name not in ("no interpreter named", "discovered", "our own") for name in how}


@pytest.mark.parametrize("sim", [{"servers": 2, "speed": 200}], indirect=True)
def test_a_module_that_runs_elsewhere_waits_and_tells_the_same(sim, playbook, tmp_path):
    """A host of another interpreter: the whole module runs there, as on a remote host."""
    other = tmp_path / "python"
    other.symlink_to(sys.executable)
    inventory = f"{LOCALHOST}elsewhere ansible_connection=local {INTERPRETER}={other}\n"
    packages = os.pathsep.join(path for path in sys.path if "site-packages" in path)
    tasks = [task("upgrade", JOB, upgrade(sim.server_ids, wait_interval=0.2))]
    play = playbook.one_play(tasks)
    play[0]["hosts"] = "elsewhere"
    there = playbook.start(play, inventory=inventory, env={"PYTHONPATH": packages}).wait()
    here = playbook.tasks(tasks)
    assert there.tasks["upgrade"]["submitted"] and not here.tasks["upgrade"]["submitted"]
    assert there.tasks["upgrade"]["servers"] == here.tasks["upgrade"]["servers"]
    assert there.tasks["upgrade"]["summary"]["success"] == 2
    assert "servers done" not in there.stdout


def test_connection_options_of_the_environment_reach_the_requests(sim, playbook):
    """A proxy that is not there, and an authority that is none, in the task's environment keyword."""
    closed = "http://127.0.0.1:9"
    result = playbook.tasks(
        [
            task(
                "proxied",
                SERVERS,
                {"retries": 0},
                environment={"http_proxy": closed, "no_proxy": "", "NO_PROXY": ""},
                ignore_errors=True,
            ),
            task("direct", SERVERS, {"retries": 0}),
        ]
    )
    assert "no connection" in result.tasks["proxied"]["msg"]
    assert result.status("direct") == "ok"
