# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of one kind on servers: submitted once, waited for, and read server by server.

Whatever the platform answers, each server has one ending. Shared by the upgrade, its queries, the log collection and the
diagnosis, and by the roles that do one of these alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._job import shown_items
from ...module_utils._values import iso
from .answers import (
    DELETED,
    ENDED,
    ERROR,
    FAILED,
    HELD,
    MISSING,
    NOT_SENT,
    OVER,
    PROCESSING,
    REFUSED,
    STALE,
    WITHOUT_JOB,
    text_of,
    unfinished,
)
from .kinds import Kind
from .surroundings import Clock, Line, Platform, Result

GRACE = 60.0  # seconds in which a new job may not show yet
MOST_REFUSALS = 3  # in a row, of the reads of a wait


@dataclass
class Ending:
    """How a job's task ended on a server. Times are ISO texts, as in reports."""

    status: str
    message: str | None = None
    job_id: str | None = None
    name: str | None = None
    started: str | None = None
    finished: str | None = None
    hidden: bool = False  # its job counts more abnormal servers than its tasks show
    task_id: str | None = None

    @property
    def over(self) -> bool:
        """Whether it is known how it ended."""
        return self.status in OVER

    @property
    def waits(self) -> bool:
        """Whether its job may still show how it ends."""
        return self.job_id is not None and self.status not in (*OVER, *WITHOUT_JOB)


@dataclass
class Work:
    """What was asked of a platform, and what is known of it: C(endings) by server, C(jobs) by id.

    Jobs are as liteserver_job_info returns them, with the number of their C(servers) in place of tasks and items.
    """

    platform: Platform
    kind: Kind
    endings: dict[str, Ending] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    problem: str | None = None  # what the platform said of the call as a whole
    unknown: bool = False  # whether some servers may have a job that nobody knows of, so that no other may be submitted

    @property
    def pending(self) -> list[str]:
        """The IDs of the jobs that are still waited for."""
        at_work = {ending.job_id for ending in self.endings.values() if ending.waits}
        return [job_id for job_id in self.jobs if job_id in at_work]

    @property
    def obstacle(self) -> str | None:
        """The platform's message about the call as a whole, else why nothing was submitted for a server."""
        refused = (ending.message for ending in self.endings.values() if ending.status in WITHOUT_JOB)
        return self.problem or next((message for message in refused if message), None)

    def having(self, *statuses: str) -> list[str]:
        """The servers whose ending is one of these."""
        return [server_id for server_id, ending in self.endings.items() if ending.status in statuses]


def submit(
    platform: Platform,
    kind: Kind,
    batches: Sequence[Sequence[str]],
    *,
    on_conflict: str,
    repeatable: bool,
    timeout: float,
    reuse: str = "active",
    line: Line | None = None,
    fresh: float | None = None,
) -> Work:
    """Submit what is not met already, one job for each batch, and do not wait for it.

    repeatable: whether a create that left no trace may go out again. timeout: seconds, for conflicts that are waited for.
    fresh: seconds from now in which a create may be sent; what is not submitted by then is STALE.
    On a platform of check mode what would be submitted is PROCESSING, without a job.
    """
    work = Work(platform, kind)
    result = platform.job(
        line=line,
        fresh=fresh,
        type=kind.type,
        items=kind.items,
        batches=[list(batch) for batch in batches],
        name=kind.named,
        description=kind.description,
        validate_spec=kind.validate_spec,
        reuse=reuse,
        on_conflict=on_conflict,
        repeatable=repeatable,
        wait=False,
        wait_timeout=max(timeout, 1.0),
        wait_interval=kind.wait_interval,
        fail_on_task_failure=False,
    )
    work.problem = text_of(result)
    servers = _mapping(result.get("servers"))
    refusals = _mapping(result.get("refusals"))
    work.unknown = "unknown" in refusals.values()
    held = _held_by(result.get("conflicts"))
    for batch in batches:
        for server_id in batch:
            known = _mapping(servers.get(server_id))
            if known.get("job_id"):
                work.endings[server_id] = Ending(PROCESSING, None, str(known["job_id"]), known.get("server_name"))
                work.jobs.setdefault(str(known["job_id"]), {})
                continue
            if known.get("status") == PROCESSING:
                work.endings[server_id] = Ending(PROCESSING, known.get("message"))
                continue
            text: str | None = str(known.get("message") or work.problem or "no answer")
            status = _REFUSALS.get(str(refusals.get(server_id)), ERROR)
            if status == HELD:
                text = held.get(server_id) or held.get(ANY)
            elif status == REFUSED:
                text = _refusal(server_id, batch, str(text))
            work.endings[server_id] = Ending(status, text)
    _take(work, result)
    return work


def adopt(platform: Platform, kind: Kind, jobs: Iterable[Mapping[str, Any]], server_ids: Iterable[str]) -> Work:
    """The work that jobs found running, with details, do on some servers."""
    work = Work(platform, kind)
    wanted = set(server_ids)
    found = list(jobs)
    for job in found:
        work.jobs[job["id"]] = {}
        for task in job.get("tasks") or []:
            if task["server_id"] in wanted:
                work.endings.setdefault(task["server_id"], Ending(PROCESSING, None, job["id"], task["server_name"]))
    _take(work, {"jobs": found})
    return work


