# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""What the work reports while it goes on, and the lines that say how far jobs are."""

from __future__ import annotations

import typing as t
from collections import Counter

from ._job import FAILED, SKIPPED, SUCCESS, Job
from ._outcome import MISSING


class Progress:
    """Receives what the work reports and shows none of it. A subclass shows it on the screen."""

    def tell(self, text: str) -> None:
        """Report how far the work is."""

    def stall(self, reason: t.Callable[[], str] | None) -> None:
        """Report why nothing happens at the moment. The function makes the text when it is shown; None: work goes on."""


def servers_line(states: t.Mapping[str, Job], covered: t.Mapping[str, str]) -> str:
    """How many servers are done: C(name: 37 of 50 servers done, 1 failed, 12 running).

    covered: by server id, the id of the job that decides for it. Jobs may have servers that nobody asked for.
    """
    tasks = {(job.id, task.server_id): task.status for job in states.values() for task in job.tasks}
    return _line(states, [tasks.get((job_id, server_id), MISSING) for server_id, job_id in covered.items()])


def conflicts_line(states: t.Mapping[str, Job]) -> str:
    """How far the jobs are that hold our servers and are waited for."""
    return "waiting for " + _line(states, [task.status for job in states.values() for task in job.tasks])


def jobs_line(states: t.Mapping[str, Job]) -> str:
    """How many of the jobs are over: C(3 of 40 jobs over, 2 servers failed)."""
    over = [job for job in states.values() if job.over]
    text = f"{_names(states)}: {len(over)} of {len(states)} {'job' if len(states) == 1 else 'jobs'} over"
    failed = sum(task.status == FAILED for job in over for task in job.tasks)
    return text + (f", {failed} {'server' if failed == 1 else 'servers'} failed" if failed else "")


def duration(seconds: float) -> str:
    """Seconds as text, in two units at most, such as C(4 min 10 s)."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    units = [(hours, "h"), (minutes, "min")] if hours else [(minutes, "min"), (rest, "s")]
    return " ".join(f"{number} {unit}" for number, unit in units if number) or "0 s"


def roughly(seconds: float) -> str:
    """A time that is not known exactly, no finer than it can be, such as C(9 h), C(1 h 25 min), C(12 min) and C(20 s)."""
    step = 1 if seconds < 60 else 60 if seconds < 1800 else 300 if seconds < 6 * 3600 else 3600
    return duration(round(seconds / step) * step)


def _line(states: t.Mapping[str, Job], statuses: t.Sequence[str]) -> str:
    found = Counter(statuses)
    total = len(statuses)
    counts = {
        "failed": found[FAILED],
        "skipped": found[SKIPPED],
        "running": total - found[FAILED] - found[SKIPPED] - found[SUCCESS],
    }
    parts = [f"{found[SUCCESS]} of {total} {'server' if total == 1 else 'servers'} done"]
    parts += [f"{count} {word}" for word, count in counts.items() if count]
    return f"{_names(states)}: {', '.join(parts)}"


def _names(states: t.Mapping[str, Job]) -> str:
    names = list(dict.fromkeys(job.name for job in states.values()))
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
