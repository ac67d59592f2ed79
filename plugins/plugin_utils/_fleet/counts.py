# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers for people, and lists that may be long. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, MutableMapping
from typing import Any

MOST_HANDED_ON = 64 * 1024  # bytes of JSON that a workflow hands to its next step
SPARE = 256  # bytes of them for what is said of what was left off


def counted(number: int, word: str = "server") -> str:
    """Such as C(1 server) and C(2,000 servers)."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def shorten(data: MutableMapping[str, Any], lists: Iterable[str]) -> dict[str, int]:
    """Cut the longest of the lists, by their keys, until the data can be handed on. Returns how many are left off of which."""
    left_off: dict[str, int] = {}
    while len(json.dumps(data)) > MOST_HANDED_ON - SPARE:
        name = max((one for one in lists if data.get(one)), key=lambda one: len(json.dumps(data[one])), default=None)
        if name is None:
            break
        kept = len(data[name]) // 2
        left_off[name] = left_off.get(name, 0) + len(data[name]) - kept
        data[name] = data[name][:kept]
    return left_off
