# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet that is made up: servers, jobs that take their time, and a platform on which every call can go wrong.

Time passes only where somebody sleeps or waits. What has been done is written down: each upgrade with the version that the
server had when it began.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.kinds import Kind
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.surroundings import Clock

BEGIN = 1_763_760_000.0  # 2025-11-21T21:20:00Z
OLD, NEW, NEWER = "24.1.rc3.10", "24.1.0.3", "25.2.1"
UPGRADE, QUERY, LOGS, DIAGNOSIS = "HDK_UPGRADE", "ASCEND_SOFTWARE_QUERY", "LOG_COLLECT", "ASCEND_DIAGNOSIS"
UPGRADE_TAKES, OTHERS_TAKE = 300.0, 5.0  # seconds

# How a task of an upgrade may end. RESTARTS: a success that queries confirm only later.
ENDINGS = ("SUCCESS", "FAILED", "SKIPPED", "MISSING", "UNCONFIRMED", "RESTARTS", "HANGS")
# How a call of job may go wrong. LOST: created, but nobody knows; GONE: not created, and nobody knows.
JOB_FAULTS = ("REFUSED", "LOST", "GONE")


class Time:
    """Seconds since 1970, moved by whoever sleeps."""

    def __init__(self) -> None:
        self.now = BEGIN

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds

    def clock(self) -> Clock:
        return Clock(lambda: self.now, lambda: self.now - BEGIN, self.sleep)


@dataclass
class Lines:
    """Keeps what is told."""

    told: list[str] = field(default_factory=list)

    def tell(self, text: str) -> None:
        self.told.append(text)


@dataclass
class Machine:
    """A server. C(endings) are used up by its upgrades, C(answers) by queries and diagnoses, as the message of a task or its status."""

    id: str
    driver: str = OLD
    supernode: str | None = None
    status: str = "RUNNING"
    flavor: str = "physical.kat2e.48xlarge.8.ei"
    endings: list[str] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    shown: tuple[float, str] | None = None  # until when queries find which driver


@dataclass
class Task:
    server_id: str
    ends: float | None  # None: never
    status: str = "PROCESSING"
    message: str | None = None
    ending: str = "SUCCESS"


@dataclass
class Job:
    id: str
    name: str
    type: str
    items: list[dict[str, Any]]
    tasks: list[Task]
    created: float
    listed: bool = True
    deleted: bool = False

    @property
    def over(self) -> bool:
        return all(task.status != "PROCESSING" for task in self.tasks)


