# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of a campaign: JSON, and a block of the page C(proof) of the documentation."""

from __future__ import annotations

import time
from typing import Any

from tests.chaos.campaign import Tally
from tests.chaos.judge import RULES
from tests.docsite.block import list_table

SIGNALS = "signals"  # the rule of stories with real processes


def numbers(tally: Tally, seconds: float, first_seed: int) -> dict[str, Any]:
    """The campaign as JSON has it."""
    broken = [violation.rule for _seed, violation in tally.violations]
    return {
        "date": time.strftime("%Y-%m-%d"),
        "seconds": round(seconds),
        "first_seed": first_seed,
        "stories": tally.stories,
        "runs": tally.runs,
        "faulted_runs": tally.faulted,
        "runs_by_kind": dict(sorted(tally.kinds.items())),
        "requests": tally.requests,
        "struck": dict(sorted(tally.struck.items())),
        "violations": {rule: broken.count(rule) for rule in (*RULES, SIGNALS)},
    }


def rst(found: dict[str, Any]) -> str:
    """The block of the page."""
    kinds = {"job": "of ``liteserver_job``", "rollout": "of ``hdk_upgrade``", "read": "of reading roles"}
    kinds["processes"] = "of ``liteserver_job`` in real processes"
    runs = ", ".join(f"{number:,} {kinds.get(kind, kind)}" for kind, number in found["runs_by_kind"].items())
    lines = [
        f"{found['stories']:,} stories from seed {found['first_seed']:,} on, played on {found['date']} in "
        f"{found['seconds'] / 60:.0f} minutes: {found['runs']:,} runs ({runs}), {found['faulted_runs']:,} of them faulted, "
        f"{found['requests']:,} requests.",
        "",
        _table("What struck", "how often", found["struck"]),
        _table("What must hold", "violations", {_told(rule): n for rule, n in found["violations"].items()}),
    ]
    return "\n".join(lines)


def _told(rule: str) -> str:
    return str(RULES[rule].__doc__) if rule in RULES else "All of it where processes get signals."


def _table(what: str, number: str, rows: dict[str, int]) -> str:
    return list_table([(what, number), *((text, f"{count:,}") for text, count in rows.items())], "80 20")
