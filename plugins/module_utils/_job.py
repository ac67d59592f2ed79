# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""What a job is: the request for one, its state, its outcome for each server, and what satisfies what. No I/O.

A I(job) here is always a C(Job), made by C(parse) from what the API answers; C(as_dict) makes what modules return.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import typing as t
from dataclasses import dataclass

from ._errors import InputError

FINISHED, DELETED = "FINISHED", "DELETED"
KNOWN_STATUSES = ("PROCESSING", "ACTIVE", FINISHED, DELETED)  # seed pages
SUCCESS, FAILED, SKIPPED, PROCESSING = "SUCCESS", "FAILED", "SKIPPED", "PROCESSING"  # of tasks, seed pages
MISSING = "MISSING"  # ours: a server of the request that has no task
STATUSES = (SUCCESS, FAILED, SKIPPED, PROCESSING, MISSING)
OVER = (SUCCESS, FAILED, SKIPPED)

# A create with the type on the left is answered with the one on the right (seed page on creating).
ECHOED_TYPES = {"HDK_UPGRADE": "ASCEND_SOFTWARE_UPGRADE"}

WORD = re.compile(r"[-_.a-zA-Z0-9]{1,64}")  # name and type (seed page on creating, SDK)
ID = re.compile(r"[a-zA-Z0-9][-_.a-zA-Z0-9]{0,63}")

Items = list[dict[str, t.Any]]  # [{"type": str, "spec": {str: str}}]


@dataclass(frozen=True)
class Request:
    """The jobs wanted: C(items) on the servers of each of the C(batches)."""

    name: str
    type: str
    items: Items
    batches: tuple[tuple[str, ...], ...]
    description: str | None = None
    is_reboot: bool | None = None

    @property
    def server_ids(self) -> tuple[str, ...]:
        return tuple(server_id for batch in self.batches for server_id in batch)

    def body(self, server_ids: t.Sequence[str]) -> dict[str, t.Any]:
        """The body of POST /jobs for some of the servers."""
        body: dict[str, t.Any] = {
            "name": self.name,
            "type": self.type,
            "server_ids": list(server_ids),
            "items": [item if item["spec"] else {"type": item["type"]} for item in self.items],
        }
        if self.description is not None:
            body["description"] = self.description
        if self.is_reboot is not None:
            body["is_reboot"] = self.is_reboot
        return body


@dataclass(frozen=True)
class Task:
    """The work of a job on one server. Times are epoch milliseconds."""

    id: str | None
    server_id: str
    server_name: str | None
    status: str
    cloud_server: dict[str, t.Any]
    message: str | None
    create_at: int | None
    update_at: int | None

    @property
    def over(self) -> bool:
        return self.status in OVER


@dataclass(frozen=True)
class Job:
    """A job as the list or the detail shows it; a list row has neither items nor tasks. Times are epoch milliseconds."""

    id: str
    name: str
    type: str
    status: str
    items: Items
    tasks: tuple[Task, ...]
    abnormal_count: int | None
    create_at: int | None
    update_at: int | None
    description: str | None
    template_id: str | None
    user_name: str | None
    detailed: bool  # read from a detail, not from a list row

    @property
    def over(self) -> bool:
        """Finished, deleted, or all tasks over, whatever word the status is."""
        return self.status in (FINISHED, DELETED) or (bool(self.tasks) and self.settled)

    @property
    def settled(self) -> bool:
        """Every task says how it ended. A finished job's last task may take a moment to (seeds: 12 and 348 ms)."""
        return all(task.over for task in self.tasks)

    @property
    def server_ids(self) -> frozenset[str]:
        return frozenset(task.server_id for task in self.tasks)

    def task_of(self, server_id: str) -> Task | None:
        return next((task for task in self.tasks if task.server_id == server_id), None)


