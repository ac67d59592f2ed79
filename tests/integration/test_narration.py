# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The narration of long waits: lines that appear while the job runs, wherever and however the task runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._job import parse
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._narrator import Narrator, duration
from tests.integration.playbook import INFO, JOB, LOCALHOST, query, task, upgrade

LINE = re.compile(r"^\S+: \d+ of \d+ servers? done(, \d+ \w+)*, (\d+ min )?\d+ s$", re.MULTILINE)


def lines_of(result):
    """The narration on the screen."""
    return [match.group() for match in LINE.finditer(result.stdout)]


# When they come


@pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True)
def test_lines_are_there_while_the_job_runs_and_only_when_something_changed(sim, playbook):
    """What stands still is not told again within half a minute."""
    sim.outcome(sim.server_ids[0], "FAILED")
    running = playbook.start(playbook.one_play([task("upgrade", JOB, upgrade(sim.server_ids), ignore_errors=True)]))
    told = running.lines()
    first = next(line for line in told if "servers done" in line)
    (job,) = sim.jobs.values()
    name = job.name
    assert LINE.fullmatch(first) and first.startswith(f"{name}: 0 of 3 servers done, 3 running, ")
    looks = sim.count("GET", "/jobs/*")
    end = time.monotonic() + 30
    while sim.count("GET", "/jobs/*") < looks + 2 and time.monotonic() < end:
        time.sleep(0.05)
    assert sim.status(job.id) == "PROCESSING"
    sim.clock.advance(300)
    result = running.advance().wait()
    assert [line.rpartition(", ")[0] for line in lines_of(result)] == [
        f"{name}: 0 of 3 servers done, 3 running",
        f"{name}: 2 of 3 servers done, 1 failed",
    ]


@pytest.mark.parametrize("sim", [{"speed": 0}], indirect=True)
def test_a_partly_done_fleet_is_counted_by_the_servers_asked_for(sim, playbook):
    """Each once, by the job that decides for it: not the failures of old that are being made good, nor others' servers."""
    done, failed, _other = sim.server_ids
    items = upgrade([])["items"]
    sim.add_job(name="fleet", items=items, server_ids=sim.server_ids, status="FINISHED", outcomes={failed: "FAILED"})
    play = playbook.one_play([task("upgrade", JOB, upgrade([done, failed], name="fleet"))])
    result = playbook.start(play).advance(mark="done").wait()
    assert result.rc == 0, result.output
    assert [line.rpartition(", ")[0] for line in lines_of(result)] == [
        "fleet: 1 of 2 servers done, 1 running",
        "fleet: 2 of 2 servers done",
    ]


def job_of(name, *statuses, status="PROCESSING"):
    """A job with a task for each status."""
    tasks = [{"id": f"t{n}", "server_id": f"s{n}", "status": word} for n, word in enumerate(statuses)]
    return parse({"id": name, "name": name, "type": "T", "status": status, "tasks": tasks})


def test_what_stands_still_is_told_every_half_a_minute():
    """So no idle limit strikes; a change is told at once, and the quiet time counts from the last line."""
    now, told = [1000.0], []
    narrator = Narrator(lambda line: told.append((now[0] - 1000, line)), lambda: now[0])
    for second in range(0, 200, 5):
        now[0] = 1000.0 + second
        job = job_of("night", "SUCCESS" if second >= 50 else "PROCESSING", "PROCESSING")
        narrator.servers({"night": job}, {"s0": "night", "s1": "night"})
    assert told == [
        (0, "night: 0 of 2 servers done, 2 running, 0 s"),
        (30, "night: 0 of 2 servers done, 2 running, 30 s"),
        (50, "night: 1 of 2 servers done, 1 running, 50 s"),
        (80, "night: 1 of 2 servers done, 1 running, 1 min 20 s"),
        (110, "night: 1 of 2 servers done, 1 running, 1 min 50 s"),
        (140, "night: 1 of 2 servers done, 1 running, 2 min 20 s"),
        (170, "night: 1 of 2 servers done, 1 running, 2 min 50 s"),
    ]


