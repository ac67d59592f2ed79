# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout as a value: options, plan, attempts, budget, verdicts, and what is told of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils import _attempt, _plan, _rollout_old, _rollout_told
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._packed import pack, unpack
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._preflight import inspect
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report.document import as_json, build
from ansible_collections.huaweicloud.modelarts.tests.unit.plugin_utils.rollouts import (
    LATER,
    NOW,
    OLD,
    VERSION,
    Fleet,
    carry_out,
    options,
    task,
)


def begun(ids="abcd", supernodes=(), **asked):
    """A rollout past its preflight. supernodes: such as ("ab", "cd")."""
    rollout = _rollout_old.begin(list(ids), options(**asked))
    for members in supernodes:
        for server_id in members:
            rollout["servers"][server_id]["supernode"] = members
    return rollout


def installed(**versions):
    return {i: {"driver": version, "firmware": "7.5", "message": "said"} for i, version in versions.items()}


def verdicts(rollout):
    return {i: record["verdict"] for i, record in rollout["servers"].items()}


def waves(rollout):
    return ["".join(wave["servers"]) for wave in rollout["waves"]]


# Options


@pytest.mark.parametrize(
    "option, value, words",
    [
        ("version", None, "hdk_upgrade_version is missing. Give the driver version wanted"),
        ("version", " ", "hdk_upgrade_version is missing"),
        ("version", 24.1, "hdk_upgrade_version: 24.1 is not a version: give it as a string in quotes"),
        ("version", "latest", "hdk_upgrade_version: 'latest' is not a version that can be read: give one such as"),
        ("canary", "-1", "hdk_upgrade_canary: '-1' is not a count: give a whole number"),
        ("canary", "120%", "hdk_upgrade_canary: '120%' is more than all servers"),
        ("canary", True, "hdk_upgrade_canary: True is not a count"),
        ("waves", "0", "hdk_upgrade_waves: '0' has a wave of no servers"),
        ("waves", [], "hdk_upgrade_waves: [] has a wave of no servers"),
        ("waves", "5, x", "hdk_upgrade_waves: 'x' is not a count"),
        ("servers_per_job", 51, "hdk_upgrade_servers_per_job: 51 is out of range: give a number from 1 to 50"),
        ("servers_per_job", 0, "hdk_upgrade_servers_per_job: 0 is out of range"),
        ("max_failures", "many", "hdk_upgrade_max_failures: 'many' is not a count"),
        ("retries", -1, "hdk_upgrade_retries is -1. Give a whole number from 0 to 100."),
        ("retries", 101, "hdk_upgrade_retries is 101. Give a whole number from 0 to 100."),
        ("pause", 1.5, "hdk_upgrade_pause is 1.5. Give a whole number"),
        ("wait_timeout", 0, "hdk_upgrade_wait_timeout is 0. Give a number of seconds above 0."),
        ("wait_interval", "soon", "hdk_upgrade_wait_interval is 'soon'. Give a number of seconds above 0."),
        *(
            (name, "maybe", f"hdk_upgrade_{name} is 'maybe'. Give true or false.")
            for name in (
                *("canary_must_succeed", "allow_downgrade", "allow_mixed_flavors", "whole_supernodes", "verify"),
                *("health_gate", "collect_logs_on_failure", "after_wave_failed"),
            )
        ),
        *((name, 5, f"hdk_upgrade_{name} is 5. Give a text.") for name in ("before_wave", "after_wave", "report_dir")),
        ("job_type", "a b", "hdk_upgrade_job_type 'a b' is malformed: 1 to 64 letters"),
        ("item_type", None, "hdk_upgrade_item_type is None. Give 1 to 64 letters"),
        ("extra_spec", ["a"], "hdk_upgrade_extra_spec is ['a']. Give a dictionary"),
        ("extra_spec", {"a": None}, "hdk_upgrade_extra_spec.a is null. Give a string"),
        ("extra_spec", {"a": {"b": 1}}, "hdk_upgrade_extra_spec.a is {'b': 1}, but the API takes strings only"),
        ("extra_spec", {"version": "1"}, "hdk_upgrade_extra_spec has the key version. Set hdk_upgrade_version"),
    ],
)
def test_options_that_cannot_be_right_are_refused(option, value, words):
    with pytest.raises(ValueError) as error:
        begun(**{option: value})
    assert words in str(error.value)


