# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the collection in which some code is another."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("meta", "playbooks", "plugins", "roles")  # what a playbook needs


def copy(folder: Path, edits: Iterable[tuple[str, str, str]]) -> None:
    """Make a folder of collections with it. `edits`: a file, a text in it, and the other. ValueError where it is not there once."""
    tree = folder / "ansible_collections" / "huaweicloud" / "modelarts"
    for part in PARTS:
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file, old, new in edits:
        code = (tree / file).read_text(encoding="utf-8")
        if code.count(old) != 1:
            raise ValueError(f"{file} has {code.count(old)} times {old!r}")
        (tree / file).write_text(code.replace(old, new), encoding="utf-8")
