# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller: a folder with the checkout as an installed collection, and ansible-playbook in it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests import altered
from tests.benchmark.measure import Cost, cost
from tests.simulator import Simulator

ROOT = Path(__file__).resolve().parents[2]
# Nothing of the user's own; and what is compiled is kept, as on every controller.
FOREIGN = ("ANSIBLE_", "HUAWEICLOUD_", "HW_", "PYTHONDONTWRITEBYTECODE")


class Controller:
    """Runs playbooks, and other programs of the same Python, against a simulator."""

    def __init__(self, folder: Path, *edits: tuple[str, str, str]) -> None:
        """`edits`: what is another in the collection, as for `altered.copy`."""
        self.folder = folder
        if edits:
            altered.copy(folder, edits)
        else:
            link = folder / "ansible_collections" / "huaweicloud" / "modelarts"
            link.parent.mkdir(parents=True)
            link.symlink_to(ROOT, target_is_directory=True)
        (folder / "ansible.cfg").touch()

    def environment(self, sim: Simulator) -> dict[str, str]:
        """What a user exports, leading to the simulator."""
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)},
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(self.folder),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "HUAWEICLOUD_SDK_AK": sim.access_key,
            "HUAWEICLOUD_SDK_SK": sim.secret_key,
            "HUAWEICLOUD_SDK_PROJECT_ID": sim.project_id,
            "HW_REGION_NAME": "simulator",
            "HUAWEICLOUD_SDK_REGION_MODELARTS_SIMULATOR": sim.endpoint,
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    def play(
        self,
        sim: Simulator,
        play: str | list[dict[str, Any]],
        hosts: dict[str, dict[str, Any]] | None = None,
        extra: dict[str, Any] | None = None,
        **environment: str,
    ) -> Cost:
        """Run tasks, or a playbook by its name, on hosts that all are this machine."""
        local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        inventory = {"all": {"vars": local, "children": {"servers": {"hosts": hosts or {"controller": {}}}}}}
        (self.folder / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
        if not isinstance(play, str):
            tasks = [{"hosts": "all", "gather_facts": False, "tasks": play}]
            play = str(self.folder / "play.json")
            Path(play).write_text(json.dumps(tasks), encoding="utf-8")
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        command = [program, "-i", str(self.folder / "hosts.json"), play, "-e", json.dumps(extra or {})]
        return cost(sim, command, {**self.environment(sim), **environment}, self.folder)

    def script(self, sim: Simulator, script: Path, *arguments: str, stdin: str = "") -> Cost:
        """Run a Python script, which reads stdin."""
        return cost(sim, [sys.executable, str(script), *arguments], self.environment(sim), self.folder, stdin)


def url(sim: Simulator, path: str) -> dict[str, Any]:
    """Options of ansible.builtin.uri: an address of the API, and a token, as it cannot sign."""
    return {"url": f"{sim.endpoint}/v1/{sim.project_id}/dev-servers{path}", "headers": {"X-Auth-Token": sim.auth_token}}
