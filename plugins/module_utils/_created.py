# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""What became of a create: finds the job whose answer was lost, and jobs that others created at the same moment."""

from __future__ import annotations

import typing as t

from ._errors import RequestError
from ._job import Job, newest_first, parse, same_items
from ._match import Found, Look
from ._request import Request
from ._wait import Wait

if t.TYPE_CHECKING:
    from ._client import Client

INTERVAL = 5.0  # seconds between two looks for a lost job
SAME_MOMENT = 60_000  # milliseconds by which two clocks of the platform may differ


def search(client: Client, request: Request, batch: t.Sequence[str], known: set[str], limit: float) -> Job | None:
    """The job of a create whose answer was lost, looked for during C(limit) seconds. C(known): IDs of jobs from before."""
    wait = Wait(client, limit, INTERVAL)
    patient = client.until(wait.deadline)
    for _now in wait.pauses():
        try:
            job = _created_since(patient, request, batch, known)
        except RequestError:
            continue
        if job:
            return job
    return None


def _created_since(client: Client, request: Request, batch: t.Sequence[str], known: set[str]) -> Job | None:
    """A new job of this name and these items that names servers of the batch and no others.

    A job that names no servers yet may belong to somebody else. A job that names only some of the batch is accepted.
    """
    rows, _complete = client.list_jobs({"name": request.name})
    new = [row["id"] for row in rows if row.get("name") == request.name and row["id"] not in known]
    jobs = [parse(answer) for answer in client.get_jobs(new).values() if answer]
    mine = [
        job for job in jobs if job.server_ids and job.server_ids <= set(batch) and same_items(job.items, request.items)
    ]
    return max(newest_first(mine), key=lambda job: len(job.server_ids), default=None)


def rivals(
    client: Client, created: t.Sequence[Job], servers: t.Mapping[str, t.Sequence[str]], found: Found
) -> list[str]:
    """Warnings of jobs that somebody else created at the same moment for the same servers, or maybe for them.

    servers: the server IDs of each job created here, by job ID. found: the look before the create; jobs that it saw are no
    rivals.
    """
    try:
        others = Look(client).at_work(found.known)
    except RequestError:
        return []  # the wait reports an outage
    began = min((job.create_at for job in created if job.create_at is not None), default=None)
    told = []
    for other in others:
        if not found.whole and began is not None and (other.create_at or began) + SAME_MOMENT < began:
            continue  # it was there before, but not shown
        ours = ", ".join(f"{job.name} ({job.id})" for job in created if other.holds(servers[job.id]))
        if ours:
            holds = "holds" if other.tasks else "may hold, as it does not name its servers yet,"
            told.append(
                f"Job {other.name} ({other.id}) was submitted elsewhere at the same moment and {holds} servers of this run's job "
                f"{ours}. Neither can be interrupted. Look after both, and see that two controllers do not work on the same servers."
            )
    return told
