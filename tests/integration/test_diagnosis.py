# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role diagnosis in real playbooks: what it has of its own. The rest is in test_reading_roles.py."""

from __future__ import annotations

import pytest

from tests.integration.reading import failed, play_of, results_of, verdicts

SAID = ("npu: PASS", "npu: pass, hccs: Warn", "npu: FAIL, hccs: pass", "done")


@pytest.mark.parametrize("sim", [{"servers": 4}], indirect=True)
def test_health(sim, playbook):
    """A play for each level that fails hosts."""
    for server_id, said in zip(sim.server_ids, SAID):
        sim.outcome(server_id, "SUCCESS", message=said, job_types="any")
    hosts = {f"node-{n}": {"liteserver_id": server_id} for n, server_id in enumerate(sim.server_ids)}
    levels = {"FAIL": [2], "WARN": [1, 2]}
    given = {"diagnosis_item_type": "CHECK", "diagnosis_wait_interval": "0.2"}
    plays = [play_of("diagnosis", "all", vars={**given, "diagnosis_fail_on": level}) for level in levels]
    run = playbook.play(plays, inventory={"all": {"hosts": hosts}})
    assert sorted(failed(run)) == sorted([f"node-{number}" for numbers in levels.values() for number in numbers]), (
        run.output
    )
    results = results_of(run)
    assert len(results) == len(levels)
    for (level, numbers), result in zip(levels.items(), results):
        servers = list(result["servers"].values())
        assert [server["health"] for server in servers] == ["pass", "warn", "fail", "unknown"], level
        assert [n for n, server in enumerate(servers) if not server["ok"]] == numbers, level
        assert result["health"] == {"fail": 1, "warn": 1, "pass": 1, "unknown": 1}, level
        assert [server["verdict"] for server in servers] == ["pass", "warn", "fail", "unknown"], level
        assert run.custom_stats["diagnosis"]["health"] == result["health"]
    assert ["fail: the diagnosis says FAIL: npu: FAIL" in text for text in verdicts(run, "node-2")] == [True] * 2
