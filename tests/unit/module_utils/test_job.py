# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a job is: requests are checked, answers of any shape are read, and outcomes are told apart."""

from __future__ import annotations

import json
import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._job import (
    as_dict,
    meets,
    newest_first,
    parse,
    same_items,
)
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._outcome import (
    STATUSES,
    complaint,
    outcome,
    summary,
)
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._request import (
    checked_id,
    checked_ids,
    default_name,
    request,
)
from tests.integration.playbook import documentation
from tests.unit.samples import CREATED_SAMPLE, DETAIL_SAMPLE, LIST_SAMPLE

UPGRADE = [{"type": "HDK_UPGRADE", "spec": {"version": "24.1.0.3"}}]


def params(**given_params):
    return {
        "name": None,
        "type": "HDK_UPGRADE",
        "items": UPGRADE,
        "server_ids": ["s1", "s2"],
        "description": None,
        "is_reboot": None,
        **given_params,
    }


def refusal(**given_params):
    with pytest.raises(InputError) as caught:
        request(params(**given_params))
    return caught.value.message


def job_with(*statuses, status="PROCESSING", **fields):
    """A job detail with one task of each status, on s0, s1 and so on."""
    tasks = [{"server_id": f"s{n}", "status": one} for n, one in enumerate(statuses)]
    return parse({"id": "j", "status": status, "tasks": tasks, **fields})


# Requests


@pytest.mark.parametrize("option", ["name", "type"])
@pytest.mark.parametrize("value", ["", "two words", "a" * 65, "é", "a/b", "a\n", "a:b"])
def test_malformed_name_and_type_are_refused(option, value):
    message = refusal(**{option: value})
    assert message.startswith(f"{option} {value!r} ") and "1 to 64 letters" in message


@pytest.mark.parametrize("value", ["a", "-_.", "software-upgrade-792a", "Z" * 64])
def test_well_formed_name_is_taken(value):
    assert request(params(name=value)).name == value


@pytest.mark.parametrize("value", ["", "a b", "../x", "-a", ".a", "a" * 65, "a,b", "é"])
def test_malformed_server_id_is_refused_with_its_place(value):
    message = refusal(server_ids=["ok", value])
    assert message.startswith(f"server_ids[1] {value!r} ") and "1 to 64" in message


def test_no_server_is_refused():
    assert refusal(server_ids=[]) == "server_ids is empty. Give at least one ID."


def test_server_named_twice_is_asked_for_once_in_its_place():
    assert request(params(server_ids=["b", "a", "b"])).server_ids == ("b", "a")


def test_no_item_is_refused():
    message = refusal(items=[])
    assert message.startswith("items is empty.") and "HDK_QUERY" in message


def test_malformed_item_type_is_refused_with_its_place():
    assert refusal(items=[*UPGRADE, {"type": "a b", "spec": None}]).startswith("items[1].type 'a b' ")


@pytest.mark.parametrize("key", ["", "  ", 5, None, True])
def test_spec_key_that_is_no_text_is_refused(key):
    message = refusal(items=[{"type": "T", "spec": {key: "v"}}])
    assert message.startswith(f"items[0].spec has the key {key!r}.") and "non-empty strings" in message


def test_null_spec_value_is_refused():
    message = refusal(items=[{"type": "T", "spec": {"version": None}}])
    assert message == "items[0].spec.version is null. Give a string, or leave the key out."


@pytest.mark.parametrize("value", [["a"], {"a": "b"}, [], {}, math.nan, math.inf, -math.inf, b"x"])
def test_spec_value_that_is_no_text_is_refused(value):
    message = refusal(items=[{"type": "T", "spec": {"level": value}}])
    assert message.startswith(f"items[0].spec.level is {value!r}") and "Give one string" in message


@pytest.mark.parametrize(
    "value, wire",
    [(True, "true"), (False, "false"), (5, "5"), (0, "0"), (24.1, "24.1"), ("", ""), ("True", "True"), (" a ", " a ")],
)
def test_spec_value_becomes_the_string_of_the_wire(value, wire):
    assert request(params(items=[{"type": "T", "spec": {"level": value}}])).items[0]["spec"] == {"level": wire}


