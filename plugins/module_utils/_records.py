# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The records of jobs on the platform: selects them and deletes them.

Deleting a record does not stop its job. But while a job runs, its record is the only thing that shows which servers it holds.
So the record of a running job is deleted only by ID or name, and only with C(force).
"""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass, field

from ._errors import InputError, ModelArtsError, NotFoundError
from ._job import DELETED, FAILED, FINISHED, KNOWN_STATUSES, SKIPPED, SUCCESS, Job, is_over, parse
from ._request import checked_id, checked_word

AT_ONCE = 100  # records that one request deletes; the platform's limit is not documented
DAY = 86_400_000  # milliseconds
OF_SERVERS = (SUCCESS, FAILED, SKIPPED)  # statuses that only the tasks of a job have


class Store(t.Protocol):
    """What is needed of a client."""

    def list_jobs(self, query: dict[str, str]) -> tuple[list[dict[str, t.Any]], bool]:
        """The list rows, and whether they are all."""

    def get_job(self, job_id: str) -> dict[str, t.Any]:
        """One job in full. Raises NotFoundError."""

    def get_jobs(self, job_ids: t.Iterable[str]) -> dict[str, dict[str, t.Any] | None]:
        """Several jobs in full by id, None where there is no such job."""

    def delete_jobs(self, job_ids: list[str]) -> None:
        """Delete records. One that is gone already is no error."""


@dataclass(frozen=True)
class Selection:
    """Selects the record with C(id), or all that meet the other fields. C(older_than): days since the job was created."""

    id: str | None = None
    name: str | None = None
    older_than: float | None = None
    statuses: tuple[str, ...] = ()

    @property
    def filtered(self) -> bool:
        """Whether records are selected by age or status. Those of running jobs are kept then."""
        return self.older_than is not None or bool(self.statuses)


@dataclass
class Records:
    """The records found. C(kept): by job ID, why a record that is selected otherwise is kept."""

    jobs: list[Job] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    complete: bool = True  # whether the platform showed all its jobs


def selection(params: t.Mapping[str, t.Any]) -> Selection:
    """What the options of C(state=absent) select. Raises InputError for options that cannot be meant."""
    if params["id"] is not None:
        return Selection(id=checked_id("id", params["id"]))
    name, days, statuses = params["name"], params["older_than"], params["status"]
    if statuses is not None and not statuses:
        raise InputError("status is empty. Give at least one, such as FINISHED, or leave it out.")
    if name is None and days is None:
        if statuses is not None:
            raise InputError(
                f"status {', '.join(statuses)} alone would select the records of everybody's jobs. Give name or older_than with it."
            )
        raise InputError("state=absent takes id, or name, older_than and status. Give id, name or older_than.")
    if name is not None:
        checked_word("name", name)
    if days is not None and not (math.isfinite(days) and days > 0):
        raise InputError(f"older_than is {days:g}. Give a number of days above 0.")
    selected = Selection(None, name, days, tuple(dict.fromkeys(map(_checked_status, statuses or ()))))
    if params["force"] and selected.filtered:
        raise InputError(
            "force is true, but older_than and status never select a job that still runs. Leave out force, or select by id or name alone."
        )
    return selected


def _checked_status(value: str) -> str:
    """A status that a finished job can have, in upper case as the platform writes it."""
    status = checked_word("status", value).upper()
    if status in OF_SERVERS:
        raise InputError(
            f"status {value} is one that a server has within a job. The job itself is FINISHED then, however its servers ended. "
            "Give FINISHED."
        )
    if status == DELETED:
        raise InputError(f"status {value} is that of a job whose record is deleted already. Give FINISHED.")
    if status in KNOWN_STATUSES and status != FINISHED:
        raise InputError(
            f"status {value} is that of a job that still runs, whose record is not deleted by age or status. Give FINISHED."
        )
    return status


def find(client: Store, selected: Selection, now: float) -> Records:
    """The selected records that exist. Records of running jobs are among C(jobs) unless the selection is filtered.

    C(now): seconds since 1970 UTC. A job whose list row does not say that it is over is read in full, since the row may be out
    of date.
    """
    if selected.id:
        try:
            return Records(_shown([parse(client.get_job(selected.id))]))
        except NotFoundError:
            return Records()
    rows, complete = client.list_jobs({"name": selected.name} if selected.name else {})
    # Once more, as the platform's filter may be fuzzy or ignored.
    rows = [row for row in rows if selected.name in (None, row.get("name"))]
    records = Records(complete=complete)
    oldest_kept = now * 1000 - (selected.older_than or 0) * DAY
    chosen = []
    for row in rows:
        created = parse(row).time
        if selected.older_than is None or (created is not None and created < oldest_kept):
            chosen.append(row)
        elif created is None and row.get("status") != DELETED:
            records.kept[row["id"]] = "does not say when it was created"
    details = client.get_jobs(row["id"] for row in chosen if not is_over(row))
    for job in _shown([parse(details.get(row["id"]) or row) for row in chosen]):
        if selected.filtered and not job.over:
            records.kept[job.id] = f"is {job.status}"
        elif not selected.statuses or job.status in selected.statuses:
            records.jobs.append(job)
    return records


def _shown(jobs: list[Job]) -> list[Job]:
    """The jobs without those whose record is deleted already, which the platform may go on showing."""
    return [job for job in jobs if job.status != DELETED]


def delete(client: Store, job_ids: list[str]) -> None:
    """Delete records, C(AT_ONCE) with each request. An error carries as C(deleted) the IDs of those deleted before it."""
    for start in range(0, len(job_ids), AT_ONCE):
        try:
            client.delete_jobs(job_ids[start : start + AT_ONCE])
        except ModelArtsError as error:
            error.details.update(changed=start > 0, deleted=job_ids[:start])
            raise