def parse(answer: t.Mapping[str, t.Any]) -> Job:
    """A job from a list row, a detail, or what C(as_dict) made of it. Any field but the id may be absent."""
    items = [
        {"type": _text(item.get("type")) or "", "spec": {str(k): _wire(v) for k, v in _map(item.get("spec")).items()}}
        for item in _maps(answer.get("items") or answer.get("job_items"))
    ]
    tasks = tuple(
        Task(
            id=_text(task.get("id")),
            server_id=str(task["server_id"]),
            server_name=_text(task.get("server_name")),
            status=_text(task.get("status")) or PROCESSING,
            cloud_server=_map(task.get("cloud_server")),
            message=_text(task.get("message")),
            create_at=_integer(task.get("create_at")),
            update_at=_integer(task.get("update_at")),
        )
        for task in _maps(answer.get("tasks"))
        if task.get("server_id")
    )
    return Job(
        id=str(answer["id"]),
        name=_text(answer.get("name")) or "",
        type=_text(answer.get("type")) or "",
        status=_text(answer.get("status")) or "UNKNOWN",
        items=items,
        tasks=tasks,
        abnormal_count=_integer(answer.get("abnormal_count")),
        create_at=_integer(answer.get("create_at")),
        update_at=_integer(answer.get("update_at")),
        description=_text(answer.get("description")),
        template_id=_text(answer.get("template_id")),
        user_name=_text(answer.get("user_name")),
        detailed=answer.get("tasks") is not None,
    )


def as_dict(job: Job, details: bool = True) -> dict[str, t.Any]:
    """What modules return of a job. Without C(details), as for a list row, job_items and tasks are null."""
    result = {name: getattr(job, name) for name in JOB_KEYS}
    result["job_items"] = job.items if details else None
    result["tasks"] = [vars(task) for task in job.tasks] if details else None
    return result


JOB_KEYS = (
    "id",
    "name",
    "type",
    "status",
    "description",
    "user_name",
    "template_id",
    "abnormal_count",
    "create_at",
    "update_at",
)


# What a user asks for.


def request(params: t.Mapping[str, t.Any]) -> Request:
    """The jobs that module options ask for, with spec values as the strings the wire carries.

    Raises InputError for whatever the API would refuse or, worse, take for something else.
    """
    job_type = checked_word("type", params["type"])
    items = _checked_items(params["items"])
    return Request(
        name=checked_word("name", params["name"]) if params["name"] is not None else default_name(job_type, items),
        type=job_type,
        items=items,
        batches=_checked_batches(params),
        description=params["description"],
        is_reboot=params["is_reboot"],
    )


def checked_word(option: str, value: str) -> str:
    """A job's name or type, if it is one."""
    if not WORD.fullmatch(value):
        raise InputError(f"{option} {value!r} is malformed: 1 to 64 letters, digits, hyphens, dots and underscores.")
    return value


def checked_id(option: str, value: str) -> str:
    """A job's or server's id, if it can be one."""
    if not ID.fullmatch(value):
        raise InputError(f"{option} {value!r} is not an ID: 1 to 64 letters, digits, hyphens, dots and underscores.")
    return value


def checked_ids(option: str, values: t.Sequence[str]) -> list[str]:
    """The ids, each once, in their order."""
    if not values:
        raise InputError(f"{option} is empty. Give at least one ID.")
    return list(dict.fromkeys(checked_id(f"{option}[{n}]", value) for n, value in enumerate(values)))


def _checked_batches(params: t.Mapping[str, t.Any]) -> tuple[tuple[str, ...], ...]:
    if params.get("batches") is None:
        return (tuple(checked_ids("server_ids", params["server_ids"])),)
    if not params["batches"]:
        raise InputError("batches is empty. Give at least one list of IDs.")
    batches = [checked_ids(f"batches[{n}]", [str(one) for one in batch]) for n, batch in enumerate(params["batches"])]
    seen: dict[str, int] = {}
    for number, batch in enumerate(batches):
        for server_id in batch:
            if seen.setdefault(server_id, number) != number:
                raise InputError(
                    f"{server_id} is in batches[{seen[server_id]}] and in batches[{number}]. Leave it in one of them."
                )
    return tuple(tuple(batch) for batch in batches)


def _checked_items(values: t.Sequence[t.Mapping[str, t.Any]]) -> Items:
    if not values:
        raise InputError("items is empty. Give at least one item, such as {type: HDK_QUERY}.")
    return [
        {
            "type": checked_word(f"items[{n}].type", item["type"]),
            "spec": {
                _checked_key(f"items[{n}].spec", key): _checked_value(f"items[{n}].spec.{key}", value)
                for key, value in (item.get("spec") or {}).items()
            },
        }
        for n, item in enumerate(values)
    ]


