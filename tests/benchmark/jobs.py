# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Four jobs of 50 servers, one after the other: our module, a script on the vendor's SDK, and ansible.builtin.uri."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmark import uri
from tests.benchmark.measure import Comparison, Cost
from tests.benchmark.playbook import Controller
from tests.simulator import Simulator

JOBS, SERVERS = 4, 50
# All look each second, so a job that ends shortly before a look is one that nobody is lucky with.
SECONDS = 2.9
SPEED = 60 / SECONDS  # a log collection takes 60 s there
TYPE, ITEMS = "LOG_COLLECT", [{"type": "DEVICE_LOG_COLLECT"}]
OURS, SDK, URI = "liteserver_job", "a script on the SDK", "uri and until"
SCRIPT = Path(__file__).with_name("sdk_script.py")


def compare(controller: Controller) -> Comparison:
    """One run of each, after one of a single short job in which Python compiles, each with a platform of its own."""
    ways: dict[str, Callable[[Simulator, list[list[str]]], Cost]] = {
        OURS: lambda sim, groups: controller.play(sim, [ours(number, ids) for number, ids in enumerate(groups)]),
        SDK: lambda sim, groups: controller.script(
            sim, SCRIPT, sim.endpoint, TYPE, json.dumps(ITEMS), stdin=json.dumps(groups)
        ),
        URI: lambda sim, groups: controller.play(
            sim, [task for number, ids in enumerate(groups) for task in theirs(sim, number, ids)]
        ),
    }
    for way in ways.values():
        measured(way, jobs=1, servers=1, speed=1000)
    costs = {name: measured(way) for name, way in ways.items()}
    title = f"{JOBS} jobs of {SERVERS} servers and {SECONDS:g} s, one after the other, a look each second"
    return Comparison(title, SDK, costs)


def measured(
    way: Callable[[Simulator, list[list[str]]], Cost], jobs: int = JOBS, servers: int = SERVERS, speed: float = SPEED
) -> Cost:
    """What it cost to do it this way; that it was done is asserted."""
    with Simulator(servers=jobs * servers, speed=speed) as sim:
        groups = [sim.server_ids[start : start + servers] for start in range(0, jobs * servers, servers)]
        spent = way(sim, groups)
        assert [job.server_ids for job in sim.jobs.values()] == groups
        assert {sim.status(job_id) for job_id in sim.jobs} == {"FINISHED"}
    return spent


def ours(number: int, server_ids: list[str]) -> dict[str, Any]:
    """One task: it submits, waits and judges."""
    options = {"name": f"logs-{number}", "type": TYPE, "items": ITEMS, "server_ids": server_ids, "wait_interval": 1}
    return {"name": f"job {number}", "huaweicloud.modelarts.liteserver_job": options}


def theirs(sim: Simulator, number: int, server_ids: list[str]) -> list[dict[str, Any]]:
    """Three tasks."""
    return uri.job(sim, {"name": f"logs-{number}", "type": TYPE, "items": ITEMS, "server_ids": server_ids})