def test_body_carries_what_was_asked_for_and_the_servers_given():
    wanted = request(params(name="n", description="", is_reboot=False))
    assert wanted.body(["s2"]) == {
        "name": "n",
        "type": "HDK_UPGRADE",
        "server_ids": ["s2"],
        "items": UPGRADE,
        "description": "",
        "is_reboot": False,
    }


def test_body_leaves_out_what_was_not_given():
    wanted = request(params(name="n", items=[{"type": "HDK_QUERY", "spec": {}}, {"type": "OTHER"}]))
    assert wanted.body(["s1"]) == {
        "name": "n",
        "type": "HDK_UPGRADE",
        "server_ids": ["s1"],
        "items": [{"type": "HDK_QUERY"}, {"type": "OTHER"}],
    }


def test_ids_are_checked_and_kept_in_order():
    assert checked_ids("ids", ["b", "a", "b"]) == ["b", "a"]
    assert checked_id("id", LIST_SAMPLE["data"][0]["id"]) == LIST_SAMPLE["data"][0]["id"]


# Default names and equal items

words = st.from_regex(r"[-_.a-zA-Z0-9]{1,64}", fullmatch=True)
specs = st.dictionaries(
    st.text(min_size=1).filter(str.strip), st.one_of(st.text(), st.booleans(), st.integers()), max_size=3
)
raw_items = st.lists(st.fixed_dictionaries({"type": words, "spec": st.none() | specs}), min_size=1, max_size=4)
some_items = raw_items.map(lambda items: request(params(items=items)).items)


def test_default_name_is_the_type_and_a_digest_that_stays():
    assert request(params()).name == "hdk_upgrade-" + default_name("X", UPGRADE)[-8:]
    assert default_name("HDK_UPGRADE", UPGRADE) == "hdk_upgrade-f00726aa"


@given(words, raw_items, st.randoms())
def test_default_name_does_not_depend_on_order_or_on_how_an_empty_spec_is_written(job_type, items, rng):
    other = [dict(item, spec=item["spec"] or rng.choice([None, {}])) for item in items]
    other = [{"type": item["type"], "spec": dict(reversed((item["spec"] or {}).items()))} for item in other]
    rng.shuffle(other)
    assert request(params(type=job_type, items=items)).name == request(params(type=job_type, items=other)).name


@given(words, raw_items)
def test_default_name_is_a_name_the_api_takes(job_type, items):
    name = request(params(type=job_type, items=items)).name
    assert request(params(name=name)).name == name
    assert name.startswith(job_type.lower()[:55])


@given(some_items, some_items)
def test_default_names_are_equal_only_for_the_same_items(one, other):
    assert (default_name("T", one) == default_name("T", other)) is same_items(one, other)


@given(some_items, some_items, st.randoms())
def test_same_items_is_reflexive_symmetric_and_free_of_order(one, other, rng):
    shuffled = list(one)
    rng.shuffle(shuffled)
    assert same_items(one, shuffled)
    assert same_items(one, other) is same_items(other, one)  # pylint: disable=arguments-out-of-order
    assert same_items(shuffled, other) is same_items(one, other)


@pytest.mark.parametrize(
    "other",
    [
        [],
        [*UPGRADE, *UPGRADE],
        [{"type": "hdk_upgrade", "spec": {"version": "24.1.0.3"}}],
        [{"type": "HDK_UPGRADE", "spec": {}}],
        [{"type": "HDK_UPGRADE", "spec": {"version": "24.1.0.4"}}],
        [{"type": "HDK_UPGRADE", "spec": {"version": "24.1.0.3", "force": "true"}}],
    ],
)
def test_other_type_spec_or_number_of_items_is_not_the_same(other):
    assert not same_items(UPGRADE, other)


def test_echoed_items_equal_the_request_whatever_type_the_values_have():
    wanted = request(params(items=[{"type": "T", "spec": {"a": True, "b": 5}}, {"type": "U", "spec": None}]))
    echoed = parse({"id": "j", "items": [{"type": "U"}, {"type": "T", "spec": {"b": "5", "a": True}}]})
    assert same_items(wanted.items, echoed.items)


