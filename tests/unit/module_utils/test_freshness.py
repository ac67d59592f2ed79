# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is submitted by what was seen before a pause, and no pause goes beyond the time to wait."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._client import Client
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import (
    ConflictError,
    LostAnswerError,
    NotSentError,
    RequestError,
    StaleError,
    UnknownOutcomeError,
)
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._submit import FRESH, LOOKS
from tests.simulator import faults
from tests.unit.module_utils.submitting import NAME, OTHER_TARGET, items, over, posts, refused, request, run, running


def sequence(sim):
    """What was asked for, in its order, as method and path."""
    return [f"{one.method} {one.path}" for one in sim.requests]


def looked_before_each_create(sim):
    asked = sequence(sim)
    return all(
        "GET /jobs" in asked[before + 1 : after]
        for before, after in zip(
            [-1, *(n for n, one in enumerate(asked) if one == "POST /jobs")],
            [n for n, one in enumerate(asked) if one == "POST /jobs"],
        )
    )


def in_the_pause(ticker, *happens):
    """Let somebody else act in the first pause."""

    def act():
        ticker.on_sleep.remove(act)
        for happen in happens:
            happen()

    ticker.on_sleep.append(act)


MEANWHILE = {
    "the same job": lambda sim: running(sim, servers=2),
    "another job": lambda sim: running(sim, name="console-job", servers=2, items=items(OTHER_TARGET)),
    "the same job, already over": lambda sim: over(sim, servers=2),
}


@pytest.fixture(params=MEANWHILE)
def meanwhile(request, sim, ticker):
    """What somebody makes in the first pause."""
    in_the_pause(ticker, lambda: MEANWHILE[request.param](sim))
    return request.param


def assert_not_doubled(meanwhile, sim, client):
    wanted = request(sim.server_ids[:2])
    if meanwhile == "another job":
        refused(ConflictError, client, wanted)
    else:
        assert not run(client, wanted).submitted
    assert [one.status for one in posts(sim)] == [] and len(sim.violations) == 0


def test_job_made_while_the_create_was_throttled_is_seen(meanwhile, sim, client):
    sim.inject(faults.refuse(429, retry_after=60, method="POST", times=1))
    assert_not_doubled(meanwhile, sim, client)


def test_job_made_while_no_connection_was_to_be_had_is_seen(meanwhile, sim, client, ticker, monkeypatch):
    create = Client.create_job

    def without_a_server(self, body):
        sim.stop()
        in_the_pause(ticker, sim.start)
        monkeypatch.setattr(Client, "create_job", create)
        return create(self, body)

    monkeypatch.setattr(Client, "create_job", without_a_server)
    assert_not_doubled(meanwhile, sim, client)


@pytest.mark.parametrize("path", ["/jobs", "/jobs/*"])
@pytest.mark.parametrize("status", [429, 503])
def test_job_made_while_the_look_itself_was_held_up_is_seen(path, status, meanwhile, sim, client):
    """The list was read before, the details had to wait."""
    over(sim, "FAILED", servers=2, age=1000)
    sim.inject(faults.refuse(status, retry_after=60, path=path, times=1))
    assert_not_doubled(meanwhile, sim, client)


def test_of_a_look_that_is_taken_again_only_what_goes_on_is_read_again(sim, client):
    failed = over(sim, "FAILED", age=1000)
    held_up = running(sim, name="console-job", server_ids=sim.server_ids[1:2])
    sim.inject(faults.refuse(429, retry_after=60, path=f"/jobs/{held_up.id}", times=1))
    assert run(client, request(sim.server_ids[:1])).submitted
    assert sim.count("GET", f"/jobs/{held_up.id}") == 3
    assert sim.count("GET", f"/jobs/{failed.id}") == 1


def test_platform_that_is_slow_all_the_time_is_worked_with_all_the_same(sim, client, ticker, monkeypatch):
    look = Client.list_jobs

    def list_jobs(self, *arguments, **options):
        ticker.now += FRESH + 1
        return look(self, *arguments, **options)

    monkeypatch.setattr(Client, "list_jobs", list_jobs)
    assert run(client, request(sim.server_ids)).submitted
    assert sequence(sim).index("POST /jobs") == LOOKS


