# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs by the clock, and what their tasks do to the servers."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator import Clock, Simulator
from tests.simulator.jobs import spread
from tests.simulator.versions import firmware_for, is_older

UPGRADE = [{"type": "HDK_UPGRADE", "spec": {"version": "25.2.1"}}]


def frozen(**options):
    return Simulator(speed=0, **options)


def statuses(sim, job):
    now = sim.clock.now()
    return [task.status_at(now) for task in job.tasks]


def test_the_clock_multiplies_and_skips():
    assert Clock(0).now() == pytest.approx(Clock(0).now(), abs=1)
    clock = Clock(0)
    before = clock.now()
    clock.advance(10)
    assert clock.now() == before + 10
    fast = Clock(1e6)
    assert fast.now() - fast.now() < 0
    with pytest.raises(ValueError, match="negative"):
        Clock(-1)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)


def test_an_upgrade_takes_its_time_and_changes_the_version():
    sim = frozen(servers=4)
    job = sim.add_job(items=UPGRADE, server_ids=sim.server_ids)
    assert (job.type, job.request_type, sim.status(job.id)) == ("ASCEND_SOFTWARE_UPGRADE", "HDK_UPGRADE", "PROCESSING")
    sim.clock.advance(91)
    assert statuses(sim, job) == ["PROCESSING"] * 4
    sim.clock.advance(91.9)
    assert statuses(sim, job).count("PROCESSING") == 1
    assert sim.status(job.id) == "PROCESSING"
    sim.clock.advance(0.2)
    # The last task is written a little later than its job
    assert sim.status(job.id) == "FINISHED"
    assert statuses(sim, job).count("PROCESSING") == 1
    sim.clock.advance(0.4)
    assert statuses(sim, job) == ["SUCCESS"] * 4
    assert {s.driver for s in sim.servers.values()} == {"25.2.1"}
    assert {s.firmware for s in sim.servers.values()} == {"7.7.0.9.220"}
    assert sim.upgrades == [(server, "25.2.1", job.id) for server in sim.server_ids]
    assert sim.violations == []


@pytest.mark.parametrize(
    ("job_type", "seconds"),
    [("ASCEND_SOFTWARE_QUERY", 14), ("ASCEND_DIAGNOSIS", 214), ("LOG_COLLECT", 60), ("HDK_UPGRADE", 183)],
)
def test_durations_are_those_of_the_samples(job_type, seconds):
    sim = frozen(servers=1)
    job = sim.add_job(type=job_type, items=[{"type": job_type}])
    sim.clock.advance(seconds - 0.1)
    assert sim.status(job.id) == "PROCESSING"
    sim.clock.advance(0.2)
    assert sim.status(job.id) == "FINISHED"


def test_a_query_says_what_is_installed_as_of_its_end():
    sim = frozen(servers=2)
    job = sim.add_job(type="ASCEND_SOFTWARE_QUERY", items=[{"type": "HDK_QUERY"}], server_ids=sim.server_ids)
    first, second = sim.servers.values()
    first.driver, first.firmware = "24.1.0.3", "7.5.0.5.220"
    sim.clock.advance(20)
    assert len(sim.jobs) == 1
    first.driver = "later"
    assert job.tasks[0].message == "Driver: 24.1.0.3 | Firmware: 7.5.0.5.220"
    assert job.tasks[1].message == "Driver: 24.1.rc3.10 | Firmware: 7.5.0.109.220"


