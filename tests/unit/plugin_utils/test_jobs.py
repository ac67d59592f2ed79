# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers, hosts and batches; and one outcome put together from several jobs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _job, _outcome
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._jobs import (
    ERROR,
    batches,
    name,
    outcome,
    server_hosts,
    server_ids,
)


@pytest.mark.parametrize(
    "value",
    [["a", "b"], ("a", "b", "a"), "a,b", " a\n b\n", "a, b,", "a b a", '["a", "b"]', "['a','b']", "[a, b]"],
)
def test_ids_are_read_from_lists_and_from_texts(value):
    assert server_ids(value) == ["a", "b"]


@pytest.mark.parametrize("value", [None, 5, {"a": 1}, [5], [None], ["a", 1.5]])
def test_what_is_no_list_of_ids_is_refused(value):
    with pytest.raises(ValueError, match="^x: .* is not a list of Lite Server IDs. Give one"):
        server_ids(value, "x")


@pytest.mark.parametrize("value", ["", "  ", ",", [], "[]"])
def test_none_is_refused(value):
    with pytest.raises(ValueError, match="^x is empty. Give at least one ID"):
        server_ids(value, "x")


@pytest.mark.parametrize("value", [["a", "b/c"], "a, b/c"])
def test_a_bad_id_is_named_with_its_place(value):
    with pytest.raises(InputError, match=r"x\[1\] 'b/c' is not an ID"):
        server_ids(value, "x")


def test_hosts_by_id():
    hostvars = {
        "one": {"liteserver_id": "id-1"},
        "two": {},
        "three": {"liteserver_id": 3},
        "four": {"liteserver_id": ""},
        "localhost": {},
    }
    assert server_hosts(hostvars, hostvars) == {"id-1": "one", "two": "two", "3": "three", "four": "four"}
    assert server_hosts(["localhost"], {"localhost": {"liteserver_id": "x"}}) == {"x": "localhost"}


@given(st.integers(1, 130), st.integers(1, 50))
def test_batches_hold_every_server_once_and_no_more_than_allowed(count, limit):
    ids = [f"s{n}" for n in range(count)]
    made = batches(None, ids, limit)
    assert [one for batch in made for one in batch] == ids
    assert {len(batch) for batch in made[:-1]} <= {limit}
    assert 1 <= len(made[-1]) <= limit


def test_given_batches_are_kept():
    assert batches([["a"], ["b", "c"]], None, "50") == [["a"], ["b", "c"]]


@pytest.mark.parametrize(
    "given_batches, servers, per_job, words",
    [
        (None, ["a"], 0, "liteserver_jobs_servers_per_job is 0. Give a whole number from 1 to 50."),
        (None, ["a"], "51", "liteserver_jobs_servers_per_job is '51'. Give a whole number from 0 to 50."),
        (None, [], 50, "liteserver_jobs_servers is empty"),
        ("a", None, 50, "liteserver_jobs_batches: 'a' is not a list of lists"),
        ([["a"], []], None, 50, "liteserver_jobs_batches[1] is empty"),
    ],
)
def test_batches_that_cannot_be_are_refused(given_batches, servers, per_job, words):
    with pytest.raises(ValueError) as error:
        batches(given_batches, servers, per_job)
    assert words in str(error.value)


def test_the_name_is_that_of_the_module_however_the_spec_is_given():
    expected = name("HDK_UPGRADE", [{"type": "HDK_UPGRADE", "spec": {"version": "1", "force": "true"}}])
    for spec in ({"force": True, "version": 1}, '{"version": "1", "force": true}'):
        assert name("HDK_UPGRADE", [{"type": "HDK_UPGRADE", "spec": spec}]) == expected
    assert (
        name("Q", [{"type": "T"}]) == name("Q", [{"type": "T", "spec": {}}]) == name("Q", [{"type": "T", "spec": None}])
    )
    assert name("Q", [{"type": "T"}]).startswith("q-")


