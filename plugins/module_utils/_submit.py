# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The one place that creates jobs: find what is there, adopt it, submit the rest once, reconcile a lost answer."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace
from itertools import chain

from ._errors import ConflictError, LostAnswerError, ModelArtsError, RequestError, UnknownOutcomeError
from ._job import DELETED, Coverage, Job, Request, as_dict, meets, outcome, parse, same_items
from ._wait import Wait, is_over

if t.TYPE_CHECKING:
    from ._client import Client

INCOMPLETE = (
    "The platform's job list is incomplete: it says that there are more jobs than it gives. Jobs that are not listed could "
    "not be taken into account."
)


@dataclass
class Found:
    """What is there already: the job that decides for each server, and the ids of all jobs of this name."""

    coverage: Coverage
    before: dict[str, str] = field(default_factory=dict)  # in words, for the diff
    name_ids: set[str] = field(default_factory=set)
    running: bool = False  # whether a job that covers a server still works on it

    def left(self, batches: t.Iterable[t.Iterable[str]]) -> list[list[str]]:
        """Of each batch the servers that no job covers."""
        rest = [[server_id for server_id in batch if not self.coverage[server_id]] for batch in batches]
        return [batch for batch in rest if batch]


@dataclass
class Ensured:
    """The end of C(ensure): what covers the request now, and how it came to be."""

    coverage: Coverage = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)  # in words, for the diff
    to_submit: list[str] = field(default_factory=list)  # what this run submitted, or would in check mode
    adopted: bool = False
    conflicts: list[Job] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)  # by server id, why it could not be submitted
    refused: list[ModelArtsError] = field(default_factory=list)

    @property
    def submitted(self) -> bool:
        return bool(self.to_submit)

    def take(self, found: Found) -> None:
        """Adopt what is there."""
        self.coverage.update(found.coverage)
        self.before.update(found.before)
        self.adopted = self.adopted or found.running

    def refuse(self, batch: list[str], error: ModelArtsError) -> None:
        """Let the servers of a batch be without a job."""
        self.refused.append(error)
        self.reasons.update(dict.fromkeys(batch, error.message))

    def failure(self, several: bool) -> ModelArtsError:
        """What was refused, as one error. C(several): it was not the only batch."""
        error = self.refused[0]
        error.message = " ".join(dict.fromkeys(self.reasons.values()))
        if several:
            error.details.update(outcome(self.coverage, self.reasons))
        if self.conflicts:
            error.details["conflicts"] = [as_dict(job) for job in self.conflicts]
        return error


def ensure(
    client: Client,
    request: Request,
    *,
    reuse: str,
    on_conflict: str,
    reconcile_timeout: float,
    wait: Wait,
    check: bool = False,
    warn: t.Callable[[str], None] = lambda text: None,
) -> Ensured:
    """Make sure that each server of the request is worked on once, by one new job for what is left of each batch.

    What is refused for one of several batches does not keep the others from being submitted, and is among the C(reasons).
    Raises what was refused where there is one batch, or nothing covers the request: ConflictError, UnknownOutcomeError,
    RequestError, WaitTimeoutError (only C(on_conflict=wait)).
    """
    ensured = Ensured(dict.fromkeys(request.server_ids))
    several = len(request.batches) > 1
    pending = [list(batch) for batch in request.batches]
    try:
        while pending:
            found = find(client, replace(request, batches=tuple(map(tuple, pending))), reuse, warn)
            ensured.take(found)
            pending = found.left(pending)
            conflicts: list[Job] = []
            if pending and on_conflict != "ignore":
                ours = {job.id for job in ensured.coverage.values() if job}
                conflicts = conflicting(client, request, set(chain.from_iterable(pending)), ours, warn)
            held_up: list[list[str]] = []
            for batch in pending:
                held = [job for job in conflicts if holds(job, batch)]
                if held and on_conflict == "fail":
                    ensured.conflicts += [job for job in held if job not in ensured.conflicts]
                    ensured.refuse(batch, _conflict(held, batch, several))
                elif held and not check:
                    held_up.append(batch)
                elif check:
                    ensured.to_submit += batch
                else:
                    _submit_one(client, request, batch, found.name_ids, reconcile_timeout, ensured)
            pending = held_up
            if pending:
                wait.until_over(conflicts, any_one=True)
    except ModelArtsError as error:
        for batch in pending:
            ensured.refuse(batch, error)
    covered = ensured.submitted or any(ensured.coverage.values())
    if ensured.refused and not (several and covered):
        raise ensured.failure(several)
    return ensured


def _submit_one(
    client: Client, request: Request, batch: list[str], known: set[str], reconcile_timeout: float, ensured: Ensured
) -> None:
    """Submit a batch, or note why that could not be. C(known) are the ids that jobs of this name have, and will have."""
    lost_one = any(isinstance(error, UnknownOutcomeError) for error in ensured.refused)
    try:
        job, recovered = submit(client, request, batch, known, reconcile_timeout, lost_one)
    except ModelArtsError as error:
        ensured.refuse(batch, error)
        return
    known.add(job.id)
    ensured.coverage.update(dict.fromkeys(batch, job))
    ensured.adopted = ensured.adopted or recovered
    ensured.to_submit += batch