class Fleet:
    """A platform. C(faults) are used up by the calls of their name, None for a call that goes well; then all go well."""

    def __init__(self, machines: list[Machine], time: Time | None = None) -> None:
        self.time = time or Time()
        self.machines = {machine.id: machine for machine in machines}
        self.made: list[Job] = []
        self.upgrades: list[tuple[str, str, str]] = []  # server, version, version that it had
        self.faults: dict[str, list[str | None]] = {}
        self.restart = 100.0  # seconds after an upgrade that RESTARTS, in which queries find the old version
        self.calls: list[str] = []
        self.overlaps: list[str] = []
        self.after_call: Any = lambda name: None
        self.offers: list[dict[str, Any]] | None = None

    # What the engine calls.

    def servers(self, **options: Any) -> dict[str, Any]:
        if self._fault("servers"):
            return failed("The servers are not told.")
        rows = [
            self._server(machine)
            for machine in self.machines.values()
            if machine.id in (options.get("ids") or self.machines)
        ]
        return {"changed": False, "servers": rows, "missing": [], "truncated": False, "software": self.offers}

    def jobs(self, *, line: Any = None, **options: Any) -> dict[str, Any]:
        self._settle()
        if self._fault("jobs"):
            return failed("The jobs are not told.")
        ids = options.get("ids")
        rows = [job for job in reversed(self.made) if (job.listed or ids) and (not ids or job.id in ids)]
        rows = [job for job in rows if options.get("name") in (None, job.name)]
        if not options.get("details"):
            return {"changed": False, "jobs": [self._row(job, False) for job in rows], "truncated": False}
        late = options.get("wait") and not self._wait(rows, options["wait_timeout"], line)
        answer = {
            "changed": False,
            "jobs": [self._row(job, True) for job in rows],
            "truncated": False,
            **self._states(rows),
        }
        return {**failed("After a while not over."), **answer, "timed_out": True} if late else answer

    def job(self, *, line: Any = None, **options: Any) -> dict[str, Any]:
        self._settle()
        kind = Kind(options["type"], options["items"])
        assert not options["wait"] and options["reuse"] == "active"
        fault = self._fault("job")
        if fault == "REFUSED":
            refused = dict.fromkeys((i for batch in options["batches"] for i in batch), "refused")
            return {**failed("The platform refuses: 403."), "refusals": refused}
        covered: dict[str, Job | None] = {}
        reasons: dict[str, str] = {}
        refusals: dict[str, str] = {}
        conflicts: dict[str, Job] = {}
        lost = False
        for batch in options["batches"]:
            for server_id in batch:
                same = [
                    j
                    for j in self.made
                    if j.name == kind.name and j.items == kind.items and j.listed and self._at(j, server_id)
                ]
                covered[server_id] = same[-1] if same else None
            rest = [server_id for server_id in batch if covered[server_id] is None]
            holders = [job for job in self.made if job.listed and any(self._at(job, server_id) for server_id in rest)]
            if holders and options["on_conflict"] == "wait" and self._wait(holders, options["wait_timeout"], line):
                holders = []
            if holders:
                conflicts.update({job.id: job for job in holders})
                reasons.update(dict.fromkeys(rest, "Nothing was submitted for this batch."))
                refusals.update(dict.fromkeys(rest, "held"))
            elif rest and lost:
                reasons.update(dict.fromkeys(rest, "Not submitted, since the outcome of another one is unknown."))
                refusals.update(dict.fromkeys(rest, "not_sent"))
            elif rest and fault in ("LOST", "GONE") and not (fault == "GONE" and options["repeatable"]):
                lost = True
                if fault == "LOST":
                    self._create(kind, rest).listed = False
                reasons.update(dict.fromkeys(rest, "The outcome is unknown."))
                refusals.update(dict.fromkeys(rest, "unknown"))
            elif rest:
                covered.update(dict.fromkeys(rest, self._create(kind, rest)))
        self.after_call("job")
        jobs = list({job.id: job for job in covered.values() if job}.values())
        states = {i: self._state(i, job) for i, job in covered.items()}
        for server_id, reason in reasons.items():
            states[server_id]["message"] = reason
        answer = {"changed": True, "jobs": [self._row(job, True) for job in jobs], "servers": states}
        if reasons:
            answer.update(failed(" ".join(dict.fromkeys(reasons.values()))), refusals=refusals)
        if conflicts:
            answer["conflicts"] = [self._row(job, True) for job in conflicts.values()]
        return answer

    # What tests do to it.

    def add(
        self,
        type_: str,
        server_ids: list[str],
        name: str = "of-the-console",
        items: Any = None,
        takes: float | None = 60.0,
    ) -> Job:
        """A job of somebody else."""
        kind = Kind(type_, items or [{"type": type_, "spec": {}}])
        job = self._create(kind, server_ids, takes)
        job.name = name if items is None else kind.name
        return job

    def show(self) -> None:
        """Let the list have what it did not."""
        for job in self.made:
            job.listed = True

    def types(self) -> list[str]:
        return [job.type for job in self.made]

    def made_of(self, type_: str) -> list[list[str]]:
        return [[task.server_id for task in job.tasks] for job in self.made if job.type == type_]

    def drivers(self) -> dict[str, str]:
        self._settle()
        return {machine.id: machine.driver for machine in self.machines.values()}

    # How it works.

    def _fault(self, name: str) -> str | None:
        self.calls.append(name)
        queue = self.faults.get(name)
        return queue.pop(0) if queue else None

    def _create(self, kind: Kind, server_ids: list[str], takes: float | None = -1.0) -> Job:
        tasks = []
        for server_id in server_ids:
            machine = self.machines[server_id]
            # A query that was lost and is not listed is beyond anybody's sight; of an upgrade it is to be known.
            if any(self._at(job, server_id) for job in self.made if job.listed or job.type == UPGRADE):
                self.overlaps.append(server_id)
            ending = machine.endings.pop(0) if kind.type == UPGRADE and machine.endings else "SUCCESS"
            if kind.type == UPGRADE:
                self.upgrades.append((server_id, kind.items[0]["spec"]["version"], machine.driver))
            if ending == "MISSING":
                continue
            seconds = takes if takes is None or takes >= 0 else UPGRADE_TAKES if kind.type == UPGRADE else OTHERS_TAKE
            ends = None if ending == "HANGS" or seconds is None else self.time.now + seconds
            tasks.append(Task(server_id, ends, ending=ending))
        job = Job(f"job-{len(self.made)}", kind.name, kind.type, kind.items, tasks, self.time.now)
        self.made.append(job)
        return job

    def _settle(self) -> None:
        for job in self.made:
            for task in job.tasks:
                if task.status == "PROCESSING" and task.ends is not None and task.ends <= self.time.now:
                    self._finish(job, task)

    def _finish(self, job: Job, task: Task) -> None:
        machine = self.machines[task.server_id]
        task.status, task.message = "SUCCESS", "said"
        if job.type == UPGRADE:
            task.status = task.ending if task.ending in ("FAILED", "SKIPPED") else "SUCCESS"
            if task.ending in ("SUCCESS", "RESTARTS"):
                if task.ending == "RESTARTS":
                    machine.shown = (self.time.now + self.restart, machine.driver)
                machine.driver = job.items[0]["spec"]["version"]
            return
        driver = machine.driver
        if machine.shown and self.time.now < machine.shown[0]:
            driver = machine.shown[1]
        said = {
            QUERY: f"Driver: {driver} | Firmware: 7.5.0.5.220",
            DIAGNOSIS: "PASS",
            LOGS: "https://logs.example.com/a",
        }
        task.message = said.get(job.type, "said")
        answers = machine.answers.get(job.type)
        if answers:
            answer = answers.pop(0)
            if answer in ("FAILED", "SKIPPED"):
                task.status, task.message = answer, "said"
            else:
                task.message = answer

    def _at(self, job: Job, server_id: str) -> bool:
        return any(task.server_id == server_id and task.status == "PROCESSING" for task in job.tasks)

    def _wait(self, jobs: list[Job], timeout: float, line: Any) -> bool:
        """Whether all are over before the time is up; time passes from one end of a task to the next."""
        deadline = self.time.now + timeout
        while True:
            self._settle()
            if line:
                line(self._states(jobs)["servers"])
            if all(job.over or job.deleted for job in jobs):
                return True
            ends = [
                task.ends for job in jobs for task in job.tasks if task.status == "PROCESSING" and task.ends is not None
            ]
            self.time.now = min([deadline, *ends])
            if self.time.now >= deadline and not (ends and min(ends) <= deadline):
                return False

    def _states(self, jobs: list[Job]) -> dict[str, Any]:
        states: dict[str, Any] = {}
        for job in jobs:
            for task in job.tasks:
                states.setdefault(task.server_id, self._state(task.server_id, job))
        return {"servers": states}

    def _state(self, server_id: str, job: Job | None) -> dict[str, Any]:
        task = next((task for task in job.tasks if task.server_id == server_id), None) if job else None
        return {
            "server_name": f"node-{server_id}" if task else None,
            "status": task.status if task else "MISSING",
            "message": task.message if task else None,
            "job_id": job.id if job else None,
            "task_id": f"{job.id}-{server_id}" if job and task else None,
        }

    def _row(self, job: Job, details: bool) -> dict[str, Any]:
        times = {"create_at": int(job.created * 1000), "update_at": int(self.time.now * 1000)}
        tasks = [
            {"id": task.server_id, "server_id": task.server_id, "server_name": f"node-{task.server_id}", **times}
            | {"status": task.status, "message": task.message, "cloud_server": {}}
            for task in job.tasks
        ]
        bad = sum(task.status in ("FAILED", "SKIPPED") for task in job.tasks)
        return {
            "id": job.id,
            "name": job.name,
            "type": job.type,
            "abnormal_count": bad,
            **times,
            "status": "DELETED" if job.deleted else "FINISHED" if job.over else "PROCESSING",
            "job_items": job.items if details else None,
            "tasks": tasks if details else None,
        }

    def _server(self, machine: Machine) -> dict[str, Any]:
        return {
            "id": machine.id,
            "name": f"node-{machine.id}",
            "status": machine.status,
            "flavor": machine.flavor,
            "supernode_id": machine.supernode and f"id-{machine.supernode}",
            "supernode_name": machine.supernode,
        }


def failed(text: str) -> dict[str, Any]:
    return {"failed": True, "changed": False, "msg": text}
