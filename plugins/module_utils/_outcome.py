# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""How it ended on each server, as modules return it. No I/O."""

from __future__ import annotations

import typing as t

from ._job import FAILED, PROCESSING, SKIPPED, SUCCESS, Job, as_dict
from ._text import shortened

MISSING = "MISSING"  # ours: a server of the request that has no task
STATUSES = (SUCCESS, FAILED, SKIPPED, PROCESSING, MISSING)

Coverage = dict[str, t.Optional[Job]]  # by server id: the job that decides for this server


def outcome(
    coverage: Coverage, reasons: t.Mapping[str, str] | None = None, beside: t.Iterable[Job] = ()
) -> dict[str, t.Any]:
    """C(job), C(jobs), C(servers) and C(summary) as the modules return them.

    C(reasons): by server ID, why it has no job. C(beside): further jobs to return, which may name no server.
    """
    known = {job.id: job for job in (*coverage.values(), *beside) if job}
    jobs = sorted(known.values(), key=lambda job: job.time or 0, reverse=True)
    servers = {server_id: _server(server_id, job) for server_id, job in coverage.items()}
    for server_id, reason in (reasons or {}).items():
        servers[server_id]["message"] = reason
    return {
        "job": as_dict(jobs[0]) if jobs else None,
        "jobs": [as_dict(job) for job in jobs],
        "servers": servers,
        "summary": summary(servers),
    }


def _server(server_id: str, job: Job | None) -> dict[str, t.Any]:
    task = job.task_of(server_id) if job else None
    return {
        "server_name": task.server_name if task else None,
        "status": task.status if task else MISSING,
        "message": task.message if task else None,
        "job_id": job.id if job else None,
        "task_id": task.id if task else None,
    }


def summary(servers: t.Mapping[str, t.Mapping[str, t.Any]]) -> dict[str, int]:
    """How many servers there are, and how many have each status. An unknown status counts as processing."""
    counts = dict.fromkeys(("total", "success", "failed", "skipped", "processing", "missing"), 0)
    counts["total"] = len(servers)
    for server in servers.values():
        status = server["status"]
        counts[status.lower() if status in STATUSES else "processing"] += 1
    return counts


def complaint(servers: t.Mapping[str, t.Mapping[str, t.Any]], jobs: t.Iterable[Job]) -> str | None:
    """The message about servers that did not succeed, and failures that a job counts without naming a server; or None."""
    sentences = []
    bad = {server_id: server for server_id, server in servers.items() if server["status"] != SUCCESS}
    if bad:
        told = []
        for server_id, server in list(bad.items())[:5]:
            name = f"{server['server_name']} ({server_id})" if server["server_name"] else server_id
            told.append(
                f"{name} {server['status']}" + (f": {shortened(server['message'])}" if server["message"] else "")
            )
        rest = f"; and {len(bad) - len(told)} more" if len(bad) > len(told) else ""
        sentences.append(f"{len(bad)} of {len(servers)} servers did not succeed: {'; '.join(told)}{rest}.")
    for job in jobs:
        if job.hidden_failures:
            sentences.append(
                f"The platform counts {job.abnormal_count} abnormal servers in job {job.name} ({job.id}), but its tasks do "
                "not show which. Find out what its servers are at before you submit again."
            )
        elif job.over and not job.tasks and not servers:
            sentences.append(f"Job {job.name} ({job.id}) is over, but shows no server, so its outcome is not known.")
    return " ".join(sentences) or None