def test_texts_of_a_survey_mean_what_they_say():
    rollout = begun(
        version=f" {VERSION} ",
        canary="1",
        waves="5, 20%",
        servers_per_job="2",
        retries="2",
        verify="false",
        pause="0",
        wait_timeout="60",
        extra_spec='{"force": true}',
        before_wave="",
    )
    assert rollout["version"] == VERSION
    found = rollout["options"]
    assert (found["retries"], found["verify"], found["wait_timeout"], found["before_wave"]) == (2, False, 60.0, None)
    assert rollout["job_items"] == [{"type": "HDK_UPGRADE", "spec": {"version": VERSION, "force": "true"}}]
    assert waves(_plan.plan(rollout, installed(**dict.fromkeys("abcd", OLD)), False)) == ["a", "bcd"]


# Plan


def test_who_is_current_refused_or_planned():
    rollout = begun("abcdef", version="24.1.0")
    found = installed(a="24.1.RC3.10", b="24.1.0", c="24.1", d="24.1.0.3", e="gibberish")
    planned = _plan.plan(rollout, found, False)
    assert verdicts(planned) == {
        "a": "not_started",
        "b": "current",
        "c": "current",
        "d": "refused",
        "e": "refused",
        "f": "refused",
    }
    reasons = {i: record["reason"] for i, record in planned["servers"].items()}
    assert reasons["a"] == "to be upgraded"
    assert reasons["d"] == "24.1.0.3 is newer than 24.1.0, and a downgrade is not allowed"
    assert "'gibberish' is not a version that can be read" in reasons["e"]
    assert reasons["f"] == "its version is not known: the query said nothing of it"
    assert planned["servers"]["b"]["version_after"] == "24.1.0"
    assert waves(planned) == ["a"]


def test_a_downgrade_can_be_allowed():
    planned = _plan.plan(begun("a", version="23.0.6", allow_downgrade="yes"), installed(a="24.1.0"), False)
    assert waves(planned) == ["a"]
    assert planned["servers"]["a"]["reason"] == "to be downgraded"


def test_check_mode_plans_for_what_it_cannot_know_and_says_so():
    planned = _plan.plan(begun("abc"), installed(a=OLD, b=VERSION), True)
    assert waves(planned) == ["a", "c"]
    assert _rollout_told.outline(planned) == [
        "1 current",
        "wave 1, the canary: 1 server in 1 job",
        "wave 2: 1 server in 1 job",
        "of 1 server the version is not known, as no finished query names it",
    ]


def test_nothing_to_do_is_said():
    planned = _plan.plan(begun("ab"), installed(a=VERSION, b=VERSION), False)
    assert _rollout_told.outline(planned) == ["2 current", "nothing to do"]
    assert planned["waves"] == []


def test_supernodes_stay_together():
    rollout = begun("abcdefgh", ("bcd", "efg"), canary=1, waves=[4], servers_per_job=3)
    planned = _plan.plan(rollout, installed(**dict.fromkeys("abcdefgh", OLD)), False)
    assert waves(planned) == ["a", "bcd", "efgh"]
    assert planned["waves"][2]["jobs"] == [["e", "f", "g"], ["h"]]


def test_what_an_earlier_run_failed_on_goes_last():
    rollout = {**begun("abcdef", ("cd",)), "tried": ["a", "d", "x"]}
    planned = _plan.plan(rollout, installed(**dict.fromkeys("abcdef", OLD)), False)
    assert waves(planned) == ["b", "efacd"]


# What an earlier run left


def left_job(rollout, **endings):
    rows = [
        {
            "server_id": i,
            "server_name": i,
            "status": word,
            "message": "said",
            "create_at": 1763760000000,
            "update_at": None,
        }
        for i, word in endings.items()
    ]
    keys = {
        "name": rollout["job_name"],
        "type": "T",
        "status": "FINISHED",
        "create_at": 1763760000000,
        "update_at": None,
    }
    return {"id": "left", "tasks": rows, **keys}


