# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is submitted blindly: by lists that are incomplete or out of order, by jobs that do not name their servers yet."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import (
    ConflictError,
    IncompleteListError,
    UnknownOutcomeError,
)
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._submit import INCOMPLETE
from tests.simulator import faults
from tests.unit.module_utils.submitting import (
    NEVER,
    OTHER_TARGET,
    items,
    over,
    posts,
    refused,
    request,
    run,
    running,
    show_late_jobs,
)

# Incomplete lists


def cut(sim):
    """The platform never shows more than the first ten rows, and says how many there are."""
    sim.inject(faults.paging(10, supported=False))


def cut_without_a_total(sim):
    """It does not say that, but that there are more pages."""
    cut(sim)
    sim.inject(faults.list_shape("total"))


def cut_without_any_count(sim):
    cut(sim)
    sim.inject(faults.list_shape("total,pages,size"))


def short_of_the_oldest(sim):
    sim.inject(faults.short_list(3))


def short_of_the_newest(sim):
    sim.inject(faults.short_list(3, which="newest"))


def with_a_total_that_is_wrong(sim):
    sim.inject(faults.short_list(3, which="none"))


INCOMPLETE_LISTS = [
    cut,
    cut_without_a_total,
    cut_without_any_count,
    short_of_the_oldest,
    short_of_the_newest,
    with_a_total_that_is_wrong,
]


@pytest.fixture(params=INCOMPLETE_LISTS, ids=lambda make: make.__name__)
def incomplete(request, sim):
    """A dozen jobs on other servers, in a list that is incomplete, also where it is narrowed."""
    for age in range(12):
        over(sim, age=1000 + age, name="other", server_ids=sim.server_ids[3:])
    request.param(sim)
    sim.inject(faults.ignore_filters())


@pytest.mark.parametrize("check", [False, True])
def test_nothing_is_submitted_by_an_incomplete_list(check, sim, client, incomplete):
    error = refused(IncompleteListError, client, request(sim.server_ids[:1]), check=check)
    assert "nothing was submitted" in error.message and "allow_incomplete_list" in error.message
    assert posts(sim) == []


def test_nothing_is_submitted_by_an_incomplete_list_after_a_conflict(sim, client, incomplete):
    """Nor is a conflict that is not shown ignored unless that is allowed."""
    refused(IncompleteListError, client, request(sim.server_ids[:1]), on_conflict="ignore")
    assert posts(sim) == []


def test_incomplete_list_is_gone_by_where_that_is_allowed_with_a_warning(sim, client, incomplete):
    told = []
    assert run(client, request(sim.server_ids[:1]), told=told, allow_incomplete_list=True).submitted
    assert INCOMPLETE in told[0] and len(posts(sim)) == 1


@pytest.mark.parametrize("incomplete", [cut, cut_without_a_total, short_of_the_oldest], indirect=True)
def test_what_an_incomplete_list_shows_to_be_met_is_met_with_a_warning(sim, client, incomplete):
    over(sim, age=10)
    told = []
    assert not run(client, request(sim.server_ids[:1]), told=told).submitted
    assert INCOMPLETE in told[0]


@pytest.mark.parametrize("incomplete", [cut, cut_without_a_total, short_of_the_oldest], indirect=True)
def test_conflict_that_an_incomplete_list_shows_is_one(sim, client, incomplete):
    running(sim, name="console-job", age=10)
    refused(ConflictError, client, request(sim.server_ids[:1]))


@pytest.mark.parametrize("make", [cut, cut_without_a_total])
def test_incomplete_list_is_narrowed(make, sim, client):
    for age in range(12):
        over(sim, age=1000 + age, name="other")
    make(sim)
    told = []
    assert run(client, request(sim.server_ids[:1]), told=told).submitted
    assert told == []


@pytest.mark.parametrize("without", ["total", "pages", "total,pages", "current,pages,size,total"])
def test_pages_without_counts_are_read_to_their_end(without, sim, client):
    """The job that meets the request is the oldest of 25."""
    for age in range(24):
        over(sim, age=1000 + age, name="other")
    over(sim, age=9000)
    sim.inject(faults.paging(10))
    sim.inject(faults.list_shape(without))
    sim.inject(faults.ignore_filters())
    told = []
    assert not run(client, request(sim.server_ids[:1]), told=told).submitted
    assert told == []


# Which job is the newest


def no_times(sim):
    sim.inject(faults.rows("create_at,update_at"))


def no_time_of_creation(sim):
    sim.inject(faults.rows("create_at"))


def iso_times(sim):
    sim.inject(faults.rows(iso=True))


def times_as_text(sim):
    sim.inject(faults.strings())


def out_of_order(sim):
    sim.inject(faults.unordered(seed=3))


