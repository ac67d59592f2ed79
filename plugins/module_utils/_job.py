# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Jobs: their state, their age, and when one job does the same as another. No I/O.

A job here is always a C(Job), made by C(parse) from an answer of the API. C(as_dict) makes what modules return.
"""

from __future__ import annotations

import math
import typing as t
from dataclasses import dataclass

from ._text import HIDDEN, is_secret
from ._values import integer, mapping, mappings, milliseconds, text, times

FINISHED, DELETED = "FINISHED", "DELETED"
KNOWN_STATUSES = ("PROCESSING", "ACTIVE", FINISHED, DELETED)  # seed pages
SUCCESS, FAILED, SKIPPED, PROCESSING = "SUCCESS", "FAILED", "SKIPPED", "PROCESSING"  # of tasks, seed pages
OVER = (SUCCESS, FAILED, SKIPPED)

# A create with the type on the left is answered with the one on the right (seed page on creating).
ECHOED_TYPES = {"HDK_UPGRADE": "ASCEND_SOFTWARE_UPGRADE"}

Items = list[dict[str, t.Any]]  # [{"type": str, "spec": {str: str}}]


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
        """Whether the job is finished or deleted, or all its tasks are over, whatever its status is."""
        return self.status in (FINISHED, DELETED) or (bool(self.tasks) and self.settled)

    @property
    def settled(self) -> bool:
        """Whether each task says how it ended. The last task of a finished job may lag behind (seed pages: 12 and 348 ms)."""
        return all(task.over for task in self.tasks)

    @property
    def time(self) -> int | None:
        """When it was created, else last changed; None where it shows neither."""
        return self.update_at if self.create_at is None else self.create_at

    @property
    def hidden_failures(self) -> int:
        """How many servers the platform counts as abnormal beyond the tasks that show a failure."""
        shown = sum(task.status != SUCCESS for task in self.tasks)
        return max((self.abnormal_count or 0) - shown, 0) if self.over else 0

    @property
    def server_ids(self) -> frozenset[str]:
        return frozenset(task.server_id for task in self.tasks)

    def holds(self, server_ids: t.Collection[str]) -> bool:
        """Whether it works on one of the servers, or may: a job that does not name its servers yet holds any."""
        if self.over:
            return False
        return not self.tasks or any(not task.over and task.server_id in server_ids for task in self.tasks)

    def task_of(self, server_id: str) -> Task | None:
        return next((task for task in self.tasks if task.server_id == server_id), None)


def parse(answer: t.Mapping[str, t.Any]) -> Job:
    """A job from a list row, from a full answer, or from what C(as_dict) returned. Any field but the ID may be absent."""
    items = [
        {"type": text(item.get("type")) or "", "spec": {str(k): wire(v) for k, v in mapping(item.get("spec")).items()}}
        for item in mappings(answer.get("items") or answer.get("job_items"))
    ]
    tasks = tuple(
        Task(
            id=text(task.get("id")),
            server_id=str(task["server_id"]),
            server_name=text(task.get("server_name")),
            status=text(task.get("status")) or PROCESSING,
            cloud_server=mapping(task.get("cloud_server")),
            message=text(task.get("message")),
            create_at=milliseconds(task.get("create_at")),
            update_at=milliseconds(task.get("update_at")),
        )
        for task in mappings(answer.get("tasks"))
        if task.get("server_id")
    )
    return Job(
        id=str(answer["id"]),
        name=text(answer.get("name")) or "",
        type=text(answer.get("type")) or "",
        status=text(answer.get("status")) or "UNKNOWN",
        items=items,
        tasks=tasks,
        abnormal_count=integer(answer.get("abnormal_count")),
        create_at=milliseconds(answer.get("create_at")),
        update_at=milliseconds(answer.get("update_at")),
        description=text(answer.get("description")),
        template_id=text(answer.get("template_id")),
        user_name=text(answer.get("user_name")),
        detailed=answer.get("tasks") is not None,
    )


def as_dict(job: Job, details: bool = True) -> dict[str, t.Any]:
    """What modules return of a job. Without C(details), as for a list row, job_items and tasks are null."""
    result: dict[str, t.Any] = {name: getattr(job, name) for name in JOB_KEYS}
    result.update(times(job.create_at, job.update_at))
    result["job_items"] = shown_items(job.items) if details else None
    result["tasks"] = (
        [{**vars(task), **times(task.create_at, task.update_at)} for task in job.tasks] if details else None
    )
    return result


def shown_items(items: Items) -> Items:
    """The items, with the values hidden whose key looks like that of a secret."""
    return [
        {**item, "spec": {key: HIDDEN if is_secret(key) else value for key, value in item["spec"].items()}}
        for item in items
    ]


JOB_KEYS = (
    "id",
    "name",
    "type",
    "status",
    "description",
    "user_name",
    "template_id",
    "abnormal_count",
)


def is_over(row: t.Mapping[str, t.Any]) -> bool:
    """Whether a list row, which has no tasks, says that the job is over."""
    return row.get("status") in (FINISHED, DELETED)


def newest_first(jobs: t.Iterable[Job]) -> list[Job]:
    """Jobs by age: C(create_at), else C(update_at), else the order given, which is taken to begin with the newest.

    Where the times show that the order given begins with the oldest, it is reversed. A job without a time stays beside its
    neighbour.
    """
    listed = list(jobs)
    known = [job.time for job in listed if job.time is not None]
    if known and known[0] < known[-1]:
        listed.reverse()
    ages: list[float] = []
    for job in listed:
        ages.append(job.time if job.time is not None else ages[-1] if ages else math.inf)
    return [listed[n] for n in sorted(range(len(listed)), key=lambda n: -ages[n])]


def same_items(one: Items, other: Items) -> bool:
    """Whether two jobs do the same. An absent spec equals an empty one; the order of items does not matter."""
    return canonical(one) == canonical(other)


def same_types(one: Items, other: Items) -> bool:
    """Whether two jobs do work of the same kind, whatever their specs."""
    return sorted(item["type"] for item in one) == sorted(item["type"] for item in other)


def canonical(items: Items) -> list[t.Any]:
    """The items in a form that is equal for jobs that do the same."""
    return sorted([item["type"], sorted(item["spec"].items())] for item in items)


def meets(task: Task, reuse: str) -> bool:
    """Whether this task of the newest job with equal items makes a new job unnecessary: it succeeded, or still runs."""
    if reuse == "never":
        return False
    return not task.over or (task.status == SUCCESS and reuse == "finished")


def wire(value: t.Any) -> str:
    """A value of a spec as the API takes it: a string."""
    return str(value).lower() if isinstance(value, bool) else str(value)
