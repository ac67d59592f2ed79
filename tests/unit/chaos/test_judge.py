# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the judge takes for a violation, and what it does not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.chaos.judge import upgraded_twice

VERSION = "24.1.0.3"


def span(began, done, result="SUCCESS", name="upgrade"):
    job = SimpleNamespace(version=VERSION, name=name, items=[{"type": "HDK_UPGRADE"}])
    return SimpleNamespace(job=job, task=SimpleNamespace(result=result), began=began, done=done, post=None)


def twice(earlier, looked):
    """Whether liteserver_job upgraded a server for no reason, which was at the version all the time."""
    mine = span(100.0, 200.0)
    mine.post = SimpleNamespace(run=0, looked=looked)
    record = SimpleNamespace(spans={"s": [*earlier, mine]}, installed=lambda server_id, when: VERSION)
    run = SimpleNamespace(kind="job", options={"reuse": "finished"})
    story = SimpleNamespace(fault_kinds=set(), events=[])
    return bool(list(upgraded_twice(SimpleNamespace(story=story, told=[SimpleNamespace(run=run)]), record)))


@pytest.mark.parametrize(
    "earlier, looked, is_twice",
    [
        ([], 99.9, False),
        ([span(10.0, 20.0)], 99.9, True),
        ([span(10.0, 20.0, result="FAILED")], 99.9, False),
        ([span(10.0, 20.0), span(30.0, 40.0, name="another")], 99.9, False),
        ([span(99.95, 180.0)], 99.9, False),  # by another machine, right before
        ([span(10.0, 20.0), span(99.95, 180.0)], 99.9, True),
        ([span(10.0, 120.0)], 99.9, False),  # at work: two_at_work tells
    ],
)
def test_a_second_upgrade_is_one_that_the_record_of_the_first_could_have_spared(earlier, looked, is_twice):
    assert twice(earlier, looked) is is_twice