def iso_and_out_of_order(sim):
    sim.inject(faults.rows("update_at", iso=True))
    sim.inject(faults.unordered(seed=5))


AGES = [no_times, no_time_of_creation, iso_times, times_as_text, out_of_order, iso_and_out_of_order]


@pytest.mark.parametrize("make", AGES)
@pytest.mark.parametrize("newest", ["SUCCESS", "FAILED"])
def test_newest_job_decides_however_the_platform_tells_its_age(newest, make, sim, client):
    older = "FAILED" if newest == "SUCCESS" else "SUCCESS"
    for n in range(6):
        over(sim, older, age=86400.0 * (n + 2))
    decides = over(sim, newest, age=3600)
    make(sim)
    ensured = run(client, request(sim.server_ids[:1]))
    assert ensured.submitted is (newest == "FAILED")
    assert ensured.before[sim.server_ids[0]] == f"{newest} in job {decides.id}"


@pytest.mark.parametrize("make", AGES)
@pytest.mark.parametrize("other_is_newer", [False, True])
def test_another_version_overtakes_only_where_it_is_the_newer(other_is_newer, make, sim, client):
    done = over(sim, age=7200)
    over(sim, age=3600 if other_is_newer else 86400, items=items(OTHER_TARGET), name="other")
    make(sim)
    ensured = run(client, request(sim.server_ids[:1]))
    assert ensured.submitted is other_is_newer
    assert other_is_newer or ensured.coverage[sim.server_ids[0]].id == done.id


# Jobs that do not name their servers yet


def made_elsewhere(sim, make_client):
    """A job of the same name, items and servers by another controller, which shows no tasks until the test lets it."""
    sim.inject(faults.late_tasks(NEVER, times=1))
    make_client().create_job(request(sim.server_ids).body(sim.server_ids))


def show_tasks(sim):
    for job in sim.jobs.values():
        job.tasks_from = 0.0


def test_lost_create_is_never_taken_for_a_job_that_names_no_servers(sim, client, make_client, ticker):
    sim.inject(faults.refuse("reset", method="POST", times=1))
    ticker.on_sleep.append(lambda: len(sim.jobs) or made_elsewhere(sim, make_client))
    refused(UnknownOutcomeError, client, request(sim.server_ids))
    ticker.on_sleep.clear()
    assert len(sim.jobs) == 1 and len(posts(sim)) == 2
    show_tasks(sim)
    ensured = run(client, request(sim.server_ids))
    assert not ensured.submitted and len(sim.jobs) == 1 and sim.violations == []


def test_own_lost_job_is_found_once_it_names_its_servers(sim, client, ticker):
    sim.inject(faults.late_tasks(NEVER))
    sim.inject(faults.lost("reset"))
    began = ticker.now
    ticker.on_sleep.append(lambda: ticker.now - began > 30 and show_tasks(sim))
    ensured = run(client, request(sim.server_ids))
    assert ensured.adopted and len(posts(sim)) == 1 and ticker.now - began > 30


@pytest.mark.parametrize("on_conflict", ["fail", "wait"])
def test_job_that_names_no_servers_holds_any(on_conflict, sim, client, make_client, ticker):
    """Whoever made it. Where it is waited for, it turns out to be the one that was asked for."""
    made_elsewhere(sim, make_client)
    if on_conflict == "fail":
        assert "servers it does not name yet" in refused(ConflictError, client, request(sim.server_ids)).message
    else:
        ticker.on_sleep.append(lambda: ticker.now > 1030 and show_tasks(sim))
        assert not run(client, request(sim.server_ids), on_conflict="wait").submitted
    assert len(posts(sim)) == 1


# Work that may be repeated

REPEATABLE = {"repeatable": True, "reuse": "active"}


def test_repeatable_create_that_left_no_trace_goes_out_once_more(sim, client, ticker):
    sim.inject(faults.refuse("reset", method="POST", times=1))
    began = ticker.now
    ensured = run(client, request(sim.server_ids), **REPEATABLE)
    assert ensured.submitted and not ensured.adopted
    assert len(posts(sim)) == 2 and len(sim.jobs) == 1 and ticker.now - began >= 60


def test_repeatable_create_is_not_repeated_where_its_job_shows_in_time(sim, client, ticker):
    sim.inject(faults.lost("reset"))
    sim.inject(faults.late(NEVER, times=1))
    began = ticker.now
    ticker.on_sleep.append(lambda: ticker.now - began > 40 and show_late_jobs(sim))
    ensured = run(client, request(sim.server_ids), **REPEATABLE)
    assert ensured.adopted and len(posts(sim)) == len(sim.jobs) == 1


