# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the event source remembers is bounded, and what it makes of single answers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._job import parse
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._events import memory as memory_file
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._events.events import (
    Place,
    Reading,
    events,
    untemplated,
)
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._events.memory import Memory
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._events.watch import AT_ONCE, Watch

PLACE = Place("cn-north-4", "p", "https://modelarts.example.com")
READING = Reading(["ASCEND_SOFTWARE_QUERY"], ["ASCEND_DIAGNOSIS"], None)


def answer(job_id, *statuses, status="FINISHED", **more):
    tasks = [{"server_id": f"s{n}", "status": one} for n, one in enumerate(statuses)]
    return {"id": job_id, "name": "n", "type": "HDK_UPGRADE", "status": status, "tasks": tasks, **more}


class Platform:
    """A client of jobs that the test makes up: by ID, in full. C(now) is its clock."""

    def __init__(self):
        self.jobs, self.complete, self.now, self.most = {}, True, 1000.0, 0
        self.missing = set()  # what is listed, and not found when it is read

    def clock(self):
        return self.now

    def list_jobs(self):
        rows = [{"id": job["id"], "status": job["status"]} for job in self.jobs.values()]
        return rows, self.complete

    def get_jobs(self, job_ids):
        self.most = max(self.most, len(job_ids))
        return {job_id: None if job_id in self.missing else self.jobs.get(job_id) for job_id in job_ids}


@pytest.fixture
def platform():
    return Platform()


@pytest.fixture
def watch(platform):
    return Watch(platform, Memory(None, PLACE.endpoint, PLACE.project_id), PLACE, READING)


def told(watch):
    """What one look tells: by the ID of the job, its kinds of events."""
    found = {}
    for part in watch.due():
        for job_id, made in watch.ended(part):
            watch.memory.tell(job_id)
            found[job_id] = [event["kind"] for event in made]
    return found


def test_thousands_of_jobs_are_read_in_parts_and_forgotten_when_they_are_not_listed(platform, watch):
    told(watch)
    for generation in range(3):
        platform.jobs = {f"{generation}-{n}": answer(f"{generation}-{n}", "SUCCESS") for n in range(5000)}
        assert len(told(watch)) == 5000
        assert set(watch.memory.told) == set(platform.jobs) and not watch.memory.pending
    assert platform.most == AT_ONCE
    assert told(watch) == {}
    platform.jobs.clear()
    told(watch)
    assert not watch.memory.told and not watch._read_at and not watch._over_since


def test_what_an_incomplete_list_leaves_out_is_remembered_up_to_a_bound(platform, watch, monkeypatch):
    monkeypatch.setattr(memory_file, "MOST_UNLISTED", 100)
    told(watch)
    platform.complete = False
    for n in range(500):
        platform.jobs = {f"j{n}": answer(f"j{n}", "SUCCESS")}
        assert told(watch) == {f"j{n}": ["job_finished"]}
    assert set(watch.memory.told) == {f"j{n}" for n in range(399, 500)}
    platform.jobs = {"j450": answer("j450", "SUCCESS")}
    assert told(watch) == {}


def test_a_server_that_lags_behind_its_job_has_not_failed(platform, watch):
    told(watch)
    platform.jobs = {"j": answer("j", "SUCCESS", "PROCESSING")}
    assert told(watch) == {}
    platform.jobs = {"j": answer("j", "SUCCESS", "SUCCESS")}
    assert told(watch) == {"j": ["job_finished"]}


def test_a_server_that_lags_for_long_has_failed(platform, watch):
    told(watch)
    platform.jobs = {"j": answer("j", "SUCCESS", "PROCESSING"), "none": answer("none")}
    assert told(watch) == {}
    platform.now += 20
    assert told(watch) == {"j": ["job_failed", "server_failed"], "none": ["job_failed"]}


def test_a_job_that_is_listed_and_not_found_is_not_gone_at_once(platform, watch):
    platform.missing = {"first"}
    platform.jobs = {"first": answer("first", "PROCESSING", status="ACTIVE")}
    told(watch)
    platform.jobs = {one: answer(one, "SUCCESS") for one in ("first", "second", "third")}
    platform.missing = {"second", "third"}
    assert told(watch) == {"first": ["job_finished"]}
    platform.missing = {"third"}
    assert told(watch) == {"second": ["job_finished"]}
    platform.now += 20
    assert told(watch) == {"third": ["job_failed"]}


def test_a_status_that_is_not_documented_is_no_end_before_all_servers_are_done(platform, watch):
    told(watch)
    platform.jobs = {"j": answer("j", "SUCCESS", "PROCESSING", status="RESTING")}
    platform.now += 100
    told(watch)
    platform.jobs = {"j": answer("j", "SUCCESS", "SUCCESS", status="RESTING")}
    platform.now += 100
    assert told(watch) == {"j": ["job_finished"]}


def test_what_ended_before_the_first_look_is_no_news_whatever_its_row_says(platform, watch):
    platform.jobs = {
        "odd": answer("odd", "SUCCESS", status="RESTING"),
        "run": answer("run", "PROCESSING", status="ACTIVE"),
    }
    told(watch)
    platform.now += 100
    assert told(watch) == {} and list(watch.memory.pending) == ["run"]


def test_failures_that_no_task_shows_make_a_job_fail():
    (event,) = events(parse(answer("j", "SUCCESS", abnormal_count=1)), PLACE, READING)
    assert event["kind"] == "job_failed" and event["servers"] == [] and "counts 1 abnormal" in event["reason"]


def test_secrets_of_a_spec_are_in_no_event():
    items = [{"type": "COLLECT", "spec": {"secret_key": "hush", "path": "/logs"}}]
    (event,) = events(parse(answer("j", "SUCCESS", items=items)), PLACE, READING)
    assert "hush" not in json.dumps(event) and event["job"]["job_items"][0]["spec"]["path"] == "/logs"


@given(st.text(alphabet="{}%# a", max_size=20))
def test_no_text_of_an_event_begins_a_template(text):
    made = untemplated({text: [text]})
    for one in (*made, *next(iter(made.values()))):
        assert not any(sign in one for sign in ("{{", "{%", "{#"))
        assert one.replace(" ", "") == text.replace(" ", "")


def test_a_link_stays_one_and_is_locked_as_what_it_leads_to(tmp_path):
    (tmp_path / "volume").mkdir()
    link, target = tmp_path / "state.json", tmp_path / "volume" / "state.json"
    link.symlink_to(target)
    first, second = (Memory(str(path), PLACE.endpoint, PLACE.project_id) for path in (link, target))
    first.open()
    first.save()
    assert link.is_symlink() and json.loads(target.read_text())["told"] == []
    with pytest.raises(memory_file.InputError, match="in use by another event source"):
        second.open()
    first.close()


def test_a_file_that_cannot_be_replaced_keeps_what_it_held(tmp_path, monkeypatch):
    path = tmp_path / "state.json"
    memory = Memory(str(path), PLACE.endpoint, PLACE.project_id)
    memory.save()
    before = path.read_bytes()
    memory.tell("j")

    def full(_file):
        raise OSError(28, "No space left")

    monkeypatch.setattr(memory_file.os, "fsync", full)
    with pytest.raises(memory_file.InputError, match="cannot be used: No space left"):
        memory.save()
    assert path.read_bytes() == before and path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["state.json"]
