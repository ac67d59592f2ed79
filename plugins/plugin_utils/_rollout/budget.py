# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The failure budget of a rollout, and how much of it is used."""

from __future__ import annotations

from collections.abc import Mapping

from .._fleet import answers
from .._fleet.counts import counted
from .._fleet.surroundings import Platform
from .run import Run
from .servers import FAILED
from .waves import budget_of

FLEET = "fleet"


def allowed(run: Run) -> int:
    """How many servers may fail before nothing new starts."""
    return budget_of(run.options["max_failures"], run.planned) if run.planned else 0


def used(run: Run, platforms: Mapping[str, Platform]) -> int:
    """The failures of this run, with C(budget_of=fleet) also those of other controllers since it began. Raises
    UntoldError.
    """
    own = run.counts.get(FAILED, 0)
    return own + _elsewhere(run, platforms) if run.options["budget_of"] == FLEET else own


def spent(run: Run, failures: int) -> str | None:
    """Why nothing new may start after so many failures; None where it may."""
    budget = allowed(run)
    if failures <= budget:
        return None
    others = failures - run.counts.get(FAILED, 0)
    whose = f" ({others} of them of other controllers)" if others else ""
    return f"{counted(failures)} failed{whose}, more than the failure budget of {budget}"


def _elsewhere(run: Run, platforms: Mapping[str, Platform]) -> int:
    """How many servers failed in other controllers' jobs of this upgrade since this run began, by the platform's list
    of jobs.
    """
    total = 0
    known = {**run.elsewhere, **run.shared}
    ours = set(run.jobs) - set(run.shared)
    for platform in platforms.values():
        for name in run.names():
            for row in answers.jobs_of(platform.jobs(name=name)):
                if row["name"] == name and row["id"] not in ours:
                    total += max((row["abnormal_count"] or 0) - known.get(row["id"], 0), 0)
    return total
