# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many stories, in several processes: what struck, and what was violated."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED as FIRST
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.judge import Violation, judge
from tests.chaos.processes import play_with_signals
from tests.chaos.stage import Stage, play, theatre
from tests.chaos.story import Story, story
from tests.chaos.wire import Wire
from tests.chaos.words import ENDINGS, EVENTS, label

CHUNK = 20  # stories that a process gets at once


@dataclass
class Tally:
    """What became of some stories. C(struck): by kind, how often. C(violations): with the seeds of their stories."""

    stories: int = 0
    runs: int = 0
    faulted: int = 0  # runs that a fault, a kill or somebody else came in the way of
    requests: int = 0
    kinds: Counter[str] = field(default_factory=Counter)  # runs by kind
    struck: Counter[str] = field(default_factory=Counter)
    violations: list[tuple[int, Violation]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.stories += other.stories
        self.runs += other.runs
        self.faulted += other.faulted
        self.requests += other.requests
        self.kinds.update(other.kinds)
        self.struck.update(other.struck)
        self.violations += other.violations


def tally(stage: Stage, violations: Iterable[Violation]) -> Tally:
    """The tally of one story."""
    told = stage.told
    found = Tally(1, len(told), sum(one.struck for one in told), len(stage.sim.requests))
    found.kinds.update(one.run.kind for one in told)
    for fault in stage.faults:
        if fault.hits:
            found.struck[label(fault)] += fault.hits
    for one in told:
        found.struck["controller killed"] += one.controller.killed is not None
        found.struck["ansible-playbook killed, its worker goes on"] += one.controller.orphaned is not None
    for event in stage.story.events:
        found.struck[EVENTS[event["what"]]] += 1
    for outcome in stage.story.outcomes:
        told_of = "query that fails or lies" if outcome.get("job_types") else "upgrade"
        found.struck[f"{told_of}: {ENDINGS[outcome['status']]}"] += 1
    found.struck += Counter()  # what never was is left out
    found.violations = [(stage.story.seed, violation) for violation in violations]
    return found


class Player:
    """Plays stories in this process."""

    def __init__(self, wire: Wire, folder: str) -> None:
        self.wire, self.folder = wire, folder

    def play(self, made: Story) -> Stage:
        return play(made, self.wire, self.folder)

    def violations(self, made: Story) -> list[Violation]:
        return judge(self.play(made))


@contextlib.contextmanager
def player() -> Iterator[Player]:
    with theatre() as (wire, folder):
        yield Player(wire, folder)


def with_signals(first: int, number: int) -> Tally:
    """The tally of stories with real processes that get real signals, one after the other."""
    found = Tally()
    for seed in range(first, first + number):
        texts = list(play_with_signals(seed))
        found.add(
            Tally(1, 2, 1, 0, Counter({"processes": 2}), Counter({"process killed by a signal, or timed out": 1}))
        )
        found.violations += [(seed, Violation("signals", text)) for text in texts]
    return found


_open = contextlib.ExitStack()
_mine: list[Player] = []


def _play_all(seeds: list[int]) -> Tally:
    """Runs in a process of the pool, which keeps its player."""
    if not _mine:
        _mine.append(_open.enter_context(player()))
    found = Tally()
    for seed in seeds:
        stage = _mine[0].play(story(seed))
        found.add(tally(stage, judge(stage)))
    return found


def campaign(first: int, faulted: int, processes: int, most_violations: int = 20) -> Iterator[Tally]:
    """The tally so far, again and again, until so many runs were faulted."""
    seeds = itertools.count(first)
    total = Tally()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context) as pool:

        def more() -> Any:
            return pool.submit(_play_all, list(itertools.islice(seeds, CHUNK)))

        going = {more() for _process in range(processes + 1)}
        while going:
            done, going = wait(going, return_when=FIRST)
            for one in done:
                total.add(one.result())
                if total.faulted < faulted and len(total.violations) < most_violations:
                    going.add(more())
            yield total
