# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated time: real time multiplied, read on demand. Nothing ticks in the background."""

from __future__ import annotations

import time


class Clock:
    """Seconds since the epoch, running `speed` times as fast as real time from the moment of its making.

    A speed of 0 stands still; then only `advance` moves it.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if speed < 0:
            raise ValueError("speed must not be negative")
        self.speed = float(speed)
        self._start = time.time()
        self._real = time.monotonic()
        self._skipped = 0.0

    def now(self) -> float:
        """The simulated time, in seconds since the epoch."""
        return self._start + (time.monotonic() - self._real) * self.speed + self._skipped

    def advance(self, seconds: float) -> None:
        """Skip `seconds` of simulated time at once."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._skipped += seconds


def millis(seconds: float) -> int:
    """Epoch milliseconds, the unit of every time in the API."""
    return round(seconds * 1000)
