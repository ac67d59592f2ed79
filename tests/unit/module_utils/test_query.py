# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Selecting jobs, waiting for them and reading their details, over real HTTP."""

from __future__ import annotations

import json

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError, WaitTimeoutError
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._query import check_selection, query
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._wait import Wait
from tests.simulator import faults

NOTHING = dict.fromkeys(["id", "ids", "name", "type", "status", "visible"])


def select(client, wait=None, details=False, **options):
    return query(client, {**NOTHING, "details": details, **options}, wait)


def ids_of(result):
    return [job["id"] for job in result["jobs"]]


def details_read(sim):
    return sim.count("GET", "/jobs/*")


@pytest.fixture
def jobs(sim):
    """An upgrade at work, a query that is over and a deleted diagnosis, the newest first."""
    return [
        sim.add_job(name="up", age=10, server_ids=sim.server_ids[:2]),
        sim.add_job(
            name="ask", age=100, type="ASCEND_SOFTWARE_QUERY", items=[{"type": "HDK_QUERY"}], status="FINISHED"
        ),
        sim.add_job(name="look", age=400, type="ASCEND_DIAGNOSIS", items=[{"type": "D"}], status="DELETED"),
    ]


# Checks


def check(**options):
    check_selection({**NOTHING, **options})


def test_id_and_ids_contradict_each_other():
    with pytest.raises(InputError, match="id and ids contradict"):
        check(id="a", ids=["b"])


@pytest.mark.parametrize(
    "options, told",
    [
        ({"id": "a b"}, "id 'a b'"),
        ({"ids": ["a", ""]}, r"ids\[1\] ''"),
        ({"ids": []}, "ids is empty"),
        ({"name": "a b"}, "name 'a b'"),
        ({"type": ""}, "type ''"),
        ({"status": "FINI SHED"}, "status 'FINI SHED'"),
    ],
)
def test_malformed_selection_is_refused(options, told):
    with pytest.raises(InputError, match=told):
        check(**options)


@pytest.mark.parametrize("options", [{}, {"id": "a"}, {"ids": ["a", "b"]}, {"name": "n", "type": "T", "status": "S"}])
def test_well_formed_selection_is_taken(options):
    check(**options)


# Filters


def test_no_filter_selects_all_newest_first(client, jobs):
    assert ids_of(select(client)) == [job.id for job in jobs]


@pytest.mark.parametrize(
    "options, expected",
    [
        ({"name": "up"}, ["up"]),
        ({"name": "u"}, []),
        ({"type": "ASCEND_SOFTWARE_QUERY"}, ["ask"]),
        ({"type": "ASCEND_SOFTWARE_UPGRADE"}, ["up"]),
        ({"type": "HDK_UPGRADE"}, ["up"]),
        ({"status": "FINISHED"}, ["ask"]),
        ({"status": "DELETED"}, ["look"]),
        ({"name": "ask", "status": "PROCESSING"}, []),
    ],
)
@pytest.mark.parametrize("filter_fault", [None, faults.fuzzy_filter, faults.ignore_filters])
@pytest.mark.parametrize("details", [False, True])
def test_filters_hold_whatever_the_platform_makes_of_them(options, expected, filter_fault, details, sim, client, jobs):
    if filter_fault:
        sim.inject(filter_fault())
    assert [job["name"] for job in select(client, details=details, **options)["jobs"]] == expected


def test_filters_are_sent_and_the_alias_of_an_upgrade_is_not(sim, client, jobs):
    select(client, name="up", type="ASCEND_DIAGNOSIS", status="FINISHED", visible=True)
    select(client, type="HDK_UPGRADE", visible=False)
    assert [request.query for request in sim.requests] == [
        {"name": "up", "type": "ASCEND_DIAGNOSIS", "status": "FINISHED", "visible": "true"},
        {"visible": "false"},
    ]


# By id


@pytest.mark.parametrize("details", [False, True])
def test_ids_that_do_not_exist_are_left_out(details, client, jobs):
    assert ids_of(select(client, details=details, id="nobody")) == []
    assert ids_of(select(client, details=details, ids=["nobody", jobs[1].id, jobs[0].id])) == [jobs[0].id, jobs[1].id]


@pytest.mark.parametrize("details", [False, True])
def test_other_filters_hold_for_ids_as_well(details, client, jobs):
    ids = [job.id for job in jobs]
    assert ids_of(select(client, details=details, ids=ids, type="HDK_UPGRADE")) == [jobs[0].id]
    assert ids_of(select(client, details=details, id=ids[0], name="ask")) == []


