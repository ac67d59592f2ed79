# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated time: real time multiplied, read on demand. Nothing ticks in the background."""

from __future__ import annotations

import bisect
import threading
import time
from typing import Callable


class Clock:
    """Seconds since the epoch, running `speed` times as fast as real time from the moment of its making.

    A speed of 0 stands still; then only `advance` moves it. `real_now` is what counts as real time, in seconds since the
    epoch that never go back: by default the machine's own.
    """

    def __init__(self, speed: float = 1.0, real_now: Callable[[], float] | None = None) -> None:
        if speed < 0:
            raise ValueError("speed must not be negative")
        self.speed = float(speed)
        self.real_now = real_now or _of_machine()
        start = self.real_now()
        # (simulated, real) at the start and at the end of each skip; between two of them time runs at `speed`
        self._marks = [(start, start)]
        self._lock = threading.Lock()

    def now(self) -> float:
        """The simulated time, in seconds since the epoch."""
        simulated, real = self._marks[-1]
        return simulated + (self.real_now() - real) * self.speed

    def advance(self, seconds: float) -> None:
        """Skip `seconds` of simulated time at once."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        with self._lock:
            self._marks.append((self.now() + seconds, self.real_now()))

    def real(self, simulated: float) -> float:
        """The real time at which the clock showed a simulated time that is past: what was skipped happened in the
        moment of the skip, what was before the start so many real seconds before it. Keeps the order of times.
        """
        marks = self._marks
        start, began = marks[0]
        if simulated < start:
            return began - (start - simulated)
        found = bisect.bisect_right(marks, (simulated, float("inf"))) - 1
        shown, real = marks[found]
        ran = (simulated - shown) / self.speed if self.speed else 0.0
        skip = marks[found + 1][1] if found + 1 < len(marks) else self.real_now()
        return min(real + ran, skip) if self.speed or simulated == shown else skip


def _of_machine() -> Callable[[], float]:
    """The real time, in seconds since the epoch; it never goes back."""
    offset = time.time() - time.monotonic()
    return lambda: time.monotonic() + offset


def millis(seconds: float) -> int:
    """Epoch milliseconds, the unit of every time in the API."""
    return round(seconds * 1000)
