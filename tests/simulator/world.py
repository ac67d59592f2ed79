# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state: servers, jobs, and what happens when. Everything due is brought about lazily, by `catch_up`."""

from __future__ import annotations

import heapq
import itertools
import random
import threading
from collections.abc import Mapping
from typing import Any, Callable

from . import versions
from .clock import Clock, millis
from .fault import Fault
from .fleet import Server, new_uuid
from .jobs import ECHO, Job, Task, duration, settling, spread
from .outcomes import Outcomes
from .templates import default_templates, template_of

MOST_SERVERS = 50  # nodes in one job
REBOOT_SECONDS = 30.0
NEVER = float("inf")
STRIKE_JOBS = (
    "late",
    "late_tasks",
    "no_tasks",
    "settle",
    "deleted_midway",
    "restarting",
    "miscount",
)  # faults of the jobs made while in force


class World:
    """Holds `lock` (re-entrant) around every read or change; times are simulated seconds since the epoch."""

    def __init__(self, clock: Clock, servers: dict[str, Server], rng: random.Random) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.servers = servers
        self.jobs: dict[str, Job] = {}
        self.templates: dict[str, dict[str, Any]] = default_templates()
        self.outcomes = Outcomes()
        self.upgrades: list[tuple[str, str, str]] = []
        self.downgrades: list[tuple[str, str, str, str]] = []
        self.violations: list[str] = []
        self._stamps: set[int] = set()
        self._rng = rng
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._running: dict[str, list[tuple[Job, Task]]] = {}

    def catch_up(self) -> float:
        """Bring about what is due, in order; the simulated time."""
        with self.lock:
            now = self.clock.now()
            while self._due and self._due[0][0] <= now:
                heapq.heappop(self._due)[2]()
            return now

    def _at(self, when: float, effect: Callable[[], None]) -> None:
        heapq.heappush(self._due, (when, next(self._order), effect))

    def create(self, body: dict[str, Any], faults: Mapping[str, Fault], keep_deleted: bool) -> Job:
        """A job made through the API from a request body already checked, with the faults that strike it, by kind."""
        with self.lock:
            options = {kind: fault.options for kind, fault in faults.items()}
            settle = options["settle"]["seconds"] if "settle" in options else None
            job = self._make(body, self.catch_up(), settle=settle, has_tasks="no_tasks" not in options)
            real = self.clock.real_now()
            if "late" in options:
                job.listed_from = real + options["late"]["seconds"]
                job.readable_from = job.listed_from if options["late"]["detail"] else 0.0
            if "late_tasks" in options:
                job.tasks_from = real + options["late_tasks"]["seconds"]
            if "restarting" in options:
                job.restart = options["restarting"]["seconds"]
            if "no_tasks" in options:
                job.abnormal = options["no_tasks"]["abnormal_count"]
            if "miscount" in options:
                job.miscount = options["miscount"]["more"]
            if "deleted_midway" in options:
                job.deleted_at = job.created + options["deleted_midway"]["seconds"]
                job.kept = keep_deleted
            return job

    def add(
        self,
        body: dict[str, Any],
        status: str | None,
        age: float,
        outcomes: Mapping[str, str] | None,
        abnormal: int | None,
        restart: float = 0.0,
    ) -> Job:
        """A job made elsewhere `age` seconds ago: goes on by the clock (status None), is over (FINISHED, DELETED),
        or stays in any other status for ever.
        """
        with self.lock:
            now = self.catch_up()
            length = None
            if status in ("FINISHED", "DELETED"):
                echoed = ECHO.get(body["type"], body["type"])
                whole = duration(echoed) + settling(echoed)
                age = age or whole + 1.0
                # A job too young to be over by the usual time was a quick one
                length = duration(echoed) if age > whole else max(age - settling(echoed), 0.0) * 0.9
            elif status is not None:
                length = NEVER
            job = self._make(body, now, age, length=length, outcomes=outcomes)
            job.abnormal, job.restart = abnormal, restart
            if status == "DELETED":
                job.deleted_at = now
            elif status is not None:
                job.fixed = status
            self.catch_up()
            return job

    def delete(self, job_ids: list[str], keep: bool) -> list[Job]:
        """Delete the records of jobs; a task already started goes on. Not kept, they are gone from every answer."""
        with self.lock:
            now = self.catch_up()
            found = [self.jobs[job_id] for job_id in job_ids if job_id in self.jobs]
            for job in found:
                job.deleted_at, job.kept = now, keep
            return found

    def readable(self, job_id: str) -> Job | None:
        """A job that can be read by its id now."""
        job = self.jobs.get(job_id)
        hidden = job is None or job.is_gone(self.catch_up()) or job.readable_from > self.clock.real_now()
        return None if hidden else job

    def listed(self) -> list[Job]:
        """The jobs that are listed now, newest first."""
        now, real = self.catch_up(), self.clock.real_now()
        jobs = [job for job in self.jobs.values() if job.listed_from <= real and not job.is_gone(now)]
        return sorted(jobs, key=lambda job: -job.stamp(job.created))

    def _make(
        self,
        body: dict[str, Any],
        now: float,
        age: float = 0.0,
        length: float | None = None,
        settle: float | None = None,
        outcomes: Mapping[str, str] | None = None,
        has_tasks: bool = True,
    ) -> Job:
        """A job created `age` seconds before `now`, both simulated."""
        created = now - age
        job = Job(
            id=new_uuid(self._rng),
            name=body["name"],
            request_type=body["type"],
            items=[dict(item) for item in body["items"]],
            server_ids=list(body["server_ids"]),
            body=body,
            created=created,
            ends=created,
            clock=self.clock,
            made=(now, self._real_now(age)),
            description=body.get("description"),
        )
        template = template_of(self.templates, job.request_type)
        job.template_id = template["id"] if template else None
        length = duration(job.type) if length is None else length
        job.ends = created + length
        if len(job.server_ids) > MOST_SERVERS:
            self.violations.append(f"job {job.id} has {len(job.server_ids)} servers, more than {MOST_SERVERS}")
        ids = list(dict.fromkeys(job.server_ids))
        if len(ids) < len(job.server_ids):
            self.violations.append(f"job {job.id} names a server twice")
        tasks = []
        for server_id in ids if has_tasks else ():
            task = self._task(job, self.servers[server_id], (outcomes or {}).get(server_id))
            if task is not None:
                tasks.append(task)
        for task, share in zip(tasks, spread(len(tasks), self._rng)):
            task.done = task.ends = created + length * share
            if share == 1.0:
                task.ends += settling(job.type) if settle is None else settle
            if task.result == "HUNG":
                task.done = task.ends = job.ends = NEVER
            self._start(job, task)
        job.tasks = tasks
        self.jobs[job.id] = job
        return job

    def _real_now(self, age: float) -> float:
        """The real time, moved on by milliseconds where needed, so that no two jobs have the same creation time."""
        # In whole milliseconds: with fractions one might be passed over, and taken by a later job.
        stamp = millis(self.clock.real_now() - age)
        while stamp in self._stamps:
            stamp += 1
        self._stamps.add(stamp)
        return stamp / 1000 + age

    def _task(self, job: Job, server: Server, forced: str | None) -> Task | None:
        """The task of one server with its ending decided; None where the job is to have none for it."""
        ending = None if forced else self.outcomes.take(server.id, job.types)
        result = forced or (ending.status if ending else "SUCCESS")
        if result == "MISSING":
            return None
        task = Task(
            # As in the samples: the job's first group first, the server's last group last
            id="-".join([job.id.split("-")[0], *new_uuid(self._rng).split("-")[1:4], server.id.split("-")[-1]]),
            server_id=server.id,
            server_name=server.name,
            cloud_server=server.cloud_server,
            created=job.created,
            done=job.ends,
            ends=job.ends,
            result="SUCCESS" if result == "UNCONFIRMED" else result,
            confirmed=result != "UNCONFIRMED",
            message=ending.message if ending else None,
        )
        status = server.elsewhere or server.status
        if status != "RUNNING" and result == "SUCCESS":
            task.result, task.message = "FAILED", f"the server is {status}"
        return task

    def _start(self, job: Job, task: Task) -> None:
        server = self.servers[task.server_id]
        if task.result != "SKIPPED":
            self._record_start(job, task, server)

        def finish() -> None:
            if task.message is None:
                task.message = self._message(job, task, server)
            if job.version is not None and task.result == "SUCCESS" and task.confirmed:
                server.restart(task.done + job.restart)
                server.driver = job.version
                server.firmware = versions.firmware_for(job.version) or server.firmware

        if task.done != NEVER:
            self._at(task.done, finish)

    def _record_start(self, job: Job, task: Task, server: Server) -> None:
        now = job.created
        busy = [(j, t) for j, t in self._running.get(server.id, ()) if t.done > now]
        for other, _task in busy:
            self.violations.append(f"job {job.id} started a task on {server.name}, still at work for job {other.id}")
        version = job.version
        if version is not None:
            self.upgrades.append((server.id, version, job.id))
            coming = any(j.version is not None and versions.same(j.version, version) for j, _task in busy)
            if coming or versions.same(server.driver, version):
                word = "being brought to" if coming else "at"
                self.violations.append(f"job {job.id} upgrades {server.name}, already {word} {version}")
            elif versions.is_older(version, server.driver):
                self.downgrades.append((server.id, server.driver, version, job.id))
        self._running[server.id] = [*busy, (job, task)]

    def _message(self, job: Job, task: Task, server: Server) -> str:
        if task.result == "SKIPPED":
            return "skipped: the node is not suitable for this task"
        if task.result == "FAILED":
            what = "upgrade" if job.version is not None else "task"
            return f"{what} failed: device {int(task.id[9:13], 16) % 8} is not healthy"
        if job.is_query:
            driver, firmware = server.told(task.done)
            return f"Driver: {driver} | Firmware: {firmware}"
        return "success"

    def sync(self) -> None:
        """Show the true status of each server."""
        with self.lock:
            for server in self.servers.values():
                server.status, server.elsewhere = server.elsewhere or server.status, None

    def operate(self, server: Server, action: str) -> None:
        """Reboot, stop or start a server. It has the status of the transition now, and its final one REBOOT_SECONDS later."""
        way, end = {
            "reboot": ("REBOOTING", "RUNNING"),
            "stop": ("STOPPING", "STOPPED"),
            "start": ("STARTING", "RUNNING"),
        }[action]
        with self.lock:
            server.status, server.elsewhere = way, None

            def arrive() -> None:
                if server.status == way:
                    server.status = end

            self._at(self.catch_up() + REBOOT_SECONDS, arrive)

    def mixed_supernodes(self) -> dict[str, set[str]]:
        """Super-nodes whose members do not share one driver: name -> versions."""
        self.catch_up()
        drivers: dict[str, set[str]] = {}
        for server in self.servers.values():
            if server.server_hps is not None:
                drivers.setdefault(server.server_hps["name"], set()).add(server.driver.lower())
        return {name: found for name, found in drivers.items() if len(found) > 1}
