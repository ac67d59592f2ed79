# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role software_query in real playbooks: what it has of its own. The rest is in test_reading_roles.py."""

from __future__ import annotations

import csv
import json

from tests.integration.playbook import task
from tests.integration.reading import failed, play_of, result_of, results_of, verdicts

NAME = "huaweicloud.modelarts.software_query"


def options(sim, **given):
    """Extra variables: the options, texts as a survey gives them."""
    given = {"servers": sim.server_ids, "wait_interval": "0.2", **given}
    return {f"software_query_{name}": value for name, value in given.items()}


def test_versions_drift_and_files(sim, playbook, tmp_path):
    odd = sim.server_ids[2]
    sim.servers[odd].driver = "25.2.1"
    message = "https://bob:hunter22@host/x says: Driver: 25.2.1 | Firmware: 7.7.0.1"
    sim.outcome(odd, "SUCCESS", message=message, job_types=["ASCEND_SOFTWARE_QUERY"])
    run = playbook.play(NAME, extra_vars=options(sim, report_dir=str(tmp_path)))
    assert run.rc == 0, run.output
    shown = [run.output, *(file.read_text(encoding="utf-8") for file in tmp_path.glob("software_query-*"))]
    assert len(shown) == 6 and not [text for text in shown if "hunter22" in text]
    result = result_of(run)
    assert result["drift"]["servers"] == [odd]
    assert result["servers"][odd]["driver"] == "25.2.1"
    assert set(result["servers"][odd]) >= {"driver", "firmware", "status", "message", "name"}
    assert result["versions"][odd]["driver"] == "25.2.1"
    lines = run.stdout.splitlines()
    assert ["server", "driver", "firmware", "verdict"] in [line.split() for line in lines]
    assert any("25.2.1" in line and "differs" in line and "the most common" in line for line in lines)
    assert "software_query: 1 differs, 2 as wanted, in 1 job" in lines
    (table,) = tmp_path.glob("*.csv")
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert {row["id"]: row["drift"] for row in rows}[odd] == "yes"
    (versions,) = tmp_path.glob("*.versions.json")
    assert json.loads(versions.read_text(encoding="utf-8"))[odd]["driver"] == "25.2.1"
    (report,) = [path for path in tmp_path.glob("*.json") if "versions" not in path.name]
    rows = {row["id"]: row for row in json.loads(report.read_text(encoding="utf-8"))["servers"]}
    assert rows[odd]["version_after"] == "25.2.1"
    assert "while" in rows[odd]["reason"]


def test_what_is_wanted_drift_that_fails_and_versions_of_each_host(sim, playbook):
    """A play for each. Only drift that is to fail does."""
    sim.servers[sim.server_ids[2]].driver = "25.2.1"
    hosts = {f"node-{n}": {"liteserver_id": server_id} for n, server_id in enumerate(sim.server_ids, 1)}
    shown = task("mine", "ansible.builtin.debug", {"msg": "{{ software_query_driver }} {{ software_query_firmware }}"})
    asked = [{"wanted": "25.2.1"}, {"fail_on_drift": "true"}]
    plays = [play_of("software_query", vars=options(sim, **one)) for one in asked]
    of_hosts = {"hosts": "all", "gather_facts": False, "roles": [NAME], "tasks": [shown]}
    of_hosts["vars"] = {"software_query_wait_interval": "0.2"}
    run = playbook.play([*plays, of_hosts], inventory={"all": {"hosts": hosts}})
    assert run.rc == 0, run.output
    assert failed(run) == ["localhost"], run.output
    _wanted, drift = verdicts(run)
    assert "differs: driver 25.2.1, while 24.1.rc3.10 is the most common" in drift
    assert results_of(run)[0]["drift"]["servers"] == sim.server_ids[:2]
    assert run.on("node-2")["mine"]["msg"].startswith("24.1.rc3.10 ")
    assert run.on("node-3")["mine"]["msg"].startswith("25.2.1 ")