def _checked_key(option: str, key: t.Any) -> str:
    if not isinstance(key, str) or not key.strip():
        raise InputError(f"{option} has the key {key!r}. Keys are non-empty strings; quote it.")
    return key


def _checked_value(option: str, value: t.Any) -> str:
    if value is None:
        raise InputError(f"{option} is null. Give a string, or leave the key out.")
    if not isinstance(value, (str, bool, int, float)) or (isinstance(value, float) and not math.isfinite(value)):
        raise InputError(f"{option} is {value!r}, but the API takes strings only. Give one string.")
    return _wire(value)


def default_name(job_type: str, items: Items) -> str:
    """The type in lower case and 8 hex digits of the items' SHA-256, so that the same request has the same name."""
    digest = hashlib.sha256(json.dumps(_canonical(items), separators=(",", ":")).encode()).hexdigest()
    return f"{job_type.lower()[:55]}-{digest[:8]}"


# What satisfies what.


def same_items(one: Items, other: Items) -> bool:
    """Whether two jobs do the same. A spec that is absent equals an empty one; the order does not count."""
    return _canonical(one) == _canonical(other)


def _canonical(items: Items) -> list[t.Any]:
    return sorted([item["type"], sorted(item["spec"].items())] for item in items)


def meets(task: Task, reuse: str) -> bool:
    """Whether a task of the newest job with equal items makes another one needless: it succeeded, or still runs."""
    if reuse == "never":
        return False
    return not task.over or (task.status == SUCCESS and reuse == "finished")


# The outcome.

Coverage = dict[str, t.Optional[Job]]  # by server id: the job that decides for this server


def outcome(coverage: Coverage, reasons: t.Mapping[str, str] | None = None) -> dict[str, t.Any]:
    """C(job), C(jobs), C(servers) and C(summary) as the modules return them.

    C(reasons) say by server id why it has no job.
    """
    jobs = sorted({job.id: job for job in coverage.values() if job}.values(), key=age_key, reverse=True)
    servers = {server_id: _server(server_id, job) for server_id, job in coverage.items()}
    for server_id, reason in (reasons or {}).items():
        servers[server_id]["message"] = reason
    return {
        "job": as_dict(jobs[0]) if jobs else None,
        "jobs": [as_dict(job) for job in jobs],
        "servers": servers,
        "summary": summary(servers),
    }


def age_key(job: Job) -> int:
    """Sorts jobs by age, the oldest first."""
    return job.create_at or 0


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
    """How many servers there are, and how many of each status. A status unknown to us counts as processing."""
    counts = dict.fromkeys(("total", "success", "failed", "skipped", "processing", "missing"), 0)
    counts["total"] = len(servers)
    for server in servers.values():
        status = server["status"]
        counts[status.lower() if status in STATUSES else "processing"] += 1
    return counts


def complaint(servers: t.Mapping[str, t.Mapping[str, t.Any]]) -> str | None:
    """One sentence on the servers that did not succeed, or None."""
    bad = {server_id: server for server_id, server in servers.items() if server["status"] != SUCCESS}
    if not bad:
        return None
    told = []
    for server_id, server in list(bad.items())[:5]:
        name = f"{server['server_name']} ({server_id})" if server["server_name"] else server_id
        told.append(f"{name} {server['status']}" + (f": {server['message']}" if server["message"] else ""))
    rest = f"; and {len(bad) - len(told)} more" if len(bad) > len(told) else ""
    return f"{len(bad)} of {len(servers)} servers did not succeed: {'; '.join(told)}{rest}."


def _map(value: t.Any) -> dict[str, t.Any]:
    return dict(value) if isinstance(value, dict) else {}


def _maps(value: t.Any) -> list[dict[str, t.Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _text(value: t.Any) -> str | None:
    return None if value is None else str(value)


def _integer(value: t.Any) -> int | None:
    """The API types its numbers now as numbers, now as strings."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _wire(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
