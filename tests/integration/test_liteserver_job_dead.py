# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_job: what is dead submits nothing. Runs that are killed or cancelled, tasks whose time is up, real processes."""

from __future__ import annotations

import os
import re
import signal
import sys
import time

import pytest

from tests.integration.playbook import GROUP, JOB, LOCALHOST, Running, processes_of, task, until, upgrade
from tests.simulator import faults

OTHER_ITEMS = upgrade([], version="24.1.0.3")["items"]
HOSTS = ("throttled", "held", "throttled_module", "held_module")  # each has a server, and a door to the work
TIMED_OUT = re.compile("[Tt]imed out|in the expected time frame")
STILL = pytest.mark.parametrize("sim", [{"servers": 4, "speed": 0}], indirect=True, ids=["still"])


@pytest.fixture(autouse=True)
def interruptible():
    """A run in the background is started with SIGINT ignored, and so would be what it starts."""
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def inventory(ids, hosts=HOSTS):
    """The hosts, which are all this machine."""
    return "".join(
        f"{host} ansible_connection=local ansible_python_interpreter={sys.executable} server={server} "
        f"modelarts_in_process={'module' not in host}\n"
        for host, server in zip(hosts, ids)
    )


def play_of(playbook, *tasks):
    """A play of all hosts at once."""
    defaults = {GROUP: playbook.connection(), JOB: {"wait_interval": 0.2}}
    return [{"hosts": "all", "gather_facts": False, "module_defaults": defaults, "tasks": list(tasks)}]


def creates(sim, status=200):
    """The names of the jobs that were asked for, by creates that ended so."""
    asked = [one for one in sim.requests if (one.method, one.path) == ("POST", "/jobs")]
    return sorted(one.body["name"] for one in asked if one.status == status)


def hold(sim, server_ids):
    """A job of somebody else at work on each of the servers; whether each was asked for again and again."""
    jobs = [sim.add_job(name="from-console", items=OTHER_ITEMS, server_ids=[one]) for one in server_ids]
    return lambda: all(sum(one.path == f"/jobs/{job.id}" for one in list(sim.requests)) > 8 for job in jobs)


class Runner:
    """The same play by ansible-runner, which cancels it."""

    def __init__(self, directory, play, hosts):
        ansible_runner = pytest.importorskip("ansible_runner")
        (directory / "project").mkdir(parents=True)
        self.record = directory / "record.jsonl"
        self.cancelled = False
        self._thread, self._runner = ansible_runner.run_async(
            private_data_dir=str(directory),
            playbook=play,
            inventory=hosts,
            envvars={"PATH": os.environ["PATH"], "RECORD_FILE": str(self.record)},
            cancel_callback=lambda: self.cancelled,
            quiet=True,
        )

    def end(self):
        self.cancelled = True
        self._thread.join(60)
        assert self._runner.status == "canceled"


def end_by(number: int, running: Running) -> None:
    """Send a signal to ansible-playbook alone. What it has started may go on, and has its screen."""
    running.process.send_signal(number)
    running.process.wait(60)


@STILL
@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM", "SIGINT", "cancelled by ansible-runner"])
def test_a_run_that_has_ended_submits_nothing_and_the_next_one_all(how, sim, playbook, tmp_path):
    """While creates are throttled, and while conflicts are waited for; by Ansible's own process and by a module."""
    at_work = hold(sim, [sim.server_ids[1], sim.server_ids[3]])
    sim.inject(faults.refuse(429, retry_after=2, method="POST"))
    play = play_of(
        playbook,
        task(
            "upgrade", JOB, upgrade(["{{ server }}"], name="{{ inventory_hostname }}", on_conflict="wait", wait=False)
        ),
    )
    hosts = inventory(sim.server_ids)
    first = (
        Runner(tmp_path / "runner", play, hosts)
        if "runner" in how
        else playbook.start(play, inventory=hosts, anew=True)
    )
    until(lambda: set(creates(sim, 429)) == {"throttled", "throttled_module"} and at_work())
    assert len(processes_of(first.record)) >= 5
    if isinstance(first, Runner):
        first.end()
    else:
        end_by(getattr(signal, how), first)
    # A create that was on its way in that moment is refused, too. Whoever still lives could submit from now on.
    time.sleep(0.5)
    sim.clear_faults()
    sim.clock.advance(300)
    second = playbook.start(play, inventory=hosts).wait()
    until(lambda: not processes_of(first.record))
    assert second.rc == 0, second.output
    assert creates(sim) == sorted(HOSTS)
    assert [second.on(host)["upgrade"]["submitted"] for host in HOSTS] == [True] * 4
    assert len(sim.jobs) == 2 + 4
    assert sim.violations == []


@pytest.mark.parametrize("sim", [{"servers": 6, "speed": 0}], indirect=True)
def test_a_task_whose_time_is_up_submits_nothing_and_the_next_item_goes_on(sim, playbook):
    """By both doors. The module, which Ansible leaves behind, ends too."""
    ids = sim.server_ids
    throttled = sim.inject(faults.refuse(429, retry_after=8, method="POST", times=2))
    hosts = inventory(ids[:2], ("own_process", "module"))
    servers = {"own_process": ids[:3], "module": ids[3:]}
    at_work = hold(sim, [ids[2], ids[5]])
    name = "{{ inventory_hostname }}-{{ item }}"
    variables = {"servers": servers}
    options = upgrade(["{{ servers[inventory_hostname][item] }}"], name=name, on_conflict="wait", wait=False)
    tasks = [
        task("throttled, then free", JOB, options, loop=[0, 1], timeout=5, ignore_errors=True, vars=variables),
        task("held", JOB, options, loop=[2], timeout=4, ignore_errors=True, vars=variables),
    ]
    running = playbook.start(play_of(playbook, *tasks), inventory=hosts, anew=True)
    result = running.wait()
    assert throttled.hits == 2 and at_work()
    for host in servers:
        first, second = result.on(host)["throttled, then free"]["results"]
        (held,) = result.on(host)["held"]["results"]
        for late in (first, held):
            assert TIMED_OUT.search(late["msg"]), late
        assert not second.get("failed") and second["submitted"]
    sim.clock.advance(300)
    until(lambda: not processes_of(running.record))
    assert creates(sim, 429) == ["module-0", "own_process-0"]
    assert creates(sim) == ["module-1", "own_process-1"]
    again = playbook.start(play_of(playbook, *tasks), inventory=hosts).wait()
    assert creates(sim) == sorted(f"{host}-{item}" for host in servers for item in range(3))
    assert [again.stats[host]["ignored"] for host in servers] == [0, 0]
    assert sim.violations == []


@STILL
def test_an_async_task_outlives_its_run(sim, playbook):
    """That is what it is for: throttled when the run is killed, it submits later."""
    sim.inject(faults.refuse(429, retry_after=1, method="POST"))
    asked = task("upgrade", JOB, upgrade(sim.server_ids, name="later", wait=False), **{"async": 300, "poll": 0})
    pause = task("pause", "ansible.builtin.wait_for", {"path": "/nowhere", "timeout": 300})
    running = playbook.start(playbook.one_play([asked, pause]), inventory=LOCALHOST, anew=True)
    until(lambda: creates(sim, 429))
    end_by(signal.SIGKILL, running)
    sim.clear_faults()
    until(lambda: creates(sim) == ["later"])
    for pid in processes_of(running.record):
        os.kill(pid, signal.SIGKILL)
