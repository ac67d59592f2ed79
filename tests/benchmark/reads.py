# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the list of jobs again and again in one play: our module beside ansible.builtin.uri."""

from __future__ import annotations

from collections import defaultdict

from tests.benchmark.measure import Comparison, Cost, median
from tests.benchmark.playbook import Controller, url
from tests.simulator import Simulator

READS = 20
EMPTY, OURS, URI = "an empty play", "liteserver_job_info", "uri"


def compare(controller: Controller, rounds: int) -> Comparison:
    """The medians of so many runs, in turns; the first turn, in which Python compiles, does not count."""
    with Simulator(servers=3, speed=0) as sim:
        sim.add_job(type="ASCEND_SOFTWARE_QUERY", items=[{"type": "HDK_QUERY"}], server_ids=sim.server_ids)
        ways = {
            EMPTY: [],
            OURS: [{"name": "read", "huaweicloud.modelarts.liteserver_job_info": {}}] * READS,
            URI: [{"name": "read", "ansible.builtin.uri": url(sim, "/jobs")}] * READS,
        }
        costs: dict[str, list[Cost]] = defaultdict(list)
        for turn in range(rounds + 1):
            for name, tasks in ways.items():
                spent = controller.play(sim, tasks)
                if turn:
                    costs[name].append(spent)
    found = {name: median(one) for name, one in costs.items()}
    return Comparison(f"{READS} reads in one play, whole processes, median of {rounds}", URI, found)