def job(job_id, status="FINISHED", **tasks):
    return {
        "id": job_id,
        "status": status,
        "tasks": [
            {
                "id": f"{job_id}-{server_id}",
                "server_id": server_id,
                "server_name": server_id.upper(),
                "status": word,
                "message": f"said {word}",
                "create_at": 1763760000000,
                "update_at": 1763760060000,
            }
            for server_id, word in tasks.items()
        ],
    }


def ran(*jobs, none="", **more):
    """The module's result for the servers of the jobs, and for those that have none."""
    covering = {task["server_id"]: _job.parse(one) for one in jobs for task in one["tasks"]}
    return {**_outcome.outcome({**covering, **dict.fromkeys(none)}), **more}


def statuses(found):
    return {i: server["status"] for i, server in found["servers"].items()}


def test_servers_of_all_jobs_in_the_order_asked_for():
    found = outcome(ran(job("1", a="SUCCESS", b="FAILED"), job("2", c="SKIPPED")), ["cb", "a"])
    assert list(found["servers"]) == ["c", "b", "a"]
    assert statuses(found) == {"a": "SUCCESS", "b": "FAILED", "c": "SKIPPED"}
    assert found["servers"]["a"]["started"] == "2025-11-21T21:20:00Z"
    assert found["servers"]["a"]["finished"] == "2025-11-21T21:21:00Z"
    assert found["servers"]["b"]["message"] == "said FAILED"
    assert found["summary"] == {"total": 3, "success": 1, "failed": 1, "skipped": 1, "processing": 0, "missing": 0}
    assert sorted(one["id"] for one in found["jobs"]) == ["1", "2"]
    assert found["errors"] == []


def test_a_server_whose_job_was_refused_says_why():
    run = ran(job("1", c="SUCCESS"), none="ab", msg="refused; refused, too")
    run["servers"]["a"]["message"] = "refused"
    found = outcome(run, ["ab", "c"])
    assert statuses(found) == {"a": ERROR, "b": ERROR, "c": "SUCCESS"}
    assert [found["servers"][i]["message"] for i in "ab"] == ["refused", "refused; refused, too"]
    assert found["errors"] == ["refused; refused, too"]


def test_a_server_without_a_task_is_missing_only_once_its_job_is_over():
    for status, expected in (("FINISHED", "MISSING"), ("PROCESSING", "PROCESSING")):
        one = job("1", status)
        run = ran(one, msg="time is up", jobs=[one])
        run["servers"] = _outcome.outcome({"a": _job.parse(one)})["servers"]
        found = outcome(run, ["a"])
        assert statuses(found) == {"a": expected}
        assert found["servers"]["a"]["message"] == ("time is up" if expected == "PROCESSING" else None)


def test_what_still_runs_says_that_the_wait_ended():
    found = outcome(ran(job("1", "PROCESSING", a="PROCESSING", b="SUCCESS"), msg="After 5 s not over"), ["ab"])
    assert statuses(found) == {"a": "PROCESSING", "b": "SUCCESS"}
    assert found["servers"]["a"]["message"] == "After 5 s not over"
    assert found["servers"]["b"]["message"] == "said SUCCESS"


def test_what_still_runs_is_not_told_why_others_were_refused():
    run = ran(job("1", "PROCESSING", a="PROCESSING"), none="b", msg="refused After 5 s not over")
    run["servers"]["b"]["message"] = "refused"
    assert outcome(run, ["a", "b"])["servers"]["a"]["message"] == "After 5 s not over"
    run["msg"] = "refused"
    assert outcome(run, ["a", "b"])["servers"]["a"]["message"] == "said PROCESSING"


def test_what_would_be_submitted_keeps_its_message():
    run = ran(none="ab", msg="refused")
    run["servers"]["a"].update(status="PROCESSING", message="would be submitted")
    found = outcome(run, ["a", "b"])
    assert statuses(found) == {"a": "PROCESSING", "b": ERROR}
    assert found["servers"]["a"]["message"] == "would be submitted"


def test_a_module_that_broke_is_an_error():
    found = outcome({"failed": True, "msg": "MODULE FAILURE"}, ["a"])
    assert statuses(found) == {"a": ERROR}
    assert found["servers"]["a"]["message"] == "MODULE FAILURE"
    assert outcome({}, ["a"])["servers"]["a"]["message"] == "no answer"
