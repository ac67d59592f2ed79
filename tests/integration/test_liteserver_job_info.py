# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_job_info: in real playbooks, waiting for many jobs with few requests."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.integration.playbook import INFO, task


def exactly(job):
    """Makes a job's last task end with it, rather than a moment later."""
    for one in job.tasks:
        one.ends = min(one.ends, job.ends)
    return job


def staggered(sim):
    """Twenty jobs that end one after the other."""
    one = [exactly(sim.add_job(name=f"job{n}", server_ids=[sim.server_ids[n]], age=8.0 * n)) for n in range(20)]
    return [job.id for job in one]


def assert_few_requests(sim, made, result):
    """One detail for each job, after it ended; everything else was one list for each look."""
    calls = Counter((request.method, request.path) for request in sim.requests)
    lists = calls.pop(("GET", "/jobs"))
    assert calls == Counter(("GET", f"/jobs/{job_id}") for job_id in made)
    looks = [request.at for request in sim.requests if request.path == "/jobs"]
    assert 1 < lists < 20
    assert min(after - before for before, after in zip(looks, looks[1:])) > 0
    assert {job["id"]: job["status"] for job in result["jobs"]} == dict.fromkeys(made, "FINISHED")
    assert result["summary"]["success"] == result["summary"]["total"] == 20


@pytest.mark.parametrize("sim", [{"servers": 20, "speed": 0}], indirect=True)
def test_waiting_for_many_jobs_takes_one_list_for_each_look_and_one_detail_for_each_job(sim, playbook):
    """In Ansible's own process, which tells lines."""
    made = staggered(sim)
    options = {"status": "PROCESSING", "wait": True, "details": True}
    result = playbook.start(playbook.one_play([task("wait", INFO, options)])).advance(40, "jobs over").wait()
    assert result.rc == 0, result.output
    assert "0 of 20 jobs over" in result.stdout and "20 of 20 jobs over" in result.stdout
    assert_few_requests(sim, made, result.tasks["wait"])


@pytest.mark.parametrize("sim", [{"servers": 20, "speed": 0}], indirect=True)
def test_the_module_on_its_own_waits_with_as_few_requests(sim, playbook):
    """As an async task, in silence."""
    made = staggered(sim)
    options = {"ids": made, "wait": True, "details": True}
    running = playbook.start(playbook.one_play([task("wait", INFO, options, **{"async": 100, "poll": 1})]))
    result = running.advance_at_looks("/jobs", 40).wait()
    assert result.rc == 0, result.output
    assert "jobs over" not in result.stdout
    assert_few_requests(sim, made, result.tasks["wait"])
