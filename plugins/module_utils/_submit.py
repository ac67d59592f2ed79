# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The only place that creates jobs.

It is a loop. Each round looks for jobs that meet the request, creates the missing ones once, searches for a job whose answer
was lost, and waits for whatever is in the way. Each round begins with a new look: what was seen before a pause is not used
after it.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from ._created import rivals, search
from ._ensured import HELD, NOT_SENT, REFUSED, STALE, UNKNOWN, Batch, Ensured
from ._errors import (
    ConflictError,
    IncompleteListError,
    LostAnswerError,
    ModelArtsError,
    NotSentError,
    RequestError,
    StaleError,
    UnknownOutcomeError,
    WaitTimeoutError,
)
from ._job import Job, parse
from ._lock import held
from ._match import Found, Look
from ._progress import conflicts_line
from ._request import Request
from ._transport import pause_after
from ._wait import States, Wait

if t.TYPE_CHECKING:
    from ._client import Client

FRESH = 5.0  # seconds that a look is valid for, and may take
LOOKS = 5  # in a row, at most, until one is fast enough
AFTER_UNKNOWN = "Nothing was submitted for this, since the outcome of creating another job is unknown."
INCOMPLETE = "The platform's job list is incomplete: it says that there are more jobs than it gives, or does not say how many there are."


@dataclass(frozen=True)
class Policy:
    """The options that say what is allowed. C(reconcile_timeout): seconds."""

    reuse: str = "finished"
    on_conflict: str = "fail"
    reconcile_timeout: float = 60.0
    repeatable: bool = False
    allow_incomplete_list: bool = False
    check: bool = False
    fresh: float | None = None  # seconds from the start in which a create may be sent


def ensure(
    client: Client, request: Request, policy: Policy, wait: Wait, warn: t.Callable[[str], None] = lambda text: None
) -> Ensured:
    """Make sure that each server of the request has one job: an existing one, or a new one for the rest of each batch.

    A batch that is refused does not keep the other ones from being submitted; it is noted in C(reasons). Where there is only
    one batch, or nothing covers the request, the refusal is raised: ConflictError, UnknownOutcomeError, IncompleteListError,
    AbandonedError, RequestError, WaitTimeoutError.
    """
    submission = _Submission(client, request, policy, wait, warn)
    submission.run()
    ensured = submission.ensured
    several = len(request.batches) > 1
    covered = ensured.submitted or any(ensured.coverage.values())
    if ensured.refused and not (several and covered):
        raise ensured.failure(several)
    return ensured


