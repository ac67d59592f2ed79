# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of rollouts share: options as the role gives them, and a rollout carried out in the order of its YAML."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet import verdicts
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.journal import Journal
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.kinds import Kind
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.surroundings import Surroundings
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout import engine, run, telling
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout.servers import Server

from ..fleet.made_up import DIAGNOSIS, LOGS, NEW, QUERY, Fleet, Lines, Machine

KINDS = {
    "query": Kind(QUERY, [{"type": "HDK_QUERY", "spec": {}}]),
    "logs": Kind(LOGS, [{"type": "DEVICE_LOG_COLLECT", "spec": {}}]),
    "diagnosis": Kind(DIAGNOSIS, [{"type": "CHECK", "spec": {}}]),
}


def options(**asked: Any) -> dict[str, Any]:
    """The defaults of the role, and what is asked."""
    return {
        "version": NEW,
        "canary": 1,
        "canary_must_succeed": True,
        "waves": [50],
        "servers_per_job": 50,
        "max_failures": 0,
        "budget_of": "run",
        "retries": 0,
        "force": False,
        "allow_downgrade": False,
        "allow_mixed_flavors": False,
        "whole_supernodes": True,
        "verify": True,
        "verify_timeout": 600.0,
        "health_gate": False,
        "collect_logs_on_failure": False,
        "on_conflict": "wait",
        "stop_after": None,
        "not_after": None,
        "before_wave": None,
        "after_wave": None,
        "after_wave_failed": False,
        "pause": 0,
        "wait_timeout": 3600.0,
        "wait_interval": 10.0,
        "job_type": "HDK_UPGRADE",
        "item_type": "HDK_UPGRADE",
        "extra_spec": {},
        "report_dir": None,
        **asked,
    }


@dataclass
class Hooks:
    """Hooks that note whom they get, and fail where they are told to: by hook and wave, what a rescue has."""

    got: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    fail: dict[tuple[str, int], Mapping[str, Any]] = field(default_factory=dict)
    during: Any = lambda when, number: None


@dataclass
class Rollout:
    """One run of the role on platforms by connection."""

    platforms: dict[str, Any]
    asked: dict[str, Any]
    servers: list[Server]
    tools: Surroundings
    lines: Lines
    planned: dict[str, Any] = field(default_factory=dict)
    waves: list[dict[str, Any]] = field(default_factory=list)
    of_hosts: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)
    end: list[str] = field(default_factory=list)

    def plan(self, check: bool = False, **more: Any) -> dict[str, Any]:
        request = engine.Request("run", self.servers, self.asked, KINDS, check=check, **more)
        self.planned = engine.begin(self.tools, request)
        return self.planned

    def carry_out(self, hooks: Hooks | None = None) -> Rollout:
        """The waves as main.yml and wave.yml have them, and the end."""
        for number in self.planned["waves"]:
            self.wave(number, hooks or Hooks())
        return self.close()

    def wave(self, number: int, hooks: Hooks) -> None:
        if self.asked["before_wave"]:
            self._hook(hooks, number, "before")
        self.waves.append(engine.wave(self.tools, number))
        if self.asked["after_wave"]:
            self._hook(hooks, number, "after")

    def _hook(self, hooks: Hooks, number: int, when: str) -> None:
        found = engine.hook(self.tools, number, when)
        if not found["servers"]:
            return
        hooks.got[when, number] = found["servers"]
        hooks.during(when, number)
        engine.hooked(self.tools, number, when, self.asked[f"{when}_wave"], hooks.fail.get((when, number)))

    def close(self) -> Rollout:
        self.of_hosts = engine.end(self.tools)
        verdicts.save(self.tools.journal, self.of_hosts)
        found = telling.told(self.tools, [])
        self.result, self.end = found["result"], found["lines"]
        return self

    @property
    def verdicts(self) -> dict[str, str]:
        return {server_id: record["verdict"] for server_id, record in self.result["servers"].items()}

    def of(self, verdict: str) -> str:
        return "".join(sorted(i for i, word in self.verdicts.items() if word == verdict))

    def reason(self, server_id: str) -> str:
        return str(self.result["servers"][server_id]["reason"])

    def told(self, server_id: str | None) -> dict[str, Any]:
        return verdicts.of_host(self.tools.journal, server_id, is_server=server_id is not None)

    def head(self) -> Any:
        return run.load(self.tools.journal)


def machines(ids: Iterable[str], **common: Any) -> list[Machine]:
    return [Machine(server_id, **common) for server_id in ids]


def start(
    fleet: Fleet | dict[str, Fleet],
    folder: Path,
    servers: list[Server] | None = None,
    journal: Journal | None = None,
    **asked: Any,
) -> Rollout:
    """A rollout that is not planned yet, on all servers of a fleet unless some are given."""
    platforms = fleet if isinstance(fleet, dict) else {"": fleet}
    chosen = options(**asked)
    if servers is None:
        servers = [
            Server(i, chosen["version"], host=f"host-{i}", connection=name)
            for name, one in platforms.items()
            for i in one.machines
        ]
    lines = Lines()
    where = journal or Journal(tempfile.mkdtemp(dir=folder) + "/journal")
    time = next(iter(platforms.values())).time
    tools = Surroundings(where, platforms, time.clock(), lines)
    return Rollout(platforms, chosen, servers, tools, lines)


def roll_out(fleet: Fleet | dict[str, Fleet], folder: Path, hooks: Hooks | None = None, **asked: Any) -> Rollout:
    """A rollout from its plan to its end."""
    rollout = start(fleet, folder, **asked)
    rollout.plan()
    return rollout.carry_out(hooks)
