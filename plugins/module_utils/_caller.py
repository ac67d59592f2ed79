# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The ansible-playbook that asked for the work: whether it still runs, and the task still waits.

A worker and the modules that it started outlive their ansible-playbook when that is killed or cancelled, and a module
outlives the task that a C(timeout) has ended. What is dead must submit nothing, so this is asked before each create.
"""

from __future__ import annotations

import os
import time
import typing as t

# Set by the action plugin for the module that it starts, the parts divided by colons: the machine, the process id, when that
# process was started, the end of the task on the monotonic clock, the seconds that the task has. What is not known is empty.
VARIABLE = "HUAWEICLOUD_MODELARTS_CALLER"

Waits = t.Callable[[], bool]


def describe(pid: int, timeout: float | None) -> str:
    """The value of the variable. C(timeout): after how many seconds from now the task is ended, if at all."""
    end = time.monotonic() + timeout if timeout else ""
    return f"{_machine()}:{pid}:{_stat(pid).start}:{end}:{timeout or ''}"


def watch(environ: t.Mapping[str, str]) -> Waits:
    """Whether the caller that the variable names still waits; always so without the variable.

    On another machine, or in a container, only the time is known, and counts from now.
    """
    machine, pid, start, end, timeout = [*environ.get(VARIABLE, "").split(":"), "", "", "", "", ""][:5]
    if not machine or machine != _machine():
        return _in_time(time.monotonic() + float(timeout) if timeout else None)
    in_time = _in_time(float(end) if end else None)
    below = is_below(int(pid))  # not where something else has started this, such as the ssh server
    return lambda: in_time() and _runs(int(pid), start) and (not below or is_below(int(pid)))


def worker_of(pid: int, timeout: float | None) -> Waits:
    """The same for a fork of the caller."""
    in_time = _in_time(time.monotonic() + timeout if timeout else None)
    alone = pid == os.getpid()  # where the work is done without a fork
    return lambda: in_time() and (alone or is_below(pid))


def is_below(pid: int) -> bool:
    """Whether the process is among the ancestors of this one."""
    parent = os.getppid()
    while parent > 1 and parent != pid:
        parent = _stat(parent).parent
    return parent == pid


def _in_time(end: float | None) -> Waits:
    return lambda: end is None or time.monotonic() < end


def _runs(pid: int, start: str) -> bool:
    """Whether the process that was started then has not ended."""
    stat = _stat(pid)
    if stat.state:
        return stat.state not in "ZX" and stat.start == start
    try:  # it may be hidden from this user
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


class _Stat(t.NamedTuple):
    """What the system tells of a process: nothing of one that is gone or hidden."""

    state: str = ""
    parent: int = 0
    start: str = ""


def _stat(pid: int) -> _Stat:
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            fields = stat.read().rpartition(b")")[2].decode().split()
        return _Stat(fields[0], int(fields[1]), fields[19])
    except (OSError, ValueError, IndexError):
        return _Stat()


def _machine() -> str:
    """What tells this start of this machine, and this space of process ids, from any other; empty where that is not known."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as boot:
            return f"{boot.read().strip()}-{os.stat('/proc/self/ns/pid').st_ino}"
    except OSError:
        return ""
