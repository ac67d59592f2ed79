# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as an object: state, faults, record, and a server in a thread."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Callable

from . import versions
from .app import Request, create_app
from .clock import Clock
from .fault import Fault, Faults, path_matches
from .fleet import Server, build_fleet
from .jobs import Job
from .server import Server as HttpServer
from .supernodes import Supernode, supernodes_of
from .world import World

HOST = "127.0.0.1"
# Samples in the form of real ones; they open nothing but a simulator.
ACCESS_KEY = "SIMULATORACCESSKEY00"
SECRET_KEY = "simulatorSecretKeySimulatorSecretKey0000"
PROJECT_ID = "0d1e2f3a4b5c4d6e8f90a1b2c3d4e5f6"
AUTH_TOKEN = "simulator-auth-token"


class Simulator:
    """A stand-in for the Lite Server API. Making one does not listen; `with` or `start` does.

    `speed`: simulated seconds per real second (0: only `clock.advance` moves time). `firmware`: by default that of the
    driver, or of the default driver where no pair is published. `supernodes` x `supernode_size` of the servers, the
    first ones, are members of super-nodes. `port` 0: any free one, the same again after a restart. `security_token`:
    when set, the keys are temporary and need it. `software` False: the region has no GET /software. `hyperinstance`
    False: it has no calls below /hyperinstance. `keep_deleted`:
    deleted jobs stay and are shown as DELETED, rather than being gone. `real_now`: what counts as real time, see Clock.
    """

    def __init__(
        self,
        *,
        servers: int = 16,
        speed: float = 60.0,
        seed: int = 0,
        driver: str = versions.DEFAULT_DRIVER,
        firmware: str | None = None,
        supernodes: int = 0,
        supernode_size: int = 0,
        access_key: str = ACCESS_KEY,
        secret_key: str = SECRET_KEY,
        project_id: str = PROJECT_ID,
        auth_token: str = AUTH_TOKEN,
        security_token: str | None = None,
        software: bool = True,
        hyperinstance: bool = True,
        keep_deleted: bool = False,
        port: int = 0,
        real_now: Callable[[], float] | None = None,
    ) -> None:
        if firmware is None:
            firmware = versions.firmware_for(driver) or versions.DEFAULT_FIRMWARE
        self.access_key, self.secret_key = access_key, secret_key
        self.project_id = project_id
        self.auth_token = auth_token
        self.security_token = security_token
        self.keep_deleted = keep_deleted
        self.clock = Clock(speed, real_now)
        self.rng = random.Random(seed)
        fleet = build_fleet(servers, supernodes, supernode_size, driver, firmware, self.clock.now(), self.rng)
        self.world = World(self.clock, fleet, self.rng)
        self.faults = Faults(self.clock.real_now)
        self.requests: list[Request] = []
        self.software: list[dict[str, Any]] | None = versions.default_software() if software else None
        self.supernodes: dict[str, Supernode] | None = supernodes_of(fleet.values()) if hyperinstance else None
        self.plugins: list[dict[str, Any]] = versions.default_plugins()
        self.port = port
        self._app = create_app(self)
        self._server: HttpServer | None = None
        self._stopping = threading.Event()

    # Listening

    def start(self) -> Simulator:
        """Listen; after `stop` again on the same port."""
        if self._server is None:
            self._stopping.clear()
            self._server = HttpServer(HOST, self.port, self._app.wsgi_app)
            self.port = self._server.port
            self._server.start()
        return self

    def stop(self) -> None:
        """Stop listening, break open connections, wake whatever hangs. The state stays."""
        if self._server is not None:
            self._stopping.set()
            self._server.stop()
            self._server = None

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def pause(self, seconds: float) -> None:
        """Real seconds of waiting, cut short by `stop`."""
        self._stopping.wait(seconds)

    @property
    def connections(self) -> int:
        """How many connections clients have made since `start`."""
        return self._server.accepted if self._server else 0

    @property
    def endpoint(self) -> str:
        if not self.port:
            raise RuntimeError("the simulator has not been started")
        return f"http://{HOST}:{self.port}"

    # State

    @property
    def servers(self) -> dict[str, Server]:
        """Server by id, brought up to date."""
        self.world.catch_up()
        return self.world.servers

    @property
    def server_ids(self) -> list[str]:
        return list(self.world.servers)

    @property
    def jobs(self) -> dict[str, Job]:
        """Job by id, all ever created, in order, brought up to date (a copy)."""
        with self.world.lock:
            self.world.catch_up()
            return dict(self.world.jobs)

    @property
    def templates(self) -> dict[str, dict[str, Any]]:
        """Template by job type; may be changed."""
        return self.world.templates

    @property
    def upgrades(self) -> list[tuple[str, str, str]]:
        """(server id, version, job id) for each upgrade task ever started; a skipped server was not."""
        return self.world.upgrades

    @property
    def violations(self) -> list[str]:
        """Sentences on what a real platform would not tolerate, such as two jobs at work on one server."""
        return self.world.violations

    @property
    def downgrades(self) -> list[tuple[str, str, str, str]]:
        """(server id, version before, version asked for, job id) for each upgrade to an older version."""
        return self.world.downgrades

    def mixed_supernodes(self) -> dict[str, set[str]]:
        """Super-nodes whose members do not share one driver: name -> versions."""
        return self.world.mixed_supernodes()

    def status(self, job_id: str) -> str:
        """A job's status now, faults apart."""
        return self.world.jobs[job_id].status_at(self.world.catch_up())

    def find(self, server: str) -> Server:
        """A server by id or name; KeyError where there is none."""
        if server in self.world.servers:
            return self.world.servers[server]
        for one in self.world.servers.values():
            if one.name == server:
                return one
        raise KeyError(f"no server {server}")

    # Changing the world

    def add_job(
        self,
        *,
        name: str = "console-job",
        type: str = "HDK_UPGRADE",
        items: list[dict[str, Any]] | None = None,
        server_ids: Iterable[str] | None = None,
        status: str | None = None,
        age: float = 0.0,
        description: str | None = None,
        outcomes: Mapping[str, str] | None = None,
        abnormal_count: int | None = None,
        restart: float = 0.0,
    ) -> Job:
        """A job made elsewhere, `age` seconds ago by the clock and by its stamps. Status None: it goes on by the clock;
        FINISHED: it is over; DELETED: it is over and still shown; another word: it stays so for ever. `outcomes`: the
        ending by server id, before any of `outcome`. `abnormal_count`: once it is over; by default its failed tasks. `restart`:
        seconds that a server restarts after the upgrade, while queries tell what was installed before.
        """
        body: dict[str, Any] = {
            "name": name,
            "type": type,
            "items": items if items is not None else [{"type": type}],
            "server_ids": list(server_ids) if server_ids is not None else self.server_ids[:1],
        }
        if description is not None:
            body["description"] = description
        return self.world.add(body, status, age, outcomes, abnormal_count, restart)

    def outcome(
        self,
        server: str,
        status: str,
        times: int | None = None,
        message: str | None = None,
        job_types: Iterable[str] | None = None,
    ) -> None:
        """How the next `times` tasks (None: all) of a server, by id or name, end: FAILED, SKIPPED, MISSING (the job has
        no task for it), UNCONFIRMED (SUCCESS, yet the installed version stays), HUNG (never) or SUCCESS. `job_types`:
        None for upgrades, a set of request or echoed types, or "any".
        """
        with self.world.lock:
            self.world.outcomes.add(self.find(server).id, status, times, message, job_types)

    def inject(self, fault: Fault) -> Fault:
        if fault.kind == "expired":
            fault.options["access_key"] = self.access_key
        return self.faults.inject(fault)

    def clear_faults(self) -> None:
        self.faults.clear()

    # The record

    def count(self, method: str, path: str) -> int:
        """How many requests of this method and path came in; `/jobs/*` counts one more segment. "" or "/": servers."""
        return sum(r.method == method and path_matches(path, r.path) for r in list(self.requests))

    def record(self) -> dict[str, Any]:
        """Everything that happened, as JSON has it."""
        with self.world.lock:
            now = self.world.catch_up()
            return {
                "requests": [one.as_json() for one in self.requests],
                "upgrades": [list(one) for one in self.upgrades],
                "downgrades": [list(one) for one in self.downgrades],
                "violations": list(self.violations),
                "jobs": [
                    {**job.detail(now, whole=True), "server_ids": job.server_ids} for job in self.world.jobs.values()
                ],
                "servers": [
                    {"id": s.id, "name": s.name, "status": s.status, "driver": s.driver, "firmware": s.firmware}
                    for s in self.world.servers.values()
                ],
                "mixed_supernodes": {name: sorted(found) for name, found in self.mixed_supernodes().items()},
            }
