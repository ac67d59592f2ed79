# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether enough lines and enough branches were run: python coverage_goal.py FILE, which is what `coverage json` wrote."""

from __future__ import annotations

import json
import sys
from pathlib import Path

GOAL = 95.0  # percent, of the lines and of the branches


def shares(totals: dict[str, int]) -> tuple[float, float]:
    """How many percent of the lines and of the branches were run."""
    return (
        100.0 * totals["covered_lines"] / totals["num_statements"],
        100.0 * totals["covered_branches"] / totals["num_branches"],
    )


def main(file: str) -> int:
    """Tell both. 1 where one is below the goal."""
    lines, branches = shares(json.loads(Path(file).read_text(encoding="utf-8"))["totals"])
    print(f"{lines:.1f} % of the lines, {branches:.1f} % of the branches; at least {GOAL:.0f} % of each are wanted")
    return int(min(lines, branches) < GOAL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
