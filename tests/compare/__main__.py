# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same faults for three ways to upgrade servers. Prints the table, and writes it for the documentation.

make compare ARGS="--only reset"
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.compare import table
from tests.compare.cases import CASES, Case
from tests.compare.trial import Verdict, trial
from tests.compare.ways import WAYS
from tests.docsite.block import GUIDES, list_table, write

PAGE = GUIDES / "proof.rst"


def _all_ways(case: Case) -> dict[str, Verdict]:
    return {way.title: trial(way, case) for way in WAYS}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make compare")
    parser.add_argument("--only", default="", help="the faults whose title has this text; no file is written")
    options = parser.parse_args()
    began = time.monotonic()
    found: dict[str, dict[str, Verdict]] = {}
    chosen = [case for case in CASES if options.only in case.title]
    with ThreadPoolExecutor(2) as threads:
        for case, verdicts in zip(chosen, threads.map(_all_ways, chosen)):
            found[case.title] = verdicts
            told = "; ".join(f"{way.replace('`', '')}: {verdict.words}" for way, verdict in verdicts.items())
            print(f"{case.title}: {told}", flush=True)
            if case is CASES[0] and any(verdict != Verdict(1, True, 0, 0, 0) for verdict in verdicts.values()):
                threads.shutdown(cancel_futures=True)
                sys.exit("A way does not work even without a fault, so there is nothing to compare.")
    made = table.rows(found, [way.title for way in WAYS])
    print("\n" + table.as_text(made))
    print(f"{len(found)} faults in {time.monotonic() - began:.0f} s")
    if not options.only:
        write(PAGE, "compare", list_table(made))


if __name__ == "__main__":
    main()
