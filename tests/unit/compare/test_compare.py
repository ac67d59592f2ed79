# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each way of the comparison works, meets a fault, and is judged by what happened."""

from __future__ import annotations

import pytest

from tests.compare import table
from tests.compare.cases import CASES
from tests.compare.trial import Verdict, trial
from tests.compare.ways import OURS, SDK, URI, WAYS
from tests.docsite.block import GUIDES, read
from tests.simulator import Simulator

BY_TITLE = {case.title: case for case in CASES}
LOST = BY_TITLE["connection reset after a create, which has worked"]
MISSING = BY_TITLE["the job has no task for a server"]


@pytest.mark.parametrize(
    "way, case, harmed, lied",
    [(URI, LOST, True, 0), (SDK, MISSING, False, 1), (OURS, LOST, False, 0)],
    ids=["uri, lost", "SDK, missing", "ours, lost"],
)
def test_a_way_meets_a_fault(way, case, harmed, lied):
    """One job of two servers. With others a lost answer is a second upgrade of both, or a missing task a success."""
    found = trial(way, case, groups=1, bound=300)
    assert (bool(found.harm), found.hung, found.lied) == (harmed, 0, lied)
    assert found.done is not bool(lied)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_each_fault_can_be_brought_about(case):
    with Simulator(servers=2, speed=0) as sim:
        case.bring(sim, 1)
        assert case.kill or case is CASES[0] or sim.faults.all() or sim.jobs or sim.world.outcomes._rules


def test_a_verdict_in_words():
    assert Verdict(1, True, 0, 0, 0).words == "done"
    assert Verdict(2, True, 6, 0, 0).words == "6 x at work twice or needlessly, done in 2 runs"
    assert Verdict(2, False, 0, 2, 0).words == "hung, not done in 2 runs"
    assert Verdict(1, False, 0, 0, 1).words == "false success, not done"


def test_the_table_has_a_row_for_each_fault_and_the_sums():
    found = {"a": {"x": Verdict(1, True, 0, 0, 0), "y": Verdict(2, False, 3, 1, 0)}}
    made = table.rows(found, ["x", "y"])
    assert [row[0] for row in made] == ["fault", "a", "**in all**"]
    assert made[-1][2] == "3 x at work twice or needlessly, 1 runs hung, 0 false successes"
    assert "    y " in table.as_text(made)


def test_the_table_of_the_documentation_is_of_these_faults_and_ways():
    text = read(GUIDES / "proof.rst", "compare")
    heads = [line.removeprefix("   * - ") for line in text.splitlines() if line.startswith("   * - ")]
    assert heads == ["fault", *BY_TITLE, "**in all**"]
    assert all(f"     - {way.title}\n" in text for way in WAYS)
