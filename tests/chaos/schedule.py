# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time that passes as soon as everybody waits: several controllers in one process, one at work at a time.

Each controller is a thread that goes on until it sleeps; then whoever wakes first goes on, at that time. So the order of
events depends on nothing but the story, an hour takes as long as its requests, and a story can be told again.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from typing import Callable

EPOCH = 1_800_000_000.0  # seconds since 1970 at the monotonic time 0, on a clock that is right


class Killed(BaseException):
    """The end of a process: nothing of it runs after this."""


class Overdue(BaseException):
    """A run went on for longer than it may."""


class Controller:
    """One run of ours, on a machine, in a thread of its own.

    C(killed): when its process ended; C(orphaned): when its ansible-playbook did, while its worker goes on.
    """

    def __init__(self, name: str, machine: str, work: Callable[[], None], most: float) -> None:
        self.name, self.machine = name, machine
        self.most = most  # seconds that it may take
        self.began = self.ended = 0.0
        self.killed: float | None = None
        self.orphaned: float | None = None
        self.error: BaseException | None = None
        self.skew = 0.0  # seconds by which its wall clock is wrong
        self.go = threading.Semaphore(0)
        self._work = work
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.over: Callable[[Controller], None] = lambda controller: None

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:
            self.error = error
        self.over(self)


class Schedule:
    """The clock, and who goes on when."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.current: Controller | None = None
        self._queue: list[tuple[float, int, Controller | None, Callable[[], None]]] = []
        self._order = itertools.count()
        self._main = threading.Semaphore(0)

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        """The time of day that the machine at work believes in."""
        return self.real() + (self.current.skew if self.current else 0.0)

    def real(self) -> float:
        """The true time, in seconds since 1970."""
        return EPOCH + self.now

    def at(self, when: float, call: Callable[[], None], who: Controller | None = None) -> None:
        heapq.heappush(self._queue, (max(when, self.now), next(self._order), who, call))

    def start(self, controller: Controller, when: float) -> None:
        controller.over = self._over
        self.at(when, lambda: None, controller)

    def run(self) -> None:
        """Go on until nothing is left to happen."""
        while self._queue:
            self.now, _order, who, call = heapq.heappop(self._queue)
            call()
            if who is not None:
                self._hand_over(who)

    def sleep(self, seconds: float) -> None:
        """Let the controller at work wait, and others go on meanwhile."""
        me = self.current
        assert me is not None, "only a controller sleeps"
        if me.killed is None:
            self.at(self.now + seconds, lambda: None, me)
            self._wait_for(me)
        if me.killed is not None:
            raise Killed
        if self.now - me.began > me.most:
            raise Overdue

    def _wait_for(self, me: Controller) -> None:
        while True:
            when, order, who, call = heapq.heappop(self._queue)
            if who is not None and who is not me:
                heapq.heappush(self._queue, (when, order, who, call))
                self.current = None
                self._main.release()
                me.go.acquire()
                return
            self.now = when
            call()
            if who is me:
                return

    def _hand_over(self, who: Controller) -> None:
        self.current = who
        if who.thread.ident is None:
            who.began = self.now
            who.thread.start()
        else:
            who.go.release()
        self._main.acquire()

    def _over(self, controller: Controller) -> None:
        controller.ended = self.now
        self.current = None
        self._main.release()