def find(client: Client, request: Request, reuse: str, warn: t.Callable[[str], None]) -> Found:
    """Match the request with the jobs of its name, newest first, only as far as a server is still undecided."""
    rows, complete = client.list_jobs({"name": request.name})
    if not complete:
        warn(INCOMPLETE)
    rows = [row for row in rows if row.get("name") == request.name]
    found = Found(dict.fromkeys(request.server_ids), name_ids={row["id"] for row in rows})
    undecided = set(request.server_ids) if reuse != "never" else set()
    for row in sorted(rows, key=lambda row: parse(row).create_at or 0, reverse=True):
        if not undecided:
            break
        if row.get("status") == DELETED or (reuse == "active" and is_over(row)):
            continue
        answer = client.get_jobs([row["id"]])[row["id"]]
        if answer is None:
            continue
        job = parse(answer)
        if job.status == DELETED or not same_items(job.items, request.items):
            continue
        for task in job.tasks:
            if task.server_id in undecided:
                undecided.discard(task.server_id)
                found.before[task.server_id] = f"{task.status} in job {job.id}"
                if meets(task, reuse):
                    found.coverage[task.server_id] = job
                    found.running = found.running or not task.over
    return found


def conflicting(
    client: Client, request: Request, server_ids: set[str], adopted: set[str], warn: t.Callable[[str], None]
) -> list[Job]:
    """The jobs not yet over that hold one of the servers and are not adopted, whatever their name and status word.

    A job of the request's own name and items that does not say yet which servers it holds is taken to hold them.
    """
    rows, complete = client.list_jobs()
    if not complete:
        warn(INCOMPLETE)
    running = [row["id"] for row in rows if not is_over(row) and row["id"] not in adopted]
    jobs = [parse(answer) for answer in client.get_jobs(running).values() if answer]
    return [
        job
        for job in jobs
        if not job.over
        and holds(job, server_ids)
        and (job.tasks or (job.name == request.name and same_items(job.items, request.items)))
    ]


def holds(job: Job, server_ids: t.Collection[str]) -> bool:
    """Whether a job holds one of the servers, or may, as it does not say yet which it holds."""
    return not job.tasks or not job.server_ids.isdisjoint(server_ids)


def submit(
    client: Client,
    request: Request,
    server_ids: list[str],
    known: set[str],
    reconcile_timeout: float,
    lost_one: bool = False,
) -> tuple[Job, bool]:
    """Create the job; where its answer is lost, look for it. The flag says that it had to be looked for.

    C(known) are the ids that jobs of this name had before. Where this run C(lost_one) already, a job that does not say yet
    which servers it holds may be that one.
    """
    try:
        return parse(client.create_job(request.body(server_ids))), False
    except LostAnswerError as lost:
        search = Wait(client, reconcile_timeout, interval=5.0)
        patient = client.until(search.deadline)
        for _now in search.pauses():
            try:
                job = _created_since(patient, request, server_ids, known, lost_one)
            except RequestError:
                continue
            if job:
                return job, True
        raise UnknownOutcomeError(
            f"The outcome of creating job {request.name} is unknown: {lost.message} No such job showed in the list "
            f"within {reconcile_timeout:g} s, but it may still have started. Run again: the job is picked up if it is "
            "there, and submitted only if it is not.",
            **lost.details,
        ) from None


def _created_since(
    client: Client, request: Request, server_ids: list[str], known: set[str], lost_one: bool
) -> Job | None:
    """A job of this name, items and servers that was not there before. A task that is missing does not disqualify it."""
    rows, _complete = client.list_jobs({"name": request.name})
    new = [row["id"] for row in rows if row.get("name") == request.name and row["id"] not in known]
    jobs = [parse(answer) for answer in client.get_jobs(new).values() if answer]
    mine = [job for job in jobs if same_items(job.items, request.items) and job.server_ids <= set(server_ids)]
    if lost_one:
        mine = [job for job in mine if job.server_ids]
    return max(mine, key=lambda job: len(job.server_ids), default=None)


def _conflict(conflicts: list[Job], server_ids: list[str], one_of_several: bool) -> ConflictError:
    told = []
    for job in conflicts:
        held = sorted(job.server_ids & set(server_ids))
        names = ", ".join(held[:5]) + (f" and {len(held) - 5} more" if len(held) > 5 else "")
        told.append(f"job {job.name} ({job.id}, {job.status}) holds {names or 'servers it does not name yet'}")
    return ConflictError(
        f"Nothing was submitted{' for this batch' * one_of_several}, since {'; '.join(told)}. Run again when it is over, or set on_conflict to wait or ignore.",
    )


def describe(ensured: Ensured, request: Request) -> dict[str, dict[str, str]]:
    """Before and after for each server, in words that check mode and the real run share."""
    before = {sid: ensured.before.get(sid, "no job") for sid in request.server_ids}
    return {
        "before": before,
        "after": {**before, **dict.fromkeys(ensured.to_submit, f"job {request.name}")},
    }
