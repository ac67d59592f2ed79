# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for kubectl and scontrol: they take the real command lines alone, and answer and fail as the real ones do.

A cluster is a JSON file. A test gets an executable of the tool's name for it, and reads back what it was called with.
"""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


class Cluster:
    """A cluster of the kind kubectl or scontrol. nodes: by name, as the stand-in of the tool says."""

    def __init__(self, directory: Path, tool: str, nodes: dict[str, Any], **state: Any) -> None:
        self.tool = tool
        self.directory = directory
        self.file = directory / "cluster.json"
        directory.mkdir(parents=True)
        self.file.write_text(json.dumps({"nodes": nodes, **state}), encoding="utf-8")

    def command(self, caller: str = "") -> str:
        """The path of the executable; each caller's calls are kept apart."""
        path = self.directory / caller / self.tool
        path.parent.mkdir(exist_ok=True)
        words = [sys.executable, "-ES", HERE / f"{self.tool}.py", self.file, self._calls(caller)]
        path.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n', encoding="utf-8")
        path.chmod(0o755)
        return str(path)

    def calls(self, caller: str = "") -> list[list[str]]:
        """The arguments of each call, in the order of their beginning."""
        file = self._calls(caller)
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []

    @property
    def nodes(self) -> dict[str, Any]:
        """The nodes as they are now."""
        return json.loads(self.file.read_text(encoding="utf-8"))["nodes"]

    def _calls(self, caller: str) -> Path:
        return self.directory / caller / "calls"