class _Submission:
    """One run of C(ensure)."""

    def __init__(
        self, client: Client, request: Request, policy: Policy, wait: Wait, warn: t.Callable[[str], None]
    ) -> None:
        self.client = client.within(wait.deadline)
        self.began = client.clock()
        self.request = request
        self.policy = policy
        self.wait = wait
        self.warn = warn
        self.ensured = Ensured(dict.fromkeys(request.server_ids))
        self.pending: list[Batch] = [list(batch) for batch in request.batches]
        self.look = Look(self.client)
        self.created: set[str] = set()  # the ids of the jobs that this run has made
        self.unsent = 0  # creates that were throttled or found no connection
        self.lost: set[str] | None = None  # the ids of all jobs before the create that left no trace and may go again

    def run(self) -> None:
        """Repeat rounds until each batch is covered or refused."""
        try:
            while self.pending:
                self._round()
        except UnknownOutcomeError:
            for batch in self.pending:
                self.ensured.refuse(batch, ModelArtsError(AFTER_UNKNOWN), NOT_SENT)
        except ModelArtsError as error:
            for batch in self.pending:
                self.ensured.refuse(batch, error, STALE if isinstance(error, StaleError) else NOT_SENT)

    def _round(self) -> None:
        """Look, submit the batches that are not met and not held, then pause for what kept the rest."""
        check = self.policy.check
        with contextlib.nullcontext() if check else held(self.client.base, self.wait):
            server_ids = [server_id for batch in self.pending for server_id in batch]
            found = self._look(server_ids)
            self.ensured.take(found)
            self._take_lost(found)
            self._keep_uncovered()
            free = self._free_of_conflicts(found)
            self._check_completeness(found)
            if check:
                self.ensured.to_submit += [server_id for batch in free for server_id in batch]
                self.pending = []
                return
            obstacle = self._submit_all(free, found)
        # The platform has answered; from now on reads wait through an outage.
        self.client = self.client.until(self.wait.deadline)
        if obstacle:
            self._pause_after(obstacle)
        elif self.pending and not any(batch in free for batch in self.pending):
            self._wait_for(found.conflicts)

    def _look(self, server_ids: list[str]) -> Found:
        """Look for jobs. A look that took long, for example because reads were throttled, is out of date and is repeated."""
        self.look.client = self.client
        minds_conflicts = self.policy.on_conflict != "ignore"
        for _again in range(LOOKS):
            began = self.client.clock()
            self.look.forget_what_goes_on()
            found = self.look.find(self.request, server_ids, self.policy.reuse, minds_conflicts, self.created)
            if found.at - began <= FRESH:
                break
        return found

    def _take_lost(self, found: Found) -> None:
        """Count the job of a create that had left no trace as submitted, where it shows by now."""
        new = [one for one, job in found.coverage.items() if job and self.lost is not None and job.id not in self.lost]
        self.ensured.adopted = self.ensured.adopted or bool(new)
        self.ensured.to_submit += new

    def _keep_uncovered(self) -> None:
        """Keep of each batch the servers that no job covers."""
        rest = [[one for one in batch if not self.ensured.coverage[one]] for batch in self.pending]
        self.pending = [batch for batch in rest if batch]

    def _free_of_conflicts(self, found: Found) -> list[Batch]:
        """The batches whose servers no job holds. With on_conflict=fail the others are refused."""
        free = []
        for batch in list(self.pending):
            holding = [job for job in found.conflicts if job.holds(batch)]
            if not holding or (self.policy.check and self.policy.on_conflict == "wait"):
                free.append(batch)
            elif self.policy.on_conflict == "fail":
                known = {job.id for job in self.ensured.conflicts}
                self.ensured.conflicts += [job for job in holding if job.id not in known]
                self.ensured.refuse(batch, _conflict(holding, batch, len(self.request.batches) > 1), HELD)
                self.pending.remove(batch)
        return free

    def _check_completeness(self, found: Found) -> None:
        """Refuse to create where the platform may have a job that it does not show."""
        if found.unread and self.pending:
            unread = found.unread[0]
            told = f"Job {unread.name} ({unread.id}) is listed as {unread.status}, but cannot be read."
            if not self.policy.allow_incomplete_list:
                raise IncompleteListError(
                    f"{told} So it is not known what it has done, and nothing was submitted. Run again later, delete its record, or "
                    "set allow_incomplete_list to true to go by the other jobs."
                )
            self.warn(f"{told} It could not be taken into account.")
        if found.complete:
            met = any(job and job.over for job in found.coverage.values())
            if met and not found.whole and self.policy.reuse == "finished":
                self.warn(
                    f"{INCOMPLETE} A job with another spec, run since on servers that are done, would not be seen."
                )
            return
        if self.pending and not self.policy.allow_incomplete_list:
            raise IncompleteListError(
                f"{INCOMPLETE} So it is not known whether the job is there already, and nothing was submitted. Delete old jobs, or "
                "set allow_incomplete_list to true to go by those that are shown."
            )
        self.warn(f"{INCOMPLETE} Jobs that are not shown could not be taken into account.")

    def _submit_all(self, batches: list[Batch], found: Found) -> RequestError | None:
        """Create the jobs one after the other, as long as the look is fresh. Returns the error of a create that was not carried
        out.
        """
        created: list[Job] = []
        obstacle = None
        searched = False  # for a lost answer: a pause, after which the look counts for nothing
        for number, batch in enumerate(batches):
            if number and (searched or self.client.clock() - found.at > FRESH):
                break
            self._check_time()
            try:
                job = parse(self.client.create_job(self.request.body(batch)))
            except RequestError as error:
                if isinstance(error, LostAnswerError):
                    lost = self._search(batch, found, error)
                    if not lost:
                        break
                    job, searched = lost, True
                elif self._may_go_again(error):
                    obstacle = error
                    break
                else:
                    self.ensured.refuse(batch, error, REFUSED)
                    self.pending.remove(batch)
                    continue
            created.append(job)
            self.created.add(job.id)
            found.known.add(job.id)
            self.ensured.cover(batch, job)
            self.pending.remove(batch)
        if created:
            batch_of = {
                job.id: [i for i, one in self.ensured.coverage.items() if one and one.id == job.id] for job in created
            }
            for text in rivals(self.client, created, batch_of, found):
                self.warn(text)
        return obstacle

    def _check_time(self) -> None:
        """Create nothing once the time is up: there would be no time left to find out its outcome."""
        if self.wait.left <= 0:
            raise WaitTimeoutError(
                f"Nothing was submitted for this, as the wait_timeout of {self.wait.timeout:g} s was over. Run again, or raise wait_timeout.",
                timed_out=True,
            )
        if self.policy.fresh is not None and self.client.clock() > self.began + self.policy.fresh:
            raise StaleError(
                f"Nothing was submitted for this, as {self.policy.fresh:g} s have passed since its servers were looked at. "
                "Run again."
            )

    def _may_go_again(self, error: RequestError) -> bool:
        """Whether a create that was not carried out may be sent again after another look."""
        return error.status == 429 or error.renewed or isinstance(error, NotSentError)

    def _pause_after(self, error: RequestError) -> None:
        """Pause after a create that was throttled or not sent."""
        pause = pause_after(error, self.unsent)
        self.unsent += 1
        if pause >= self.wait.left:
            error.message += f" The wait_timeout of {self.wait.timeout:g} s leaves no time for another try. Nothing was submitted for this."
            raise error
        self.client.stalled(error, pause, self.client.clock())
        self.client.sleep(pause)
        self.client.progress.stall(None)

    def _search(self, batch: Batch, found: Found, lost: LostAnswerError) -> Job | None:
        """The job whose creation got no answer. None where the create may be sent again, once, as the job is C(repeatable).

        Otherwise this batch is refused, and UnknownOutcomeError is raised, after which no other one is sent.
        """
        limit = min(self.policy.reconcile_timeout, self.wait.left)
        job = search(self.client, self.request, batch, found.known, limit)
        if job:
            self.ensured.adopted = True
        elif self.policy.repeatable and self.lost is None:
            self.lost = found.known
        else:
            error = UnknownOutcomeError(
                f"The outcome of creating job {self.request.name} is unknown: {lost.message} No such job showed in the list "
                f"within {limit:g} s, but it may still have started, so nothing more was submitted. Run again: the job is "
                "picked up if it is there, and submitted only if it is not.",
                **lost.details,
            )
            self.ensured.refuse(batch, error, UNKNOWN)
            self.pending.remove(batch)
            raise error from None
        return job

    def _wait_for(self, conflicts: list[Job]) -> None:
        """Wait until no known job holds one of the batches."""

        def one_is_free(states: States) -> bool:
            return any(not any(job.holds(batch) for job in states.values()) for batch in self.pending)

        self.wait.until_over(conflicts, enough=one_is_free, line=conflicts_line)


def _conflict(conflicts: list[Job], batch: Batch, one_of_several: bool) -> ConflictError:
    told = []
    for job in conflicts:
        holding = sorted({task.server_id for task in job.tasks if not task.over} & set(batch))
        names = ", ".join(holding[:5]) + (f" and {len(holding) - 5} more" if len(holding) > 5 else "")
        told.append(f"job {job.name} ({job.id}, {job.status}) holds {names or 'servers it does not name yet'}")
    return ConflictError(
        f"Nothing was submitted{' for this batch' * one_of_several}, since {'; '.join(told)}. Run again when it is over, or set "
        "on_conflict to wait or ignore.",
    )
