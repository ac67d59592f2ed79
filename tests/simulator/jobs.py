# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job and its tasks, as functions of the time. Times inside are simulated seconds since the epoch; what is shown lies
in real time.

The lives follow the samples of the API pages: an upgrade took 183 s, a query 14 s, a diagnosis 214 s, and the last
task was written 348 ms (upgrade) or 12 ms (query) after its job was: so long a job is FINISHED with a task PROCESSING.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, Callable

from .clock import Clock, millis
from .outcomes import UPGRADES

ECHO = {"HDK_UPGRADE": "ASCEND_SOFTWARE_UPGRADE"}
QUERIES = frozenset({"ASCEND_SOFTWARE_QUERY", "HDK_QUERY"})
DURATION = {"ASCEND_SOFTWARE_UPGRADE": 183.0, "ASCEND_SOFTWARE_QUERY": 14.0, "ASCEND_DIAGNOSIS": 214.0}
OTHER_DURATION = 60.0
SETTLE = {"ASCEND_SOFTWARE_QUERY": 0.012}
OTHER_SETTLE = 0.348


@dataclass(eq=False)
class Task:
    """One server of one job. `done` is when the node is free again, `ends` when the API says so: never, both, where it
    hangs.
    """

    id: str
    server_id: str
    server_name: str
    cloud_server: dict[str, str]
    created: float
    done: float
    ends: float
    result: str = "SUCCESS"
    confirmed: bool = True
    message: str | None = None

    def status_at(self, now: float) -> str:
        return "PROCESSING" if now < self.ends else self.result

    def as_json(self, now: float, stamp: Callable[[float], int]) -> dict[str, Any]:
        """The task as the API shows it; `stamp` makes epoch milliseconds of simulated seconds."""
        over = now >= self.ends
        shown: dict[str, Any] = {
            "create_at": stamp(self.created),
            "update_at": stamp(self.ends if over else self.created),
            "id": self.id,
            "server_id": self.server_id,
            "server_name": self.server_name,
            # The job page documents a map of string to string and shows these three keys
            "cloud_server": {k: v for k, v in self.cloud_server.items() if k in ("id", "type", "hps_ecs_id")},
            "status": self.status_at(now),
        }
        if over and self.message is not None:
            shown["message"] = self.message
        return shown


@dataclass(eq=False)
class Job:
    """What was asked for (`body`), and its life. `fixed` is a status word that the clock does not change, `abnormal` a
    count that the tasks do not tell, `restart` how long a server restarts after the upgrade,
    `miscount` how many more are counted. `made` is when it came to be known here, in simulated and in real seconds. Once
    deleted it is gone unless `kept`.
    """

    id: str
    name: str
    request_type: str
    items: list[dict[str, Any]]
    server_ids: list[str]
    body: dict[str, Any]
    created: float
    ends: float
    clock: Clock
    made: tuple[float, float]
    template_id: str | None = None
    description: str | None = None
    user_name: str = "modelarts_user"
    tasks: list[Task] = field(default_factory=list)
    fixed: str | None = None
    abnormal: int | None = None
    restart: float = 0.0
    miscount: int = 0
    deleted_at: float | None = None
    kept: bool = True
    listed_from: float = 0.0  # real seconds since the epoch, as are the next two
    readable_from: float = 0.0
    tasks_from: float = 0.0

    @property
    def type(self) -> str:
        """The type as echoed, which for an upgrade is not the type as requested."""
        return ECHO.get(self.request_type, self.request_type)

    @property
    def types(self) -> set[str]:
        return {self.type, self.request_type}

    @property
    def version(self) -> str | None:
        """The driver version wanted; None where this is no upgrade."""
        if not self.types & UPGRADES:
            return None
        return next((item["spec"]["version"] for item in self.items if "version" in (item.get("spec") or {})), None)

    @property
    def is_query(self) -> bool:
        return bool(self.types & QUERIES) or any(item["type"] in QUERIES for item in self.items)

    def is_gone(self, now: float) -> bool:
        """Whether it was deleted and is not shown any more."""
        return self.deleted_at is not None and now >= self.deleted_at and not self.kept

    def stamp(self, when: float) -> int:
        """The real time of a simulated one that is past, in epoch milliseconds.

        What happened before the job was made known here lies as many real seconds back as it did simulated ones.
        """
        made, real = self.made
        return millis(real - (made - when) if when <= made else max(self.clock.real(when), real))

    def status_at(self, now: float) -> str:
        if self.deleted_at is not None and now >= self.deleted_at:
            return "DELETED"
        if self.fixed is not None:
            return self.fixed
        return "FINISHED" if now >= self.ends else "PROCESSING"

    def _updated(self, now: float) -> float:
        if now >= self.ends:
            return self.ends
        return max((task.ends for task in self.tasks if task.ends <= now), default=self.created)

    def row(self, now: float) -> dict[str, Any]:
        """A row of the list: no items, no tasks, no server ids."""
        shown: dict[str, Any] = {
            "create_at": self.stamp(self.created),
            "update_at": self.stamp(self._updated(now)),
            "id": self.id,
            "name": self.name,
            "user_name": self.user_name,
        }
        if self.description is not None:
            shown["description"] = self.description
        shown["type"] = self.type
        shown["status"] = self.status_at(now)
        shown["abnormal_count"] = self._abnormal(now)
        return shown

    def first_row(self) -> dict[str, Any]:
        """The row of the list as it was when the job was made."""
        return {**self.row(self.created), "status": "PROCESSING", "abnormal_count": 0}

    def _abnormal(self, now: float) -> int:
        if self.abnormal is not None:
            return self.abnormal if now >= self.ends else 0
        failed = sum(task.result == "FAILED" and task.ends <= now for task in self.tasks)
        return failed + (self.miscount if now >= self.ends else 0)

    def detail(self, now: float, whole: bool = False) -> dict[str, Any]:
        """The job with its tasks; `whole` also with those that the API does not show yet."""
        shown = self.row(now)
        shown["items"] = [dict(item) for item in self.items]
        tasks = self.tasks if whole or self.clock.real_now() >= self.tasks_from else []
        shown["tasks"] = [task.as_json(now, self.stamp) for task in tasks]
        if self.template_id is not None:
            shown["template_id"] = self.template_id
        return shown


def duration(echoed_type: str) -> float:
    """How long a job of this type takes, in simulated seconds."""
    return DURATION.get(echoed_type, OTHER_DURATION)


def settling(echoed_type: str) -> float:
    """How long the last task still says PROCESSING after its job says FINISHED, in simulated seconds."""
    return SETTLE.get(echoed_type, OTHER_SETTLE)


def spread(count: int, rng: random.Random) -> list[float]:
    """When `count` servers are done, as shares of the job's duration: over its second half, one of them at its end."""
    shares = [0.5 + 0.5 * rng.random() for _server in range(count)]
    if shares:
        shares[rng.randrange(count)] = 1.0
    return shares
