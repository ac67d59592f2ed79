# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job on each of many servers: one job for all that one task waits for, beside a job and a poll for each host."""

from __future__ import annotations

from tests.benchmark.measure import Comparison
from tests.benchmark.playbook import Controller, url
from tests.simulator import Simulator

SECONDS = 10
SPEED = 214 / SECONDS  # a diagnosis takes 214 s there
TYPE, ITEMS = "ASCEND_DIAGNOSIS", [{"type": "CHECK"}]
FORKS = "20"
OURS, URI = "liteserver_job, one job", f"uri and until, {FORKS} forks"


def compare(controller: Controller, hosts: int) -> Comparison:
    """One run of each. That of uri begins with the jobs submitted."""
    with Simulator(servers=hosts, speed=SPEED) as sim:
        options = {"type": TYPE, "items": ITEMS, "server_ids": sim.server_ids, "wait_interval": 1}
        ours = controller.play(sim, [{"name": "one job", "huaweicloud.modelarts.liteserver_job": options}])
    with Simulator(servers=hosts, speed=SPEED) as sim:
        jobs = {
            server.name: {"job_id": sim.add_job(name="one", type=TYPE, items=ITEMS, server_ids=[server_id]).id}
            for server_id, server in sim.servers.items()
        }
        poll = {
            "name": "poll",
            "ansible.builtin.uri": url(sim, "/jobs/{{ job_id }}"),
            "register": "job",
            "until": "job.json.status == 'FINISHED'",
            "retries": 60,
            "delay": 1,
        }
        theirs = controller.play(sim, [poll], jobs, ANSIBLE_FORKS=FORKS)
    return Comparison(f"{SECONDS} s of work on {hosts} servers", URI, {OURS: ours, URI: theirs})