def test_what_an_earlier_run_left_is_judged_and_not_started_again():
    rollout = begun("abcdef", max_failures=9, canary=0)
    jobs = [
        left_job(rollout, a="SUCCESS", b="FAILED", c="SUCCESS", z="SUCCESS"),
        {**left_job(rollout, d="FAILED"), "name": "query"},
    ]
    rollout = _plan.adopt(rollout, jobs, installed(a=OLD))
    assert _plan.left_failed(rollout) == ["b"]
    rollout = _plan.left_with_links(rollout, {"b": {"links": ["https://log"]}})
    planned = _plan.plan(rollout, installed(a=VERSION, b=OLD, c=OLD, d=OLD, e=VERSION), False)
    assert waves(planned) == ["abc", "d"]
    assert [wave["number"] for wave in planned["waves"]] == [0, 1]
    assert verdicts(planned) == {
        "a": "upgraded",
        "b": "failed",
        "c": "failed",
        "d": "not_started",
        "e": "current",
        "f": "refused",
    }
    record = planned["servers"]["a"]
    assert (record["version_before"], record["version_after"], record["job_id"]) == (OLD, VERSION, "left")
    assert record["reason"] == f"confirmed at {VERSION}; the job was found running"
    assert planned["servers"]["c"]["reason"].startswith(f"the job succeeded, but the query found {OLD}")
    assert planned["servers"]["b"]["links"] == ["https://log"]
    assert [(job["id"], job["wave"]) for job in planned["jobs"]] == [("left", 0)]
    assert _attempt.due(planned, 0) == []
    assert _attempt.due(planned, 0, 1) == [["b", "c"]]
    assert _rollout_told.outline(planned)[2] == "3 servers left at work by an earlier run"


def test_what_an_earlier_run_left_counts_for_the_budget():
    rollout = begun("abc", max_failures=0, canary=0)
    rollout = _plan.adopt(rollout, [left_job(rollout, a="FAILED")], {})
    done = carry_out(rollout, Fleet({"a": [], "b": [], "c": []}))
    assert verdicts(done) == {"a": "failed", "b": "not_started", "c": "not_started"}
    assert done["stopped"] == "1 server failed, more than the failure budget of 0"


def test_check_mode_plans_for_what_is_at_work_as_the_real_run_would():
    rollout = {**begun("abc", canary=0), "at_work": ["b"]}
    planned = _plan.plan(rollout, installed(a=OLD, b=OLD, c=OLD), True)
    assert waves(planned) == ["b", "ac"]
    told = _rollout_told.verdicts(planned, True)
    assert told["b"]["msg"] == "planned: an earlier run's job is at work on it, and would be waited for"
    assert told["*"] == {"msg": "3 planned", "changed": True, "failed": False}


# Attempts and verdicts


@pytest.mark.parametrize(
    "ending, verdict, reason",
    [
        ("SUCCESS", "upgraded", f"confirmed at {VERSION}"),
        ("UNCONFIRMED", "failed", f"the job succeeded, but the query found {OLD}"),
        ("FAILED", "failed", "the platform says failed: said"),
        ("SKIPPED", "failed", "the platform skipped it: said"),
        ("MISSING", "failed", "the job has no task for it: said"),
        ("PROCESSING", "failed", "not over within the time to wait: said"),
        ("QUEUEING", "failed", "not over within the time to wait: said"),
        ("ERROR", "failed", "no job, or nothing is known of it: said"),
    ],
)
def test_how_an_attempt_ends(ending, verdict, reason):
    done = carry_out(begun("a"), Fleet({"a": [ending]}))
    record = done["servers"]["a"]
    assert (record["verdict"], record["reason"]) == (verdict, reason)
    assert (record["wave"], record["version_before"]) == (1, OLD)
    unknown = ending in ("PROCESSING", "QUEUEING", "ERROR")
    assert done["unknown"] == (["a"] if unknown else [])
    assert record["version_after"] == (None if unknown else VERSION if ending == "SUCCESS" else OLD)


@pytest.mark.parametrize(
    "found", [{}, {"driver": None, "message": "the query ended as FAILED: no"}, {"driver": "gibberish"}]
)
def test_a_query_that_does_not_confirm_fails_the_server(found):
    planned = _plan.plan(begun("a"), installed(a=OLD), False)
    outcome = {"servers": {"a": task("SUCCESS")}, "jobs": []}
    judged = _attempt.judge(planned, 1, outcome, {"a": found})
    assert verdicts(judged) == {"a": "failed"}
    assert judged["servers"]["a"]["reason"].startswith("the job succeeded, but ")