# Answers


def test_list_row_of_the_vendors_page_is_read():
    job = parse(LIST_SAMPLE["data"][0])
    assert (job.id, job.name, job.type) == (
        LIST_SAMPLE["data"][0]["id"],
        "software-upgrade-792a",
        "ASCEND_SOFTWARE_UPGRADE",
    )
    assert (job.create_at, job.update_at, job.abnormal_count) == (1749536420547, 1749536603947, 0)
    assert job.over and not job.detailed and job.items == [] and job.tasks == ()
    assert job.description is None


def test_detail_of_the_vendors_page_is_read():
    job = parse(DETAIL_SAMPLE)
    assert job.over and job.settled and job.detailed
    assert job.items == [{"type": "HDK_QUERY", "spec": {}}]
    assert job.template_id == DETAIL_SAMPLE["template_id"] and job.user_name == "modelarts_user"
    task = job.task_of("3384bdb0-2d31-4fe9-946e-09e776701d78")
    assert task == job.tasks[0] and task.over
    assert (task.server_name, task.message) == (
        "liteserver-a2-aiserver-test",
        "Driver: 24.1.0.3 | Firmware: 7.5.0.5.220",
    )
    assert task.cloud_server == DETAIL_SAMPLE["tasks"][0]["cloud_server"]


def test_answer_to_a_create_of_the_vendors_page_is_read():
    job = parse(CREATED_SAMPLE)
    assert same_items(job.items, [{"type": "HDK_UPGRADE", "spec": {"version": "24.1.rc3.10"}}])
    assert job.server_ids == {"66d210bc-023c-490a-8664-afd321a163ad"}
    assert job.task_of("other") is None


def test_answer_with_nothing_but_an_id_is_read():
    job = parse({"id": "j"})
    assert (job.name, job.type, job.status, job.items, job.tasks) == ("", "", "UNKNOWN", [], ())
    assert not job.over and not job.detailed


def test_task_with_nothing_but_its_server_is_at_work():
    job = parse({"id": "j", "tasks": [{"server_id": "s"}, {"id": "task without a server"}]})
    assert [(task.server_id, task.status, task.over) for task in job.tasks] == [("s", "PROCESSING", False)]
    assert job.detailed


@pytest.mark.parametrize("written", [1749536420547, "1749536420547", 1749536420547.0])
def test_times_are_numbers_however_they_are_typed(written):
    job = parse({"id": "j", "create_at": written, "tasks": [{"server_id": "s", "update_at": written}]})
    assert job.create_at == job.tasks[0].update_at == 1749536420547


@pytest.mark.parametrize("written", [None, "", "yesterday", [], {}])
def test_time_of_another_form_is_none(written):
    assert parse({"id": "j", "create_at": written}).create_at is None


@pytest.mark.parametrize(
    "written", ["2025-06-10T06:20:20.547Z", "2025-06-10T08:20:20.547+02:00", "2025-06-10T06:20:20.547"]
)
def test_time_may_be_iso_text(written):
    assert parse({"id": "j", "create_at": written}).create_at == 1749536420547


def rows(*times):
    return [parse({"id": str(n), **time}) for n, time in enumerate(times)]


@pytest.mark.parametrize(
    "times, order",
    [
        ([{"create_at": 1}, {"create_at": 3}, {"create_at": "2"}], "120"),
        ([{"create_at": "2025-06-10T06:20:20Z"}, {"create_at": 1749536420001}], "10"),
        ([{"update_at": 1}, {"create_at": 3}, {"update_at": 2}], "120"),
        ([{}, {}, {}], "012"),  # the platform's order
        ([{"create_at": 9}, {}, {"create_at": 5}], "012"),
        ([{"create_at": 5}, {}, {"create_at": 9}], "210"),  # the platform's order is the other way round
        ([{}, {"create_at": 5}], "01"),
    ],
)
def test_jobs_are_ordered_by_what_they_tell_of_their_age(times, order):
    assert "".join(job.id for job in newest_first(rows(*times))) == order


