# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collecting the logs of fleets of many sizes, in several ways, and how the cost of each way grows with the fleet."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from tests.benchmark import uri
from tests.benchmark.jobs import ITEMS, SCRIPT, TYPE
from tests.benchmark.measure import MEASURES, Cost
from tests.benchmark.playbook import Controller
from tests.docsite.block import list_table
from tests.simulator import Simulator

SIZES = (1, 50, 200, 2000, 10000)
SECONDS = 10  # that each job is at work
SPEED = 60 / SECONDS  # a log collection takes 60 s there
BATCH = 50  # servers a job
FORKS = "20"
ROLE, MODULE = "log_collection, a verdict a host", "liteserver_job, one task"
SDK = "a threaded script on the SDK"
BATCHES, SERVERS = "uri and until, a job for 50", "uri and until, a job a server"
# Above so many servers a way is not measured: ansible.builtin.uri starts a process a host and look, some 0.5 s of CPU each.
MOST = {BATCHES: 10000, SERVERS: 200}
HEADS = {"wall": "seconds beside the jobs' own", "cpu": "CPU seconds", "memory": "MiB of the largest process"}

Fleets = dict[int, dict[str, Cost]]


def measure(controller: Controller, sizes: Sequence[int], told: Callable[[str], None] = print) -> Fleets:
    """Each way on each fleet, on a platform of its own. What each run cost is told at once, as some take minutes."""
    found: Fleets = {}
    for size in sizes:
        found[size] = {}
        for name, way in WAYS.items():
            if size > MOST.get(name, size):
                continue
            with Simulator(servers=size, speed=SPEED) as sim:
                found[size][name] = way(controller, sim)
                over = [server for job in sim.jobs.values() for server in job.server_ids]
                assert sorted(over) == sorted(sim.server_ids), f"{name}: not each server was collected once"
            told(f"{size:6} servers, {name}: {_row(found[size][name])}")
    return found


def _row(spent: Cost) -> str:
    return ", ".join(f"{value:.0f} {name}" for name, value in asdict(spent).items())


def _role(controller: Controller, sim: Simulator) -> Cost:
    hosts = {server.name: {"liteserver_id": server_id} for server_id, server in sim.servers.items()}
    extra = {"modelarts_hosts": "servers", "log_collection_wait_interval": 1}
    return controller.play(sim, "huaweicloud.modelarts.log_collection", hosts, extra)


def _module(controller: Controller, sim: Simulator) -> Cost:
    options = {"type": TYPE, "items": ITEMS, "batches": _batches(sim), "wait_interval": 1}
    return controller.play(sim, [{"name": "collect", "huaweicloud.modelarts.liteserver_job": options}])


def _sdk(controller: Controller, sim: Simulator) -> Cost:
    job = (sim.endpoint, TYPE, json.dumps(ITEMS))
    return controller.script(sim, SCRIPT, "--threads", FORKS, *job, stdin=json.dumps(_batches(sim)))


def _uri_batches(controller: Controller, sim: Simulator) -> Cost:
    return _uri(controller, sim, _batches(sim))


def _uri_servers(controller: Controller, sim: Simulator) -> Cost:
    return _uri(controller, sim, [[server_id] for server_id in sim.server_ids])


def _batches(sim: Simulator) -> list[list[str]]:
    return [sim.server_ids[start : start + BATCH] for start in range(0, len(sim.server_ids), BATCH)]


def _uri(controller: Controller, sim: Simulator, groups: list[list[str]]) -> Cost:
    """A host a job. Each submits its job, looks each second until it is over, and judges."""
    hosts = {f"job-{number}": {"server_ids": group} for number, group in enumerate(groups)}
    body = {"name": "logs-{{ inventory_hostname }}", "type": TYPE, "items": ITEMS, "server_ids": "{{ server_ids }}"}
    return controller.play(sim, uri.job(sim, body), hosts, ANSIBLE_FORKS=FORKS)


WAYS: dict[str, Callable[[Controller, Simulator], Cost]] = {
    ROLE: _role,
    MODULE: _module,
    SDK: _sdk,
    BATCHES: _uri_batches,
    SERVERS: _uri_servers,
}


def value(spent: Cost, name: str) -> float:
    """A measure of a run; by the clock that which is beside the jobs' own time."""
    return max(0.0, spent.wall - SECONDS) if name == "wall" else float(getattr(spent, name))


def growth(found: Fleets, way: str, name: str) -> float | None:
    """What a measure is multiplied by where the fleet has ten times the servers, from the two largest fleets measured."""
    sizes = [size for size in sorted(found) if way in found[size]][-2:]
    if len(sizes) < 2:
        return None
    small, large = (value(found[size][way], name) for size in sizes)
    return float((large / small) ** (math.log(10) / math.log(sizes[1] / sizes[0]))) if small > 0 else None


def tables(found: Fleets) -> dict[str, list[list[str]]]:
    """By the name of a measure its table, the first row being its head: a way a row, a fleet a column, and how it grows."""
    return {
        HEADS.get(name, name): [
            [HEADS.get(name, name), *(f"{size:,}" for size in found), "ten times the servers"],
            *([way, *_cells(found, way, name), _times(growth(found, way, name))] for way in WAYS),
        ]
        for name in MEASURES
    }


def _cells(found: Fleets, way: str, name: str) -> list[str]:
    return [f"{value(ways[way], name):,.1f}".removesuffix(".0") if way in ways else "-" for ways in found.values()]


def _times(factor: float | None) -> str:
    return "-" if factor is None else f"x {factor:.1f}"


def as_text(found: Fleets) -> str:
    lines = [f"Logs of a fleet, {SECONDS} s of work a job, on 1 to {max(found):,} servers\n"]
    for table in tables(found).values():
        lines += [f"{row[0]:33}" + "".join(f"{cell:>10}" for cell in row[1:-1]) + f"{row[-1]:>24}" for row in table]
        lines.append("")
    return "\n".join(lines)


def as_rst(found: Fleets) -> str:
    """The tables for the documentation."""
    return "\n".join(list_table(table) for table in tables(found).values())


def as_json(found: Fleets) -> list[dict[str, Any]]:
    return [
        {"servers": size, "way": way, **asdict(spent), "beside the jobs": value(spent, "wall")}
        for size, ways in found.items()
        for way, spent in ways.items()
    ]
