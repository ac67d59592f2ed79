# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real processes with real signals: an ansible-playbook and its worker, killed at any moment, and the same run again.

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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._progress import Progress
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._platform import Platform
from tests.simulator import Simulator, faults

SPEED = 400.0  # an upgrade takes half a second
GRACE = 0.5  # seconds in which a request that was under way may still arrive
LONGEST = 60.0  # seconds that a run may take
SIGNALS = {"SIGKILL": signal.SIGKILL, "SIGTERM": signal.SIGTERM, "SIGINT": signal.SIGINT}
VICTIMS = ("playbook", "worker", "both")


class TaskTimeout(BaseException):
    """What Ansible raises in a worker whose task has had its time."""


def ansible_playbook(options: dict[str, Any], connection: dict[str, Any], place: str, timeout: float | None) -> None:
    """The process of an ansible-playbook: it forks a worker, and waits for it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background has it ignored
    worker = multiprocessing.get_context("fork").Process(target=_work, args=(options, connection, place, timeout))
    worker.start()
    Path(place, "worker").write_text(str(worker.pid), encoding="ascii")
    try:
        worker.join()
    finally:
        os._exit(0)  # without waiting for the worker, as one that is killed


def _work(options: dict[str, Any], connection: dict[str, Any], place: str, timeout: float | None) -> None:
    def end(*_signal: Any) -> None:
        raise TaskTimeout

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what a worker that dies says is of no interest
    signal.signal(signal.SIGALRM, end)
    if timeout:
        signal.setitimer(signal.ITIMER_REAL, timeout)
    result = Platform(connection, Progress()).job(**options)
    Path(place, "part").write_text(json.dumps(result), encoding="utf-8")
    os.replace(Path(place, "part"), Path(place, "result"))


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
        items = [{"type": "HDK_UPGRADE", "spec": {"version": "24.1.0.3"}}]
        options = {"type": "HDK_UPGRADE", "items": items, "batches": [[one] for one in sim.server_ids]}
        options.update(wait_interval=0.1, wait_timeout=20.0, reconcile_timeout=5.0, on_conflict="wait")
        timeout = rng.choice((None, None, rng.uniform(0.05, 1.0)))
        first, again = Path(folder, "first"), Path(folder, "again")
        first.mkdir()
        again.mkdir()
        run = context.Process(target=ansible_playbook, args=(options, connection, str(first), timeout))
        run.start()
        died = None
        if timeout is None:
            _wait_for(lambda: bool(sim.requests) and (first / "worker").exists())
            time.sleep(rng.choice((0.0, 0.01, 0.05, rng.uniform(0.0, 0.8))))
            died = _kill(rng, run.pid or 0, int((first / "worker").read_text()), sim)
        run.join(LONGEST)
        if died is not None:
            time.sleep(GRACE)
            late = [one for one in sim.requests if one.method == "POST" and one.at > died + GRACE]
            if late:
                yield f"seed {seed}: a run that was killed created a job"
        sim.clear_faults()
        second = context.Process(target=ansible_playbook, args=(options, connection, str(again), None))
        second.start()
        second.join(LONGEST)
        yield from (f"seed {seed}: {text}" for text in sim.violations)
        if second.is_alive() or not (again / "result").exists():
            yield f"seed {seed}: the run after it did not end"
            return
        result = json.loads((again / "result").read_text(encoding="utf-8"))
        if {server["status"] for server in result["servers"].values()} != {"SUCCESS"}:
            yield f"seed {seed}: the run after it says {result.get('msg')}"
        if {server.driver for server in sim.servers.values()} != {"24.1.0.3"}:
            yield f"seed {seed}: the run after it upgraded not all"


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
