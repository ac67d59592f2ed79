# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Waiting for jobs: any number of them with one list call per poll, and one detail call for each that ends.

The clock, the pause and the reads are those of the client passed in: a C(_client.Client), or for the action plugins one
that reads by running a module.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ._errors import ModelArtsError, RequestError, WaitTimeoutError
from ._job import DELETED, FINISHED, KNOWN_STATUSES, PROCESSING, Job, parse

FIRST_PAUSE = 1.0  # seconds; grows to the interval
GROWTH = 1.5
SETTLE = 15.0  # seconds that a finished job's last tasks are given to say how they ended


class Reader(t.Protocol):
    """What a wait needs of a client."""

    def clock(self) -> float:
        """Seconds, monotonic."""

    def sleep(self, seconds: float) -> None:
        """Pause."""

    def until(self, deadline: float) -> Reader:
        """The same, bearing with outages up to the deadline."""

    def rows_of(self, job_ids: t.Collection[str], name: str | None) -> list[dict[str, t.Any]]:
        """The list rows of some jobs, as far as the list shows them. C(name) is given where all have it."""

    def get_jobs(self, job_ids: t.Iterable[str]) -> dict[str, dict[str, t.Any] | None]:
        """The details by id, None where there is no such job."""


@dataclass
class Wait:
    """How long to wait. C(timeout), C(interval) and C(grace) are seconds, C(grace) for a new job that does not show yet.

    The clock runs from C(started), the making of this object unless given. C(watch) is called with the states of all jobs after each look.
    """

    client: Reader
    timeout: float
    interval: float
    grace: float = 0.0
    warn: t.Callable[[str], None] = lambda text: None
    watch: t.Callable[[dict[str, Job]], None] = lambda states: None
    started: float = -1.0  # now, unless given

    def __post_init__(self) -> None:
        if self.started < 0:
            self.started = self.client.clock()
        self.client = self.client.until(self.deadline)

    @property
    def deadline(self) -> float:
        return self.started + self.timeout

    def pauses(self) -> t.Iterator[float]:
        """Sleeps, then yields the time; ends once the deadline has passed. The last pause ends at the deadline."""
        pause = min(FIRST_PAUSE, self.interval)
        while True:
            left = self.deadline - self.client.clock()
            if left <= 0:
                return
            self.client.sleep(min(pause, left))
            yield self.client.clock()
            pause = min(self.interval, pause * GROWTH)

    def until_over(self, jobs: t.Iterable[Job], any_one: bool = False) -> dict[str, Job]:
        """The jobs by id, in their order, once all are over and say how each server ended; or C(any_one) of them.

        Raises WaitTimeoutError when time runs out, ModelArtsError when a job is deleted meanwhile, RequestError when a
        read is refused for good. Each carries the last C(states).
        """
        states = {job.id: job for job in jobs}
        try:
            self._wait(states, any_one)
        except ModelArtsError as error:
            error.states = states
            raise
        return states

    def _wait(self, states: dict[str, Job], any_one: bool) -> None:
        pending = {job.id for job in states.values() if not (job.over and job.settled)}
        finished_at: dict[str, float] = {}
        strange: set[str] = set()
        trouble: RequestError | None = None
        began = self.client.clock()  # rather than C(started): a conflict may have been waited for before
        if pending:
            self.watch(states)
        for now in self.pauses() if pending else ():
            try:
                details = self.client.get_jobs(self._ended(states, pending))
            except RequestError as error:
                if not error.passing:
                    raise
                trouble = error
                self.watch(states)
                continue
            trouble = None
            for job_id, answer in details.items():
                if answer is None:
                    if now - began < self.grace:
                        continue
                    raise self._gone(states, job_id, "is gone")
                job = states[job_id] = parse(answer)
                if job.status == DELETED:
                    raise self._gone(states, job_id, "was deleted")
                if job.status not in KNOWN_STATUSES and job.status not in strange:
                    strange.add(job.status)
                    self.warn(f"Job {job.id} has the status {job.status}, which is not documented. Waiting goes on.")
                if job.over and (job.settled or now - finished_at.setdefault(job_id, now) >= SETTLE):
                    pending.discard(job_id)
            self.watch(states)
            if not pending or (any_one and len(pending) < len(states)):
                return
        if pending:
            self._look_once_more(states, pending, trouble)

    def _ended(self, states: dict[str, Job], pending: set[str]) -> list[str]:
        """Of the pending jobs those that the list does not show as plainly processing, found with one list call."""
        names = {states[job_id].name for job_id in pending}
        rows = self.client.rows_of(pending, names.pop() if len(names) == 1 else None)
        processing = {row["id"] for row in rows if row.get("status") == PROCESSING}
        return [job_id for job_id in states if job_id in pending and job_id not in processing]

    def _gone(self, states: dict[str, Job], job_id: str, what: str) -> ModelArtsError:
        return ModelArtsError(
            f"Job {states[job_id].name} ({job_id}) {what} while it was waited for, so its outcome cannot be read. "
            "Find out what its servers are at before you submit again."
        )

    def _look_once_more(self, states: dict[str, Job], pending: set[str], trouble: RequestError | None) -> None:
        """Time is up, which fails unless all are over by now: a conflict waited for before may have taken all the time."""
        try:
            for job_id, answer in self.client.get_jobs(pending).items():
                states[job_id] = parse(answer) if answer else states[job_id]
        except RequestError as error:
            trouble = error
        still = {job_id: states[job_id] for job_id in pending}
        pending = {i for i, job in still.items() if not (job.over and job.settled) or job.status == DELETED}
        if not pending:
            return
        told = [_state(states[job_id]) for job_id in states if job_id in pending]
        rest = f"; and {len(told) - 5} more" if len(told) > 5 else ""
        raise WaitTimeoutError(
            f"After {self.timeout:g} s not over: {'; '.join(told[:5])}{rest}."
            + (f" The last answer was: {trouble.message}" if trouble else "")
            + " A job cannot be interrupted and goes on; run again to pick it up, or raise wait_timeout.",
            timed_out=True,
        )


def _state(job: Job) -> str:
    done = sum(task.over for task in job.tasks)
    return f"job {job.name} ({job.id}) is {job.status}, {done} of {len(job.tasks)} servers done"


def is_over(row: t.Mapping[str, t.Any]) -> bool:
    """Whether a list row, which has no tasks, already says that the job is over."""
    return row.get("status") in (FINISHED, DELETED)
