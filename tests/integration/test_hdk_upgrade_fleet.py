# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""hdk_upgrade on 200 servers: the verdict of each one, also when the budget is spent, and when the run is killed.

Each of them is a host once. Otherwise localhost stands for all, as a task that each of 200 hosts runs takes long.
"""

from __future__ import annotations

import pytest

from tests.integration.upgrading import rollouts, upgrades_of  # noqa: F401  # pylint: disable=unused-import
from tests.simulator import Simulator

FAILING = [9, 30, 61, 77, 98, 120, 133, 150, 171, 199]
ASKED = {"canary": 8, "waves": ["20%", 60], "max_failures": "10%", "wait_interval": 0.3}


@pytest.fixture
def sim():
    """The first 64 servers are 8 super-nodes of 8; 10 servers fail."""
    with Simulator(servers=200, supernodes=8, supernode_size=8, speed=600) as simulator:
        for place in FAILING:
            simulator.outcome(simulator.server_ids[place], "FAILED")
        yield simulator


def test_each_server_has_its_verdict(sim, rollouts):  # noqa: F811
    run = rollouts.run(**ASKED)
    assert run.rc == 2
    assert run.of("failed") == FAILING
    assert run.of("upgraded") == [n for n in range(200) if n not in FAILING]
    # A super-node that does not fit opens the next wave.
    assert [len(wave) for wave in run.waves()] == [8, 40, 60, 60, 32]
    members = [run.record(n)["wave"] for n in range(64)]
    assert all(len(set(members[n : n + 8])) == 1 for n in range(0, 64, 8))
    assert [wave["summary"].get("failed", 0) for wave in run.report["waves"]] == [0, 2, 3, 3, 2]
    assert upgrades_of(sim) == dict.fromkeys(range(200), 1)
    assert sum(stats["failures"] for stats in run.play.stats.values()) == len(FAILING)


def test_nothing_starts_once_the_budget_is_spent(sim, rollouts):  # noqa: F811
    run = rollouts.run("localhost", **{**ASKED, "max_failures": "2%", "servers": sim.server_ids})
    assert run.rc == 2
    assert run.of("failed") == [n for n in FAILING if n < 108]
    assert run.of("not_started") == list(range(108, 200))
    assert run.of("upgraded") == [n for n in range(108) if n not in FAILING]
    assert upgrades_of(sim) == dict.fromkeys(range(108), 1)
    assert run.record(199)["reason"] == "5 servers failed, more than the failure budget of 4"


def test_killed_twice(sim, rollouts):  # noqa: F811
    """Whatever it was at; what failed in an earlier run is tried again, all else is upgraded once.

    Each run has a canary and a budget of its own, made of what is left: both would stop at the servers that fail.
    """
    asked = {**ASKED, "canary": 0, "max_failures": len(FAILING), "servers": sim.server_ids}
    for upgrades in (30, 100):
        run = rollouts.start("localhost", options=asked)
        for _line in run.lines():
            if len(sim.upgrades) >= upgrades:
                break
        run.kill()
    tried = [n for n in FAILING if n in upgrades_of(sim)]
    run = rollouts.run("localhost", **asked)
    assert run.rc == 2
    assert run.of("failed") == FAILING
    assert sorted(run.of("upgraded") + run.of("current")) == [n for n in range(200) if n not in FAILING]
    assert run.of("current") and run.of("upgraded")
    found = upgrades_of(sim)
    assert {found[n] for n in range(200) if n not in FAILING} == {1}
    assert all(1 <= found[n] <= 3 for n in FAILING) and tried
