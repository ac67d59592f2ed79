# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a workflow hands to its next step: bounded, since a controller keeps it with each job."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

MOST = 64 * 1024  # bytes of JSON


def bounded(build: Callable[[int], dict[str, Any]], entries: int, most: int = MOST) -> dict[str, Any]:
    """What C(build) makes of the first entries, of as many as find room in so many bytes of JSON."""
    low, high = 0, entries
    while low < high:
        middle = high if high == entries else (low + high + 1) // 2
        if len(json.dumps(build(middle))) <= most:
            low = middle
        else:
            high = middle - 1
    return build(low)