def test_nothing_is_submitted_once_what_the_caller_knows_is_old(sim, client, ticker):
    sim.inject(faults.refuse(429, retry_after=60, method="POST", times=1))
    error = refused(StaleError, client, request(sim.server_ids[:2]), fresh=30)
    assert "30 s have passed" in error.message and error.details["refusals"] == dict.fromkeys(
        sim.server_ids[:2], "stale"
    )
    assert posts(sim) == [] and sim.jobs == {}
    assert run(client, request(sim.server_ids[:2]), fresh=30).submitted


def test_what_somebody_made_while_a_lost_answer_was_looked_for_is_seen(sim, client, ticker):
    first, second = sim.server_ids[:2]
    sim.inject(faults.lost("reset"))
    in_the_pause(ticker, lambda: running(sim, server_ids=[second]))
    assert run(client, request(batches=[[first], [second]])).to_submit == [first]
    assert len(posts(sim)) == 1 and not sim.violations


def test_of_many_batches_none_goes_by_a_look_that_is_old(sim, client, ticker, monkeypatch):
    """Each create takes a while. During the second somebody takes the server of the third."""
    create = Client.create_job

    def create_job(self, body):
        ticker.now += FRESH / 2 + 0.1
        if len(sim.jobs) == 1:
            running(sim, name="console-job", server_ids=sim.server_ids[2:3])
        return create(self, body)

    monkeypatch.setattr(Client, "create_job", create_job)
    ensured = run(client, request(batches=[[server_id] for server_id in sim.server_ids]))
    assert ensured.reasons.keys() == {sim.server_ids[2]} and len(posts(sim)) == 3
    assert sim.violations == []


# Throttled for minutes


@pytest.mark.parametrize("retry_after", [None, 0, 20, 3000])
def test_create_that_is_throttled_for_minutes_goes_out_in_the_end(retry_after, sim, client, ticker):
    """Each time after another look, and whatever the number of retries."""
    began = ticker.now
    sim.inject(faults.refuse(429, retry_after=retry_after, method="POST"))
    ticker.on_sleep.append(lambda: ticker.now >= began + 240 and sim.clear_faults())
    assert run(client, request(sim.server_ids)).submitted
    assert 240 <= ticker.now - began <= 300
    assert looked_before_each_create(sim)
    assert len(posts(sim)) == 1
    throttled = sim.count("POST", "/jobs") - 1
    assert throttled == {None: throttled, 0: 241, 20: 12, 3000: 1}[retry_after] and (throttled >= 24 or retry_after)


@pytest.mark.parametrize("retry_after", [None, 20])
def test_throttling_that_does_not_end_ends_with_the_time_to_wait(retry_after, sim, client, ticker):
    began = ticker.now
    sim.inject(faults.refuse(429, retry_after=retry_after, method="POST"))
    error = refused(RequestError, client, request(sim.server_ids), timeout=250)
    assert error.status == 429 and "The wait_timeout of 250 s leaves no time for another try" in error.message
    assert 225 <= ticker.now - began <= 250
    assert sim.jobs == {} and looked_before_each_create(sim)


def test_no_connection_after_throttling_is_waited_out_too(sim, client, ticker, monkeypatch):
    """However often it was throttled before."""
    create, tries = Client.create_job, []

    def create_job(self, body):
        tries.append(ticker.now)
        if len(tries) <= 10:
            raise RequestError("throttled", 429)
        if len(tries) <= 20:
            raise NotSentError("no connection")
        return create(self, body)

    monkeypatch.setattr(Client, "create_job", create_job)
    assert run(client, request(sim.server_ids)).submitted
    assert len(tries) == 21


# The time to wait bounds all of it


@pytest.mark.parametrize("how", ["reset", "502", "truncated"])
def test_lost_answers_of_many_batches_end_with_the_time_to_wait(how, sim, make_client, ticker):
    began = ticker.now
    sim.inject(faults.lost(how, times=None))
    sim.inject(faults.late(1e9))
    batches = [[server_id] for server_id in sim.server_ids]
    error = refused(UnknownOutcomeError, make_client(), request(batches=batches), timeout=3, reconcile_timeout=5)
    assert ticker.now - began <= 3
    assert len(posts(sim)) == 1 and f"creating job {NAME} is unknown" in error.message


@pytest.mark.parametrize("status", [503, "reset"])
def test_outage_at_the_first_look_ends_with_the_time_to_wait(status, sim, make_client, ticker):
    began = ticker.now
    sim.inject(faults.refuse(status))
    refused(LostAnswerError, make_client(retries=200), request(sim.server_ids), timeout=3)
    assert ticker.now - began <= 3
