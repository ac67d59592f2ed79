# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times and durations of a report, for people. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from ...module_utils import _progress


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
    """Such as C(4 min 10 s); nothing where it is not known."""
    return "" if seconds is None else _progress.duration(seconds)


def roughly(seconds: int | None) -> str:
    """An estimate, such as C(1 h 25 min); nothing where there is none."""
    return "" if seconds is None else _progress.roughly(seconds)


def clock(stated: str | None, date: bool = False) -> str:
    """The time of day, to the minute, or with the date."""
    if not stated:
        return ""
    return f"{stated[:10]} {stated[11:19]} UTC" if date else stated[11:16]
