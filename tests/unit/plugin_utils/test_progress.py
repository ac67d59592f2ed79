# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shown while work goes on: news at once, and something at least each half a minute."""

from __future__ import annotations

import threading
import time

import pytest
from ansible.utils.display import Display

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils import _progress, _screen
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._progress import (
    LONGEST_SILENCE,
    Narrator,
    is_read_by_program,
    on_screen,
)


class Watched:
    """A narrator with a clock of the test's own, and what it has shown by second. Its thread is not started."""

    def __init__(self):
        self.second = 0
        self.shown = []
        self.narrator = Narrator(lambda line: self.shown.append((self.second, line)), lambda: 1000.0 + self.second)

    def at(self, second, text=None):
        """Let time pass, asking each second as the thread does, then tell a text."""
        while self.second < second:
            self.second += 1
            self.narrator.beat()
        if text is not None:
            self.narrator.tell(text)


@pytest.fixture
def watched():
    return Watched()


def test_news_is_shown_at_once_and_only_news(watched):
    for second, text in [(0, "none done"), (5, "none done"), (12, "one done"), (12, "one done"), (13, "two done")]:
        watched.at(second, text)
    assert watched.shown == [(0, "none done, 0 s"), (12, "one done, 12 s"), (13, "two done, 13 s")]


def test_what_stands_still_is_shown_each_half_a_minute(watched):
    """The quiet time counts from the last line, whichever that was."""
    watched.at(0, "none done")
    watched.at(50, "one done")
    watched.at(115)
    assert watched.shown == [
        (0, "none done, 0 s"),
        (30, "none done, 30 s"),
        (50, "one done, 50 s"),
        (80, "one done, 1 min 20 s"),
        (110, "one done, 1 min 50 s"),
    ]


def test_the_next_look_comes_when_the_quiet_time_is_over(watched):
    watched.at(12, "none done")
    watched.second = 20
    assert watched.narrator.beat() == 22
    watched.second = 42
    assert watched.narrator.beat() == LONGEST_SILENCE == 30


def test_why_nothing_moves_is_part_of_the_line_and_asked_for_when_it_is_shown(watched):
    watched.at(0, "none done")
    watched.narrator.stall(lambda: f"the platform has not answered for {watched.second} s")
    watched.at(60)
    watched.narrator.stall(lambda: "throttled until 14:03:20")
    watched.at(95)
    watched.narrator.stall(None)
    watched.at(120)
    assert watched.shown[1:] == [
        (30, "none done, the platform has not answered for 30 s, 30 s"),
        (60, "none done, the platform has not answered for 60 s, 1 min"),
        (90, "none done, throttled until 14:03:20, 1 min 30 s"),
        (120, "none done, 2 min"),
    ]


def test_work_that_has_told_nothing_yet_breaks_the_silence_too(watched):
    watched.at(29)
    assert watched.shown == []
    watched.at(30)
    watched.narrator.stall(lambda: "throttled until 14:03:20")
    watched.at(60)
    assert watched.shown == [(30, "at work, 30 s"), (60, "throttled until 14:03:20, 1 min")]


@pytest.mark.parametrize("reason", ["throttled until 14:03:20", "the platform has not answered for 2 min", None])
def test_lines_come_from_a_thread_while_the_work_itself_is_stuck(reason):
    """As in a pause of minutes, or in a request that nobody answers."""
    shown, enough = [], threading.Event()

    def show(line):
        shown.append(line)
        if len(shown) == 4:
            enough.set()

    with Narrator(show, silence=0.01) as narrator:
        narrator.tell("none done")
        narrator.stall(reason and (lambda: reason))
        assert enough.wait(60)
    assert {line.rpartition(", ")[0] for line in shown[2:4]} == {f"none done, {reason}" if reason else "none done"}


def test_a_thread_shows_its_lines_although_the_process_was_forked_with_the_lock_of_the_screen_taken():
    """As by Ansible, and where a callback writes each line itself, such as that of ansible-runner 2.4.0. It is taken again after."""
    lock, shown, enough = Display()._lock, [], threading.Event()

    def show(line):
        shown.append(lock.acquire(timeout=30))
        lock.release()
        enough.set()

    with lock, lock:
        with Narrator(show, silence=0.01):
            assert enough.wait(60)
        assert _screen.give_up() == 2
        _screen.take_back(2)
    assert all(shown)
    assert _screen.give_up() == 0


def test_nothing_is_shown_once_the_work_is_over():
    """Nor is a line cut short: the process may end right after."""
    begun, shown = threading.Event(), []

    def show(line):
        begun.set()
        time.sleep(0.05)
        shown.append(line)

    with Narrator(show, silence=0.001) as narrator:
        assert begun.wait(60)
    count = len(shown)
    assert count and not narrator._thread.is_alive()
    narrator._thread.join()
    assert len(shown) == count


# Where it is shown


@pytest.mark.parametrize(
    ("callback", "program"),
    [
        ("default", False),
        ("yaml", False),
        ("awx_display", False),
        ("community.general.unixy", False),
        ("json", True),
        ("ansible.posix.json", True),
        ("ansible.posix.jsonl", True),
        ("json_lines", True),
        ("my.json.minimal", False),
    ],
)
def test_json_is_for_programs(callback, program):
    assert is_read_by_program(callback) is program


@pytest.fixture
def displayed(monkeypatch):
    """What goes to the screen, each with whether that is standard error."""
    lines = []

    class Display:
        def display(self, text, stderr=False):
            lines.append((text, stderr))

    monkeypatch.setattr(_progress, "Display", Display)
    return lines


@pytest.mark.parametrize(("callback", "stderr"), [("default", False), ("ansible.posix.json", True)])
def test_lines_for_people_leave_a_programs_stream_alone(callback, stderr, displayed, monkeypatch):
    monkeypatch.setattr(_progress.C, "DEFAULT_STDOUT_CALLBACK", callback)
    with on_screen(silent=False) as narrator:
        narrator.tell("none done")
    assert displayed == [("none done, 0 s", stderr)]


def test_the_switch_silences_it(displayed):
    with on_screen(silent=True) as narrator:
        narrator.tell("none done")
        narrator.stall(lambda: "throttled until 14:03:20")
    assert displayed == []
