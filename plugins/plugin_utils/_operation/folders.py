# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders on the controller that an operation writes to, checked before anything is sent."""

from __future__ import annotations

from .._report.files import ROOM, check_writable, foreseen


def problem_of(folder: str, check: bool, room: int = ROOM) -> str | None:
    """Why a folder cannot be written to, and what to do. Creates it where it is missing, except in check mode."""
    if not check:
        return check_writable(folder, room)
    reason = foreseen(folder)
    return f"{folder} cannot be written: {reason}. Give another folder." if reason else None
