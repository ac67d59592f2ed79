# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kit for AWX makes, by applying it to the stand-in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.awx.controller import Controller
from tests.conftest import COLLECTIONS
from tests.integration.playbook import Playbook
from tests.simulator import Simulator

Things = dict[str, dict[str, dict[str, Any]]]


def made(folder: Path) -> Things:
    """By the API's word for the kind, then by name, each as its module was given it."""
    controller = Controller(folder / "awx", str(COLLECTIONS))
    with Simulator(servers=1) as simulator:
        result = Playbook(folder, simulator).play(
            "huaweicloud.modelarts.awx_setup",
            extra_vars={"awx_setup_project_url": "https://git.example.com/fleet.git"},
            env={**controller.environment, "ANSIBLE_LOCALHOST_WARNING": "false"},
        )
    assert result.rc == 0, result.output
    return controller.things
