# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order in which servers are told. Pure."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from .words import verdict_rank

_DIGITS = re.compile(r"([0-9]+)")


@functools.lru_cache(maxsize=1 << 15)  # each drawing of a report sorts the same names, more than once
def natural(value: str | None) -> tuple[tuple[int, int, str], ...]:
    """A key under which node-2 precedes node-10."""
    parts = _DIGITS.split(value or "")
    # By length and then by digit: int() refuses very long numbers.
    return tuple(
        (0, len(part.lstrip("0")), part.lstrip("0")) if odd % 2 else (1, 0, part.casefold())
        for odd, part in enumerate(parts)
        if part
    )


def server_order(server: Mapping[str, Any]) -> tuple[int, int, tuple[tuple[int, int, str], ...]]:
    """What needs a hand first, then in the order of the waves, then by name."""
    wave = server["wave"]
    return (
        verdict_rank(server["verdict"]),
        wave if wave is not None else 1 << 30,
        natural(server["name"] or server["id"]),
    )