def test_job_that_the_list_does_not_show_is_read_by_its_id(sim, client, jobs):
    jobs[0].listed_from = 1e12
    assert ids_of(select(client, id=jobs[0].id)) == [jobs[0].id]


def test_ids_with_details_take_one_call_each_and_no_list(sim, client, jobs):
    ids = [job.id for job in jobs]
    select(client, details=True, ids=[*ids, ids[0]])
    assert details_read(sim) == 3 and len(sim.requests) == 3


# What is read and returned


def test_without_details_no_detail_is_read(sim, client, jobs):
    result = select(client)
    assert details_read(sim) == 0
    assert set(result) == {"jobs", "truncated"}
    assert all(job["tasks"] is None and job["job_items"] is None for job in result["jobs"])


def test_details_are_read_once_for_each_selected_job(sim, client, jobs):
    result = select(client, details=True, status="FINISHED")
    assert details_read(sim) == 1
    assert result["jobs"][0]["job_items"] == [{"type": "HDK_QUERY", "spec": {}}]
    assert len(result["jobs"][0]["tasks"]) == 1


def test_newest_job_speaks_for_a_server(sim, client, jobs):
    result = select(client, details=True)
    first, second = sim.server_ids[:2]
    assert {server_id: one["job_id"] for server_id, one in result["servers"].items()} == {
        first: jobs[0].id,
        second: jobs[0].id,
    }
    assert result["summary"] == {"total": 2, "success": 0, "failed": 0, "skipped": 0, "processing": 2, "missing": 0}


def test_nothing_selected_is_an_empty_result(client):
    result = select(client, details=True)
    assert result["jobs"] == [] and result["servers"] == {} and result["summary"]["total"] == 0
    assert result["truncated"] is False


def test_incomplete_list_is_told(sim, client):
    for age in range(15):
        sim.add_job(status="FINISHED", age=1000 + age)
    assert select(client)["truncated"] is False
    sim.inject(faults.paging(10, supported=False))
    result = select(client)
    assert result["truncated"] is True and len(result["jobs"]) == 10


def test_list_of_many_pages_is_read_to_its_end(sim, client):
    for age in range(35):
        sim.add_job(status="FINISHED", age=1000 + age)
    sim.inject(faults.paging(10, cap=10))
    result = select(client, name="console-job")
    assert len(result["jobs"]) == 35 and result["truncated"] is False


# Waiting


@pytest.mark.parametrize("options", [{}, {"type": "HDK_UPGRADE"}, {"name": "up"}])
def test_wait_ends_when_all_selected_are_over(options, sim, client, jobs):
    result = select(client, Wait(client, 3600, 10), details=True, **options)
    job = result["jobs"][0]
    assert job["status"] == "FINISHED" and [task["status"] for task in job["tasks"]] == ["SUCCESS", "SUCCESS"]


def test_wait_for_many_jobs_takes_one_list_a_poll_and_one_detail_each(sim, client, ticker):
    ids = [sim.add_job(age=3 * n, server_ids=[sim.server_ids[n % 4]]).id for n in range(20)]
    result = select(client, Wait(client, 3600, 10), details=True, ids=ids)
    assert {job["status"] for job in result["jobs"]} == {"FINISHED"}
    assert len(result["jobs"]) == 20
    assert sim.count("GET", "/jobs") == 1 + len(ticker.pauses)
    # A job that is over may have a task that does not say so yet, and is read once more; each row is doubted after 45 s.
    assert 20 <= details_read(sim) <= 20 * (2 + 183 // 45)


def test_wait_needs_no_further_detail_of_the_jobs_it_has_seen_ending(sim, client):
    job = sim.add_job(type="ASCEND_SOFTWARE_QUERY", items=[{"type": "HDK_QUERY"}])
    select(client, Wait(client, 3600, 10), details=True, id=job.id)
    assert details_read(sim) == 1


def test_wait_that_times_out_carries_what_is_known(client, jobs):
    with pytest.raises(WaitTimeoutError) as caught:
        select(client, Wait(client, 20, 10), details=True)
    known = json.loads(json.dumps(caught.value.details))
    assert known["timed_out"] is True
    assert [job["id"] for job in known["jobs"]] == [job.id for job in jobs]
    assert known["summary"]["processing"] == 2


def test_filter_by_status_picks_the_jobs_before_the_wait(client, jobs):
    result = select(client, Wait(client, 3600, 10), status="PROCESSING")
    assert [(job["id"], job["status"]) for job in result["jobs"]] == [(jobs[0].id, "FINISHED")]
