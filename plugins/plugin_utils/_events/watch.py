# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The looks of an event source: finds the jobs that are over and not told yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol

from ...module_utils._job import DELETED, Job, is_over, newest_first, parse
from ...module_utils._wait import SETTLE
from .events import Event, Place, Reading, events, gone
from .memory import Memory

AT_ONCE = 50  # jobs whose details are held in memory at the same time
LONGEST_UNREAD = 60.0  # seconds; after this a job is read in full although its list row says that it runs


class Jobs(Protocol):
    """What is needed of a client."""

    def clock(self) -> float:
        """Seconds, monotonic."""

    def list_jobs(self) -> tuple[list[dict[str, Any]], bool]:
        """The list rows, and whether they are all."""

    def get_jobs(self, job_ids: Iterable[str]) -> dict[str, dict[str, Any] | None]:
        """Jobs in full, by ID; None where there is no such job."""


class Watch:
    """Looks at the jobs of a project again and again. C(complete): whether the last list had all jobs."""

    def __init__(self, client: Jobs, memory: Memory, place: Place, reading: Reading) -> None:
        self.client = client
        self.memory = memory
        self.place = place
        self.reading = reading
        self.complete = True
        self._read_at: dict[str, float] = {}
        self._over_since: dict[str, float] = {}
        self._listed: Collection[str] = ()

    def due(self) -> list[list[str]]:
        """Read the list. Returns the IDs of the jobs to read in full, the oldest first, in parts of C(AT_ONCE)."""
        rows, self.complete = self.client.list_jobs()
        over = {row["id"] for row in rows if is_over(row)}
        listed = {job.id: job for job in reversed(newest_first(map(parse, rows)))}
        self._listed = listed
        now = self.client.clock()
        if self.memory.fresh:
            self._begin(listed.values(), over)
            self.memory.fresh = False
        for job in listed.values():
            self.memory.note(job)
        self.memory.forget(listed, self.complete)
        for known in (self._read_at, self._over_since):
            for job_id in [one for one in known if one not in self.memory.pending]:
                del known[job_id]
        for job_id in self.memory.pending:
            self._read_at.setdefault(job_id, now)
        due = [job_id for job_id in self.memory.pending if job_id in over or self._overdue(job_id, listed, now)]
        return _parts(due)

    def ended(self, job_ids: Sequence[str]) -> list[tuple[str, list[Event]]]:
        """Read some jobs in full. Returns the IDs of those that are over, each with its events."""
        now = self.client.clock()
        found = []
        for job_id, answer in self.client.get_jobs(job_ids).items():
            self._read_at[job_id] = now
            job = parse(answer) if answer else None
            shown = job is not None and bool(job.tasks) and job.settled
            if job is None and job_id in self._listed and not self._waited(job_id, now):
                continue  # the list has it, so that the platform may only not have found it in that moment
            if job is None or (job.status == DELETED and not shown):
                found.append((job_id, [gone(job or self.memory.pending[job_id], self.place)]))
            elif not job.over:
                self._over_since.pop(job_id, None)
            elif shown or self._waited(job_id, now):
                found.append((job_id, events(job, self.place, self.reading)))
        return found

    def _begin(self, jobs: Collection[Job], over: set[str]) -> None:
        """Take what is over by now for told: only what ends from now on is news. C(jobs): the oldest first."""
        ended = set(over)
        for part in _parts([job.id for job in jobs if job.id not in over]):
            # The row of a job may be out of date, or have a status that is not documented.
            answers = self.client.get_jobs(part)
            ended.update(job_id for job_id, answer in answers.items() if answer and parse(answer).over)
        for job in jobs:
            if job.id in ended:
                self.memory.tell(job.id)

    def _overdue(self, job_id: str, listed: dict[str, Job], now: float) -> bool:
        return job_id not in listed or now - self._read_at[job_id] >= LONGEST_UNREAD

    def _waited(self, job_id: str, now: float) -> bool:
        """Whether a job that is over, or not found, has had the time to show how it ended."""
        return now - self._over_since.setdefault(job_id, now) >= SETTLE


def _parts(job_ids: Sequence[str]) -> list[list[str]]:
    return [list(job_ids[at : at + AT_ONCE]) for at in range(0, len(job_ids), AT_ONCE)]
