# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock of Ansible's screen, in the process of a task.

Ansible takes it while it forks that process, and up to ansible-core 2.18 the process keeps it: its first thread has it for
good. Another thread that writes to standard output would wait for ever. The callback of ansible-runner 2.4.0, which AWX 24.6.1
comes with, makes each line that a thread shows such a write.
"""

from __future__ import annotations

from typing import Any

from ansible.utils.display import Display


def give_up() -> int:
    """Let other threads write. Returns how often this thread had taken the lock, for C(take_back)."""
    lock, times = _lock(), 0
    if lock is None:
        return 0
    while True:
        try:
            lock.release()
        except RuntimeError:  # this thread does not have it, or no longer
            return times
        times += 1


def take_back(times: int) -> None:
    """Take the lock as often as this thread had before."""
    for _number in range(times):
        _lock().acquire()


def _lock() -> Any:
    return getattr(Display(), "_lock", None)  # private to Ansible, so it may go
