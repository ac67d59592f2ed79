# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A story: what there is at the start, what happens, and which runs of ours are made, all as plain data.

C(story(seed)) makes the same one each time. Whatever is left out of it leaves a story, so it can be made smaller.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.chaos import menu

OLD, NEW, NEWER = "24.1.rc3.10", "24.1.0.3", "24.1.0.6"


@dataclass
class Run:
    """One run of ours. C(delay): seconds after the runs before have ended, or with C(beside) after the last one began.

    C(death): C(how) it dies (killed, orphaned), at which C(step) of its requests, and whether C(before) it or after its answer.
    """

    kind: str  # job, rollout, read
    servers: list[int]
    version: str = NEW
    machine: str = "a"
    delay: float = 1.0
    beside: bool = False
    check: bool = False
    skew: float = 0.0
    death: dict[str, Any] | None = None
    options: dict[str, Any] = field(default_factory=dict)


@dataclass
class Story:
    """C(faults): arguments of the simulator's, with C(at), seconds from the start. C(events): what others do, at seconds."""

    seed: int
    drivers: list[str]
    faults: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    supernode: bool = False
    keep_deleted: bool = False
    retries: int = 5

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def fault_kinds(self) -> set[str]:
        return {str(fault["kind"]) for fault in self.faults}

    def lied_about(self, server: int) -> bool:
        """Whether queries of a server are made to say what is not so."""
        named = [one["server"] % len(self.drivers) for one in self.outcomes if one.get("job_types")]
        return server in named

    def outlasts(self, run: Run) -> bool:
        """Whether queries may tell of the time before an upgrade for longer than a rollout was allowed to wait."""
        made = [fault["seconds"] for fault in self.faults if fault["kind"] == "restarting"]
        made += [event.get("restart", 0.0) for event in self.events]
        return max(made, default=0.0) > float(run.options["verify_timeout"])


def story(seed: int) -> Story:
    """The story of a seed."""
    rng = random.Random(seed)
    number = rng.choice((1, 2, 2, 3, 3, 4))
    drivers = [rng.choice((OLD, OLD, OLD, OLD, OLD, OLD, NEW, NEWER)) for _server in range(number)]
    made = Story(seed, drivers, supernode=rng.random() < 0.1 and number > 1, keep_deleted=rng.random() < 0.5)
    made.retries = rng.choice((0, 2, 5))
    made.faults = [menu.fault(rng) for _fault in range(rng.choice((0, 1, 1, 1, 2, 2, 3)))]
    made.faults += [menu.pages(one) for one in made.faults if one["kind"] == "vanish"]
    made.outcomes = [menu.outcome(rng, number) for _one in range(rng.choice((0, 0, 1, 1, 2)))]
    made.events = [menu.event(rng, number) for _one in range(rng.choice((0, 0, 0, 1, 1, 2)))]
    kind = rng.choice(("job", "job", "job", "rollout", "rollout", "rollout", "read", None))
    runs = rng.choice((1, 2, 2, 2, 3))
    for n in range(runs):
        made.runs.append(_run(rng, kind or rng.choice(("job", "rollout", "read")), number, n))
    if runs > 1 and made.runs[0].kind == made.runs[1].kind and rng.random() < 0.7:
        # The usual case: the same is run again, or by two controllers at once.
        for run in made.runs[1:]:
            if run.kind == made.runs[0].kind:
                run.servers, run.version = made.runs[0].servers, made.runs[0].version
                run.options = made.runs[0].options
    if not (made.faults or made.outcomes or made.events or any(run.death for run in made.runs)):
        made.faults.append(menu.fault(rng))
    return made


def _run(rng: random.Random, kind: str, number: int, place: int) -> Run:
    servers = [server for server in range(number) if rng.random() < 0.85] or [0]
    run = Run(kind, servers, version=rng.choice((NEW, NEW, NEW, NEWER)), machine=rng.choice("aaab"))
    run.beside = place > 0 and rng.random() < 0.4
    run.delay = rng.choice((0.0, 0.05, 0.5, 2.0, 20.0, 100.0)) if run.beside else rng.choice((0.0, 1.0, 60.0, 400.0))
    run.check = rng.random() < 0.05
    run.skew = rng.choice((0.0,) * 8 + (-7200.0, 7200.0, 40.0))
    if rng.random() < 0.3:
        run.death = {
            "how": rng.choice(("killed", "killed", "orphaned")),
            "step": rng.choice((rng.randint(1, 12), rng.randint(1, 60))),
            "before": rng.random() < 0.5,
        }
    run.options = {"job": menu.job, "rollout": menu.rollout, "read": menu.read}[kind](rng)
    return run
