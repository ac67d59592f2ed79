# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which servers make which job, and what became of each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..module_utils._job import PROCESSING, parse
from ..module_utils._outcome import MISSING, summary
from ..module_utils._request import checked_ids, default_name
from ._coerce import mapping, whole
from ._fleet.kinds import MOST_PER_JOB
from ._report.values import time

CONTROLLER = ("localhost", "127.0.0.1", "::1")
ALL = "*"  # stands for all servers, where a host is none of them; no server has this ID
ERROR = "ERROR"  # ours: no job could be submitted for the server
NOTHING = {"server_name": None, "status": MISSING, "message": None, "job_id": None, "task_id": None}


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
    return default_name(job_type, parse({"id": "", "items": read}).items)


def brief(job: Mapping[str, Any]) -> dict[str, Any]:
    """A job with the number of its servers in place of its tasks, which for some thousand servers are a burden."""
    shown = {key: value for key, value in job.items() if key not in ("tasks", "job_items")}
    return {**shown, "servers": len(job["tasks"] or [])}


def outcome(run: Mapping[str, Any], asked: Iterable[Iterable[str]]) -> dict[str, Any]:
    """``servers`` by id, ``summary``, ``jobs`` and ``errors``.

    run: the result of liteserver_job; asked: its batches. A server for which no job could be submitted is ERROR. One whose
    job still runs at the end of the wait stays PROCESSING, also where the job says nothing of it yet.
    """
    problem, found = run.get("msg"), run.get("servers") or {}
    late = problem  # what is said of jobs, without why others could not be submitted
    for reason in {server["message"] for server in found.values() if not server["job_id"] and server["message"]}:
        late = late and late.replace(reason, "").strip()
    jobs = run.get("jobs") or []
    tasks = {(job["id"], task["server_id"]): task for job in jobs for task in job["tasks"] or []}
    over = {job["id"] for job in jobs if parse(job).over}
    servers: dict[str, dict[str, Any]] = {}
    for server_id in (one for batch in asked for one in batch):
        servers[server_id] = server = {**NOTHING, **(found.get(server_id) or {})}
        task = tasks.get((server["job_id"], server_id))
        if task:
            server.update(started=time(task["create_at"]), finished=time(task["update_at"]))
        if server["status"] == MISSING and server["job_id"] not in over:
            server["status"] = PROCESSING if server["job_id"] else ERROR
        if server["status"] == ERROR:
            server["message"] = server["message"] or problem or "no answer"
        elif server["status"] == PROCESSING and server["job_id"] and late:
            server["message"] = late
    return {
        "servers": servers,
        "summary": summary(servers),
        "jobs": list(map(brief, jobs)),
        "errors": [problem] if problem else [],
    }
