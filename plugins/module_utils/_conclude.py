# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The end of a module's work: wait for the jobs, read how each server ended, and fail where one did not succeed."""

from __future__ import annotations

import typing as t

from ._errors import ModelArtsError, TaskFailureError
from ._job import Job
from ._outcome import Coverage, complaint, outcome
from ._progress import jobs_line, servers_line
from ._wait import FEW_JOBS, States, Wait


def conclude(
    wait: Wait | None,
    jobs: t.Iterable[Job],
    covered: t.Mapping[str, str | None] | None,
    facts: dict[str, t.Any],
    fail_on_task_failure: bool,
    reasons: t.Mapping[str, str],
) -> dict[str, t.Any]:
    """The result: C(facts), and how each server ended according to the last states of its job.

    covered: by server ID the ID of the job that counts for it, or None; where it is None as a whole, all servers of the jobs
    count. Waits first unless C(wait) is None, for each job only until its covered servers are done. An error carries what is
    known by then. A server that is still at work is not counted as a failure. C(reasons): by server ID, why no job could be
    submitted for it; this is always a failure.
    """
    states = {job.id: job for job in jobs}
    needed: dict[str, list[str]] = {}
    for server_id, job_id in (covered or {}).items():
        if job_id:
            needed.setdefault(job_id, []).append(server_id)
    unsubmitted = list(dict.fromkeys(reasons.values()))
    try:
        if wait:
            states = wait.until_over(states.values(), needed, line=lambda now: _line(now, covered))
    except ModelArtsError as error:
        states = error.states or states
        told = outcome(_coverage(states, covered), reasons, states.values())
        error.details = {**facts, **told, **error.details}
        error.message = " ".join([*unsubmitted, error.message])
        raise
    result = {**facts, **outcome(_coverage(states, covered), reasons, states.values())}
    judged = fail_on_task_failure and (wait is not None or all(job.over for job in states.values()))
    submitted = {server_id: server for server_id, server in result["servers"].items() if server_id not in reasons}
    text = complaint(submitted, states.values()) if judged else None
    failures = [*unsubmitted, *([text] if text else [])]
    if failures:
        raise TaskFailureError(" ".join(failures), **result)
    return result


def _coverage(states: States, covered: t.Mapping[str, str | None] | None) -> Coverage:
    if covered is None:
        return {task.server_id: job for job in states.values() for task in job.tasks}
    return {server_id: states[job_id] if job_id else None for server_id, job_id in covered.items()}


def _line(states: States, covered: t.Mapping[str, str | None] | None) -> str:
    """For a few jobs, how many servers are done; for many, which are not all read in full, how many jobs are over."""
    if len(states) > FEW_JOBS:
        return jobs_line(states)
    coverage = _coverage(states, covered)
    return servers_line(states, {server_id: job.id for server_id, job in coverage.items() if job})
