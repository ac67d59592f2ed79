# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three ways to upgrade groups of servers, a job a group: what people write with ansible.builtin.uri or the vendor's SDK, and ours."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmark import uri
from tests.benchmark.jobs import SCRIPT
from tests.benchmark.playbook import Controller
from tests.simulator import Simulator

VERSION = "24.1.0.3"
TYPE, ITEMS = "HDK_UPGRADE", [{"type": "HDK_UPGRADE", "spec": {"version": VERSION}}]
Groups = list[list[str]]


@dataclass(frozen=True)
class Way:
    """C(command): the command and its standard input. C(before): how many jobs it submits before its first upgrade."""

    title: str
    command: Callable[[Controller, Simulator, Groups], tuple[list[str], str]]
    before: int = 0


def _play(controller: Controller, hosts: dict[str, Any], play: dict[str, Any]) -> tuple[list[str], str]:
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    files = {"hosts.json": {"all": {"vars": local, "hosts": hosts}}, "play.json": [{"gather_facts": False, **play}]}
    for name, content in files.items():
        (controller.folder / name).write_text(json.dumps(content), encoding="utf-8")
    return [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "hosts.json", "play.json"], ""


def _uri(controller: Controller, sim: Simulator, groups: Groups) -> tuple[list[str], str]:
    """A host a group: submit, wait for the job and its tasks, judge."""
    hosts = {f"group-{number}": {"server_ids": group} for number, group in enumerate(groups)}
    body = {"name": "{{ inventory_hostname }}", "type": TYPE, "items": ITEMS, "server_ids": "{{ server_ids }}"}
    return _play(controller, hosts, {"hosts": "all", "tasks": uri.job(sim, body)})


def _sdk(controller: Controller, sim: Simulator, groups: Groups) -> tuple[list[str], str]:
    job = [sim.endpoint, TYPE, json.dumps(ITEMS)]
    return [sys.executable, str(SCRIPT), "--threads", str(len(groups)), *job], json.dumps(groups)


def _ours(controller: Controller, sim: Simulator, groups: Groups) -> tuple[list[str], str]:
    options = {
        "version": VERSION,
        "servers": [server_id for group in groups for server_id in group],
        "servers_per_job": len(groups[0]),
        "canary": 0,
        "wait_interval": 1,
        "verify_timeout": 3,
        "connection": {"request_timeout": uri.TIMEOUT},
    }
    role = {
        "role": "huaweicloud.modelarts.hdk_upgrade",
        **{f"hdk_upgrade_{name}": one for name, one in options.items()},
    }
    return _play(controller, {"localhost": {}}, {"hosts": "localhost", "roles": [role]})


URI = Way("``uri`` and ``until``", _uri)
SDK = Way("a script on the SDK", _sdk)
OURS = Way("``hdk_upgrade``", _ours, before=1)  # it queries the versions first
WAYS = (URI, SDK, OURS)
