# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a run keeps its journal and its report."""

from __future__ import annotations

import os
import shutil

from .._fleet.journal import PRIVATE_FOLDER, RESERVE
from .._fleet.surroundings import stamp
from .._report.names import run_id, stem
from . import run

FORGOTTEN = 7 * 24 * 3600.0  # seconds without a change, after which a journal is removed


def take(folder: str, role: str, now: float) -> tuple[str, str]:
    """The name of a new run, also used for its report, and the folder for its journal."""
    name = stem(role, stamp(now), run_id())
    return name, os.path.join(folder, f".{name}")


def spare(path: str, folder: str) -> str | None:
    """Where a journal finds room in another folder; None where it is in that one."""
    return None if os.path.dirname(path) == folder else os.path.join(folder, os.path.basename(path))


def leave(path: str, folder: str) -> str:
    """Move the journal of a finished run into a folder that is removed when the playbook ends. Returns the new place."""
    place = spare(path, folder)
    if place is None:
        return path
    try:
        os.makedirs(place, mode=PRIVATE_FOLDER, exist_ok=True)
        for entry in os.scandir(path):
            # What is there already had found no room in the journal itself, and is newer.
            if not os.path.exists(os.path.join(place, entry.name)) and entry.name != f"{RESERVE}.json":
                shutil.copy2(entry.path, place)
    except OSError:
        return path  # what is to be told is told from there
    shutil.rmtree(path, ignore_errors=True)
    return place


def tidy(folder: str, role: str, now: float) -> None:
    """Remove the journals of killed runs that are no longer used. What cannot be removed is left."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        head = os.path.join(entry.path, f"{run.HEAD}.json")
        if entry.name.startswith(f".{role}-") and os.path.isfile(head) and now - os.path.getmtime(head) > FORGOTTEN:
            shutil.rmtree(entry.path, ignore_errors=True)
