# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Waiting for any number of jobs, and for jobs that hold servers.

A few jobs are read in full at each look, to show how far each server is. For many jobs the list is read, and in full only the
jobs that it does not show as PROCESSING, and each job now and then, since its list row may be out of date.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ._errors import ModelArtsError, RequestError, WaitTimeoutError
from ._job import DELETED, KNOWN_STATUSES, PROCESSING, Job, parse
from ._progress import Progress

FIRST_PAUSE = 1.0  # seconds; grows to the interval
GROWTH = 1.5
SETTLE = 15.0  # seconds that the tasks of a finished job may take to show how they ended
FEW_JOBS = 10
LONGEST_UNREAD = 45.0  # seconds; after this a job is read in full although its list row says PROCESSING

States = dict[str, Job]  # by job id


class Reader(t.Protocol):
    """What a wait needs of a client."""

    def clock(self) -> float:
        """Seconds, monotonic."""

    def sleep(self, seconds: float) -> None:
        """Pause."""

    def until(self, deadline: float) -> Reader:
        """The same reader, which repeats reads through an outage up to the deadline."""

    def rows_of(self, job_ids: t.Collection[str], name: str | None) -> list[dict[str, t.Any]]:
        """The list rows of some jobs, as far as the list shows them. C(name): the name that all of them have, if any."""

    def get_jobs(self, job_ids: t.Iterable[str]) -> dict[str, dict[str, t.Any] | None]:
        """Jobs in full, by ID; None where there is no such job."""


@dataclass
class Wait:
    """How long to wait: C(timeout), C(interval) and C(grace) in seconds. C(grace) is for a new job that cannot be read yet.

    The time starts when this object is made, however many waits it is used for.
    """

    client: Reader
    timeout: float
    interval: float
    grace: float = 0.0
    warn: t.Callable[[str], None] = lambda text: None
    progress: Progress = field(default_factory=Progress)

    def __post_init__(self) -> None:
        self.deadline = self.client.clock() + self.timeout
        self.client = self.client.until(self.deadline)
        self.stall = self.progress.stall

    @property
    def left(self) -> float:
        """The seconds left, 0 or more."""
        return max(self.deadline - self.client.clock(), 0.0)

    def pause(self, seconds: float) -> bool:
        """Sleep, but not beyond the deadline. Returns whether the deadline had not passed before."""
        left = self.left
        if left > 0:
            self.client.sleep(min(seconds, left))
        return left > 0

    def pauses(self) -> t.Iterator[float]:
        """Sleep, then yield the current time, until the deadline. The last pause ends at the deadline."""
        pause = min(FIRST_PAUSE, self.interval)
        while True:
            left = self.deadline - self.client.clock()
            if left <= 0:
                return
            self.client.sleep(min(pause, left))
            yield self.client.clock()
            pause = min(self.interval, pause * GROWTH)

    def until_over(
        self,
        jobs: t.Iterable[Job],
        needed: t.Mapping[str, t.Collection[str]] | None = None,
        enough: t.Callable[[States], bool] = lambda states: False,
        line: t.Callable[[States], str | None] | None = None,
        in_full: int = FEW_JOBS,
    ) -> States:
        """The jobs by ID, in their order, once all are over and show how each server ended.

        needed: by job ID, the servers to wait for; the job's other servers do not count. enough: ends the wait early. line:
        makes the line to show after each look. in_full: up to how many jobs are all read in full at each look.

        Raises WaitTimeoutError when time is up, ModelArtsError when a job is deleted meanwhile, RequestError when a read is
        refused for good. Each carries the last C(states).
        """
        states = {job.id: job for job in jobs}
        watch = _Watch(self, states, needed or {}, line, in_full)
        try:
            watch.until(enough)
        except ModelArtsError as error:
            error.states = states
            raise
        return states


