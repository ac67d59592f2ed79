# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What truly happened, from the simulator's record alone: which job was at work when, and what was installed when.

Times are simulated seconds since 1970. What the platform showed in its answers does not count here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.chaos.stage import CONTROLLER, Stage
from tests.simulator import versions
from tests.simulator.jobs import Job, Task

UPGRADE = "HDK_UPGRADE"


@dataclass
class Post:
    """A create that one of our runs sent, and the job that it made, if any."""

    run: int
    at: float
    body: dict[str, Any]
    job: Job | None
    looked: float | None  # when this run last asked before for a list that shows all jobs at work
    unknown: bool  # whether no answer came that tells what became of it

    @property
    def server_ids(self) -> list[str]:
        return list(self.body.get("server_ids") or [])

    @property
    def version(self) -> str | None:
        items = self.body.get("items") or [{}]
        return (items[0].get("spec") or {}).get("version")


@dataclass
class Span:
    """A job at work on a server."""

    job: Job
    task: Task
    post: Post | None  # None: somebody else's

    @property
    def began(self) -> float:
        return self.job.created

    @property
    def done(self) -> float:
        return self.task.done


class Record:
    """The record of a story."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.jobs = stage.sim.jobs
        self.posts = list(self._posts())
        maker = {post.job.id: post for post in self.posts if post.job}
        self.spans: dict[str, list[Span]] = {server_id: [] for server_id in stage.ids}
        for job in self.jobs.values():
            for task in job.tasks:
                if task.result != "SKIPPED":
                    self.spans[task.server_id].append(Span(job, task, maker.get(job.id)))
        for spans in self.spans.values():
            spans.sort(key=lambda span: span.began)

    def _posts(self) -> Any:
        looked: dict[int, float] = {}
        for request in self.stage.sim.requests:
            name = request.headers.get(CONTROLLER.lower())
            if name is None:
                continue
            run = int(name)
            if request.method == "GET" and request.path == "/jobs" and _shows_work(request.query):
                looked[run] = request.at
            elif request.method == "POST" and request.path == "/jobs":
                body = request.body if isinstance(request.body, dict) else {}
                job = self.jobs.get(request.job_id or "")
                unknown = bool(request.lost) or request.status is None or request.status >= 500
                yield Post(run, request.at, body, job, looked.get(run), unknown)

    def installed(self, server_id: str, when: float) -> str:
        """The driver of a server at a time."""
        driver = self.stage.story.drivers[self.stage.ids.index(server_id)]
        for _done, version in self._changes(server_id, when):
            driver = version
        return driver

    def ever_installed(self, server_id: str, begin: float, end: float) -> set[str]:
        """The drivers that a server had between two times."""
        return {self.installed(server_id, begin), *(v for done, v in self._changes(server_id, end) if done >= begin)}

    def _changes(self, server_id: str, until: float) -> list[tuple[float, str]]:
        return sorted(
            (span.done, str(span.job.version))
            for span in self.spans[server_id]
            if span.job.version and span.task.result == "SUCCESS" and span.task.confirmed and span.done <= until
        )

    def busy(self, server_id: str, before: Span) -> list[Span]:
        """What was at work on a server when a job began."""
        earlier = self.spans[server_id][: self.spans[server_id].index(before)]
        return [span for span in earlier if span.done > before.began]

    def of_run(self, run: int) -> list[Post]:
        return [post for post in self.posts if post.run == run]


def _shows_work(query: Mapping[str, str]) -> bool:
    """Whether a list shows every job at work: no name is asked for, and no word but that of the platform."""
    return "name" not in query and query.get("status", "PROCESSING") == "PROCESSING"


def same(one: str | None, other: str | None) -> bool:
    return bool(one and other) and versions.same(str(one), str(other))
