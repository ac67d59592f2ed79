# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real processes with real signals: an ansible-playbook and its workers, killed at any moment, and the same run again.

The time is the machine's, the simulator's a few hundred times as fast. What must hold is what the record says at the end.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._progress import Progress
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.journal import Journal
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.surroundings import Clock, Surroundings
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._platform import Platform
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._play.hosts import Host
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout import asked, engine, run, telling
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout_step import specs
from tests.simulator import Simulator, faults

SPEED = 400.0  # an upgrade takes half a second
GRACE = 0.5  # seconds in which a request that was under way may still arrive
LONGEST = 60.0  # seconds that a run may take
SIGNALS = {"SIGKILL": signal.SIGKILL, "SIGTERM": signal.SIGTERM, "SIGINT": signal.SIGINT}
LASTS = {"job": 0.8, "rollout": 4.0}  # seconds, about
VICTIMS = ("playbook", "worker", "both")


VERSION = "24.1.0.3"

Connection = Mapping[str, Any]
Task = Callable[
    [list[str], Connection, Path], dict[str, Any]
]  # of servers, over a connection, with a folder to work in


class TaskTimeout(BaseException):
    """What Ansible raises in a worker whose task has had its time."""


def _job(ids: list[str], connection: Connection, _place: Path) -> dict[str, Any]:
    """As liteserver_job: a job for each server."""
    items = [{"type": "HDK_UPGRADE", "spec": {"version": VERSION}}]
    times = {"wait_interval": 0.1, "wait_timeout": 20.0, "reconcile_timeout": 5.0}
    batches = [[one] for one in ids]
    return _platform(connection).job(type="HDK_UPGRADE", items=items, batches=batches, on_conflict="wait", **times)


def _plan(ids: list[str], connection: Connection, place: Path) -> dict[str, Any]:
    hosts = [Host(one, one) for one in ids]
    rows = {host.name: {"software_query_wait_interval": 0.1} for host in hosts}
    options = {
        "version": VERSION,
        "wait_interval": 0.1,
        "wait_timeout": 20.0,
        "verify_timeout": 5.0,
        "on_conflict": "wait",
    }
    wanted = asked.read(rows, hosts, specs(), options)
    assert not wanted.problems, wanted.problems
    return engine.begin(_tools(connection, place), engine.Request("run", wanted.servers, wanted.options, wanted.kinds))


def _waves(_ids: list[str], connection: Connection, place: Path) -> dict[str, Any]:
    tools = _tools(connection, place)
    for wave in run.load(tools.journal).waves:
        if engine.wave(tools, wave.number)["stopped"]:
            break
    return {}


def _end(_ids: list[str], connection: Connection, place: Path) -> dict[str, Any]:
    tools = _tools(connection, place)
    engine.end(tools)
    result = telling.told(tools, [])["result"]
    good = ("upgraded", "current")
    for server in result["servers"].values():
        server["status"] = "SUCCESS" if server["verdict"] in good else server["verdict"]
    return {"msg": result["stopped"], **result}


# What a run does, task by task: a module, or the role. Each task has a worker of its own.
RUNS: dict[str, tuple[Task, ...]] = {"job": (_job,), "rollout": (_plan, _waves, _end)}


def _platform(connection: Connection) -> Platform:
    return Platform(connection, Progress())


def _tools(connection: Connection, place: Path) -> Surroundings:
    return Surroundings(Journal(str(place / "journal")), {"": _platform(connection)}, Clock(), Progress())


