# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source against the simulator: what it tells, once, through restarts and outages."""

from __future__ import annotations

import ast
import json
import runpy
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.modelarts.plugins.doc_fragments.auth import ModuleDocFragment
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._events import source, watch
from tests.conftest import ROOT
from tests.simulator import Simulator, faults
from tests.unit.events.listening import Listener, connection, refusal

PLUGIN = ROOT / "extensions" / "eda" / "plugins" / "event_source" / "liteserver.py"
QUERY = {"type": "ASCEND_SOFTWARE_QUERY", "items": [{"type": "HDK_QUERY"}]}
UPGRADE = {"items": [{"type": "HDK_UPGRADE", "spec": {"version": "24.1.0.3"}}]}


@pytest.fixture
def sim(request):
    with Simulator(servers=3, speed=getattr(request, "param", 1000)) as simulator:
        yield simulator


def document(name):
    """One of the plugin's documents, parsed. They are read without running the file, as ansible-rulebook is not here."""
    for node in ast.parse(PLUGIN.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == name:
            return yaml.safe_load(ast.literal_eval(node.value))
    raise KeyError(name)


def shape(value):
    """The keys of a value, through dicts and lists. The keys of a spec depend on the job."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items() if key != "spec"}
    return [shape(one) for one in value[:1]] if isinstance(value, list) else None


def test_each_kind_of_event_comes_once_and_as_documented(sim, tmp_path):
    """By the file that ansible-rulebook runs."""
    ill, *well = sim.server_ids
    sim.outcome(ill, "FAILED", message="device 3 {{ is }} not healthy")
    with Listener(sim, runpy.run_path(str(PLUGIN))["main"], state_file=str(tmp_path / "state.json")) as heard:
        upgrade = sim.add_job(server_ids=sim.server_ids, **UPGRADE)
        heard.until(lambda: len(heard.events) == 2)
        query = sim.add_job(server_ids=sim.server_ids, **QUERY)
        heard.until(lambda: len(heard.events) == 4)
        heard.look()
    assert heard.ids == [
        f"job_failed/{upgrade.id}",
        f"server_failed/{upgrade.id}/{ill}",
        f"job_finished/{query.id}",
        f"drift/{query.id}",
    ]
    failed, server, finished, drift = heard.events
    assert failed["servers"] == [server["server"]] and failed["summary"]["failed"] == 1
    assert server["server"]["message"] == "device 3 { { is }} not healthy"
    assert [one["id"] for one in drift["servers"]] == [ill] and drift["expected"]["driver"] == "24.1.0.3"
    samples = document("EVENTS")
    assert [event["kind"] for event in samples.values()] == list(samples) == list(source.KINDS)
    assert finished["servers"] == samples["job_finished"]["servers"] == []
    for event in heard.events:
        assert shape(event) == shape(samples[event["kind"]])
    assert json.loads(json.dumps(heard.events)) == heard.events


def test_a_diagnosis_that_says_fail_has_failed(sim):
    sim.outcome(sim.server_ids[0], "SUCCESS", message="device 5: FAIL", job_types=["ASCEND_DIAGNOSIS"])
    sim.outcome(sim.server_ids[1], "SUCCESS", message="link 3: WARN", job_types=["ASCEND_DIAGNOSIS"])
    with Listener(sim, events=["job_failed"]) as heard:
        sim.add_job(type="ASCEND_DIAGNOSIS", server_ids=sim.server_ids)
        heard.until(lambda: heard.events)
        heard.look()
    (event,) = heard.events
    assert event["reason"] == f"The diagnosis says FAIL of {sim.find(sim.server_ids[0]).name}."
    assert [(one["id"], one["health"]) for one in event["servers"]] == [(sim.server_ids[0], "fail")]


def test_the_version_wanted_decides_on_drift_where_there_is_one(sim):
    with Listener(sim, events=["drift"], wanted="v24.1.0.3") as heard:
        sim.add_job(server_ids=sim.server_ids, **QUERY)
        heard.until(lambda: heard.events)
    (event,) = heard.events
    assert event["basis"] == "wanted" and len(event["servers"]) == 3
    assert event["expected"]["driver"] == "24.1.0.3"


def test_what_ended_before_is_no_news_and_is_not_read(sim):
    for _job in range(3000):
        sim.add_job(status="FINISHED", server_ids=sim.server_ids[:1])
    with Listener(sim) as heard:
        assert sim.count("GET", "/jobs/*") == 0
        job = sim.add_job(server_ids=sim.server_ids, **UPGRADE)
        heard.until(lambda: heard.events)
    assert heard.ids == [f"job_finished/{job.id}"]


@pytest.mark.parametrize("sim", [0], indirect=True)
def test_a_restart_repeats_nothing_and_loses_nothing(sim, tmp_path):
    state = str(tmp_path / "state.json")
    running = sim.add_job(server_ids=sim.server_ids[:1], **UPGRADE)
    with Listener(sim, state_file=state) as heard:
        first = sim.add_job(status="FINISHED", server_ids=sim.server_ids[1:], **UPGRADE)
        heard.until(lambda: heard.events)
        heard.look()
    assert heard.ids == [f"job_finished/{first.id}"]
    sim.clock.advance(600)
    second = sim.add_job(status="FINISHED", server_ids=sim.server_ids[1:], **UPGRADE)
    with Listener(sim, state_file=state) as heard:
        heard.until(lambda: len(heard.events) == 2)
        heard.look()
    assert sorted(heard.ids) == sorted([f"job_finished/{running.id}", f"job_finished/{second.id}"])
    with Listener(sim, state_file=state) as heard:
        heard.look()
    assert heard.events == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state.json", "state.json.lock"]


def test_an_event_that_was_not_taken_is_told_again(sim, tmp_path):
    state = str(tmp_path / "state.json")
    with Listener(sim, deaf=True, state_file=state) as heard:
        sim.outcome(sim.server_ids[0], "FAILED")
        job = sim.add_job(server_ids=sim.server_ids, **UPGRADE)
        heard.until(heard.queue.full)
    with Listener(sim, state_file=state) as heard:
        heard.until(lambda: len(heard.events) == 2)
    assert heard.ids == [f"job_failed/{job.id}", f"server_failed/{job.id}/{sim.server_ids[0]}"]


def test_an_outage_does_not_end_it(sim, caplog):
    with Listener(sim) as heard:
        sim.stop()
        heard.until(lambda: "The next look is in" in caplog.text)
        job = sim.add_job(server_ids=sim.server_ids, **UPGRADE)
        sim.start()
        heard.until(lambda: heard.events)
    assert heard.ids == [f"job_finished/{job.id}"]
    assert "answers again" in caplog.text and sim.secret_key not in caplog.text


@pytest.mark.parametrize("status", [401, 403, 404, 429, 503])
def test_a_refusal_midway_does_not_end_it(sim, status):
    with Listener(sim) as heard:
        fault = sim.inject(faults.refuse(status, times=2, retry_after=0))
        heard.until(lambda: fault.hits == 2)
        job = sim.add_job(server_ids=sim.server_ids, **UPGRADE)
        heard.until(lambda: heard.events)
    assert heard.ids == [f"job_finished/{job.id}"]


def test_an_error_while_jobs_are_read_loses_none(sim):
    with Listener(sim) as heard:
        sim.inject(faults.refuse(503, path="/jobs/*", times=1))
        for _job in range(3):
            sim.add_job(server_ids=sim.server_ids[:1], status="FINISHED")
        heard.until(lambda: len(heard.events) == 3)
        heard.look()
    assert len(set(heard.ids)) == len(heard.ids) == 3


def test_keys_that_are_refused_end_it_at_once(sim):
    error = refusal({**connection(sim), "secret_key": "wrong"})
    assert "HTTP 401" in str(error) and "Check the credentials" in str(error)


@pytest.mark.parametrize("kept", [False, True])
def test_a_job_whose_record_goes_has_failed(sim, kept):
    job = sim.add_job(status="PROCESSING", name="short-lived", server_ids=sim.server_ids)
    with Listener(sim) as heard:
        job.deleted_at, job.kept = sim.clock.now(), kept
        heard.until(lambda: heard.events)
        heard.look()
    (event,) = heard.events
    assert event["kind"] == "job_failed" and event["job"]["name"] == "short-lived"
    assert "its outcome is not known" in event["reason"] and shape(event["job"])


def test_a_row_that_stays_as_it_was_hides_no_job(sim, monkeypatch):
    monkeypatch.setattr(watch, "LONGEST_UNREAD", 0.05)
    sim.inject(faults.row_stuck("stuck"))
    with Listener(sim) as heard:
        job = sim.add_job(name="stuck", server_ids=sim.server_ids, **UPGRADE)
        heard.until(lambda: heard.events)
        heard.look()
    assert heard.ids == [f"job_finished/{job.id}"]


def test_a_list_that_is_not_whole_is_told_of_once(sim, caplog):
    sim.inject(faults.short_list(which="none"))
    with Listener(sim) as heard:
        job = sim.add_job(server_ids=sim.server_ids, **UPGRADE)
        heard.until(lambda: heard.events)
        heard.look()
    assert heard.ids == [f"job_finished/{job.id}"]
    assert caplog.text.count("the platform has more jobs than it lists") == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"intervall": 5}, "intervall"),
        ({"interval": 0}, "interval is 0. Give a number of seconds above 0."),
        ({"interval": "often"}, "interval"),
        ({"events": ["job_lost"]}, "job_finished, job_failed, server_failed, drift"),
        ({"events": []}, "events is empty. Give at least one of job_finished"),
        ({"wanted": "newest"}, "wanted: 'newest' is not a version that can be read"),
        ({"query_types": ["a b"]}, "query_types 'a b' is malformed"),
        ({"endpoint": "here"}, "endpoint 'here' is not the address of a server"),
        ({"project_id": "a/b"}, "project_id 'a/b' is malformed"),
        ({"secret_key": ""}, "secret_key is missing"),
        ({"state_file": "/nowhere/state.json"}, "state_file '/nowhere/state.json' cannot be used: No such file"),
    ],
)
def test_wrong_arguments_end_it_before_anything_is_sent(sim, wrong, words):
    error = refusal({**connection(sim), **wrong})
    assert words in str(error) and sim.secret_key not in str(error)
    assert sim.requests == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[]", "is not one of this event source"),
        ('{"format": 1', "is not one of this event source"),
        ("[" * 200_000, "is not one of this event source"),
        (
            '{"format": 1, "endpoint": "", "project_id": "", "told": "abc", "pending": []}',
            "is not one of this event source",
        ),
        ('{"format": 2, "endpoint": "", "project_id": ""}', "is not one of this event source"),
        (
            '{"format": 1, "endpoint": "https://other.example.com", "project_id": "p", "told": [], "pending": []}',
            "belongs to project p at https://other.example.com",
        ),
    ],
)
def test_a_state_file_that_is_not_ours_is_left_alone(sim, tmp_path, content, words):
    state = tmp_path / "state.json"
    state.write_text(content, encoding="utf-8")
    assert words in str(refusal({**connection(sim), "state_file": str(state)}))
    assert state.read_text(encoding="utf-8") == content and sim.requests == []


def test_two_sources_do_not_share_a_state_file(sim, tmp_path):
    state = str(tmp_path / "state.json")
    with Listener(sim, state_file=state) as heard:
        assert "in use by another event source" in str(refusal({**connection(sim), "state_file": state}))
        heard.look()


def test_the_options_are_documented_as_they_are():
    fragment = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    documented = {**fragment, **document("DOCUMENTATION")["options"]}
    keys = ("type", "elements", "choices", "default")
    assert {name: {key: one.get(key) for key in keys} for name, one in documented.items()} == {
        name: {key: one.get(key) for key in keys} for name, one in source.SPEC.items()
    }
    (ruleset,) = document("EXAMPLES")
    args = ruleset["sources"][0]["huaweicloud.modelarts.liteserver"]
    assert source.checked({**args, "access_key": "a", "secret_key": "s"})["interval"] == 30


def test_pauses_grow_to_their_bound():
    error = source.ModelArtsError("no answer")
    pauses = [source.backoff(error, failures, 30) for failures in range(1, 9)]
    assert pauses[0] <= 30 and pauses == sorted(pauses) and pauses[-1] == source.LONGEST_PAUSE
    assert source.backoff(error, 50, 3600) <= 3600


def test_the_plugin_does_without_an_installed_collection():
    """Run by its path, as ansible-rulebook runs it from a folder given with -S."""
    assert Path(runpy.run_path(str(PLUGIN))["ROOT"]) == ROOT
