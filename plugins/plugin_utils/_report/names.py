# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of a run and of its report's files, for all roles."""

from __future__ import annotations

import re
import secrets

from .values import time

SHORT = 8  # of a run's id


def run_id() -> str:
    """A new id for a run: eight hexadecimal digits."""
    return secrets.token_hex(SHORT // 2)


def stem(operation: str, started: str, run: str) -> str:
    """The name of a report's files without their endings, such as ``hdk_upgrade-20261121T220000Z-3f9a1c02``.

    started: when the run began, in ISO 8601. run: its id, whose first eight letters or digits must tell runs apart.
    """
    begun = time(started)
    if begun is None:
        raise ValueError(f"{started!r} is no time in ISO 8601")
    short = re.sub(r"[^0-9A-Za-z]", "", run)[:SHORT]
    return "-".join(part for part in (operation, re.sub("[-:]", "", begun), short) if part)
