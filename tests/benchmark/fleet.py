# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rollout in waves of a quarter costs beside the time that its jobs take, and where it goes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from tests.benchmark.playbook import Controller
from tests.simulator import Simulator

CALLBACKS = Path(__file__).resolve().parent / "callback_plugins"
VERSION = "24.1.0.3"
PHASES = {
    "planning": ("Plan the rollout",),
    "waves": ("Roll out wave by wave",),
    "verdicts": ("Verdict",),
    "end": ("End the rollout", "Give"),
}  # how the names of the role's tasks begin


def rollout(controller: Controller, fleet: int) -> tuple[dict[str, float], list[list[str]]]:
    """Roll out to so many servers. Returns what it cost and where the seconds went, as numbers and as a table with its head."""
    durations = controller.folder / "durations"
    durations.touch()
    with Simulator(servers=fleet, speed=60) as sim, tempfile.TemporaryDirectory() as reports:
        hosts = {server.name: {"liteserver_id": server_id} for server_id, server in sim.servers.items()}
        variables = {
            "hdk_upgrade_version": VERSION,
            "hdk_upgrade_wait_interval": 1,
            "hdk_upgrade_waves": ["25%"],
            "hdk_upgrade_report_dir": reports,
            "modelarts_hosts": "servers",
        }
        spent = controller.play(
            sim,
            "huaweicloud.modelarts.hdk_upgrade",
            hosts,
            variables,
            ANSIBLE_CALLBACK_PLUGINS=str(CALLBACKS),
            ANSIBLE_CALLBACKS_ENABLED="durations",
            DURATIONS_FILE=str(durations),
        )
        jobs = len(sim.jobs)
        upgraded = sum(server.driver == VERSION for server in sim.servers.values())
    phases = dict.fromkeys((*PHASES, "rest"), 0.0)
    for line in map(json.loads, durations.read_text(encoding="utf-8").splitlines()):
        task = line["task"].rpartition(" : ")[2]
        phase = next((phase for phase, begins in PHASES.items() if task.startswith(begins)), "rest")
        phases[phase] += line["seconds"]
    numbers = {"servers": fleet, "wall": spent.wall, "cpu": spent.cpu, "requests": spent.requests, "MiB": spent.memory}
    rows = [
        [f"a rollout to {fleet:,} servers in {jobs:,} jobs, {upgraded:,} upgraded", "measured"],
        ["the whole playbook", f"{spent.wall:.1f} s"],
        ["CPU of all processes", f"{spent.cpu:.1f} s"],
        ["the plan, with its query", f"{phases['planning']:.1f} s"],
        ["the waves, with their jobs", f"{phases['waves']:.1f} s"],
        ["the end, with report and facts", f"{phases['end']:.1f} s"],
        ["one verdict for each host", f"{phases['verdicts']:.1f} s"],
        ["other tasks of the role", f"{phases['rest']:.1f} s"],
        ["requests", f"{spent.requests:.0f}"],
        ["most memory of one process", f"{spent.memory:.0f} MiB"],
    ]
    return {**numbers, **phases}, rows
