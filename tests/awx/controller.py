# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for AWX's API, as a collection that takes the place of awx.awx, and the kit applied to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.awx.stand_in.store import KINDS

HERE = Path(__file__).resolve().parent


class Controller:
    """The stand-in in a folder. `environment` leads a playbook to it."""

    def __init__(self, folder: Path, collections: str) -> None:
        self._state = folder / "awx.json"
        plugins = folder / "collections" / "ansible_collections" / "awx" / "awx" / "plugins"
        for kind in ("action", "lookup", "plugin_utils"):
            (plugins / kind).mkdir(parents=True)
        for module in KINDS:
            (plugins / "action" / f"{module}.py").symlink_to(HERE / "stand_in" / "action.py")
        (plugins / "lookup" / "controller_api.py").symlink_to(HERE / "stand_in" / "lookup.py")
        (plugins / "plugin_utils" / "store.py").symlink_to(HERE / "stand_in" / "store.py")
        self.environment = {
            "ANSIBLE_COLLECTIONS_PATH": f"{folder / 'collections'}:{collections}",
            "AWX_STAND_IN": str(self._state),
            "AWX_SPECS": str(HERE / "specs.json"),
        }

    @property
    def things(self) -> dict[str, dict[str, dict[str, Any]]]:
        """What there is: by the API's word for the kind, then by name."""
        found: dict[str, dict[str, dict[str, Any]]] = json.loads(self._state.read_text(encoding="utf-8"))
        return found
