# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A long wait told in lines: one when something changes, and at least one each 30 s, so that no idle limit strikes."""

from __future__ import annotations

import typing as t
from collections import Counter

from ..module_utils._job import FAILED, MISSING, SKIPPED, SUCCESS, Job

LONGEST_SILENCE = 30.0  # seconds


class Narrator:
    """Shows lines through C(show), with the time since C(started). C(clock) is monotonic, in seconds."""

    def __init__(self, show: t.Callable[[str], None], clock: t.Callable[[], float]) -> None:
        self.show = show
        self.clock = clock
        self.started = clock()
        self._told = ""
        self._told_at = 0.0

    def tell(self, text: str) -> None:
        """Show the text if it is news, or if it was quiet for long."""
        now = self.clock()
        if text != self._told or now - self._told_at >= LONGEST_SILENCE:
            self._told, self._told_at = text, now
            self.show(f"{text}, {duration(now - self.started)}")

    def conflicts(self, states: t.Mapping[str, Job]) -> None:
        """Tell how far the jobs are that hold our servers."""
        self._tell(states, [task.status for job in states.values() for task in job.tasks], "waiting for ")

    def servers(self, states: t.Mapping[str, Job], covered: t.Mapping[str, str]) -> None:
        """Tell how many servers are done: C(name: 37 of 50 servers done, 1 failed, 12 running).

        covered: by server id, the id of the job that decides for it. Jobs may have servers that nobody asked for.
        """
        tasks = {(job.id, task.server_id): task.status for job in states.values() for task in job.tasks}
        self._tell(states, [tasks.get((job_id, server_id), MISSING) for server_id, job_id in covered.items()])

    def _tell(self, states: t.Mapping[str, Job], statuses: t.Sequence[str], prefix: str = "") -> None:
        found = Counter(statuses)
        total = len(statuses)
        counts = {
            "failed": found[FAILED],
            "skipped": found[SKIPPED],
            "running": total - found[FAILED] - found[SKIPPED] - found[SUCCESS],
        }
        parts = [f"{found[SUCCESS]} of {total} {'server' if total == 1 else 'servers'} done"]
        parts += [f"{count} {word}" for word, count in counts.items() if count]
        self.tell(f"{prefix}{_names(states)}: {', '.join(parts)}")

    def jobs(self, states: t.Mapping[str, Job]) -> None:
        """Tell how many of the jobs are over: C(3 of 40 jobs over, 2 servers failed)."""
        over = [job for job in states.values() if job.over]
        text = f"{_names(states)}: {len(over)} of {len(states)} {'job' if len(states) == 1 else 'jobs'} over"
        failed = sum(task.status == FAILED for job in over for task in job.tasks)
        self.tell(text + (f", {failed} {'server' if failed == 1 else 'servers'} failed" if failed else ""))


def duration(seconds: float) -> str:
    """Such as C(4 min 10 s)."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        f"{hours} h" if hours else "",
        f"{minutes} min" if hours or minutes else "",
        f"{rest} s" if not hours else "",
    ]
    return " ".join(part for part in parts if part)


def _names(states: t.Mapping[str, Job]) -> str:
    names = list(dict.fromkeys(job.name for job in states.values()))
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
