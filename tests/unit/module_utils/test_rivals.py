# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers at once without a lock in common: what both have submitted is found by a second look, and told."""

from __future__ import annotations

import contextlib
import threading

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _submit
from tests.simulator import faults
from tests.unit.module_utils.conftest import Ticker, connect
from tests.unit.module_utils.submitting import request, run


@pytest.fixture(autouse=True)
def two_machines(monkeypatch):
    monkeypatch.setattr(_submit, "held", lambda project, wait: contextlib.nullcontext())


def at_once(sim, *requests):
    """Runs that all look before any creates, and all create before any looks again: the warnings of each, and its job."""
    together = threading.Barrier(len(requests))
    ends = {}

    def one(number, wanted):
        client = connect(sim, Ticker())
        create = client.create_job

        def create_job(body):
            together.wait(60)
            try:
                return create(body)
            finally:
                together.wait(60)

        client.create_job = create_job
        told = []
        with client.session:
            ensured = run(client, wanted, told=told)
        (job,) = {job.id: job for job in ensured.coverage.values()}.values()
        ends[number] = told, job

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [ends[number] for number in range(len(requests))]


@pytest.mark.parametrize("name", ["upgrade-fleet", "another-name"])
def test_both_are_told_of_both_jobs(name, sim):
    ids = sim.server_ids
    (one_told, one), (other_told, other) = at_once(sim, request(ids[:2]), request(ids[1:], name=name))
    assert one.id != other.id and len(sim.jobs) == 2
    for told in (one_told, other_told):
        (warning,) = told
        assert one.id in warning and other.id in warning
        assert "at the same moment" in warning and "Neither can be interrupted" in warning
    assert one_told != other_told


def test_of_three_each_is_told_of_the_others(sim):
    ends = at_once(sim, *[request(sim.server_ids, name=name) for name in "abc"])
    assert [len(told) for told, _job in ends] == [2, 2, 2]


def test_those_that_work_on_other_servers_are_no_rivals(sim):
    ends = at_once(sim, request(sim.server_ids[:2]), request(sim.server_ids[2:]))
    assert [told for told, _job in ends] == [[], []]
    assert sim.violations == []


def test_a_second_look_that_is_refused_is_no_failure(sim):
    sim.inject(faults.refuse(403, path="/jobs", method="GET", after=2))
    ends = at_once(sim, request(sim.server_ids), request(sim.server_ids))
    assert [told for told, _job in ends] == [[], []]


def test_a_rival_that_does_not_name_its_servers_yet_is_told_as_one_that_may_be(sim):
    sim.inject(faults.late_tasks(1e9))
    ends = at_once(sim, request(sim.server_ids), request(sim.server_ids))
    assert any("may hold" in text for told, _job in ends for text in told)
