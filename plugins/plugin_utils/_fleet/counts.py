# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers for people. Pure."""

from __future__ import annotations


def counted(number: int, word: str = "server") -> str:
    """Such as C(1 server) and C(2,000 servers)."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
