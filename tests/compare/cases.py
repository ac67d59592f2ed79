# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults. Each is brought about on a simulator before a way is run, or breaks the run itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.simulator import Simulator, faults

LOOK = {"method": "GET", "path": "/jobs/*"}
CREATE = {"method": "POST", "path": "/jobs"}
UNTIL_GIVEN_UP = 15  # seconds; each way gives a request 10


@dataclass(frozen=True)
class Case:
    """A fault. C(bring): brings it about, given how many jobs a way submits before its first upgrade.

    C(kill): whether the first run is killed as soon as its upgrades are at work.
    """

    title: str
    bring: Callable[[Simulator, int], None] = lambda sim, before: None
    kill: bool = False


def lost(how: str, title: str, **more: float) -> Case:
    """The answer to the first upgrade's create is lost; the job is there."""
    return Case(title, lambda sim, before: sim.inject(faults.lost(how, after=before, **more)) and None)


def refused(status: int | str, title: str, times: int = 1, **where: str) -> Case:
    """Requests are refused."""

    def bring(sim: Simulator, before: int) -> None:
        after = before if where == CREATE else 1
        sim.inject(faults.refuse(status, times=times, after=after, **where))

    return Case(title, bring)


def looked(how: str, title: str, **more: float) -> Case:
    """The answer to a look at a job is lost."""
    return Case(title, lambda sim, before: sim.inject(faults.lost(how, after=1, **LOOK, **more)) and None)


def ends(status: str, title: str) -> Case:
    """The first upgrade of a server ends so, in a job that says FINISHED."""
    return Case(title, lambda sim, before: sim.outcome(sim.server_ids[0], status, times=1))


def _deleted(sim: Simulator, before: int) -> None:
    sim.inject(faults.deleted_midway(seconds=60, after=before))


def _unknown(sim: Simulator, before: int) -> None:
    sim.inject(faults.status_word("QUEUEING"))


def _held(sim: Simulator, before: int) -> None:
    sim.add_job(name="somebody-else", type="LOG_COLLECT", server_ids=sim.server_ids[:1], status="ACTIVE")


def _late(sim: Simulator, before: int) -> None:
    sim.inject(faults.late(2))
    sim.inject(faults.lost(after=before))


CASES = (
    Case("no fault"),
    lost("reset", "connection reset after a create, which has worked"),
    refused("reset", "connection reset before a create has worked", **CREATE),
    lost("504", "504 of a gateway after a create, which has worked"),
    lost("html", "a page of HTML in place of the answer to a create"),
    lost("truncated", "half of the answer to a create"),
    lost("hang", "no answer to a create, which has worked", seconds=UNTIL_GIVEN_UP),
    Case("the same after a reset, and the list shows new jobs 2 s later", _late),
    refused(429, "429 to a create", **CREATE),
    refused(503, "503 to a create", **CREATE),
    refused(429, "429 to three looks", times=3, **LOOK),
    refused(503, "503 to three looks", times=3, **LOOK),
    looked("html", "a page of HTML in place of the answer to a look"),
    looked("drip", "an answer to a look that comes a byte now and then", seconds=600),
    ends("FAILED", "a server fails, the job says FINISHED"),
    ends("SKIPPED", "a server is skipped"),
    ends("MISSING", "the job has no task for a server"),
    ends("UNCONFIRMED", "the task says SUCCESS, the version stays"),
    Case("somebody deletes the job's record under way", _deleted),
    Case("an unknown status while the jobs work", _unknown),
    Case("somebody else's job is at work on a server, and stays so", _held),
    Case("killed while the jobs work, and run again", kill=True),
)
