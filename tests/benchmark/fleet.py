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


def rollout(controller: Controller, fleet: int) -> dict[str, float]:
    """Roll out to so many servers, print where the seconds went, and return these numbers."""
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
    print(f"a rollout to {fleet} servers in {jobs} jobs, {upgraded} upgraded:")
    print(f"  the whole playbook                {spent.wall:6.1f} s")
    print(f"  CPU of all processes              {spent.cpu:6.1f} s")
    print(f"  the plan, with its query          {phases['planning']:6.1f} s")
    print(f"  the waves, with their jobs        {phases['waves']:6.1f} s")
    print(f"  the end, with report and facts    {phases['end']:6.1f} s")
    print(f"  one verdict for each host         {phases['verdicts']:6.1f} s")
    print(f"  other tasks of the role           {phases['rest']:6.1f} s")
    print(f"  requests                          {spent.requests:6.0f}")
    print(f"  most memory of one process        {spent.memory:6.0f} MiB")
    return {
        "servers": fleet,
        "wall": spent.wall,
        "cpu": spent.cpu,
        "requests": spent.requests,
        **phases,
        "MiB": spent.memory,
    }
