# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows progress on the screen: a line when something changes, and one at least every 30 seconds.

A thread shows the latter, so that a long pause or a request that hangs does not look like a dead playbook to a job
runner.
"""

from __future__ import annotations

import threading
import time
import typing as t

from ansible import constants as C
from ansible.utils.display import Display

from ..module_utils._progress import Progress, duration
from . import _screen
from ._fleet.surroundings import LONGEST_SILENCE

LONGEST_END = 5.0  # seconds


class Narrator(Progress):
    """Shows lines through C(show), each with the time since the start. C(clock) is monotonic, in seconds.

    C(before) are seconds that the work has taken before, in other tasks.

    Used in a C(with) block, which ends the thread. Quick work that tells nothing stays quiet.
    """

    def __init__(
        self,
        show: t.Callable[[str], None],
        clock: t.Callable[[], float] = time.monotonic,
        silence: float = LONGEST_SILENCE,
        before: float = 0.0,
    ) -> None:
        self._show = show
        self._clock = clock
        self._silence = silence
        self._told_at = clock()
        self._started = self._told_at - before
        self._text = ""
        self._reason: t.Callable[[], str] | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._repeat, daemon=True)
        self._taken = 0

    def __enter__(self) -> Narrator:
        self._taken = _screen.give_up()
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join(LONGEST_END)  # a line that is under way comes before the result
        self._thread.join()  # a process that ended in the middle of a line would leave the screen's lock taken
        _screen.take_back(self._taken)

    def tell(self, text: str) -> None:
        """Show the text if it is new."""
        with self._lock:
            if text != self._text:
                self._text = text
                self._line()

    def stall(self, reason: t.Callable[[], str] | None) -> None:
        """Store why nothing happens, for the next line."""
        self._reason = reason

    def beat(self) -> float:
        """Show the current state if there was no line for too long. Returns the seconds until the next check."""
        with self._lock:
            left = self._told_at + self._silence - self._clock()
            if left > 0:
                return left
            self._line()
            return self._silence

    def _line(self) -> None:
        now = self._clock()
        self._told_at = now
        reason = self._reason
        parts = [part for part in (self._text, reason() if reason else "") if part]
        self._show(", ".join([*(parts or ["at work"]), duration(now - self._started)]))

    def _repeat(self) -> None:
        pause = self._silence
        while not self._over.wait(pause):
            pause = self.beat()


def on_screen(silent: bool, before: float = 0.0) -> Narrator:
    """A narrator that shows lines as Ansible shows its own. before: seconds that the work has taken in other tasks."""
    if silent:
        return Narrator(lambda text: None)
    return Narrator(say, silence=LONGEST_SILENCE, before=before)


def say(text: str) -> None:
    """Show a line as Ansible shows its own; on standard error where a program reads standard output."""
    Display().display(text, stderr=is_read_by_program(str(C.DEFAULT_STDOUT_CALLBACK)))


def is_read_by_program(callback: str) -> bool:
    """Whether the stdout callback writes JSON, which other text would break."""
    return "json" in callback.rpartition(".")[2]
