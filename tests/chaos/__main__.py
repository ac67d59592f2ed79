# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random runs with faults at every request, judged by the simulator's record alone. Each story has a seed and can be told again.

make chaos                                      10,000 faulted runs
make chaos ARGS="--runs 500"                    fewer
make chaos ARGS="--seed 123"                    one story: what happens in it, and what it breaks, if anything
make chaos ARGS="--mutants"                     breaks the code on purpose, in each way once, and shows that this is found
make chaos ARGS="--page docs/docsite/rst/proof.rst"    writes the table into the documentation as well
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import conftest


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=10_000, help="faulted runs to make (default 10000)")
    parser.add_argument("--signals", type=int, default=25, help="stories with real processes and signals (default 25)")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="the seed of the first story (default 0)")
    parser.add_argument("--seed", type=int, help="play this story alone, and make it smaller if it breaks a rule")
    parser.add_argument("--processes", type=int, default=2, help="at once (default 2)")
    parser.add_argument("--collections", type=Path, metavar="PATH", help="take the collection from there")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the numbers there as well")
    parser.add_argument("--page", type=Path, metavar="PATH", help="write the table into this page")
    parser.add_argument("--mutants", action="store_true", help="show that broken code is found")
    parser.add_argument(
        "--hunt", metavar="MUTANT", help="look for a story that breaks a rule, among those that may show it"
    )
    parser.add_argument("--most", type=int, default=3000, help="seeds to look at for that (default 3000)")
    options = parser.parse_args()
    sys.path.insert(0, str(options.collections or conftest.COLLECTIONS))
    if options.mutants:
        return _mutants(options.processes)
    if options.hunt:
        return _hunt(options.hunt, options.most)
    return _one(options.seed) if options.seed is not None else _many(options)


def _one(seed: int) -> int:
    """Play one story, and tell it; where it breaks a rule, the smallest that does."""
    from tests.chaos.campaign import player
    from tests.chaos.judge import judge
    from tests.chaos.shrink import shrunk
    from tests.chaos.story import story
    from tests.chaos.timeline import timeline

    with player() as here:
        made = story(seed)
        found = judge(here.play(made))
        if found:
            rules = {violation.rule for violation in found}
            made = shrunk(made, lambda smaller: any(one.rule in rules for one in here.violations(smaller)))
        stage = here.play(made)
        print(json.dumps(made.as_json(), indent=1))
        print("\n".join(timeline(stage)))
        for violation in judge(stage):
            print(f"VIOLATION  {violation.rule}: {violation.text}")
    return 1 if found else 0


def _many(options: argparse.Namespace) -> int:
    from tests.chaos import table
    from tests.chaos.campaign import Tally, campaign, with_signals
    from tests.docsite import block

    began, told, total = time.monotonic(), 0, Tally()
    for total in campaign(options.first, options.runs, options.processes):
        seconds = time.monotonic() - began
        for seed, violation in total.violations[told:]:
            print(f"VIOLATION  seed {seed}: {violation.rule}: {violation.text}", flush=True)
        told = len(total.violations)
        print(f"{seconds:6.0f} s  {total.faulted:,} faulted runs, {told} violations", flush=True)
        if options.json:
            text = json.dumps(table.numbers(total, seconds, options.first), indent=2)
            options.json.write_text(text + "\n", encoding="utf-8")
    killed = with_signals(options.first, options.signals)
    for _seed, violation in killed.violations:
        print(f"VIOLATION  {violation.rule}: {violation.text}", flush=True)
    total.add(killed)
    found = table.numbers(total, time.monotonic() - began, options.first)
    print(json.dumps(found, indent=2))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if options.page:
        block.write(options.page, "chaos", table.rst(found))
    return 1 if total.violations else 0


def _hunt(name: str, most: int) -> int:
    from tests.chaos.campaign import player
    from tests.chaos.mutants import FOUND, MUTANTS
    from tests.chaos.story import story

    mutant = next(one for one in MUTANTS if one.name == name)
    with player() as here:
        for made in filter(mutant.needs, map(story, range(most))):
            for violation in here.violations(made):
                print(f"VIOLATION  seed {made.seed}: {violation.rule}: {violation.text}")
                return FOUND
    return 0


def _mutants(processes: int) -> int:
    from tests.chaos.mutants import MUTANTS, hunt

    escaped = []
    with ThreadPoolExecutor(processes) as pool:
        for mutant, found in zip(MUTANTS, pool.map(hunt, MUTANTS)):
            print(f"{mutant.name:45} {found or 'NOT FOUND'}", flush=True)
            if not found:
                escaped.append(mutant.name)
    print(f"{len(MUTANTS) - len(escaped)} of {len(MUTANTS)} found")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())