def wait(work: Work, clock: Clock, timeout: float, line: Line | None = None) -> None:
    """Wait until each server of the work has its ending; one that has none by then stays PROCESSING.

    A job that is gone or cannot be read leaves its servers as ERROR: nothing is known of them.
    """
    began = clock.monotonic()
    refusals = 0
    while work.pending:
        left = timeout - (clock.monotonic() - began)
        asked = work.pending
        result = work.platform.jobs(
            line=line,
            ids=asked,
            details=True,
            wait=left > 0,
            wait_timeout=max(round(left, 1), 1.0),
            wait_interval=work.kind.wait_interval,
        )
        seen = _take(work, result)
        problem = text_of(result)
        refusals = refusals + 1 if problem and not seen else 0
        young = clock.monotonic() - began < GRACE
        for job_id in asked:
            status = work.jobs[job_id].get("status")
            if job_id in seen and status == DELETED:
                _lose(work, job_id, "the record of its job was deleted while it was waited for")
            elif job_id in seen and status in ENDED and not problem:
                _lose(work, job_id, "its job is over, but does not say how it ended on the server")
            elif job_id not in seen and not problem and not young:
                _lose(work, job_id, "its job is not found any more")
        if not work.pending:
            return
        if result.get("timed_out") or left <= 0 or refusals >= MOST_REFUSALS:
            _give_up(work, problem)
            return
        clock.sleep(min(work.kind.wait_interval, max(left, 0.1)))


# Why a server has no job, by the word of liteserver_job. Beside them is unknown: it may have one.
_REFUSALS = {"held": HELD, "refused": REFUSED, "not_sent": NOT_SENT, "stale": STALE}
ANY = "*"  # stands for any server, where a job does not say yet which it holds; no server has this id


def _refusal(server_id: str, batch: Sequence[str], text: str) -> str:
    """What is told of a server whose job the platform refused: whether because of it, of another one, or of nobody knows which."""
    named = [one for one in batch if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", text)]
    if server_id in named or len(batch) == 1:
        return text
    if named:
        return f"it was to be in one job with {', '.join(named[:3])}: {text}"
    return f"{text} It was one job for {len(batch)} servers, and the platform names none of them."


def _held_by(conflicts: Any) -> dict[str, str]:
    """By server, the job that holds it."""
    held: dict[str, str] = {}
    for job in conflicts or []:
        for server_id in unfinished(job["tasks"] or []) if job["tasks"] else [ANY]:
            held[server_id] = f"the job {job['name']} ({job['id']}) holds it"
    return held


def running(platform: Platform, kind: Kind, server_ids: Sequence[str]) -> Work:
    """The jobs of this kind that run, the newest first."""
    rows = platform.jobs(name=kind.name).get("jobs") or []
    ids = [row["id"] for row in rows if row["name"] == kind.name and row["status"] not in ENDED]
    found = platform.jobs(ids=ids, details=True).get("jobs") or [] if ids else []
    same = [job for job in found if job["name"] == kind.name and job["job_items"] == shown_items(kind.items)]
    return adopt(platform, kind, same, server_ids)


def row(job: Mapping[str, Any]) -> dict[str, Any]:
    """A job as reports show it."""
    return {
        **{key: job[key] for key in ("id", "name", "type", "status")},
        "created": iso(job["create_at"]),
        "updated": iso(job["update_at"]),
        "servers": job["servers"],
    }


def _take(work: Work, result: Result) -> set[str]:
    """Store what a result says about the jobs; returns their IDs."""
    told = {job["id"]: job for job in result.get("jobs") or [] if job["id"] in work.jobs and job["tasks"] is not None}
    tasks = {job_id: {task["server_id"]: task for task in job["tasks"]} for job_id, job in told.items()}
    over, hidden = {}, {}
    for job_id, job in told.items():
        mine = tasks[job_id]
        over[job_id] = job["status"] in ENDED or (bool(mine) and not unfinished(mine.values()))
        hidden[job_id] = (job["abnormal_count"] or 0) > sum(task["status"] == FAILED for task in mine.values())
        brief = {key: value for key, value in job.items() if key not in ("tasks", "job_items")}
        work.jobs[job_id] = {**brief, "servers": len(mine)}
    for server_id, ending in work.endings.items():
        if ending.job_id in told and ending.waits:
            task = tasks[ending.job_id].get(server_id)
            work.endings[server_id] = _ending(ending, task, over[ending.job_id], hidden[ending.job_id])
    return set(told)


def _ending(before: Ending, task: Mapping[str, Any] | None, over: bool, hidden: bool) -> Ending:
    if task is None:
        return Ending(MISSING if over else PROCESSING, None, before.job_id, before.name, hidden=hidden)
    ended = task["status"] in OVER
    return Ending(
        status=task["status"],
        message=task.get("message"),
        job_id=before.job_id,
        name=task.get("server_name") or before.name,
        started=iso(task.get("create_at")),
        finished=iso(task.get("update_at")) if ended else None,
        hidden=hidden,
        task_id=task.get("id"),
    )


def _lose(work: Work, job_id: str, reason: str) -> None:
    for ending in work.endings.values():
        if ending.job_id == job_id and ending.waits:
            ending.status, ending.message = ERROR, reason


def _give_up(work: Work, problem: str | None) -> None:
    """Leave unfinished servers as they are, with the platform's last message."""
    for ending in work.endings.values():
        if ending.waits:
            ending.message = problem or ending.message


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
