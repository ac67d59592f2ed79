# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role software_query in real playbooks: what it has of its own. The rest is in test_reading_roles.py."""

from __future__ import annotations

import csv
import json

import pytest

from tests.integration.playbook import task
from tests.integration.reading import result_of, step

NAME = "huaweicloud.modelarts.software_query"


@pytest.fixture
def query(sim, playbook):
    """Runs the playbook on localhost; the run and its result."""
    sim.servers[sim.server_ids[2]].driver = "25.2.1"

    def run(rc=0, **given):
        given = {"servers": sim.server_ids, "wait_interval": "0.2", **given}
        done = playbook.play(NAME, extra_vars={f"software_query_{name}": value for name, value in given.items()})
        assert done.rc == rc, done.output
        return done, result_of(done)

    return run


def test_versions_drift_and_files(sim, query, tmp_path):
    run, result = query(report_dir=str(tmp_path))
    odd = sim.server_ids[2]
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


def test_wanted(sim, query):
    _run, result = query(wanted="25.2.1")
    assert result["drift"]["servers"] == sim.server_ids[:2]


def test_fail_on_drift(sim, query):
    run, _result = query(rc=2, fail_on_drift="true")
    assert "differs: driver 25.2.1, while 24.1.rc3.10 is the most common" in step(run, "Verdict")["msg"]


def test_wanted_that_is_no_version(sim, playbook):
    given = {"software_query_servers": sim.server_ids, "software_query_wanted": "newest"}
    run = playbook.play(NAME, extra_vars=given)
    assert run.rc == 2
    assert run.calls == []
    assert step(run, "Verdict")["msg"].startswith("software_query_wanted: 'newest' is not a version")


def test_versions_of_each_host(sim, playbook):
    hosts = {f"node-{n}": {"liteserver_id": server_id} for n, server_id in enumerate(sim.server_ids, 1)}
    shown = task("mine", "ansible.builtin.debug", {"msg": "{{ software_query_driver }} {{ software_query_firmware }}"})
    play = {"hosts": "all", "gather_facts": False, "roles": [NAME], "tasks": [shown]}
    sim.servers[sim.server_ids[1]].driver = "25.2.1"
    run = playbook.play([play], inventory={"all": {"hosts": hosts}}, extra_vars={"software_query_wait_interval": "0.2"})
    assert run.rc == 0, run.output
    assert run.on("node-2")["mine"]["msg"].startswith("25.2.1 ")
    assert run.on("node-3")["mine"]["msg"].startswith("24.1.rc3.10 ")