def test_without_verification_the_job_is_believed_and_that_is_said():
    done = carry_out(begun("a", verify=False), Fleet({"a": ["UNCONFIRMED"]}))
    record = done["servers"]["a"]
    assert (record["verdict"], record["reason"]) == ("upgraded", "the job succeeded; not verified")
    assert record["version_after"] == VERSION


def test_failed_servers_are_tried_again_but_not_those_of_which_nothing_is_known():
    fleet = Fleet({"a": ["FAILED"], "b": ["FAILED"] * 9, "c": ["PROCESSING"], "d": ["ERROR"], "e": ["UNCONFIRMED"]})
    done = carry_out(begun("abcde", canary=0, retries=2, max_failures=9), fleet)
    assert fleet.attempts == {"a": 2, "b": 3, "c": 1, "d": 1, "e": 2}
    assert verdicts(done) == {**dict.fromkeys("ae", "upgraded"), **dict.fromkeys("bcd", "failed")}


def test_what_a_broken_attempt_leaves_is_taken_for_started():
    planned = _plan.plan(begun("abc", canary=0, retries=5), installed(a=OLD, b=OLD, c=OLD), False)
    judged = _attempt.tried(planned, 1, 0, {"run": {}, "query": {}, "logs": {}, "broken": "no way."})
    assert verdicts(judged) == dict.fromkeys("abc", "failed")
    assert judged["servers"]["a"]["reason"] == "no job, or nothing is known of it: what became of it is not known"
    assert judged["stopped"] == "no way"
    assert _attempt.due(judged, 1, 1) == []


def test_links_of_logs_are_kept_over_a_retry():
    planned = _plan.plan(begun("a"), installed(a=OLD), False)
    done = {"servers": {"a": task("FAILED")}, "jobs": []}
    first = _attempt.with_links(done, {"a": {"links": ["https://log"]}})
    judged = _attempt.judge(_attempt.judge(planned, 1, first, {}), 1, done, {})
    assert judged["servers"]["a"]["links"] == ["https://log"]


def test_what_is_not_healthy_has_failed():
    done = carry_out(begun("abc", canary=0, max_failures=1), Fleet({"a": [], "b": [], "c": ["FAILED"]}))
    gated = _rollout_old.gate(
        done,
        {
            "a": {"ok": True, "health": "pass", "message": "m"},
            "b": {"ok": False, "health": "fail", "message": "device 3"},
            "c": {"ok": False, "health": "fail", "message": ""},
        },
    )
    assert verdicts(gated) == {"a": "upgraded", "b": "failed", "c": "failed"}
    assert gated["servers"]["b"]["reason"] == "upgraded, but the health check says fail: device 3"
    assert gated["servers"]["c"]["reason"] == done["servers"]["c"]["reason"]
    assert _rollout_old.close(gated, 1)["stopped"] == "2 servers failed, more than the failure budget of 1"


@pytest.mark.parametrize(
    "asked, failing, left",
    [
        ({"canary": 1}, "a", "bcdefghij"),
        ({"canary": 1, "canary_must_succeed": False, "max_failures": 1, "waves": [3]}, "a", ""),
        ({"canary": 2, "max_failures": 9}, "b", "cdefghij"),
        ({"canary": 0, "waves": [2]}, "d", "efghij"),
        ({"canary": 0, "waves": [2], "max_failures": 1}, "d", ""),
        ({"canary": 0, "waves": [2], "max_failures": 1}, "ad", "efghij"),
        ({"canary": 0, "waves": [2], "max_failures": "20%"}, "ad", ""),
        ({"canary": 0, "waves": [2], "max_failures": "20%"}, "ade", "ghij"),
        ({"canary": 0, "waves": [2], "max_failures": "19%"}, "ad", "efghij"),
    ],
)
def test_what_is_not_started_once_the_budget_is_spent(asked, failing, left):
    ids = "abcdefghij"
    done = carry_out(begun(ids, **asked), Fleet({i: ["FAILED"] if i in failing else [] for i in ids}))
    assert "".join(i for i, verdict in verdicts(done).items() if verdict == "not_started") == left
    assert "".join(i for i, verdict in verdicts(done).items() if verdict == "failed") == failing
    assert bool(done["stopped"]) is bool(left)
    assert {done["servers"][i]["reason"] for i in left} <= {done["stopped"]}
    assert not any("started" in wave for wave in done["waves"] if wave["servers"][0] in left)


