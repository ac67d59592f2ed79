# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether somebody still waits for the work: real processes that end, tasks whose time is up."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _caller

# Says "waiting" once it has found its caller, and "gone" once that has ended.
MODULE = """
import os, sys, time
sys.path[:0] = sys.argv[1].split(os.pathsep)
from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _caller
waits = _caller.watch(os.environ)
print("waiting" if waits() else "not waited for", flush=True)
end = time.monotonic() + 60
while waits() and time.monotonic() < end:
    time.sleep(0.01)
print("still waiting" if waits() else "gone", flush=True)
"""
# Stands for ansible-playbook, and for its worker: starts the next of its arguments, and names itself if it is the first.
STARTER = """
import os, subprocess, sys
sys.path[:0] = sys.argv[1].split(os.pathsep)
from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _caller
os.environ.setdefault(_caller.VARIABLE, _caller.describe(os.getpid(), None))
print(os.getpid(), flush=True)
subprocess.run([sys.executable, "-c", sys.argv[2], sys.argv[1], *sys.argv[3:]])
"""


@contextlib.contextmanager
def chain():
    """A module below a worker below a controller. Yields the lines that they say: their ids, then the module's words."""
    paths = os.pathsep.join(path for path in sys.path if path)
    command = [sys.executable, "-c", STARTER, paths, STARTER, MODULE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout
        finally:
            process.kill()


@pytest.mark.parametrize("dead", ["controller", "worker"])
def test_a_module_whose_controller_or_worker_was_killed_is_not_waited_for(dead):
    with chain() as lines:
        ids = {"controller": int(next(lines)), "worker": int(next(lines))}
        assert next(lines) == "waiting\n"
        os.kill(ids[dead], 9)
        assert next(lines) == "gone\n"
        for pid in ids.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)


class Machine:
    """Its name, and its clock."""

    def __init__(self, monkeypatch):
        self.name, self.now = "machine", 1000.0
        monkeypatch.setattr(_caller, "_machine", lambda: self.name)
        monkeypatch.setattr(time, "monotonic", lambda: self.now)

    def watch(self, pid, timeout):
        return _caller.watch({_caller.VARIABLE: _caller.describe(pid, timeout)})


@pytest.fixture
def machine(monkeypatch):
    return Machine(monkeypatch)


def test_a_parent_that_runs_waits_for_ever_where_the_task_has_no_time_limit(machine):
    waits = machine.watch(os.getppid(), None)
    machine.now += 1e6
    assert waits()


def test_once_the_time_of_the_task_is_up_nobody_waits(machine):
    value = _caller.describe(os.getppid(), 30)
    machine.now += 10  # that the module took to start
    waits = _caller.watch({_caller.VARIABLE: value})
    machine.now += 19
    assert waits()
    machine.now += 1
    assert not waits()


@contextlib.contextmanager
def another_process():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_a_controller_that_is_not_above_is_known_to_run_or_not(machine):
    """Where the module was started by the ssh server of this machine, say."""
    with another_process() as process:
        waits = machine.watch(process.pid, 30)
        assert waits()
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not waits()  # although nobody has taken note of its end
    assert not waits()


def test_a_controller_that_ended_before_the_module_began_does_not_wait(machine):
    """Its worker goes on, and starts the module."""
    with another_process() as process:
        value = _caller.describe(process.pid, None)
    assert not _caller.watch({_caller.VARIABLE: value})()


def test_another_process_of_the_same_number_is_not_taken_for_the_controller(machine, monkeypatch):
    value = _caller.describe(os.getppid(), None)
    stat = _caller._stat(os.getppid())
    waits = _caller.watch({_caller.VARIABLE: value})
    assert waits()
    monkeypatch.setattr(_caller, "_stat", lambda pid: stat._replace(start="later"))
    assert not waits()


def test_a_controller_that_is_hidden_from_this_user_is_known_to_run_or_not(machine, monkeypatch):
    """Where the system shows to each user only the own processes."""
    with another_process() as process:
        value = _caller.describe(process.pid, None)
        monkeypatch.setattr(_caller, "_stat", lambda pid: _caller._Stat())
        waits = _caller.watch({_caller.VARIABLE: value})
        assert waits()
    assert not waits()


@pytest.mark.parametrize("timeout", [None, 30])
@pytest.mark.parametrize("here", ["another machine", ""])
def test_on_another_machine_the_time_counts_from_the_start_of_the_module(timeout, here, machine):
    """Its clock and its processes are others'."""
    value = _caller.describe(os.getpid() + 1, timeout)
    machine.name = here
    machine.now = 7.0
    waits = _caller.watch({_caller.VARIABLE: value})
    machine.now += 29
    assert waits()
    machine.now += 1
    assert waits() is (timeout is None)


def test_a_module_that_nobody_has_told_of_its_caller_goes_on(machine):
    """As in an async task, which is to outlive its run."""
    waits = _caller.watch({})
    machine.now += 1e6
    assert waits()


def test_the_machine_is_known_by_its_start():
    assert _caller._machine() == _caller._machine()
    assert ":" not in _caller._machine()