@given(st.lists(st.integers(0, 50), unique=True))
def test_jobs_that_tell_when_they_were_made_are_ordered_by_that(times):
    ordered = newest_first(rows(*({"create_at": time} for time in times)))
    assert [job.create_at for job in ordered] == sorted(times, reverse=True)


@pytest.mark.parametrize(
    "status, tasks, counted, hidden",
    [
        ("FINISHED", [], 3, 3),
        ("FINISHED", ["FAILED", "SUCCESS"], 1, 0),
        ("FINISHED", ["SUCCESS"], 2, 2),
        ("PROCESSING", [], 3, 0),
    ],
)
def test_failures_that_the_platform_counts_without_a_task_are_told(status, tasks, counted, hidden):
    told = [{"server_id": str(n), "status": task} for n, task in enumerate(tasks)]
    job = parse({"id": "j", "name": "n", "status": status, "tasks": told, "abnormal_count": counted})
    assert job.hidden_failures == hidden
    assert ("abnormal servers in job n (j)" in (complaint({}, [job]) or "")) is bool(hidden)


def test_number_out_of_range_is_none():
    assert parse(json.loads('{"id": "j", "create_at": 1e999}')).create_at is None


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=10)
items_answers = st.lists(
    st.fixed_dictionaries({}, optional={"type": scalars, "spec": st.none() | st.dictionaries(st.text(), scalars)}),
    max_size=3,
)
task_answers = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id": scalars,
            "server_id": scalars,
            "server_name": scalars,
            "status": scalars | st.sampled_from(["SUCCESS", "FAILED"]),
            "cloud_server": st.none() | st.dictionaries(st.text(), st.text()),
            "message": scalars,
            "create_at": scalars,
            "update_at": scalars,
        },
    ),
    max_size=4,
)
texts = ("name", "type", "status", "description", "user_name", "template_id")
row_fields = dict.fromkeys((*texts, "abnormal_count", "create_at", "update_at"), scalars)
answers = st.fixed_dictionaries(
    {"id": st.text(min_size=1)},
    optional={**row_fields, "items": st.none() | items_answers, "tasks": st.none() | task_answers},
)


@given(answers)
@example(DETAIL_SAMPLE)
@example(CREATED_SAMPLE)
def test_what_modules_return_of_a_detail_reads_back_as_the_same_job(answer):
    job = parse({"tasks": [], **answer, **({"tasks": []} if answer.get("tasks") is None else {})})
    told = as_dict(job)
    assert parse(told) == job
    assert parse(json.loads(json.dumps(told))) == job


@given(st.fixed_dictionaries({"id": st.text(min_size=1)}, optional=row_fields))
@example(LIST_SAMPLE["data"][0])
def test_what_modules_return_of_a_list_row_reads_back_as_the_same_job(answer):
    assert parse(as_dict(parse(answer), details=False)) == parse(answer)


@pytest.mark.parametrize("module, job", [("liteserver_job", "job"), ("liteserver_job_info", "jobs")])
@pytest.mark.parametrize("answer", [{"id": "j"}, LIST_SAMPLE["data"][0], DETAIL_SAMPLE, CREATED_SAMPLE])
@pytest.mark.parametrize("details", [True, False])
def test_returned_job_always_has_the_documented_keys(answer, details, module, job):
    documented = documentation(module)[job]["contains"]
    keys_of_tasks = set(re.findall(r"C\((\w+)\)", documented["tasks"]["description"]))
    told = as_dict(parse(answer), details)
    assert set(told) == set(documented)
    assert all(set(task) == keys_of_tasks for task in told["tasks"] or [])
    assert (told["tasks"] is None) is (told["job_items"] is None) is (not details)


@pytest.mark.parametrize(
    "part",
    [
        {"items": "text"},
        {"items": [None]},
        {"items": [{"type": "T", "spec": ["a"]}]},
        {"tasks": [None]},
        {"tasks": [{"server_id": "s", "cloud_server": "text"}]},
    ],
)
def test_part_of_a_shape_that_is_not_documented_is_no_traceback(part):
    parse({"id": "j", **part})


# Over, settled, met