def test_the_first_reason_to_stop_stays():
    stopped = _rollout_old.stop(_rollout_old.stop(begun("a"), "one."), "two")
    assert stopped["stopped"] == stopped["servers"]["a"]["reason"] == "one"


def test_what_was_upgraded_and_is_not_fit_for_use_has_failed():
    done = carry_out(begun("abc", canary=0), Fleet({"a": [], "b": [], "c": ["FAILED"]}))
    blamed = _rollout_old.blame(done, ["a", "c"], "the hook failed")
    assert verdicts(blamed) == {"a": "failed", "b": "upgraded", "c": "failed"}
    assert blamed["servers"]["a"]["reason"] == "upgraded, but the hook failed"
    assert blamed["servers"]["a"]["version_after"] == VERSION
    assert blamed["servers"]["c"]["reason"] == "the platform says failed: said"
    before = _rollout_old.blame(begun("a"), ["a"], "the hook failed")
    assert (verdicts(before), before["stopped"]) == ({"a": "not_started"}, "the hook failed")


def test_a_wave_lasts_from_its_first_job_to_its_last_server():
    planned = _plan.plan(begun("abc", canary=0, retries=1), installed(a=OLD, b=OLD, c=OLD), False)
    first = {"a": task("SUCCESS"), "b": task("FAILED"), "c": task("ERROR", None)}
    first["c"].update(started=None, finished=None)
    judged = _attempt.judge(planned, 1, {"servers": first, "jobs": []}, {"a": {"driver": VERSION}})
    again = {"servers": {"b": {**task("FAILED"), "started": LATER, "finished": LATER}}, "jobs": []}
    (wave,) = _rollout_old.close(_attempt.judge(judged, 1, again, {}), 1)["waves"]
    assert (wave["started"], wave["finished"]) == (NOW, LATER)
    again["servers"]["b"]["status"] = "PROCESSING"
    (wave,) = _rollout_old.close(_attempt.judge(judged, 1, again, {}), 1)["waves"]
    assert (wave["started"], wave["finished"]) == (NOW, None)


def test_what_an_earlier_run_left_is_counted_after_its_wave():
    """So that the servers that it did upgrade are checked and undrained."""
    rollout = _plan.adopt(begun("abc", canary=0), [left_job(begun("a"), a="SUCCESS", b="FAILED")], {})
    planned = _plan.plan(rollout, installed(a=VERSION, b=OLD, c=OLD), False)
    assert verdicts(planned) == {"a": "upgraded", "b": "failed", "c": "not_started"}
    assert planned["stopped"] is None
    assert _rollout_old.close(planned, 0)["stopped"] == "1 server failed, more than the failure budget of 0"


def test_a_wave_consists_of_what_is_asked_for():
    plain = [step["file"] for step in _rollout_old.steps(begun("a"))]
    full = begun("a", before_wave="a", retries=1, health_gate=True, after_wave="b", pause=3)
    assert plain == ["attempt.yml", "close.yml"]
    attempts = [{"file": "attempt.yml", "attempt": 0}, {"file": "attempt.yml", "attempt": 1}]
    after = [{"file": file} for file in ("gate.yml", "after_wave.yml", "close.yml", "pause.yml")]
    assert _rollout_old.steps(full) == [{"file": "before_wave.yml"}, *attempts, *after]


# What is told


def test_each_host_is_told_of_its_server_and_the_rest_of_all():
    fleet = Fleet({"a": [], "b": ["FAILED"], "c": []}, {"a": OLD, "b": OLD, "c": VERSION, "d": "99.0.0"})
    done = carry_out(begun("abcd", canary=0, max_failures=1), fleet)
    told = _rollout_told.verdicts(done, False)
    assert {
        i: (one["msg"].partition(":")[0], one["changed"], one["failed"]) for i, one in told.items() if i != "*"
    } == {
        "a": ("upgraded", True, False),
        "b": ("failed", False, True),
        "c": ("current", False, False),
        "d": ("refused", False, True),
    }
    assert told["a"]["msg"] == f"upgraded: {OLD} -> {VERSION}, confirmed at {VERSION}"
    assert told["b"]["msg"] == "failed: the platform says failed: said"
    assert told["c"]["msg"] == f"current: at {VERSION}"
    assert told["*"]["msg"].startswith("1 upgraded, 1 current, 1 failed, 1 refused. name (b) failed: the platform")
    assert (told["*"]["changed"], told["*"]["failed"]) == (True, True)


