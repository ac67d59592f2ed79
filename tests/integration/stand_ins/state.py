# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stand-ins share: the cluster's file under a lock, and the record of calls."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def opened(path: str) -> Iterator[dict[str, Any]]:
    """The cluster, for one process at a time; what is changed is kept."""
    with open(path, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        state = json.load(file)
        try:
            yield state
        finally:
            file.seek(0)
            file.write(json.dumps(state))
            file.truncate()


def note(path: str, arguments: list[str]) -> None:
    """Keep what the tool was called with."""
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(arguments) + "\n")
