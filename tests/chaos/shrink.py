# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a story smaller as long as it still breaks the same rule."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

from tests.chaos.story import Run, Story

LISTS = ("events", "outcomes", "faults", "runs")


def shrunk(story: Story, breaks: Callable[[Story], bool], most: int = 150) -> Story:
    """The smallest story that was found. C(breaks): plays one; C(most): how often that is done."""
    left = most
    again = True
    while again and left > 0:
        again = False
        for smaller in _smaller(story):
            left -= 1
            if breaks(smaller):
                story, again = smaller, True
                break
            if left <= 0:
                break
    return story


def _smaller(story: Story) -> Iterator[Story]:
    for name in LISTS:
        for place in range(len(getattr(story, name))):
            made = copy.deepcopy(story)
            del getattr(made, name)[place]
            if made.runs:
                yield made
    if len(story.drivers) > 1:
        made = copy.deepcopy(story)
        made.drivers.pop()
        made.supernode = made.supernode and len(made.drivers) > 1
        yield made
    for place, run in enumerate(story.runs):
        for smaller in _smaller_runs(run):
            made = copy.deepcopy(story)
            made.runs[place] = smaller
            yield made
    for place, fault in enumerate(story.faults):
        for key in ("after", "at"):
            if fault.get(key):
                made = copy.deepcopy(story)
                made.faults[place][key] = 0
                yield made
    if story.supernode:
        made = copy.deepcopy(story)
        made.supernode = False
        yield made


def _smaller_runs(run: Run) -> Iterator[Run]:
    for name, plain in (("death", None), ("skew", 0.0), ("beside", False), ("check", False)):
        if getattr(run, name) != plain:
            made = copy.deepcopy(run)
            setattr(made, name, plain)
            yield made
    for place in range(len(run.servers) if len(run.servers) > 1 else 0):
        made = copy.deepcopy(run)
        del made.servers[place]
        yield made
    for name in ("hooks", "extra_spec", "stop_after", "secret"):
        if name in run.options:
            made = copy.deepcopy(run)
            del made.options[name]
            yield made
    if run.options.get("retries"):
        made = copy.deepcopy(run)
        made.options["retries"] = 0
        yield made