def test_few_are_named_where_many_failed():
    ids = [f"s{n}" for n in range(9)]
    done = carry_out(begun(ids, canary=0), Fleet({i: ["FAILED"] for i in ids}))
    told = _rollout_told.verdicts(done, False)["*"]["msg"]
    assert told.count("the platform says") == 5
    assert told.endswith("; and 4 more")


@pytest.mark.parametrize("check", [True, False])
def test_a_stopped_rollout_fails_in_check_mode_too(check):
    rollout = _rollout_old.stop(_plan.plan(begun("a"), installed(a=OLD), check), "no way")
    told = _rollout_told.verdicts(rollout, check)
    assert told["a"]["msg"] == "not started: no way"
    assert told["*"]["msg"].startswith("1 not started")
    assert told["*"]["failed"]
    report = _rollout_told.report(rollout, NOW, NOW, check)
    assert report["outcome"] == "failed"
    assert report["message"] == "1 not started. Stopped: no way."


def test_the_report_of_check_mode():
    planned = _plan.plan({**begun("abc"), "warnings": ["Mind this."]}, installed(a=OLD, b=VERSION, c="99.0"), True)
    report = _rollout_told.report(planned, NOW, NOW, True)
    assert report["outcome"] == "planned"
    assert report["message"] == (
        "1 server to be upgraded in 1 wave, 1 current, 1 refused. Nothing was sent but reads. Mind this."
    )
    assert [one["verdict"] for one in report["servers"].values()] == ["planned", "current", "refused"]


# Properties

ENDINGS = st.sampled_from(
    ["SUCCESS", "SUCCESS", "FAILED", "UNCONFIRMED", "SKIPPED", "MISSING", "PROCESSING", "QUEUEING", "ERROR"]
)
SIZE = st.integers(1, 5) | st.sampled_from(["10%", "50%", "100%"])
DRIVERS = st.sampled_from([OLD, OLD, OLD, VERSION, "99.0.0", "gibberish"])


@st.composite
def rollouts(draw):
    count = draw(st.integers(1, 14))
    ids = [f"s{n}" for n in range(count)]
    rollout = _rollout_old.begin(
        ids,
        options(
            canary=draw(st.just(0) | SIZE),
            waves=draw(st.lists(SIZE, min_size=1, max_size=3)),
            servers_per_job=draw(st.integers(1, 4)),
            max_failures=draw(st.just(0) | SIZE),
            retries=draw(st.integers(0, 2)),
            canary_must_succeed=draw(st.booleans()),
            verify=draw(st.booleans()),
        ),
    )
    for server_id in ids:
        rollout["servers"][server_id]["supernode"] = draw(st.sampled_from([None, None, "x", "y"]))
    rollout["tried"] = draw(st.lists(st.sampled_from(ids), unique=True))
    fleet = Fleet({i: draw(st.lists(ENDINGS, max_size=3)) for i in ids}, {i: draw(DRIVERS) for i in ids})
    return rollout, fleet