class _Watch:
    """One wait for some jobs: their last known states, and which of them are still waited for."""

    def __init__(
        self,
        wait: Wait,
        states: States,
        needed: t.Mapping[str, t.Collection[str]],
        line: t.Callable[[States], str | None] | None,
        in_full: int,
    ) -> None:
        self.wait = wait
        self.client = wait.client
        self.states = states
        self.needed = needed
        self.line = line
        self.in_full = in_full
        self.began = self.client.clock()
        self.read_at = dict.fromkeys(states, self.began)
        self.finished_at: dict[str, float] = {}
        self.strange: set[str] = set()
        self.lost: list[str] = []  # sentences about jobs whose record is gone
        self.pending = [job_id for job_id, job in states.items() if not self._done(job)]

    def until(self, enough: t.Callable[[States], bool]) -> None:
        """Look until nothing is pending or C(enough) says so; see C(Wait.until_over)."""
        trouble: RequestError | None = None
        if self.pending:
            self._tell()
        for _now in self.wait.pauses() if self.pending else ():
            try:
                self._look(self._worth_reading())
            except RequestError as error:
                if not error.passing:
                    raise self._refused(error) from None
                trouble = error
                continue
            trouble = None
            self._tell()
            if not self.pending or enough(self.states):
                break
        else:
            if self.pending:
                self._look_once_more(trouble)
        if self.lost and not self.pending:
            raise ModelArtsError(" ".join(self.lost))

    def _worth_reading(self) -> list[str]:
        """The pending jobs to read in full: all of a few; of many, those that the list does not show as PROCESSING."""
        if len(self.pending) <= self.in_full:
            return list(self.pending)
        names = {self.states[job_id].name for job_id in self.pending}
        rows = self.client.rows_of(self.pending, names.pop() if len(names) == 1 else None)
        processing = {row["id"] for row in rows if row.get("status") == PROCESSING}
        stale = self.client.clock() - LONGEST_UNREAD
        return [job_id for job_id in self.pending if job_id not in processing or self.read_at[job_id] <= stale]

    def _look(self, job_ids: list[str]) -> None:
        """Read jobs, and note which are done."""
        now = self.client.clock()
        for job_id, answer in self.client.get_jobs(job_ids).items():
            self.read_at[job_id] = now
            if answer is None:
                if now - self.began < self.wait.grace:
                    continue
                self._lose(job_id, "is gone")
                continue
            job = self.states[job_id] = parse(answer)
            if job.status == DELETED:
                self._lose(job_id, "was deleted")
                continue
            if job.status not in KNOWN_STATUSES and job.status not in self.strange:
                self.strange.add(job.status)
                self.wait.warn(f"Job {job.id} has the status {job.status}, which is not documented. Waiting goes on.")
            if self._done(job) or (job.over and now - self.finished_at.setdefault(job_id, now) >= SETTLE):
                self.pending.remove(job_id)

    def _done(self, job: Job) -> bool:
        """Whether the job needs no further look: it is over and shows how each task ended, or the servers needed have ended."""
        if job.over and job.settled:
            return True
        wanted = self.needed.get(job.id)
        if not wanted:
            return False
        ended = {task.server_id for task in job.tasks if task.over} - {
            task.server_id for task in job.tasks if not task.over
        }
        return ended.issuperset(wanted)

    def _look_once_more(self, trouble: RequestError | None) -> None:
        """Time is up. Fail unless all jobs are over by now: an earlier wait may have used all the time."""
        try:
            answers = self.client.get_jobs(self.pending)
            self.states.update({job_id: parse(answer) for job_id, answer in answers.items() if answer})
        except RequestError as error:
            trouble = error
        jobs = [self.states[job_id] for job_id in self.pending]
        late = [job for job in jobs if not self._done(job) or job.status == DELETED]
        if not late:
            return
        told = [f"job {job.name} ({job.id}) is {job.status}, {_servers_done(job)}" for job in late]
        rest = f"; and {len(told) - 5} more" if len(told) > 5 else ""
        raise WaitTimeoutError(
            "".join(f"{text} " for text in self.lost)
            + f"After {self.wait.timeout:g} s not over: {'; '.join(told[:5])}{rest}."
            + (f" The last answer was: {trouble.message}" if trouble else "")
            + " A job cannot be interrupted and goes on; run again to pick it up, or raise wait_timeout.",
            timed_out=True,
        )

    def _lose(self, job_id: str, what: str) -> None:
        """Stop waiting for a job whose record is gone. The other jobs are waited for to their end."""
        self.pending.remove(job_id)
        self.lost.append(
            f"Job {self.states[job_id].name} ({job_id}) {what} while it was waited for, so its outcome cannot be read. "
            "Find out what its servers are at before you submit again."
        )

    def _refused(self, error: RequestError) -> RequestError:
        """The error, with what it means for the jobs added to its message."""
        expired = " The keys or the token have expired or were revoked meanwhile." if error.status == 401 else ""
        going = "The job goes on" if len(self.pending) == 1 else "The jobs go on"
        error.message += f"{expired} {going} all the same: run again to pick up what is there."
        return error

    def _tell(self) -> None:
        text = self.line(self.states) if self.line else None
        if text:
            self.wait.progress.tell(text)


def _servers_done(job: Job) -> str:
    return f"{sum(task.over for task in job.tasks)} of {len(job.tasks)} servers done"
