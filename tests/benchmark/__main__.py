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
from pathlib import Path

from tests.benchmark import fleet, fleets, jobs, reads
from tests.benchmark.playbook import Controller
from tests.docsite.block import GUIDES, list_table, write

PARTS = ("reads", "jobs", "fleets")
PAGE = GUIDES / "speed.rst"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmark", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=PARTS, help="measure this alone")
    parser.add_argument(
        "--rounds", type=int, default=3, help="runs of each way to read, in turns (default %(default)s)"
    )
    parser.add_argument(
        "--most", type=int, default=max(fleets.SIZES), help="servers of the largest fleet (default %(default)s)"
    )
    parser.add_argument("--fleet", type=int, metavar="N", help="roll out to N servers, and measure nothing else")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the numbers there as well")
    parser.add_argument("--docs", action="store_true", help="write the tables into the guide on speed")
    options = parser.parse_args()
    numbers: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        controller = Controller(Path(folder))
        parts = ("rollout",) if options.fleet else PARTS if options.only is None else (options.only,)
        for part in parts:
            numbers[part], text, rst = measure(controller, part, options)
            print(text, flush=True)
            if options.docs:
                write(PAGE, part, rst)
    if options.json:
        options.json.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


def measure(controller: Controller, part: str, options: argparse.Namespace) -> tuple[object, str, str]:
    """What was found: as numbers, as text, and as a table of the documentation."""
    if part == "rollout":
        found, rows = fleet.rollout(controller, options.fleet)
        return found, "\n".join(f"{name:56}{value:>12}" for name, value in rows), list_table(rows)
    if part == "fleets":
        sizes = [size for size in fleets.SIZES if size <= options.most]
        of_all = fleets.measure(controller, sizes)
        return fleets.as_json(of_all), fleets.as_text(of_all), fleets.as_rst(of_all)
    comparison = reads.compare(controller, options.rounds) if part == "reads" else jobs.compare(controller)
    return comparison.as_json(), comparison.table(), comparison.as_rst()


if __name__ == "__main__":
    main()
