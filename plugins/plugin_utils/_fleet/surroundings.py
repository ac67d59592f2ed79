# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rollout works with: platform, clock, progress. Apart from the journal this is all its contact with the
outside.
"""

from __future__ import annotations

import time as _time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Optional, Protocol

from ...module_utils._progress import duration
from .journal import Journal

Result = dict[str, Any]  # what the module of the call returns
# Called after each look of a wait, with what is known of each server then (by id, as a module returns servers). What it
# returns is told.
Line = Callable[[Mapping[str, Mapping[str, Any]]], Optional[str]]


class Platform(Protocol):
    """One connection: a region and a project. Each call takes a module's options and returns its result; none raises.

    A call that fails returns C(failed) and C(msg), with whatever else is known.
    """

    def job(self, *, line: Line | None = None, fresh: float | None = None, **options: Any) -> Result:
        """As liteserver_job: matches, adopts, submits at most once."""

    def jobs(self, *, line: Line | None = None, **options: Any) -> Result:
        """As liteserver_job_info."""

    def servers(self, **options: Any) -> Result:
        """As liteserver_info."""


class Progress(Protocol):
    """Shows how far the work is."""

    def tell(self, text: str) -> None:
        """Show a line, unless it is the one shown last."""


@dataclass(frozen=True)
class Clock:
    """Seconds since 1970, monotonic seconds, and a pause."""

    time: Callable[[], float] = _time.time
    monotonic: Callable[[], float] = _time.monotonic
    sleep: Callable[[float], None] = _time.sleep

    def moment(self) -> list[float]:
        """Now by both clocks, for C(since), also in another process of this machine."""
        return [self.time(), self.monotonic()]

    def since(self, moment: Sequence[float]) -> float:
        """Seconds since a moment by the clock that shows more: one may be set back, the other stops while the machine sleeps."""
        return max(now - then for now, then in zip(self.moment(), moment))


LONGEST_SILENCE = 30.0  # seconds


@dataclass(frozen=True)
class Surroundings:
    """What a step works with. C(platforms) are by the names of the run's connections."""

    journal: Journal
    platforms: Mapping[str, Platform]
    clock: Clock
    progress: Progress

    def pause(self, seconds: float, text: str) -> None:
        """Sleep, showing why, at least every 30 seconds."""
        left = seconds
        while left > 0:
            self.progress.tell(f"{text}, {duration(left)} left")
            piece = min(left, LONGEST_SILENCE)
            self.clock.sleep(piece)
            left -= piece


def stamp(seconds: float) -> str:
    """A time as reports have it, such as C(2026-11-21T22:00:00Z)."""
    return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