@given(rollouts())
def test_whatever_happens_the_promises_hold(made):
    rollout, fleet = made
    before = dict(fleet.versions)
    asked = rollout["options"]
    planned = _plan.plan(rollout, fleet.query(), False)
    checked = _plan.plan(rollout, fleet.query(), True)
    assert waves(planned) == waves(checked), "check mode and the real run disagree"
    places = [i for wave in planned["waves"] for i in wave["servers"]]
    assert len(places) == len(set(places))
    assert all(sorted(wave["servers"]) == sorted(i for job in wave["jobs"] for i in job) for wave in planned["waves"])
    assert all(len(job) <= asked["servers_per_job"] for wave in planned["waves"] for job in wave["jobs"])
    for supernode in "xy":
        assert (
            len({planned["servers"][i]["wave"] for i in places if rollout["servers"][i]["supernode"] == supernode}) <= 1
        )
    budget = _rollout_old.budget_of(asked["max_failures"], len(places), "max_failures")

    def within_budget(now, number):
        failed = sum(word == "failed" for word in verdicts(now).values())
        assert failed <= budget, f"wave {number} starts with {failed} failed of {budget}"
        canary = [wave for wave in now["waves"] if wave["canary"] and wave["number"] < number]
        if asked["canary_must_succeed"]:
            assert all(now["servers"][i]["verdict"] == "upgraded" for wave in canary for i in wave["servers"])

    done = carry_out(rollout, fleet, within_budget)
    assert set(verdicts(done).values()) <= set(_rollout_old.VERDICTS)
    assert set(done["servers"]) == set(fleet.endings)
    assert all(record["reason"] for record in done["servers"].values())
    assert sum(_rollout_told.result(done)["summary"].values()) == len(done["servers"])
    for server_id, word in verdicts(done).items():
        tries = fleet.attempts[server_id]
        assert tries <= 1 + asked["retries"]
        assert (tries > 0) == (word in ("upgraded", "failed"))
        if word == "current":
            assert before[server_id] == VERSION
        if word == "upgraded" and asked["verify"]:
            assert before[server_id] == OLD and fleet.versions[server_id] == VERSION
        if word == "not_started":
            assert done["stopped"]
    if done["stopped"] is None:
        assert "not_started" not in verdicts(done).values()
    told = _rollout_told.verdicts(done, False)
    assert told["*"]["failed"] == any(word not in ("upgraded", "current") for word in verdicts(done).values())
    assert told["*"]["changed"] == ("upgraded" in verdicts(done).values())
    document = json.loads(as_json(build(_rollout_told.report(done, NOW, NOW, False))))
    assert {one["id"]: one["verdict"] for one in document["servers"]} == verdicts(done)
    assert document["outcome"] == ("failed" if told["*"]["failed"] or done["stopped"] else "success")


@given(rollouts())
def test_after_full_success_there_is_nothing_left_to_do(made):
    rollout, fleet = made
    fleet.endings = {i: [] for i in fleet.endings}
    fleet.versions = dict.fromkeys(fleet.versions, OLD)
    done = carry_out(rollout, fleet)
    assert set(verdicts(done).values()) == {"upgraded"}
    again = carry_out(_rollout_old.begin(list(fleet.endings), rollout["options"]), fleet)
    assert again["waves"] == []
    assert set(verdicts(again).values()) == {"current"}
    assert set(fleet.attempts.values()) == {1}


@given(rollouts())
def test_no_step_changes_the_rollout_it_is_given(made):
    rollout, fleet = made
    steps = [json.dumps(rollout)]
    seen = [rollout]

    def keep(now, _number):
        seen.append(now)
        steps.append(json.dumps(now))

    carry_out(rollout, fleet, keep)
    assert [json.dumps(one) for one in seen] == steps


@given(rollouts())
def test_what_is_packed_comes_out_the_same(made):
    rollout, fleet = made
    done = carry_out(rollout, fleet)
    packed = pack(done)
    assert unpack(packed) == json.loads(json.dumps(done))
    assert packed["stopped"] == done["stopped"]
    assert "servers" not in packed


@pytest.mark.parametrize("value", [None, [], "text", {"servers": {}}, [{"id": 1}]])
def test_what_is_no_rollout_is_not_packed(value):
    assert pack(value) is value
    assert unpack(value) is value


def test_strange_texts_survive_packing():
    rollout = begun("a")
    rollout["servers"]["a"]["message"] = "{{ 7 * 7 }} \ud800 ä \x00"
    assert unpack(pack(rollout)) == rollout


def test_a_thousand_servers_take_no_time():
    ids = [f"s{n:04}" for n in range(2000)]
    rollout = _rollout_old.begin(ids, options(canary="1%", waves=["25%"], max_failures="100%"))
    fleet = [
        {"id": i, "name": i, "status": "RUNNING", "flavor": "f", "supernode_id": None, "supernode_name": None}
        for i in ids
    ]
    done = carry_out(inspect(rollout, fleet, [], [], None), Fleet({i: [] for i in ids}))
    assert _rollout_told.result(done)["summary"]["upgraded"] == 2000
    assert len(pack(done)["packed"]) < 200_000
