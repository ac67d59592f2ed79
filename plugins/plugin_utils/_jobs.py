# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One outcome of many jobs: what the submissions and the one wait for them said, put together by server. Pure."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterable, List, Mapping

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._job import (
    PROCESSING,
    checked_ids,
    default_name,
    summary,
)

from ._report import time

CONTROLLER = ("localhost", "127.0.0.1", "::1")
ERROR = "ERROR"  # ours: no job could be submitted for the server, or what became of it cannot be told


def server_ids(value: object, option: str = "servers") -> List[str]:
    """The ids of a list, or of the text of a survey: one a line, or separated by commas or blanks. Each once."""
    values = re.split(r"[\s,]+", value.strip()) if isinstance(value, str) else value
    if not isinstance(values, (list, tuple)) or not all(isinstance(item, str) for item in values):
        raise ValueError(f"{option}: {value!r} is not a list of Lite Server IDs")
    if not values or values == [""]:
        raise ValueError(f"{option} is empty. Give at least one ID, or run on a group of Lite Servers.")
    return checked_ids(option, [item for item in values if not isinstance(value, str) or item])


def server_hosts(hosts: Iterable[str], hostvars: Mapping[str, Any]) -> Dict[str, str]:
    """The hosts by the id of their Lite Server: C(liteserver_id), else the inventory name. The controller is none."""
    ids = {host: hostvars[host].get("liteserver_id") for host in hosts}
    return {str(ids[host] or host): host for host in hosts if ids[host] or host not in CONTROLLER}


def name(job_type: str, items: Iterable[Mapping[str, Any]]) -> str:
    """The name that liteserver_job gives to a job of this type and these items."""
    return default_name(job_type, [{"type": item["type"], "spec": dict(item.get("spec") or {})} for item in items])


def outcome(submissions: Iterable[Mapping[str, Any]], waited: Mapping[str, Any]) -> Dict[str, Any]:
    """``servers`` by id, ``summary``, ``jobs`` and ``errors``.

    submissions: the results of liteserver_job, each with its server ids as ``item``; waited: the result of
    liteserver_job_info, with details, for all their jobs; empty where nothing was waited for. A failed submission makes
    its servers ERROR; so does a job of which the wait lost sight. One still running at the end of the wait stays PROCESSING.
    """
    submissions = list(submissions)
    listed = [job for result in (*submissions, waited) for job in result.get("jobs") or []]
    jobs = {job["id"]: job for job in listed}
    tasks = {(job["id"], task["server_id"]): task for job in jobs.values() for task in job["tasks"] or []}
    servers: Dict[str, Dict[str, Any]] = {}
    for submission in submissions:
        problem = submission.get("msg") or waited.get("msg")
        for server_id in submission["item"]:
            server = dict((submission.get("servers") or {}).get(server_id) or _error(problem))
            servers[server_id] = server
            task = tasks.get((server["job_id"], server_id))
            if task:
                server.update({key: task[key] for key in ("server_name", "status", "message")}, task_id=task["id"])
                server.update(started=time(task["create_at"]), finished=time(task["update_at"]))
            if server["status"] == PROCESSING and problem:
                server["message"] = problem
    errors = [str(result["msg"]) for result in (*submissions, waited) if result.get("msg")]
    return {"servers": servers, "summary": summary(servers), "jobs": list(jobs.values()), "errors": errors}


def _error(message: object) -> Dict[str, Any]:
    return {"server_name": None, "status": ERROR, "message": str(message), "job_id": None, "task_id": None}
