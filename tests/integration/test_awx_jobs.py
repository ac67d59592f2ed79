# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kit's templates as AWX runs them, by ansible-runner, each in the ways in which people start them."""

from __future__ import annotations

import time

import pytest

from tests.awx import workflow
from tests.awx.jobs import Awx
from tests.integration.playbook import until
from tests.simulator import faults

VERSION = "24.1.0.3"
ITEM_TYPE = "ASCEND_DIAGNOSIS"
UPGRADE = {"hdk_upgrade_version": VERSION}
AT_END = """
- name: Tell the end
  ansible.builtin.debug:
    msg: "the end: {{ hdk_upgrade_result.outcome }}"
"""
NEVER_A_TEMPLATE = "{{ awx_job_id }}"


@pytest.fixture
def awx(tmp_path, sim, awx_things):
    return Awx(tmp_path, sim, awx_things)


def at_work(sim):
    """How many upgrades were asked for."""
    return sum(job.type == "ASCEND_SOFTWARE_UPGRADE" for job in sim.jobs.values())


@pytest.mark.parametrize("sim", [{"servers": 4, "speed": 300}], indirect=True)
def test_the_workflow_goes_on_within_the_budget_and_collects_the_logs_of_the_failed_alone(sim, awx):
    """Each node is a job with what those before it have handed on. One of four servers fails, and one may."""
    failed = sim.server_ids[2]
    sim.outcome(failed, "FAILED")
    asked = {**UPGRADE, "hdk_upgrade_waves": "", "hdk_upgrade_max_failures": "1", "diagnosis_item_type": ITEM_TYPE}
    jobs = {}

    def run(node, heard):
        if "approval_node" in node:
            return True, {}
        answers = {**node.get("extra_data", {}), **asked}
        job = awx.launch(node["unified_job_template"], answers, handed_on={**heard, **asked}, limit="liteservers")
        jobs[node["identifier"]] = job
        return job.status == "successful", job.artifacts

    ended = workflow.run(awx.things["workflow_job_template_nodes"].values(), run)
    assert not ended.failed, jobs["end"].output
    good = {name for name, well in ended.went_well.items() if well}
    assert set(ended.went_well) - good == {"canary", "upgrade"}
    assert "canary_logs" not in ended.went_well
    assert jobs["plan"].artifacts["hdk_upgrade_outcome"] == "planned"
    assert jobs["canary"].artifacts["hdk_upgrade_outcome"] == "stopped"
    names = [server.name for server in sim.servers.values()]
    assert jobs["upgrade"].hosts == dict(zip(names, ["ok", "changed", "failed", "changed"]))
    assert sorted(host for host, _said in jobs["upgrade"].verdicts) == names, "each host hears it once"
    assert jobs["upgrade"].artifacts["hdk_upgrade_outcome"] == "within_budget"
    assert jobs["upgrade"].artifacts["hdk_upgrade_failed"] == [failed]
    collected = [server for job in sim.jobs.values() if job.type == "LOG_COLLECT" for server in job.server_ids]
    assert collected == [failed]
    assert set(jobs["logs"].hosts) == set(names) and jobs["logs"].status == "successful"
    assert sim.violations == []


@pytest.mark.parametrize("sim", [{"servers": 3, "speed": 0}], indirect=True)
def test_a_cancelled_upgrade_submits_nothing_more_and_its_relaunch_goes_on(sim, awx):
    job = awx.start("Upgrade", UPGRADE)
    while not at_work(sim):
        sim.clock.advance(30)  # the query before the plan takes its time
        time.sleep(0.05)
    assert job.cancel().status == "canceled"
    sim.clock.advance(3600)
    asked = len(sim.jobs)
    again = awx.start("Upgrade", UPGRADE)
    while not again.is_over:
        sim.clock.advance(30)
        time.sleep(0.05)
    assert again.wait().status == "successful", again.output
    assert set(again.hosts.values()) == {"ok", "changed"}
    assert sim.violations == [] and len(sim.jobs) > asked


@pytest.mark.parametrize("sim", [{"servers": 6, "supernodes": 1, "supernode_size": 2, "speed": 300}], indirect=True)
def test_slices_and_another_template_at_once(sim, awx):
    """A slice has each second host. One that splits a super-node is refused; a diagnosis waits for the upgrades."""
    apart = "liteservers:!liteserver_supernode_*"
    jobs = [
        awx.start("Upgrade", UPGRADE, inventory=awx.sliced(1, 2), limit=apart),
        awx.start("Upgrade", UPGRADE, inventory=awx.sliced(2, 2), limit=apart),
    ]
    # What is at work on a server before an upgrade is planned would have that server refused.
    until(lambda: at_work(sim) >= 2)
    jobs.append(awx.start("Diagnosis", {"diagnosis_item_type": ITEM_TYPE, "diagnosis_fail_on": "WARN"}, limit=apart))
    split = awx.launch("Upgrade", UPGRADE, inventory=awx.sliced(1, 2))
    assert [job.wait().status for job in jobs] == ["successful"] * 3, "".join(job.output for job in jobs)
    assert split.status == "failed"
    assert set(split.hosts.values()) == {"failed"}
    assert "Select them too, or set hdk_upgrade_whole_supernodes to false" in split.told(next(iter(split.hosts)))
    assert sorted(server for server, _before, _after in sim.upgrades) == sorted(sim.server_ids[2:])
    assert sim.violations == []


@pytest.mark.parametrize("sim", [{"servers": 3, "speed": 300}], indirect=True)
def test_answers_that_are_blank_or_look_like_templates(sim, awx, tmp_path):
    folder = tmp_path / NEVER_A_TEMPLATE
    asked = {"log_collection_spec": "", "log_collection_fetch_dir": "", "log_collection_report_dir": str(folder)}
    asked["log_collection_report_print"] = "true"
    job = awx.launch("Collect logs", {**asked, "log_collection_wait_timeout": "1"})  # nobody asks for the last one
    assert job.status == "successful", job.output
    assert set(job.hosts.values()) == {"ok"}
    assert job.artifacts["log_collection"]["summary"]["success"] == 3
    assert "# Log collection of 3 servers" in job.output
    assert sorted(file.suffix for file in folder.iterdir()) == [".html", ".json", ".md"]


@pytest.mark.parametrize("sim", [{"servers": 3, "speed": 300}], indirect=True)
def test_keys_that_expire_midway(sim, awx):
    """Each host hears so, and a hook of the project runs at the end all the same."""
    (awx.project / "hooks" / "at_end.yml").write_text(AT_END, encoding="utf-8")
    sim.inject(faults.expired(after=12))
    job = awx.launch("Upgrade", UPGRADE, handed_on={"hdk_upgrade_at_end": "hooks/at_end.yml"})
    assert "the end: failed" in job.output
    assert job.status == "failed"
    assert set(job.hosts.values()) == {"failed"}
    assert all("401" in job.told(host) for host in job.hosts)
    assert "next: see why, then relaunch on failed hosts" in job.output
    assert job.artifacts["hdk_upgrade_outcome"] == "failed"
    assert sim.violations == []
