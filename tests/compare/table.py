# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table: a fault a row, a way a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.compare.trial import Verdict

Rows = Mapping[str, Mapping[str, Verdict]]  # by the fault, then by the way


def rows(found: Rows, ways: Sequence[str]) -> list[list[str]]:
    """The cells, the first row being the head, the last one the sums."""
    table = [["fault", *ways]]
    table += [[fault, *(verdicts[way].words for way in ways)] for fault, verdicts in found.items()]
    return [*table, ["**in all**", *(_sum([verdicts[way] for verdicts in found.values()]) for way in ways)]]


def _sum(verdicts: Sequence[Verdict]) -> str:
    harm, hung, lied = (sum(getattr(one, name) for one in verdicts) for name in ("harm", "hung", "lied"))
    return f"{harm} x at work twice or needlessly, {hung} runs hung, {lied} false successes"


def as_text(table: Sequence[Sequence[str]]) -> str:
    """For a terminal: a paragraph a fault."""
    head, *others = table
    lines = []
    for fault, *cells in others:
        lines += [fault.strip("*"), *(f"    {way.replace('`', ''):22}{cell}" for way, cell in zip(head[1:], cells))]
    return "\n".join(lines) + "\n"
