# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job says of its times lies in real time, in order, however fast the clock runs."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulator import Clock, Simulator

UPGRADE = [{"type": "HDK_UPGRADE", "spec": {"version": "25.2.1"}}]


def stamps(shown):
    """All times of a job and its tasks, in the order in which they must lie."""
    tasks = sorted(task["update_at"] for task in shown["tasks"])
    return [shown["create_at"], *tasks]


def real_millis():
    return time.time() * 1000


def test_a_fast_clock_stamps_in_real_time():
    before = real_millis()
    sim = Simulator(servers=4, speed=10_000)
    job = sim.add_job(items=UPGRADE, server_ids=sim.server_ids)
    while sim.status(job.id) != "FINISHED" or any(t.status_at(sim.clock.now()) == "PROCESSING" for t in job.tasks):
        time.sleep(0.001)
    shown = job.detail(sim.clock.now())
    assert stamps(shown) == sorted(stamps(shown))
    assert before - 1 <= min(stamps(shown))
    assert max(*stamps(shown), shown["update_at"]) <= real_millis() + 1
    assert 10 <= shown["update_at"] - shown["create_at"] <= 25  # 183 s, 10,000 times as fast


@pytest.mark.parametrize("speed", [0, 1, 1000])
def test_what_is_skipped_happens_at_the_skip(speed):
    sim = Simulator(servers=4, speed=speed)
    job = sim.add_job(items=UPGRADE, server_ids=sim.server_ids)
    before = real_millis()
    sim.clock.advance(10_000)
    after = real_millis()
    shown = job.detail(sim.clock.now())
    assert shown["status"] == "FINISHED"
    assert all(before - 100 <= stamp <= after + 1 for stamp in [*stamps(shown)[1:], shown["update_at"]])
    assert stamps(shown) == sorted(stamps(shown))


@pytest.mark.parametrize("speed", [0, 1, 1000])
def test_an_older_job_lies_so_many_seconds_back(speed):
    sim = Simulator(servers=1, speed=speed)
    before = real_millis()
    job = sim.add_job(status="FINISHED", type="LOG_COLLECT", age=5000)
    shown = job.detail(sim.clock.now())
    assert before - 1 <= shown["create_at"] + 5_000_000 <= real_millis() + 1
    assert shown["update_at"] - shown["create_at"] == pytest.approx(60_000, abs=1)


@pytest.mark.parametrize("speed", [0, 1000])
def test_jobs_say_the_order_in_which_they_were_made(speed):
    sim = Simulator(servers=1, speed=speed)
    old = [sim.add_job(type="LOG_COLLECT", age=age, status="FINISHED") for age in (300, 200, 200, 100)]
    new = [sim.add_job(type="LOG_COLLECT", server_ids=[]) for _job in range(50)]
    created = [job.row(sim.clock.now())["create_at"] for job in (*old, *new)]
    assert created == sorted(set(created))
    assert created[-1] <= real_millis() + 51
    assert [job.id for job in sim.world.listed()] == [job.id for job in (*old, *new)][::-1]


@given(
    st.sampled_from([0, 0.5, 60, 1000]),
    st.lists(st.one_of(st.just(0), st.floats(0, 1e6)), max_size=5),
    st.lists(st.floats(-1e4, 1e6), min_size=2, max_size=20),
)
def test_the_real_time_of_a_past_moment_keeps_the_order_and_is_past(speed, skips, offsets):
    clock = Clock(speed)
    start = clock.now()
    for seconds in skips:
        clock.advance(seconds)
    now = clock.now()
    past = sorted(start + offset for offset in offsets if start + offset <= now)
    real = [clock.real(moment) for moment in past]
    assert real == sorted(real)
    assert all(moment <= clock.real_now() for moment in real)