def test_job_that_shows_just_before_its_repetition_is_taken_up(sim, client, ticker, monkeypatch):
    """The search for it has had its last look by then."""
    sim.inject(faults.lost("reset"))
    sim.inject(faults.late(NEVER, times=1))
    began, listed, looks = ticker.now, sim.world.listed, []

    def listed_late():
        if ticker.now - began >= 60:
            looks.append(None)
        if len(looks) == 2:
            show_late_jobs(sim)
        return listed()

    monkeypatch.setattr(sim.world, "listed", listed_late)
    ensured = run(client, request(sim.server_ids), **REPEATABLE)
    assert ensured.adopted and len(posts(sim)) == len(sim.jobs) == 1
    assert ensured.to_submit == sim.server_ids


def test_job_that_shows_after_its_repetition_is_one_of_two(sim, client):
    """Which is why only what harms nobody may be repeated. The second counts."""
    sim.inject(faults.lost("reset"))
    sim.inject(faults.late(NEVER, times=1))
    ensured = run(client, request(sim.server_ids), **REPEATABLE)
    assert len(posts(sim)) == len(sim.jobs) == 2 and ensured.submitted
    assert {job.id for job in ensured.coverage.values()} == {list(sim.jobs)[1]}


@pytest.mark.parametrize("second", ["lost for good", "lost and found"])
def test_repeatable_create_goes_out_twice_at_most(second, sim, client, ticker):
    sim.inject(faults.refuse("reset", method="POST", times=2 if second == "lost for good" else 1))
    sim.inject(faults.lost("502"))
    if second == "lost for good":
        refused(UnknownOutcomeError, client, request(sim.server_ids), **REPEATABLE)
        assert sim.jobs == {}
    else:
        assert run(client, request(sim.server_ids), **REPEATABLE).adopted
        assert len(sim.jobs) == 1
    assert len(posts(sim)) == 2


def test_of_many_batches_one_create_is_repeated_and_no_more(sim, client):
    sim.inject(faults.refuse("reset", method="POST", times=1))
    batches = [[server_id] for server_id in sim.server_ids]
    ensured = run(client, request(batches=batches), **REPEATABLE)
    assert ensured.to_submit == sim.server_ids and len(posts(sim)) == 5 and sim.violations == []


# Jobs that are listed and cannot be read


def unreadable(sim):
    return sim.inject(faults.refuse(404, method="GET", path="/jobs/*"))


@pytest.mark.parametrize("check", [False, True])
def test_a_job_at_work_that_cannot_be_read_may_hold_any_server(check, sim, client):
    job = running(sim, name="of-somebody-else")
    unreadable(sim)
    error = refused(ConflictError, client, request(sim.server_ids[1:2]), check=check)
    assert f"({job.id}, PROCESSING) holds servers it does not name yet" in error.message
    assert posts(sim) == []


def test_a_finished_job_that_cannot_be_read_may_have_done_it(sim, client):
    job = over(sim)
    unreadable(sim)
    wanted = request(sim.server_ids[:1])
    error = refused(IncompleteListError, client, wanted)
    assert job.id in error.message and "allow_incomplete_list" in error.message
    assert posts(sim) == []
    told = []
    assert run(client, wanted, told=told, allow_incomplete_list=True).submitted
    assert "could not be taken into account" in told[0]


def test_a_job_at_work_that_cannot_be_read_may_do_it_where_conflicts_are_ignored(sim, client):
    job = running(sim)
    unreadable(sim)
    assert job.id in refused(IncompleteListError, client, request(sim.server_ids[:1]), on_conflict="ignore").message
    assert run(client, request(sim.server_ids[:1]), on_conflict="ignore", reuse="never").submitted


def test_a_finished_job_that_cannot_be_read_is_no_matter_where_none_would_be_reused(sim, client):
    over(sim)
    unreadable(sim)
    assert run(client, request(sim.server_ids[:1]), reuse="active").submitted


def test_a_job_that_cannot_be_read_matters_only_to_what_no_other_meets(sim, client):
    unread = over(sim, "FAILED", age=100.0)
    over(sim, age=50.0)
    sim.inject(faults.refuse(404, method="GET", path=f"/jobs/{unread.id}"))
    assert not run(client, request(sim.server_ids[:1])).submitted


@pytest.mark.parametrize("make", [over, running])
def test_a_record_that_is_deleted_between_list_and_read_is_no_obstacle(make, sim, client, monkeypatch):
    job = make(sim)
    read = type(client).get_jobs

    def deleted_before(self, job_ids):
        sim.world.delete([job.id], keep=False)
        return read(self, job_ids)

    monkeypatch.setattr(type(client), "get_jobs", deleted_before)
    assert run(client, request(sim.server_ids[:1])).submitted
