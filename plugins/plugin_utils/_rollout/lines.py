# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines that show how far a rollout is, during a wave and after it. Pure.

The time that has passed is added where they are shown, so that a line is new only when something has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ...module_utils._progress import roughly
from .._fleet.answers import FAILED as TASK_FAILED
from .._fleet.answers import SUCCESS
from .._fleet.counts import counted
from .._fleet.surroundings import Line
from .._secrets import quoted
from . import budget, stops
from .run import LEFT, Part, Run, WaveHead
from .servers import FAILED, UPGRADED, Server

MOST_NAMED = 3


def label(run: Run, number: int) -> str:
    """The name of a wave, such as C(wave 2 of 8)."""
    if number == LEFT:
        return "what an earlier run left at work"
    wave = run.wave(number)
    return f"wave {number}{' (canary)' if wave.canary else ''} of {run.last_wave}"


def running(run: Run, number: int, servers: Iterable[Server]) -> Line:
    """A function that makes the lines while servers of a wave are worked on."""
    of_wave = {server.id: server for server in servers}
    seen: dict[str, Mapping[str, Any]] = {}
    failures = run.counts.get(FAILED, 0)
    done_before = _worked_on(run.counts)

    def line(states: Mapping[str, Mapping[str, Any]]) -> str:
        seen.update({server_id: state for server_id, state in states.items() if server_id in of_wave})
        words = Counter(state["status"] for state in seen.values())
        bad = [(i, state) for i, state in seen.items() if state["status"] == TASK_FAILED]
        told = "; ".join(_bad(of_wave[i].name or i, state["message"]) for i, state in bad[-MOST_NAMED:])
        parts = [f"{label(run, number)}: {words[SUCCESS]} of {counted(len(of_wave))} done"]
        if bad:
            parts.append(f"{len(bad)} failed ({told}{', and more' if len(bad) > MOST_NAMED else ''})")
        whole = _whole(run, done_before + words[SUCCESS] + len(bad), failures + len(bad))
        return f"{', '.join(parts)}; {whole}{_left(run)}"

    return line


def reading(what: str, servers: Iterable[Server]) -> Line:
    """What makes the lines while a job reads from servers, such as C(query of the versions: 37 of 50 servers done)."""
    asked = {server.id for server in servers}
    seen: dict[str, str] = {}

    def line(states: Mapping[str, Mapping[str, Any]]) -> str:
        seen.update({server_id: state["status"] for server_id, state in states.items() if server_id in asked})
        words = Counter(seen.values())
        failed = f", {words[TASK_FAILED]} failed" if words[TASK_FAILED] else ""
        return f"{what}: {words[SUCCESS]} of {counted(len(asked))} done{failed}"

    return line


def over(run: Run, head: WaveHead, part: Part) -> str:
    """The line about a wave that is over."""
    counts = Counter(server.word for server in part.servers.values())
    bad = part.having(FAILED)
    told = "; ".join(_bad(server.name or server.id, server.reason) for server in bad[:MOST_NAMED])
    rest = f"; and {len(bad) - MOST_NAMED} more" if len(bad) > MOST_NAMED else ""
    words = ", ".join(f"{number} {word}" for word, number in counts.items())
    names = f" ({told}{rest})" if bad else ""
    whole = _whole(run, _worked_on(run.counts), run.counts.get(FAILED, 0))
    return f"{label(run, head.number)} is over: {words}{names}; {whole}{_left(run)}"


def time_left(run: Run) -> float | None:
    """Seconds that the waves to come may take, estimated from those that are over, or before the first from earlier
    jobs; or None.
    """
    may_start = stops.may_start(run)
    to_come = [wave for wave in run.waves if wave.began is None and wave.number in may_start]
    took = [
        wave.ended - wave.began
        for wave in run.waves
        if wave.began is not None and wave.ended is not None and wave.number != LEFT
    ]
    each = sum(took) / len(took) if took else run.usual
    return None if each is None else len(to_come) * (each + run.options["pause"])


def _whole(run: Run, done: int, failures: int) -> str:
    budgeted = f", {failures} of {budget.allowed(run)} failures used"
    return f"in all {done:,} of {run.planned:,}{budgeted}"


def _left(run: Run) -> str:
    left = time_left(run)
    return f", about {roughly(left)} left" if left else ""


def _worked_on(counts: Mapping[str, int]) -> int:
    return counts.get(UPGRADED, 0) + counts.get(FAILED, 0)


def _bad(name: str, message: str | None) -> str:
    return f"{name}: {quoted(message)}" if message else name
