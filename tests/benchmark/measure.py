# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command costs, and how that is compared."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.simulator import Simulator

MEASURES = ("wall", "cpu", "requests")


@dataclass(frozen=True)
class Cost:
    """Of a command and all processes it started: seconds by the clock, CPU seconds, requests to the simulator."""

    wall: float
    cpu: float
    requests: float

    def beside(self, other: Cost) -> dict[str, float | None]:
        """Each measure as a multiple of another's; None where that is nothing."""
        pairs = {name: (getattr(self, name), getattr(other, name)) for name in MEASURES}
        return {name: mine / theirs if theirs > 0 else None for name, (mine, theirs) in pairs.items()}


def cost(sim: Simulator, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Cost:
    """Run a command to its end; one that fails ends the benchmark. The simulator is not part of the cost."""
    requests, cpu, start = len(sim.requests), _children(), time.monotonic()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    spent = Cost(time.monotonic() - start, _children() - cpu, len(sim.requests) - requests)
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
    return spent


def _children() -> float:
    """CPU seconds of all child processes that have ended, with all that they waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(one, name) for one in costs) for name in MEASURES))


@dataclass(frozen=True)
class Comparison:
    """What ways to do the same cost, by their names. All are compared with the one called `reference`."""

    title: str
    reference: str
    ways: dict[str, Cost]

    def table(self) -> str:
        """As text: the costs, then each as a multiple of the reference's."""
        lines = [
            f"{self.title} (x: beside {self.reference})",
            f"{'':27}{'wall s':>8}{'CPU s':>8}{'requests':>10}{'wall':>10}{'CPU':>8}{'requests':>10}",
        ]
        for name, way in self.ways.items():
            wall, cpu, requests = (_multiple(one) for one in way.beside(self.ways[self.reference]).values())
            numbers = f"{way.wall:8.2f}{way.cpu:8.2f}{way.requests:10.0f}{wall:>10}{cpu:>8}{requests:>10}"
            lines.append(f"  {name:25}{numbers}")
        return "\n".join(lines) + "\n"

    def as_json(self) -> dict[str, object]:
        reference = self.ways[self.reference]
        rows = {name: {**asdict(way), "ratio": way.beside(reference)} for name, way in self.ways.items()}
        return {"title": self.title, "reference": self.reference, "ways": rows}


def _multiple(ratio: float | None) -> str:
    return "-" if ratio is None else f"x {ratio:.2f}"
