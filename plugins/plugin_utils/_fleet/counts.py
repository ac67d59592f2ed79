# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers and names for people. Pure."""

from __future__ import annotations

from collections.abc import Sequence

MOST_NAMED = 3


def counted(number: int, word: str = "server") -> str:
    """Such as C(1 server) and C(2,000 servers)."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def first_few(names: Sequence[str]) -> str:
    """The first few names, such as C(a, b, c and 2 more)."""
    rest = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + rest