@pytest.mark.parametrize(
    "status, tasks, over, settled",
    [
        ("FINISHED", [], True, True),
        ("FINISHED", ["SUCCESS", "FAILED"], True, True),
        ("FINISHED", ["SUCCESS", "PROCESSING"], True, False),
        ("DELETED", ["PROCESSING"], True, False),
        ("PROCESSING", [], False, True),
        ("PROCESSING", ["SUCCESS", "PROCESSING"], False, False),
        ("PROCESSING", ["SUCCESS", "SKIPPED", "FAILED"], True, True),
        ("QUEUEING", [], False, True),
        ("QUEUEING", ["PROCESSING"], False, False),
        ("QUEUEING", ["FAILED"], True, True),
        ("ACTIVE", ["VERIFYING"], False, False),
    ],
)
def test_over_and_settled(status, tasks, over, settled):
    job = job_with(*tasks, status=status)
    assert (job.over, job.settled) == (over, settled)


@pytest.mark.parametrize(
    "status, finished, active",
    [
        ("SUCCESS", True, False),
        ("PROCESSING", True, True),
        ("VERIFYING", True, True),
        ("FAILED", False, False),
        ("SKIPPED", False, False),
    ],
)
def test_what_meets_a_request(status, finished, active):
    task = job_with(status).tasks[0]
    assert (meets(task, "finished"), meets(task, "active"), meets(task, "never")) == (finished, active, False)


# Outcomes

statuses = st.sampled_from([*STATUSES, "VERIFYING", "success"])
server_outcomes = st.dictionaries(
    st.text(min_size=1),
    st.fixed_dictionaries({"status": statuses, "server_name": st.none() | st.text(), "message": st.none() | st.text()}),
    max_size=12,
)


@given(server_outcomes)
def test_counts_add_up_to_the_total(servers):
    counts = summary(servers)
    assert set(counts) == {"total", "success", "failed", "skipped", "processing", "missing"}
    assert counts.pop("total") == len(servers) == sum(counts.values())
    for word in ("success", "failed", "skipped", "missing"):
        assert counts[word] == sum(server["status"] == word.upper() for server in servers.values())


@given(server_outcomes)
def test_complaint_is_made_exactly_where_a_server_did_not_succeed(servers):
    counts = summary(servers)
    text = complaint(servers, [])
    if counts["success"] == counts["total"]:
        assert text is None
    else:
        bad = [server_id for server_id, server in servers.items() if server["status"] != "SUCCESS"]
        assert text.startswith(f"{len(bad)} of {len(servers)} servers did not succeed: ")
        assert all(server_id in text for server_id in bad[:5])
        assert (f"and {len(bad) - 5} more" in text) is (len(bad) > 5)


def test_complaint_names_server_status_and_message():
    servers = {"s1": {"status": "FAILED", "server_name": "node-1", "message": "device 3"}}
    assert complaint(servers, []) == "1 of 1 servers did not succeed: node-1 (s1) FAILED: device 3."


def test_outcome_tells_each_server_and_the_newest_job_first():
    old = job_with("SUCCESS", status="FINISHED", create_at=1)
    new = parse(
        {
            "id": "new",
            "create_at": 2,
            "tasks": [{"id": "t", "server_id": "s1", "server_name": "n", "status": "FAILED", "message": "m"}],
        }
    )
    found = outcome({"s0": old, "s1": new, "s2": new, "s3": None})
    assert found["job"]["id"] == "new"
    assert [job["id"] for job in found["jobs"]] == ["new", "j"]
    assert found["servers"]["s1"] == {
        "server_name": "n",
        "status": "FAILED",
        "message": "m",
        "job_id": "new",
        "task_id": "t",
    }
    assert {server_id: (one["status"], one["job_id"]) for server_id, one in found["servers"].items()} == {
        "s0": ("SUCCESS", "j"),
        "s1": ("FAILED", "new"),
        "s2": ("MISSING", "new"),
        "s3": ("MISSING", None),
    }
    assert found["summary"] == {"total": 4, "success": 1, "failed": 1, "skipped": 0, "processing": 0, "missing": 2}


def test_outcome_of_no_job_is_empty():
    found = outcome({"s0": None})
    assert found["job"] is None and found["jobs"] == []
