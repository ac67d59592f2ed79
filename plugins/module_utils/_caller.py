# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Whether the ansible-playbook that asked for the work still runs, and its task still waits.

Ansible's worker processes and modules go on running when ansible-playbook is killed or cancelled, and a module goes on when its
task has reached its C(timeout). Nothing may be submitted then, so this is checked before each create.
"""

from __future__ import annotations

import os
import time
import typing as t

# Set by the action plugin for the module that it starts. Its parts, divided by colons: the machine, the process ID, when that
# process was started, the end of the task on the monotonic clock, the seconds that the task has. An unknown part is empty.
VARIABLE = "HUAWEICLOUD_MODELARTS_CALLER"

Waits = t.Callable[[], bool]


def describe(pid: int, timeout: float | None) -> str:
    """The value of the variable. C(timeout): seconds from now after which Ansible ends the task; 0 for no limit."""
    end = time.monotonic() + timeout if timeout else ""
    return f"{_machine()}:{pid}:{_stat(pid).start}:{end}:{timeout or ''}"


def watch(environ: t.Mapping[str, str]) -> Waits:
    """A function that says whether the caller named by the variable still waits. Without the variable it always does.

    On another machine or in a container only the time can be checked. It counts from this call.
    """
    machine, pid, start, end, timeout = [*environ.get(VARIABLE, "").split(":"), "", "", "", "", ""][:5]
    if not machine or machine != _machine():
        return _in_time(time.monotonic() + float(timeout) if timeout else None)
    in_time = _in_time(float(end) if end else None)
    below = is_below(int(pid))  # not where something else has started this, such as the ssh server
    return lambda: in_time() and _runs(int(pid), start) and (not below or is_below(int(pid)))


def worker_of(pid: int, timeout: float | None) -> Waits:
    """The same for work done in a worker process of the caller."""
    in_time = _in_time(time.monotonic() + timeout if timeout else None)
    alone = pid == os.getpid()  # where the work is done without a fork
    return lambda: in_time() and (alone or is_below(pid))


def is_below(pid: int) -> bool:
    """Whether the process is an ancestor of this one."""
    parent = os.getppid()
    while parent > 1 and parent != pid:
        parent = _stat(parent).parent
    return parent == pid


def _in_time(end: float | None) -> Waits:
    return lambda: end is None or time.monotonic() < end


def _runs(pid: int, start: str) -> bool:
    """Whether the process that was started at that time is still running."""
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
    """What /proc says of a process; empty where the process is gone or hidden."""

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
    """A text that identifies the current boot and PID namespace of this machine; empty where it is not known."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as boot:
            return f"{boot.read().strip()}-{os.stat('/proc/self/ns/pid').st_ino}"
    except OSError:
        return ""
