# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shown of long work: lines that appear while the job runs, wherever the screen is read."""

from __future__ import annotations

import json
import os
import re
import time

import pytest

from tests.integration.playbook import INFO, JOB, LOCALHOST, query, task, upgrade
from tests.simulator import faults

LINE = re.compile(r"^\S+: \d+ of \d+ servers? done(, \d+ \w+)*, (\d+ min ?)?(\d+ s)?$", re.MULTILINE)


def lines_of(text):
    """The lines about jobs in what was printed, without the time."""
    return [match.group().rpartition(", ")[0] for match in LINE.finditer(text)]


@pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True)
def test_lines_are_there_while_the_job_runs_and_only_when_something_changed(sim, playbook):
    """What stands still is not told again within half a minute."""
    sim.outcome(sim.server_ids[0], "FAILED")
    running = playbook.start(playbook.one_play([task("upgrade", JOB, upgrade(sim.server_ids), ignore_errors=True)]))
    first = next(line for line in running.lines() if "servers done" in line)
    (job,) = sim.jobs.values()
    assert LINE.fullmatch(first) and first.startswith(f"{job.name}: 0 of 3 servers done, 3 running, ")
    looks = sim.count("GET", "/jobs/*")
    end = time.monotonic() + 30
    while sim.count("GET", "/jobs/*") < looks + 2 and time.monotonic() < end:
        time.sleep(0.05)
    assert sim.status(job.id) == "PROCESSING"
    sim.clock.advance(300)
    result = running.advance().wait()
    assert lines_of(result.stdout) == [
        f"{job.name}: 0 of 3 servers done, 3 running",
        f"{job.name}: 2 of 3 servers done, 1 failed",
    ]


@pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True)
def test_throttling_and_outages_are_told_while_they_last(sim, playbook):
    """The silence is made short. While the create is throttled, then while the job is waited for."""
    sim.inject(faults.refuse(429, method="POST", retry_after=3, times=1))
    play = playbook.one_play([task("upgrade", JOB, upgrade(sim.server_ids))])
    running = playbook.start(play, env={"ANSIBLE_CALLBACKS_ENABLED": "record,talkative"})
    told = running.lines()
    assert next(line for line in told if re.fullmatch(r"throttled until \d\d:\d\d:\d\d, \d s", line))
    assert next(line for line in told if ": 0 of 3 servers done" in line)
    outage = sim.inject(faults.refuse(503, path="/jobs/*"))
    assert next(line for line in told if "3 running, the platform has not answered for " in line)
    sim.clock.advance(300)
    sim.clear_faults()
    result = running.wait()
    assert result.rc == 0, result.output
    assert outage.hits and result.tasks["upgrade"]["summary"]["success"] == 3


@pytest.mark.parametrize("sim", [{"servers": 5, "speed": 200}], indirect=True)
def test_which_tasks_tell_lines(sim, playbook):
    """Those that wait here, delegated or looped or selecting; not those that do not wait, or wait elsewhere, or are told not to."""
    ids = sim.server_ids
    later = {"jid": "{{ later.ansible_job_id }}"}
    how = {"delegate_to": "runner"}
    quiet = {"modelarts_progress": False}
    result = playbook.tasks(
        [
            task("in check mode", JOB, upgrade(ids[:1]), check_mode=True),
            task("not waited for", JOB, upgrade(ids[:1], wait="no")),
            task("async", JOB, upgrade(ids[1:2]), **{"async": 60, "poll": 1}),
            task("start", JOB, upgrade(ids[2:3]), register="later", **{"async": 60, "poll": 0}),
            task("switched off", JOB, query(ids[3:4], name="quiet"), vars=quiet),
            task(
                "later",
                "ansible.builtin.async_status",
                later,
                register="end",
                until="end is finished",
                retries=60,
                delay=0.5,
            ),
            task("delegated", JOB, query(ids[3:4], name="delegated"), **how),
            task("looped", JOB, query(["{{ item }}"], name="looped-{{ item }}"), loop=ids[3:], **how),
            task("selected", INFO, {"name": "delegated", "wait": True, "details": True}, **how),
        ],
        inventory=f"{LOCALHOST}runner {LOCALHOST.partition(' ')[2]}",
    )
    assert result.rc == 0, result.output
    assert result.tasks["not waited for"]["summary"]["processing"] == 1
    for name in ("async", "switched off", "later", "delegated", "selected"):
        assert result.tasks[name]["summary"]["success"] == 1, name
    assert [one["summary"]["success"] for one in result.tasks["looped"]["results"]] == [1, 1]
    told = {line.partition(":")[0] for line in lines_of(result.stdout)}
    assert told == {"delegated", f"looped-{ids[3]}", f"looped-{ids[4]}"}


@pytest.mark.parametrize("sim", [{"speed": 200}], indirect=True)
def test_a_program_that_reads_the_output_gets_nothing_but_its_json(sim, playbook):
    """The lines are on standard error."""
    play = playbook.one_play([task("upgrade", JOB, upgrade(sim.server_ids))])
    result = playbook.start(play, env={"ANSIBLE_STDOUT_CALLBACK": "json_lines"}).wait()
    assert result.rc == 0, result.output
    assert [json.loads(line) for line in result.stdout.splitlines()] == [{"task": "upgrade", "changed": True}]
    assert lines_of(result.stderr)[0].endswith(": 0 of 3 servers done, 3 running")


@pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True)
def test_lines_are_events_of_ansible_runner(sim, playbook, tmp_path):
    """As AWX shows them: each in the stdout of an event, while the job runs."""
    ansible_runner = pytest.importorskip("ansible_runner")
    seen = []

    def handle(event):
        if "servers done" in event.get("stdout", ""):
            seen.append((event["stdout"], [sim.status(job) for job in sim.jobs]))
            sim.clock.advance(300)
        return True

    (tmp_path / "project").mkdir()
    runner = ansible_runner.run(
        private_data_dir=str(tmp_path),
        playbook=playbook.one_play([task("upgrade", JOB, upgrade(sim.server_ids))]),
        inventory=LOCALHOST,
        envvars={"PATH": os.environ["PATH"]},
        event_handler=handle,
        quiet=True,
    )
    assert runner.status == "successful", runner.stdout.read()
    assert "0 of 3 servers done, 3 running" in seen[0][0]
    assert seen[0][1] == ["PROCESSING"]
    assert "3 of 3 servers done" in seen[-1][0]
