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

# Set by the action plugin for the module that it starts:
# "<machine>:<process id>:<end of the task, monotonic, or empty>:<seconds that the task has, or empty>".
VARIABLE = "HUAWEICLOUD_MODELARTS_CALLER"


def describe(pid: int, timeout: float | None) -> str:
    """The value of the variable. C(timeout): after how many seconds from now the task is ended, if at all."""
    return f"{_machine()}:{pid}:{time.monotonic() + timeout}:{timeout}" if timeout else f"{_machine()}:{pid}::"


def watch(environ: t.Mapping[str, str]) -> t.Callable[[], bool]:
    """Whether the caller that the variable names still waits; always so without the variable.

    On another machine only the time is known, and counts from now.
    """
    machine, pid, end, timeout = [*environ.get(VARIABLE, "").split(":"), "", "", "", ""][:4]
    if not machine or machine != _machine():
        return waiting(None, time.monotonic() + float(timeout) if timeout else None)
    known = is_below(int(pid))  # not where the module has been put into a container
    return waiting(int(pid) if known else None, float(end) if end else None)


def waiting(pid: int | None, end: float | None) -> t.Callable[[], bool]:
    """Whether a process still runs this one, and the task is in time. C(end): on the monotonic clock; None: not asked."""

    def waits() -> bool:
        return (end is None or time.monotonic() < end) and (pid is None or is_below(pid))

    return waits


def is_below(pid: int) -> bool:
    """Whether the process is among the ancestors of this one."""
    parent = os.getppid()
    while parent > 1 and parent != pid:
        parent = _parent_of(parent)
    return parent == pid


def _parent_of(pid: int) -> int:
    """The parent of a process; 0 where that cannot be told."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            return int(stat.read().rpartition(b")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def _machine() -> str:
    """What tells this start of this machine from any other; empty where the system does not say."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as boot:
            return boot.read().strip()
    except OSError:
        return ""