def test_outcomes():
    sim = frozen(servers=6)
    ids = sim.server_ids
    sim.outcome(ids[0], "FAILED")
    sim.outcome(ids[1], "SKIPPED", message="not now")
    sim.outcome("liteserver-978c-00003", "MISSING")
    sim.outcome(ids[3], "UNCONFIRMED", times=1)
    sim.outcome(ids[4], "FAILED", job_types={"LOG_COLLECT"})
    job = sim.add_job(items=UPGRADE, server_ids=ids)
    sim.clock.advance(200)
    assert sim.servers[ids[0]].driver == "24.1.rc3.10"
    by_id = {task.server_id: task for task in job.tasks}
    assert list(by_id) == [ids[0], ids[1], ids[3], ids[4], ids[5]]
    assert [t.result for t in by_id.values()] == ["FAILED", "SKIPPED", "SUCCESS", "SUCCESS", "SUCCESS"]
    assert "is not healthy" in by_id[ids[0]].message
    assert by_id[ids[1]].message == "not now"
    assert [sim.servers[one].driver for one in ids[3:]] == ["24.1.rc3.10", "25.2.1", "25.2.1"]
    assert [one for one, _version, _job in sim.upgrades] == [ids[0], ids[3], ids[4], ids[5]]
    assert job.row(sim.clock.now())["abnormal_count"] == 1
    sim.add_job(items=UPGRADE, server_ids=[ids[3]])
    sim.clock.advance(200)
    assert sim.servers[ids[3]].driver == "25.2.1"
    assert sim.violations == []
    logs = sim.add_job(type="LOG_COLLECT", server_ids=[ids[0], ids[4]])
    assert [task.result for task in logs.tasks] == ["SUCCESS", "FAILED"]


def test_a_task_that_hangs_keeps_its_job_and_its_server_and_nobody_else():
    sim = frozen(servers=3)
    sim.outcome(sim.server_ids[1], "HUNG", times=1)
    job = sim.add_job(items=UPGRADE, server_ids=sim.server_ids)
    sim.clock.advance(1e6)
    assert sim.status(job.id) == "PROCESSING"
    assert statuses(sim, job) == ["SUCCESS", "PROCESSING", "SUCCESS"]
    assert [server.driver for server in sim.servers.values()] == ["25.2.1", "24.1.rc3.10", "25.2.1"]
    shown = job.detail(sim.clock.now())
    assert shown["update_at"] == max(task["update_at"] for task in shown["tasks"])
    sim.add_job(type="LOG_COLLECT", server_ids=sim.server_ids)
    assert len(sim.violations) == 1
    assert "liteserver-978c-00002, still at work" in sim.violations[0]


def test_outcomes_are_checked():
    sim = frozen(servers=1)
    with pytest.raises(ValueError, match="FAILED"):
        sim.outcome(sim.server_ids[0], "BROKEN")
    with pytest.raises(KeyError):
        sim.outcome("nobody", "FAILED")


def test_a_server_that_is_not_running_fails():
    sim = frozen(servers=1)
    sim.servers[sim.server_ids[0]].status = "STOPPED"
    assert sim.add_job(items=UPGRADE).tasks[0].result == "FAILED"


def test_violations():
    sim = frozen(servers=60)
    one = sim.server_ids[:1]
    sim.add_job(items=UPGRADE, server_ids=one)
    sim.add_job(type="LOG_COLLECT", server_ids=one)
    assert len(sim.violations) == 1
    assert "still at work" in sim.violations[0]
    sim.clock.advance(200)
    sim.add_job(items=[{"type": "HDK_UPGRADE", "spec": {"version": "25.2.1"}}], server_ids=one)
    assert "already at" in sim.violations[1]
    sim.add_job(items=UPGRADE, server_ids=one)
    assert "being brought to" in sim.violations[3]
    sim.add_job(type="LOG_COLLECT", server_ids=sim.server_ids[1:52])
    assert "more than 50" in sim.violations[4]
    sim.add_job(type="LOG_COLLECT", server_ids=[sim.server_ids[55]] * 2)
    assert "twice" in sim.violations[5]


def test_jobs_of_the_console():
    sim = frozen(servers=1)
    over = sim.add_job(status="FINISHED", items=UPGRADE)
    assert sim.status(over.id) == "FINISHED"
    assert statuses(sim, over) == ["SUCCESS"]
    assert sim.servers[sim.server_ids[0]].driver == "25.2.1"
    quick = sim.add_job(status="FINISHED", type="LOG_COLLECT", age=5, outcomes={sim.server_ids[0]: "FAILED"})
    assert quick.created == pytest.approx(sim.clock.now() - 5)
    assert statuses(sim, quick) == ["FAILED"]
    stuck = sim.add_job(status="QUEUEING", type="LOG_COLLECT", age=1e6)
    sim.clock.advance(1e6)
    assert sim.status(stuck.id) == "QUEUEING"
    assert statuses(sim, stuck) == ["PROCESSING"]
    gone = sim.add_job(status="DELETED", type="LOG_COLLECT")
    assert sim.status(gone.id) == "DELETED"
    assert gone in sim.world.listed()
    counted = sim.add_job(status="FINISHED", type="LOG_COLLECT", abnormal_count=7)
    assert counted.row(sim.clock.now())["abnormal_count"] == 7
    going = sim.add_job(type="LOG_COLLECT", age=59)
    assert sim.status(going.id) == "PROCESSING"
    sim.clock.advance(2)
    assert sim.status(going.id) == "FINISHED"


