# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are meant to hurt, in a real playbook: nothing is submitted twice, nothing is lost, and little is printed."""

from __future__ import annotations

import json

import pytest

from tests.integration.playbook import INFO, JOB, query, task, upgrade
from tests.simulator import faults

MEGABYTE = "{{ 7 * 7 }}=1+1<script>" + "x" * 10**6


@pytest.mark.parametrize("sim", [{"servers": 4, "speed": 300}], indirect=True)
def test_hostile_answers_hurt_nobody(sim, playbook):
    """To creates: 100 MB, 100,000 levels, a bit now and then. To reads the last alone. And megabytes in messages."""
    ids = sim.server_ids
    for number, how in enumerate(("flood", "deep", "drip")):
        sim.inject(faults.lost(how, after=number))
    sim.inject(faults.lost("drip", method="GET", path="/jobs/*", after=4))
    sim.outcome(ids[3], "FAILED", message=MEGABYTE)
    short = {"request_timeout": 2}
    result = playbook.tasks(
        [
            *(task(how, JOB, query(ids[:1], name=how, **short)) for how in ("flood", "deep", "drip")),
            task("long", JOB, upgrade(ids[2:], **short), ignore_errors=True),
            task("read", INFO, {"details": True}),
        ]
    )
    assert result.rc == 0
    for how in ("flood", "deep", "drip"):
        assert result.tasks[how]["submitted"] and result.tasks[how]["summary"]["success"] == 1
    assert [job.name for job in sim.jobs.values()][:3] == ["flood", "deep", "drip"]
    assert result.calls.count("POST /jobs") == len(sim.jobs) == 4
    assert len(result.tasks["long"]["msg"]) < 1000
    said = result.tasks["read"]["jobs"][0]["tasks"][1]["message"]
    assert said.startswith("{{ 7 * 7 }}=1+1<script>xxx") and len(said) < 25_000
    assert len(result.output) < 300_000 and len(json.dumps(result.events)) < 300_000
