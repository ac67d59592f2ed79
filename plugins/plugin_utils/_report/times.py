# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times and durations of a report, for people. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache


# The servers of a wave share many times.
@lru_cache(maxsize=4096)
def moment_of(stated: str | None) -> datetime | None:
    """The time that build() wrote."""
    # Python before 3.11 does not read the Z; strptime would, ten times slower.
    return datetime.fromisoformat(f"{stated[:-1]}+00:00") if stated else None


def seconds_between(started: str | None, finished: str | None) -> int | None:
    """The seconds from one to the other; None where either is unknown or they are the wrong way round."""
    begin, end = moment_of(started), moment_of(finished)
    if begin is None or end is None or end < begin:
        return None
    return int((end - begin) / timedelta(seconds=1))


def duration(seconds: int | None) -> str:
    """Two units at most: nobody wants the seconds of three hours."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    return " ".join(f"{number} {unit}" for number, unit in parts[:2] if number) or "0 s"


def roughly(seconds: int | None) -> str:
    """An estimate, no finer than it can be: ``9 h``, ``1 h 25 min``, ``12 min``."""
    if seconds is None:
        return ""
    step = 60 if seconds < 1800 else 300 if seconds < 6 * 3600 else 3600
    return duration(max(round(seconds / step) * step, 60))


def clock(stated: str | None, date: bool = False) -> str:
    """The time of day, to the minute, or with the date."""
    if not stated:
        return ""
    return f"{stated[:10]} {stated[11:19]} UTC" if date else stated[11:16]