def ansible_playbook(kind: str, ids: list[str], connection: Connection, place: Path, timeout: float | None) -> None:
    """The process of an ansible-playbook: for each task it forks a worker, and waits for it. A task that fails is the last."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background has it ignored
    try:
        for task in RUNS[kind]:
            worker = multiprocessing.get_context("fork").Process(
                target=_work, args=(task, ids, connection, place, timeout)
            )
            worker.start()
            _put(place / "worker", str(worker.pid))
            worker.join()
            if worker.exitcode:
                break
    finally:
        os._exit(0)  # without waiting for the worker, as one that is killed


def _work(task: Task, ids: list[str], connection: Connection, place: Path, timeout: float | None) -> None:
    def end(*_signal: Any) -> None:
        raise TaskTimeout

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what a worker that dies says is of no interest
    signal.signal(signal.SIGALRM, end)
    if timeout:
        signal.setitimer(signal.ITIMER_REAL, timeout)
    result = task(ids, connection, place)
    if task is _job or task is _end:
        _put(place / "result", json.dumps(result))


def _put(file: Path, text: str) -> None:
    """Write a file that others read at any time, whole."""
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, file)


def _fault(rng: random.Random) -> Any:
    return rng.choice(
        (
            lambda: faults.lost(rng.choice(("reset", "close", "502", "truncated"))),
            lambda: faults.lost("hang", seconds=3.0),
            lambda: faults.refuse(429, times=2, retry_after=0),
            lambda: faults.refuse(503, method="GET", times=2),
            lambda: faults.refuse("reset", times=1, after=rng.randint(0, 3)),
            lambda: faults.latency(0.1, times=10),
        )
    )()


def play_with_signals(seed: int) -> Iterator[str]:
    """Kill one run of an upgrade, make the same again; what the record says against it."""
    rng = random.Random(seed)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.processes"])
    with Simulator(servers=2, speed=SPEED, seed=seed) as sim, tempfile.TemporaryDirectory() as folder:
        sim.inject(_fault(rng))
        connection = {
            "endpoint": sim.endpoint,
            "project_id": sim.project_id,
            "access_key": sim.access_key,
            "secret_key": sim.secret_key,
            "request_timeout": 1.0,
        }
        kind = rng.choice(tuple(RUNS))
        timeout = rng.choice((None, None, rng.uniform(0.05, 1.0)))
        first, again = Path(folder, "first"), Path(folder, "again")
        first.mkdir()
        again.mkdir()
        playbook = context.Process(target=ansible_playbook, args=(kind, sim.server_ids, connection, first, timeout))
        playbook.start()
        died = None
        if timeout is None:
            _wait_for(lambda: bool(sim.requests) and (first / "worker").exists())
            time.sleep(rng.choice((0.0, 0.01, 0.05, rng.uniform(0.0, LASTS[kind]))))
            died = _kill(rng, playbook.pid or 0, int((first / "worker").read_text()), sim)
        playbook.join(LONGEST)
        if died is not None:
            time.sleep(GRACE)
            late = [one for one in sim.requests if one.method == "POST" and one.at > died + GRACE]
            if late:
                yield f"seed {seed}: a run that was killed created a job"
        sim.clear_faults()
        second = context.Process(target=ansible_playbook, args=(kind, sim.server_ids, connection, again, None))
        second.start()
        second.join(LONGEST)
        yield from (f"seed {seed}: {text}" for text in sim.violations)
        if second.is_alive() or not (again / "result").exists():
            yield f"seed {seed}: the run after it did not end"
            return
        result = json.loads((again / "result").read_text(encoding="utf-8"))
        if {server["status"] for server in result["servers"].values()} != {"SUCCESS"}:
            yield f"seed {seed}: the run after it says {result.get('msg')}"
        if {server.driver for server in sim.servers.values()} != {VERSION}:
            yield f"seed {seed}: the run after it upgraded not all"
        upgrades = Counter(server_id for job in sim.jobs.values() if job.version for server_id in job.server_ids)
        if kind == "rollout" and set(upgrades.values()) != {1}:
            yield f"seed {seed}: servers were upgraded {dict(upgrades)} times"


def _kill(rng: random.Random, playbook: int, worker: int, sim: Simulator) -> float:
    """Send a signal to one of the processes, or to both; the time after which nothing may be created any more."""
    sent, victim = SIGNALS[rng.choice(tuple(SIGNALS))], rng.choice(VICTIMS)
    for name, pid in (("playbook", playbook), ("worker", worker)):
        if victim in (name, "both"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sent)
    return sim.clock.real_now()


def _wait_for(condition: Any) -> None:
    deadline = time.monotonic() + LONGEST
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
