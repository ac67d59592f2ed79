# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rollout in waves of a quarter costs beside the time that its jobs take, and where it goes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.benchmark.playbook import Controller
from tests.simulator import Simulator

CALLBACKS = Path(__file__).resolve().parent / "callback_plugins"
VERSION = "24.1.0.3"
SPEED = 60  # of the simulator
PHASES = {
    "planning": ("Plan the rollout",),
    "waves": ("Roll out wave by wave",),
    "verdicts": ("Verdict",),
    "end": ("End the rollout", "Give"),
    "debug": ("Say something",),
}  # how the names of the tasks begin
# The hosts do one more task, to see what any task costs in this process.
PLAYS = [
    {"import_playbook": "huaweicloud.modelarts.hdk_upgrade"},
    {
        "hosts": "servers",
        "gather_facts": False,
        "tasks": [{"name": "Say something", "ansible.builtin.debug": {"msg": "done"}}],
    },
]


# An empty action in the place of the verdicts, to see what any task costs there.
TASKS = "roles/hdk_upgrade/tasks/main.yml"
VERDICT = "  huaweicloud.modelarts.liteserver_verdict:\n    var: __hdk_upgrade_end\n"
EMPTY = "  ansible.builtin.debug:\n    msg: done\n"


def rollout(controller: Controller, fleet: int) -> tuple[dict[str, float], list[list[str]]]:
    """Roll out to so many servers. Returns what it cost and where the seconds went, as numbers and as a table with its head."""
    numbers = _run(controller, fleet)
    with tempfile.TemporaryDirectory() as folder:
        empty = _run(Controller(Path(folder), (TASKS, VERDICT, EMPTY)), fleet)["verdicts"]
    rows = [
        [f"a rollout to {fleet:,} servers in {numbers['submitted']:,.0f} jobs", "measured"],
        ["the whole playbook", f"{numbers['wall'] - numbers['debug']:.1f} s"],
        ["of which jobs were at work for", f"{numbers['jobs']:.1f} s"],
        ["the plan, with its query", f"{numbers['planning']:.1f} s"],
        ["the waves, with their jobs", f"{numbers['waves']:.1f} s"],
        ["the end, with report and facts", f"{numbers['end']:.1f} s"],
        ["one verdict for each host", f"{numbers['verdicts']:.1f} s"],
        ["other tasks of the role", f"{numbers['rest']:.1f} s"],
        ["in place of the verdicts, one debug task for each host", f"{empty:.1f} s"],
        ["after the verdicts, one debug task for each host", f"{numbers['debug']:.1f} s"],
        ["requests", f"{numbers['requests']:.0f}"],
        ["most memory of one process", f"{numbers['MiB']:.0f} MiB"],
    ]
    return {**numbers, "empty": empty}, rows


def _run(controller: Controller, fleet: int) -> dict[str, float]:
    """What one rollout cost, and the seconds of each phase."""
    durations = controller.folder / "durations"
    durations.touch()
    playbook = controller.folder / "rollout.json"
    playbook.write_text(json.dumps(PLAYS), encoding="utf-8")
    with Simulator(servers=fleet, speed=SPEED) as sim, tempfile.TemporaryDirectory() as reports:
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
            str(playbook),
            hosts,
            variables,
            ANSIBLE_CALLBACK_PLUGINS=str(CALLBACKS),
            ANSIBLE_CALLBACKS_ENABLED="durations",
            DURATIONS_FILE=str(durations),
        )
        at_work = covered((job.created, max(task.ends for task in job.tasks)) for job in sim.jobs.values()) / SPEED
        assert all(server.driver == VERSION for server in sim.servers.values()), "not each server was upgraded"
    phases = dict.fromkeys((*PHASES, "rest"), 0.0)
    for line in map(json.loads, durations.read_text(encoding="utf-8").splitlines()):
        task = line["task"].rpartition(" : ")[2]
        phase = next((phase for phase, begins in PHASES.items() if task.startswith(begins)), "rest")
        phases[phase] += line["seconds"]
    return {
        "servers": fleet,
        "wall": spent.wall,
        "cpu": spent.cpu,
        "requests": spent.requests,
        "MiB": spent.memory,
        "jobs": at_work,
        "submitted": len(sim.jobs),
        **phases,
    }


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """How much time the spans cover, of which some overlap."""
    total, reached = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(end - max(begin, reached), 0.0)
        reached = max(reached, end)
    return total
