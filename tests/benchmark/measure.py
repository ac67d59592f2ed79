# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command costs, and how that is compared."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.docsite.block import list_table
from tests.simulator import Simulator

MEASURES = ("wall", "cpu", "memory", "requests", "connections")


@dataclass(frozen=True)
class Cost:
    """Of a command and all processes it started.

    Seconds by the clock, CPU seconds, MiB of the largest of these processes, requests to the simulator and connections made for them.
    """

    wall: float
    cpu: float
    memory: float
    requests: float
    connections: float

    def beside(self, other: Cost) -> dict[str, float | None]:
        """Each measure as a multiple of another's; None where that is nothing."""
        pairs = {name: (getattr(self, name), getattr(other, name)) for name in MEASURES}
        return {name: mine / theirs if theirs > 0 else None for name, (mine, theirs) in pairs.items()}


def cost(sim: Simulator, command: Sequence[str], environment: Mapping[str, str], folder: Path, stdin: str = "") -> Cost:
    """Run a command to its end; one that fails ends the benchmark. The simulator is not part of the cost."""
    requests, connections, start = len(sim.requests), sim.connections, time.monotonic()
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
        given.write(stdin.encode())
        given.seek(0)
        running = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=given, stdout=output, stderr=subprocess.STDOUT
        )
        _pid, status, used = os.wait4(running.pid, 0)  # of the command and of all that it waited for
        running.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        if running.returncode:
            output.seek(max(0, output.tell() - 6000))
            sys.exit(output.read().decode(errors="replace"))
    return Cost(
        wall=wall,
        cpu=used.ru_utime + used.ru_stime,
        memory=used.ru_maxrss / 1024,
        requests=len(sim.requests) - requests,
        connections=sim.connections - connections,
    )


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
            f"{'':27}{'wall s':>8}{'CPU s':>8}{'MiB':>6}{'requests':>10}{'connections':>12}{'wall':>10}{'CPU':>8}",
        ]
        for name, way in self.ways.items():
            beside = way.beside(self.ways[self.reference])
            numbers = f"{way.wall:8.2f}{way.cpu:8.2f}{way.memory:6.0f}{way.requests:10.0f}{way.connections:12.0f}"
            lines.append(f"  {name:25}{numbers}{multiple(beside['wall']):>10}{multiple(beside['cpu']):>8}")
        return "\n".join(lines) + "\n"

    def as_rst(self) -> str:
        """As a table of the documentation."""
        head = [self.title, "seconds", "CPU seconds", f"CPU beside {self.reference}", "requests"]
        rows = [
            [
                name,
                f"{way.wall:.1f}",
                f"{way.cpu:.1f}",
                multiple(way.beside(self.ways[self.reference])["cpu"]),
                f"{way.requests:.0f}",
            ]
            for name, way in self.ways.items()
        ]
        return list_table([head, *rows])

    def as_json(self) -> dict[str, object]:
        reference = self.ways[self.reference]
        rows = {name: {**asdict(way), "ratio": way.beside(reference)} for name, way in self.ways.items()}
        return {"title": self.title, "reference": self.reference, "ways": rows}


def multiple(ratio: float | None) -> str:
    return "-" if ratio is None else f"x {ratio:.2f}"
