# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role diagnosis in real playbooks: what it has of its own. The rest is in test_reading_roles.py."""

from __future__ import annotations

import pytest

from tests.integration.reading import result_of, step

NAME = "huaweicloud.modelarts.diagnosis"


@pytest.mark.parametrize("fail_on, failed", [("FAIL", [2]), ("WARN", [1, 2])])
@pytest.mark.parametrize("sim", [{"servers": 4}], indirect=True)
def test_health(sim, playbook, fail_on, failed):
    for number, said in enumerate(("npu: PASS", "npu: pass, hccs: Warn", "npu: FAIL, hccs: pass", "done")):
        sim.outcome(sim.server_ids[number], "SUCCESS", message=said, job_types="any")
    hosts = {f"node-{n}": {"liteserver_id": server_id} for n, server_id in enumerate(sim.server_ids)}
    given = {
        "diagnosis_item_type": "CHECK",
        "diagnosis_fail_on": fail_on,
        "diagnosis_wait_interval": "0.2",
        "modelarts_hosts": "all",
    }
    run = playbook.play(NAME, inventory={"all": {"hosts": hosts}}, extra_vars=given)
    assert run.rc == 2
    assert [number for number in range(4) if run.stats[f"node-{number}"]["failures"]] == failed
    result = result_of(run)
    assert [server["health"] for server in result["servers"].values()] == ["pass", "warn", "fail", "unknown"]
    assert [n for n, server in enumerate(result["servers"].values()) if not server["ok"]] == failed
    assert result["health"] == {"fail": 1, "warn": 1, "pass": 1, "unknown": 1}
    assert [server["verdict"] for server in result["servers"].values()] == ["pass", "warn", "fail", "unknown"]
    assert run.custom_stats["diagnosis"]["health"] == result["health"]
    assert "fail: the diagnosis says FAIL: npu: FAIL" in step(run, "Verdict", "node-2")["msg"]


def test_no_item_type_is_invented(sim, playbook):
    run = playbook.play(NAME, extra_vars={"diagnosis_servers": sim.server_ids})
    assert run.rc == 2
    assert run.calls == []
    assert step(run, "Verdict")["msg"].startswith("diagnosis_item_type is missing. Nobody has published")
