# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the collection is, against the simulator, beside what a user would do without it. All in one run.

make benchmark                          reads, jobs and hosts, each beside another way to do the same
make benchmark ARGS="--only jobs"       one of them
make benchmark ARGS="--fleet 2000"      what a rollout of 2,000 hosts costs beside its jobs

What is measured are whole processes, those they start included: seconds by the clock, CPU seconds, requests. Ratios hold
from machine to machine; seconds do not.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmark import fleet, hosts, jobs, reads
from tests.benchmark.measure import Comparison
from tests.benchmark.playbook import Controller


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmark", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("reads", "jobs", "hosts"), help="measure this alone")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each way to read, in turns (default 3)")
    parser.add_argument("--hosts", type=int, default=50, help="servers of which each has a job (default 50)")
    parser.add_argument("--fleet", type=int, metavar="N", help="roll out to N servers, and measure nothing else")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the numbers there as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        controller = Controller(Path(folder))
        numbers: dict[str, object] = {}
        if options.fleet:
            numbers["fleet"] = fleet.rollout(controller, options.fleet)
        else:
            parts: dict[str, Callable[[], Comparison]] = {
                "reads": lambda: reads.compare(controller, options.rounds),
                "jobs": lambda: jobs.compare(controller),
                "hosts": lambda: hosts.compare(controller, options.hosts),
            }
            for name in parts if options.only is None else [options.only]:
                comparison = parts[name]()
                print(comparison.table(), flush=True)
                numbers[name] = comparison.as_json()
    if options.json:
        options.json.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
