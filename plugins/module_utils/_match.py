# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Finds the jobs that meet a request, server by server, and the jobs that are in its way.

A job is compared by its name and items. Of all jobs with the same name and items, the newest one that has the server counts.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ._job import DELETED, PROCESSING, SKIPPED, SUCCESS, Job, meets, newest_first, parse, same_items, same_types
from ._outcome import Coverage
from ._request import Request

if t.TYPE_CHECKING:
    from ._client import Client

LARGEST_BLOCK = 32  # jobs that are read in full at once
NOT_OVER = (PROCESSING, "ACTIVE")  # the documented words


@dataclass
class Found:
    """What one look at the jobs of a project has found."""

    coverage: Coverage  # by server, the job that meets the request
    before: dict[str, str] = field(default_factory=dict)  # by server, the state of the job that decides, for the diff
    known: set[str] = field(default_factory=set)  # the ids of all jobs that were listed
    conflicts: list[Job] = field(default_factory=list)  # jobs at work on servers that nothing meets
    unread: list[Job] = field(default_factory=list)  # jobs of the name that are listed, but cannot be read
    complete: bool = True  # whether the lists that decide on a create are proved to be complete
    whole: bool = True  # whether the list of all jobs is proved to be complete
    at: float = 0.0  # when the look ended, on the client's clock


class Look:
    """Looks at the jobs of a project. Each job is read in full once, until it is forgotten."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.details: dict[str, Job | None] = {}

    def find(
        self,
        request: Request,
        server_ids: t.Collection[str],
        reuse: str,
        with_conflicts: bool = True,
        ours: t.Container[str] = (),
    ) -> Found:
        """Match the servers of a request, and find the jobs that hold the remaining ones. Jobs with an ID in C(ours) hold none."""
        rows, whole = self._list({})
        named, complete = rows, whole
        if not whole:  # a narrower list may be
            named, complete = self._list({"name": request.name})
        named = [row for row in named if row.name == request.name]
        found = Found(
            dict.fromkeys(server_ids), known={row.id for row in (*rows, *named)}, complete=complete, whole=whole
        )
        self._match(found, named, request, reuse)
        if reuse == "finished":
            self._drop_superseded(found, rows, request)
        left = {server_id for server_id, job in found.coverage.items() if not job}
        if left:
            found.unread = [job for job in self._unread(named) if _might_meet(job, reuse, with_conflicts)]
        if left and with_conflicts:
            running, complete = (rows, True) if whole else self._running(rows)
            found.complete = found.complete and complete
            self._find_conflicts(found, running, left, ours)
        found.at = self.client.clock()
        return found

    def forget_what_goes_on(self) -> None:
        """Forget the jobs that are not over, so that the next look reads them again."""
        self.details = {job_id: job for job_id, job in self.details.items() if job and job.over and job.settled}

    def at_work(self, but: t.Container[str]) -> list[Job]:
        """The jobs at work now, except those with an ID in C(but)."""
        rows, _complete = self._list({"status": PROCESSING})
        return self._read_running([row for row in rows if not row.over and row.id not in but])

    def _list(self, query: dict[str, str]) -> tuple[list[Job], bool]:
        rows, complete = self.client.list_jobs(query)
        return newest_first(parse(row) for row in rows), complete

    def _read(self, rows: t.Iterable[Job]) -> list[Job]:
        """The jobs of some rows in full, except those that are gone by now."""
        wanted = [row.id for row in rows]
        answers = self.client.get_jobs(job_id for job_id in wanted if job_id not in self.details)
        self.details.update((job_id, parse(answer) if answer else None) for job_id, answer in answers.items())
        return [job for job in map(self.details.get, wanted) if job and job.status != DELETED]

    def _read_running(self, rows: list[Job]) -> list[Job]:
        """The jobs of some rows that are not over; those that cannot be read as their rows show them, without servers."""
        return [job for job in self._read(rows) + self._unread(rows) if not job.over]

    def _unread(self, rows: t.Iterable[Job]) -> list[Job]:
        """Those of some rows that were asked for and not found, though the list still shows them or may do so."""
        missing = {row.id: row for row in rows if self.details.get(row.id, row) is None}
        if not missing:
            return []
        rows, complete = self._list({})
        listed = {row.id: row for row in rows}
        return [listed.get(job_id, row) for job_id, row in missing.items() if job_id in listed or not complete]

    def _in_blocks(self, rows: t.Sequence[Job], open_servers: t.Collection[str]) -> t.Iterator[Job]:
        """The jobs in full, in their order. Reads growing blocks of them, as long as there are open servers."""
        start, size = 0, 1
        while open_servers and start < len(rows):
            yield from self._read(rows[start : start + size])
            start, size = start + size, min(2 * size, LARGEST_BLOCK)

    def _match(self, found: Found, rows: list[Job], request: Request, reuse: str) -> None:
        undecided = set(found.coverage) if reuse != "never" else set()
        rows = [row for row in rows if row.status != DELETED]
        if reuse == "active":  # a finished job matters only where it may be newer than a running one
            rows = rows[: max((n for n, row in enumerate(rows, 1) if not row.over), default=0)]
        for job in self._in_blocks(rows, undecided):
            if not same_items(job.items, request.items):
                continue
            for task in job.tasks:
                if task.server_id in undecided:
                    undecided.discard(task.server_id)
                    found.before[task.server_id] = f"{task.status} in job {job.id}"
                    if meets(task, reuse):
                        found.coverage[task.server_id] = job

    def _drop_superseded(self, found: Found, rows: list[Job], request: Request) -> None:
        """Do not count a success where a newer job of the same kind, with another spec, has worked on the server since."""
        place = {row.id: n for n, row in enumerate(rows)}
        done = {
            server_id: place.get(job.id, len(rows))
            for server_id, job in found.coverage.items()
            if job and (task := job.task_of(server_id)) and task.status == SUCCESS
        }
        types = {job.type for job in found.coverage.values() if job}
        newer = [
            row
            for row in rows[: max(done.values(), default=0)]
            if row.status != DELETED and (row.type in types or not row.type)
        ]
        for job in self._in_blocks(newer, done):
            if not same_types(job.items, request.items) or same_items(job.items, request.items):
                continue
            for task in job.tasks:
                if task.status != SKIPPED and place[job.id] < done.get(task.server_id, 0):
                    del done[task.server_id]
                    found.coverage[task.server_id] = None
                    found.before[task.server_id] += f", overtaken by job {job.name} ({job.id})"

    def _running(self, rows: list[Job]) -> tuple[list[Job], bool]:
        """The rows and all further ones that lists of running jobs show; and whether these lists are complete."""
        by_id, whole = {row.id: row for row in rows}, True
        for word in NOT_OVER:
            more, complete = self._list({"status": word})
            by_id.update((row.id, row) for row in more)
            whole = whole and complete
        return list(by_id.values()), whole

    def _find_conflicts(self, found: Found, rows: list[Job], server_ids: set[str], ours: t.Container[str]) -> None:
        running = [row for row in rows if not row.over and row.id not in ours]
        found.known.update(row.id for row in running)
        found.conflicts = [job for job in self._read_running(running) if job.holds(server_ids)]


def _might_meet(unread: Job, reuse: str, with_conflicts: bool) -> bool:
    """Whether a job that cannot be read might meet the request. One at work counts as a conflict where those are looked for."""
    if unread.over:
        return reuse == "finished" and unread.status != DELETED
    return not with_conflicts