def test_a_line_counts_the_servers_of_all_jobs():
    """Failed and skipped ones by their names, unknown words as running; more than two jobs are not all named."""
    told = []
    narrator = Narrator(told.append, lambda: 0.0)
    jobs = {"a": job_of("a", "SUCCESS", "FAILED", "SKIPPED", "QUEUEING"), "b": job_of("b", "SUCCESS", "PROCESSING")}
    narrator.servers(jobs, {"s0": "a", "s1": "a", "s2": "a", "s3": "a", "s4": "b"})
    narrator.servers({"a": job_of("a", "SUCCESS")}, {"s0": "a"})
    narrator.servers({name: job_of(name, "SUCCESS") for name in "abcd"}, {"s0": "d"})
    narrator.conflicts({"a": job_of("a", "PROCESSING")})
    narrator.jobs({"a": job_of("a", "FAILED", status="FINISHED"), "b": job_of("b", "PROCESSING")})
    narrator.jobs({"a": job_of("a")})
    assert told == [
        "a, b: 1 of 5 servers done, 1 failed, 1 skipped, 2 running, 0 s",
        "a: 1 of 1 server done, 0 s",
        "a, b and 2 more: 1 of 1 server done, 0 s",
        "waiting for a: 0 of 1 server done, 1 running, 0 s",
        "a, b: 1 of 2 jobs over, 1 server failed, 0 s",
        "a: 0 of 1 job over, 0 s",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.9, "0 s"), (59.9, "59 s"), (60, "1 min 0 s"), (250, "4 min 10 s"), (3600, "1 h 0 min"), (7325, "2 h 2 min")],
)
def test_durations_are_told_in_words(seconds, words):
    """Seconds are left out beyond an hour."""
    assert duration(seconds) == words


# Where they come from


def test_ways_to_run_a_narrated_task(sim, playbook, tmp_path):
    """delegate_to with an interpreter of that host, environment, until, loop: all narrate and succeed."""
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    inventory = (
        f"localhost ansible_connection=local ansible_python_interpreter={bare / 'bin' / 'python'}\n"
        f"runner ansible_connection=local ansible_python_interpreter={sys.executable}\n"
    )
    first, second, third = sim.server_ids
    variables = playbook.environment()
    result = playbook.tasks(
        [
            task("delegated", JOB, query([first], name="delegated"), delegate_to="runner", environment=variables),
            task(
                "looped",
                JOB,
                query(["{{ item }}"], name="looped-{{ item }}"),
                loop=[second, third],
                delegate_to="runner",
                environment=variables,
            ),
            task(
                "selected",
                INFO,
                {"name": "delegated", "wait": True, "details": True},
                delegate_to="runner",
                environment=variables,
            ),
        ],
        connection={},
        inventory=inventory,
    )
    assert result.rc == 0, result.output
    assert result.tasks["delegated"]["summary"]["success"] == 1
    assert [one["summary"]["success"] for one in result.tasks["looped"]["results"]] == [1, 1]
    assert result.tasks["selected"]["summary"]["success"] == 1
    told = {line.partition(":")[0] for line in lines_of(result)}
    assert told == {"delegated", f"looped-{second}", f"looped-{third}"}


@pytest.mark.skipif(os.geteuid() != 0, reason="su asks for a password unless root calls it")
def test_become_reaches_the_looks_too(sim, playbook):
    """Each slice of the wait runs as the user who was asked for."""
    how = {"become": True, "become_user": "root", "become_method": "ansible.builtin.su"}
    result = playbook.tasks([task("query", JOB, query(sim.server_ids), **how)])
    assert result.rc == 0, result.output
    assert lines_of(result)


@pytest.mark.parametrize("sim", [{"speed": 200}], indirect=True)
def test_ways_to_run_without_narration(sim, playbook):
    """async, check mode and wait=false tell no lines, and return the same."""
    first, second, third = sim.server_ids
    result = playbook.tasks(
        [
            task("in check mode", JOB, upgrade([first]), check_mode=True),
            task("async", JOB, upgrade([first]), **{"async": 60, "poll": 1}),
            task("not waited for", JOB, upgrade([second], wait="no")),
            task("job, later", JOB, upgrade([third]), register="later", **{"async": 60, "poll": 0}),
            task(
                "later",
                "ansible.builtin.async_status",
                {"jid": "{{ later.ansible_job_id }}"},
                register="status",
                until="status is finished",
                retries=60,
                delay=0.5,
            ),
        ]
    )
    assert result.rc == 0, result.output
    assert "done" not in result.stdout
    assert result.tasks["async"]["summary"]["success"] == 1
    assert result.tasks["async"]["changed"]
    assert result.tasks["later"]["summary"]["success"] == 1
    assert result.tasks["not waited for"]["summary"]["processing"] == 1
    assert len(sim.jobs) == 3


def test_a_narrated_result_is_that_of_the_module(sim, playbook):
    """The same keys as without narration; the invocation is what was asked for."""
    first, second, _third = sim.server_ids
    result = playbook.tasks(
        [
            task("narrated", JOB, upgrade([first])),
            task("not narrated", JOB, upgrade([second]), **{"async": 60, "poll": 1}),
        ]
    )
    internal = {"invocation", "ansible_job_id", "started", "finished", "results_file", "failed", *STREAMS}
    narrated, plain = (set(result.tasks[name]) - internal for name in ("narrated", "not narrated"))
    assert narrated == plain
    asked = result.tasks["narrated"].get("invocation", {}).get("module_args", {"wait": True})
    assert asked["wait"] is True


STREAMS = ("stdout", "stdout_lines", "stderr", "stderr_lines")


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
