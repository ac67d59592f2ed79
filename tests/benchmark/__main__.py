# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the collection is, against the simulator, beside what a user would do without it. All in one run.

make benchmark                          reads, jobs and fleets, each beside other ways to do the same
make benchmark ARGS="--only jobs"       one of them
make benchmark ARGS="--fleet 2000"      what a rollout of 2,000 hosts costs beside its jobs

What is measured are whole processes, those they start included: seconds by the clock, CPU seconds, memory, requests and
connections. Ratios hold from machine to machine; seconds do not.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmark import fleet, fleets, jobs, reads
from tests.benchmark.playbook import ROOT, Controller

PARTS = ("reads", "jobs", "fleets")
TABLE = ROOT / "docs" / "docsite" / "tables" / "benchmark.txt"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmark", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=PARTS, help="measure this alone")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each way to read, in turns (default 3)")
    parser.add_argument(
        "--most", type=int, default=max(fleets.SIZES), help="servers of the largest fleet (default %(default)s)"
    )
    parser.add_argument("--fleet", type=int, metavar="N", help="roll out to N servers, and measure nothing else")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the numbers there as well")
    parser.add_argument("--docs", action="store_true", help="write the table of fleets that the documentation shows")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        controller = Controller(Path(folder))
        if options.fleet:
            numbers: dict[str, object] = {"fleet": fleet.rollout(controller, options.fleet)}
        else:
            numbers = measure(controller, PARTS if options.only is None else (options.only,), options)
    if options.json:
        options.json.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


def measure(controller: Controller, parts: Sequence[str], options: argparse.Namespace) -> dict[str, object]:
    """Measure these parts, print what was found, and return the numbers."""
    numbers: dict[str, object] = {}
    for part in parts:
        if part == "fleets":
            found = fleets.measure(controller, [size for size in fleets.SIZES if size <= options.most])
            print(fleets.as_text(found), flush=True)
            numbers[part] = fleets.as_json(found)
            if options.docs:
                TABLE.write_text(fleets.as_rst(found), encoding="utf-8")
        else:
            comparison = reads.compare(controller, options.rounds) if part == "reads" else jobs.compare(controller)
            print(comparison.table(), flush=True)
            numbers[part] = comparison.as_json()
    return numbers


if __name__ == "__main__":
    main()