def test_the_fleet_is_that_of_its_seed():
    one, same, other = (list(frozen(servers=3, seed=seed).servers) for seed in (1, 1, 2))
    assert one == same != other


def test_supernodes():
    sim = frozen(servers=10, supernodes=2, supernode_size=4)
    servers = list(sim.servers.values())
    assert [s.category for s in servers] == ["HPS"] * 8 + ["SERVER"] * 2
    assert [s.server_hps["name"] for s in servers[3:5]] == ["supernode-978c-001", "supernode-978c-002"]
    own, resources = {s.server_hps["id"] for s in servers[:8]}, {s.cloud_server["hps_id"] for s in servers[:8]}
    assert len(own) == len(resources) == 2 and not own & resources
    assert len(frozen(servers=1, supernodes=2, supernode_size=4).servers) == 8
    assert sim.mixed_supernodes() == {}
    servers[0].driver = "25.2.1"
    assert sim.mixed_supernodes() == {"supernode-978c-001": {"25.2.1", "24.1.rc3.10"}}


def test_firmware_comes_with_the_driver():
    assert frozen(servers=1, driver="24.1.0.3").find("liteserver-978c-00001").firmware == "7.5.0.5.220"
    assert frozen(servers=1, firmware="1.2").find("liteserver-978c-00001").firmware == "1.2"
    assert firmware_for("24.1.0.6") == firmware_for("24.1.0.3")
    assert firmware_for("24.1.RC3.10") == "7.5.0.109.220"


def test_a_driver_without_a_published_pair_changes_no_firmware():
    assert firmware_for("24.1.RC3.6") is None
    sim = frozen(servers=1, driver="24.1.RC3.6")
    assert sim.servers[sim.server_ids[0]].firmware == "7.5.0.109.220"  # that of the default driver
    sim = frozen(servers=1, driver="23.0.6")
    sim.add_job(items=[{"type": "HDK_UPGRADE", "spec": {"version": "24.1.RC3.6"}}])
    sim.clock.advance(200)
    server = sim.servers[sim.server_ids[0]]
    assert (server.driver, server.firmware) == ("24.1.RC3.6", "7.1.0.9.220")


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("24.1.rc3.10", "24.1.0"),
        ("24.1.rc3.10", "24.1"),
        ("24.1.RC3.9", "24.1.rc3.10"),
        ("24.1.0.3", "24.1.0.6"),
        ("24.1.0", "24.1.0.3"),
        ("24.1.0.6", "25.2.1"),
    ],
)
def test_the_order_of_versions(older, newer):
    assert is_older(older, newer)
    assert not is_older(newer, older)
    assert not is_older(older, older.upper())


def test_downgrades_are_no_violations():
    sim = frozen(servers=2, driver="25.2.1")
    job = sim.add_job(items=[{"type": "HDK_UPGRADE", "spec": {"version": "24.1.0.3"}}], server_ids=sim.server_ids[:1])
    assert sim.downgrades == [(sim.server_ids[0], "25.2.1", "24.1.0.3", job.id)]
    assert sim.record()["downgrades"] == [list(sim.downgrades[0])]
    assert sim.violations == []
    sim.clock.advance(200)
    sim.add_job(items=UPGRADE, server_ids=sim.server_ids[:1])
    assert len(sim.downgrades) == 1


@given(count=st.integers(1, 60), seed=st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_servers_finish_over_the_second_half(count, seed):
    shares = spread(count, random.Random(seed))
    assert len(shares) == count
    assert max(shares) == 1.0
    assert min(shares) >= 0.5
