# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One outcome of many jobs: what the submissions and the one wait for them said, put together by server. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _job
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._job import (
    MISSING,
    PROCESSING,
    checked_ids,
    default_name,
    summary,
)

from ._coerce import mapping, whole
from ._report import time
from ._waves import MOST_PER_JOB

CONTROLLER = ("localhost", "127.0.0.1", "::1")
ERROR = "ERROR"  # ours: no job could be submitted for the server, or what became of it cannot be told


def server_ids(value: object, option: str = "servers") -> list[str]:
    """The ids of a list, or of the text of a survey: one a line, or separated by commas or blanks. Each once."""
    values = value
    if isinstance(value, str):
        # A list on the command line arrives as its text.
        text = re.sub(r"""[\[\]"']""", " ", value) if value.strip().startswith("[") else value
        values = [item for item in re.split(r"[\s,]+", text) if item]
    if not isinstance(values, (list, tuple)) or not all(isinstance(item, str) for item in values):
        raise ValueError(f"{option}: {value!r} is not a list of Lite Server IDs. Give one, its IDs in quotes.")
    if not values:
        raise ValueError(f"{option} is empty. Give at least one ID, or run on a group of Lite Servers.")
    return checked_ids(option, values)


def server_hosts(hosts: Iterable[str], hostvars: Mapping[str, Any]) -> dict[str, str]:
    """The hosts by the id of their Lite Server: C(liteserver_id), else the inventory name. The controller is none."""
    ids = {host: hostvars[host].get("liteserver_id") for host in hosts}
    return {str(ids[host] or host): host for host in hosts if ids[host] or host not in CONTROLLER}


def batches(
    given: Sequence[Sequence[str]] | None, servers: object, per_job: object, role: str = "liteserver_jobs"
) -> list[list[str]]:
    """The servers of each job: those C(given), else the servers in their order."""
    option = f"{role}_servers_per_job"
    limit = whole(per_job, option, MOST_PER_JOB)
    if limit < 1:
        raise ValueError(f"{option} is {per_job!r}. Give a whole number from 1 to {MOST_PER_JOB}.")
    if given is None:
        ids = server_ids(servers, f"{role}_servers")
        return [ids[start : start + limit] for start in range(0, len(ids), limit)]
    if not isinstance(given, (list, tuple)):
        raise ValueError(f"{role}_batches: {given!r} is not a list of lists of Lite Server IDs. Give one.")
    return [server_ids(one, f"{role}_batches[{number}]") for number, one in enumerate(given)]


def name(job_type: str, items: Iterable[Mapping[str, Any]]) -> str:
    """The name that liteserver_job gives to a job of this type and these items."""
    read = [{"type": item["type"], "spec": mapping(item.get("spec"), "spec")} for item in items]
    return default_name(job_type, _job.parse({"id": "", "items": read}).items)


def outcome(submissions: Iterable[Mapping[str, Any]], waited: Mapping[str, Any]) -> dict[str, Any]:
    """``servers`` by id, ``summary``, ``jobs`` and ``errors``.

    submissions: the results of liteserver_job, each with its server ids as ``item``; waited: the result of
    liteserver_job_info, with details, for all their jobs; empty where nothing was waited for. A failed submission makes
    its servers ERROR; so does a job of which the wait lost sight. One still running at the end of the wait stays
    PROCESSING, also a server of which it says nothing yet.
    """
    submissions = list(submissions)
    listed = [job for result in (*submissions, waited) for job in result.get("jobs") or []]
    jobs = {job["id"]: job for job in listed}
    tasks = {(job["id"], task["server_id"]): task for job in jobs.values() for task in job["tasks"] or []}
    over = {job_id for job_id, job in jobs.items() if _job.parse(job).over}
    servers: dict[str, dict[str, Any]] = {}
    for submission in submissions:
        problem = submission.get("msg") or waited.get("msg")
        for server_id in submission["item"]:
            server = dict((submission.get("servers") or {}).get(server_id) or _error(problem))
            servers[server_id] = server
            task = tasks.get((server["job_id"], server_id))
            if task:
                server.update({key: task[key] for key in ("server_name", "status", "message")}, task_id=task["id"])
                server.update(started=time(task["create_at"]), finished=time(task["update_at"]))
            if server["status"] == MISSING and server["job_id"] and server["job_id"] not in over:
                server["status"] = PROCESSING
            if server["status"] == PROCESSING and problem:
                server["message"] = problem
    errors = [str(result["msg"]) for result in (*submissions, waited) if result.get("msg")]
    return {"servers": servers, "summary": summary(servers), "jobs": list(jobs.values()), "errors": errors}


def _error(message: object) -> dict[str, Any]:
    return {
        "server_name": None,
        "status": ERROR,
        "message": str(message or "no answer"),
        "job_id": None,
        "task_id": None,
    }
