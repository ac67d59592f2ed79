# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The short form of the campaign, and that it finds broken code. `make chaos` has the long one."""

from __future__ import annotations

import pytest

from tests.chaos.campaign import player, tally, with_signals
from tests.chaos.judge import RULES
from tests.chaos.mutants import MUTANTS, broken_copy, hunt
from tests.chaos.shrink import shrunk
from tests.chaos.story import Story, story
from tests.chaos.table import SIGNALS, numbers, rst
from tests.docsite.block import write

STORIES = 24
QUICK = ("a host is not told", "finished is success", "the time to wait is not kept")


@pytest.fixture(scope="module")
def here():
    with player() as found:
        yield found


def test_no_story_breaks_a_rule(here):
    for seed in range(STORIES):
        assert not here.violations(story(seed)), f'make chaos ARGS="--seed {seed}" tells it'


def test_no_signal_breaks_a_rule():
    assert with_signals(0, 1).violations == []


def test_a_story_is_the_same_each_time(here):
    made = story(3)
    assert made == story(3)
    told = [
        [(request.method, request.path, request.at, request.status) for request in here.play(made).sim.requests]
        for _time in range(2)
    ]
    assert told[0] == told[1]


def test_a_story_shrinks_to_what_breaks_the_rule():
    made = next(found for found in map(story, range(100)) if len(found.runs) > 1 and len(found.faults) > 1)

    def breaks(smaller: Story) -> bool:
        return made.faults[-1]["kind"] in smaller.fault_kinds

    found = shrunk(made, breaks)
    assert [fault["kind"] for fault in found.faults] == [made.faults[-1]["kind"]]
    assert (len(found.runs), len(found.drivers), found.events, found.outcomes) == (1, 1, [], [])


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_each_mutant_can_still_be_made(mutant, tmp_path):
    assert broken_copy(mutant, tmp_path).exists()


@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one.name in QUICK], ids=lambda one: one.name)
def test_broken_code_is_found(mutant):
    assert hunt(mutant)


def test_the_table_goes_between_its_marks(here, tmp_path):
    made = story(1)
    stage = here.play(made)
    found = numbers(tally(stage, []), 60.0, 1)
    assert found["runs"] == len(made.runs) and set(found["violations"]) == {*RULES, SIGNALS}
    page = tmp_path / "page.rst"
    page.write_text("before\n\n.. chaos: begin\n\nformer numbers\n\n.. chaos: end\n\nafter\n", encoding="utf-8")
    write(page, "chaos", rst(found))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n\n.. chaos: begin\n\n1 stories") and text.endswith("\n\n.. chaos: end\n\nafter\n")
    assert "Never two jobs at work on a server." in text and "former numbers" not in text
