# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rollout promises whatever happens: calls fail, jobs hang or are lost, others work on the fleet, and it is killed anywhere."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import event, given, settings
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.journal import Journal
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout import budget, run, telling
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout.servers import GOOD, VERDICTS
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._versions import compare
from ansible_collections.huaweicloud.modelarts.tests.unit.fleet.made_up import (
    ENDINGS,
    JOB_FAULTS,
    NEW,
    NEWER,
    OLD,
    Fleet,
    Machine,
)
from ansible_collections.huaweicloud.modelarts.tests.unit.rollout.rollouts import Hooks, start

IDS = "abcdefgh"
SIZE = st.integers(1, 4) | st.sampled_from(["10%", "50%", "100%"])
ANSWERS = st.sampled_from(["FAILED", "SKIPPED", "Driver: 24.1.0.3-beta1", "nothing", "FAIL", "WARN"])
OPTIONS = st.fixed_dictionaries(
    {
        "canary": st.just(0) | SIZE,
        "waves": st.lists(SIZE, min_size=1, max_size=3),
        "servers_per_job": st.integers(1, 4),
        "max_failures": st.just(0) | SIZE,
        "retries": st.integers(0, 2),
        "canary_must_succeed": st.booleans(),
        "verify": st.sampled_from([True, True, False]),
        "verify_timeout": st.sampled_from([0.0, 600.0]),
        "allow_downgrade": st.booleans(),
        "force": st.sampled_from([False, False, True]),
        "on_conflict": st.sampled_from(["wait", "skip"]),
        "wait_timeout": st.sampled_from([60.0, 3600.0]),
        "before_wave": st.sampled_from([None, "drain.yml"]),
        "after_wave": st.sampled_from([None, "undrain.yml"]),
        "after_wave_failed": st.booleans(),
        "health_gate": st.booleans(),
        "collect_logs_on_failure": st.booleans(),
        "stop_after": st.sampled_from([None, None, 1, "canary"]),
        "budget_of": st.sampled_from(["run", "fleet"]),
        "pause": st.sampled_from([0, 40]),
    }
)


class Killed(BaseException):
    """The end of a process, right after the journal was written."""


class Mortal(Journal):
    """A journal after so many writes of which its process is killed."""

    left: int | None = None

    def _write(self, name: str, content: bytes) -> None:
        super()._write(name, content)
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                raise Killed


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("upgraded by somebody"), st.sampled_from(IDS), st.sampled_from([NEW, NEWER])),
        st.tuples(st.just("held by somebody"), st.sampled_from(IDS), st.sampled_from([20.0, 500.0, 5000.0])),
        st.tuples(st.just("strange"), st.sampled_from(IDS), ANSWERS),
        st.tuples(st.just("job"), st.just(""), st.sampled_from(JOB_FAULTS)),
        st.tuples(st.just("jobs"), st.just(""), st.integers(1, 4)),
    ),
    max_size=2,
)
MACHINES = st.lists(
    st.tuples(
        st.sampled_from([OLD, OLD, OLD, OLD, NEW, NEWER]),
        st.sampled_from([None, None, None, "x"]),
        st.lists(st.sampled_from(("SUCCESS", "SUCCESS", *ENDINGS)), max_size=3),
    ),
    min_size=1,
    max_size=len(IDS),
)


class Story:
    """Runs of one upgrade, one after the other, on a fleet that others use as well. Checks after each step."""

    def __init__(self, made, asked, folder) -> None:
        self.fleet = Fleet([Machine(i, one[0], supernode=one[1], endings=list(one[2])) for i, one in zip(IDS, made)])
        self.fleet.restart = min(100.0, asked["verify_timeout"])  # longer than that nobody wants to wait
        self.asked = asked
        self.folder = Path(folder)
        self.checked = 0  # upgrades that were looked at

    def begin(self, deaths):
        """A run, of which whatever came before was killed."""
        self.fleet.show()
        journal = Mortal(str(Path(tempfile.mkdtemp(dir=self.folder), "journal")))
        journal.left = deaths
        rollout = start(self.fleet, self.folder, journal=journal, **self.asked)
        rollout.plan()
        return rollout

    def wave(self, rollout, number, deaths, failing_hook):
        journal = rollout.tools.journal
        before, upgrades = run.load(journal), len(self.fleet.upgrades)
        hooks = Hooks()
        if failing_hook:
            hooks.fail[failing_hook, number] = {"task": "drain", "result": {"msg": "no room"}}
        journal.left = deaths
        try:
            rollout.wave(number, hooks)
        finally:
            self.check_upgrades()
        journal.left = None
        started = {one[0] for one in self.fleet.upgrades[upgrades:]}
        if before.stopped:
            assert not started, "something was started after the stop"
        if started and number != run.LEFT:
            assert before.counts.get("failed", 0) <= budget.allowed(before), "started with the budget spent"
            if self.asked["before_wave"]:
                assert failing_hook != "before", "upgraded though the hook failed"
                assert started <= set(hooks.got["before", number]), "upgraded without having been drained"
            limit = {None: 99, "canary": 1}.get(self.asked["stop_after"], self.asked["stop_after"])
            assert number <= limit, "started after the wave to stop after"

    def happen(self, what, server, more):
        """Something that is done by the time that anybody looks again."""
        self.fleet.time.sleep(60)
        self.fleet.drivers()
        machine = self.fleet.machines.get(server)
        if what == "job":
            self.fleet.faults["job"] = [None, more]
        elif what == "jobs":
            self.fleet.faults["jobs"] = [None, *["FAILS"] * more]
        elif machine is None or self.is_worked_on(server):
            return
        elif what == "upgraded by somebody":
            machine.driver = more
        elif what == "held by somebody":
            self.fleet.add("COMMON", [server], takes=more)
        else:
            machine.answers = {"ASCEND_SOFTWARE_QUERY": [more], "ASCEND_DIAGNOSIS": [more]}

    def is_worked_on(self, server):
        tasks = [task for job in self.fleet.made for task in job.tasks if task.server_id == server]
        return any(task.status == "PROCESSING" for task in tasks)

    def check_upgrades(self):
        for server, version, had in self.fleet.upgrades[self.checked :]:
            order = compare(had, version)
            assert order != 0 or self.asked["force"], f"{server} was at {version} already"
            assert order <= 0 or self.asked["allow_downgrade"], f"{server} was downgraded from {had}"
        self.checked = len(self.fleet.upgrades)
        assert self.fleet.overlaps == [], "two jobs at once"

    def end(self, rollout):
        rollout.close()
        head = run.load(rollout.tools.journal)
        assert set(rollout.verdicts) == set(self.fleet.machines)
        assert set(rollout.verdicts.values()) <= set(VERDICTS)
        assert sum(rollout.result["summary"].values()) == len(self.fleet.machines)
        drivers = self.fleet.drivers()
        upgraded = {one[0] for one in self.fleet.upgrades}
        for server_id, record in rollout.result["servers"].items():
            told = rollout.told(server_id)
            assert record["reason"] and record["reason"] != "to be upgraded"
            assert told["failed"] == (record["verdict"] not in GOOD)
            assert told["changed"] == (record["verdict"] == "upgraded")
            if record["verdict"] == "upgraded":
                assert server_id in upgraded
                assert not self.asked["verify"] or compare(drivers[server_id], NEW) >= 0
            if record["verdict"] == "not_started":
                # Another job holds it, nobody knows what is installed, or what became of a job that was sent before.
                words = ("held", "holds", "queried", "unknown")
                assert head.stopped or any(word in record["reason"] for word in words)
        all_good = set(rollout.verdicts.values()) <= set(GOOD)
        outcome = rollout.result["outcome"]
        event(f"outcome {outcome}")
        assert (outcome == "success") == (all_good and not head.stopped)
        assert (outcome == "within_budget") <= (
            0 < rollout.result["budget"]["used"] <= rollout.result["budget"]["allowed"]
        )
        assert rollout.told(None)["failed"] == (not all_good or bool(head.stopped and not head.on_request))
        document = telling.document(rollout.tools)
        assert Counter(row["verdict"] for row in document["servers"]) == Counter(rollout.verdicts.values())


@settings(max_examples=150)
@given(MACHINES, OPTIONS, st.data())
def test_whatever_happens_the_promises_hold(made, asked, data):
    with tempfile.TemporaryDirectory() as folder:
        story = Story(made, asked, folder)
        for _run in range(3):
            for what in data.draw(EVENTS, "before a run"):
                story.happen(*what)
            try:
                rollout = story.begin(data.draw(st.none() | st.none() | st.integers(1, 6), "killed in the plan"))
                for number in rollout.planned["waves"]:
                    for what in data.draw(EVENTS, "before a wave"):
                        story.happen(*what)
                    deaths = data.draw(st.none() | st.none() | st.integers(1, 14), "killed in a wave")
                    failing = data.draw(st.sampled_from([None, None, None, None, "before", "after"]), "failing hook")
                    story.wave(rollout, number, deaths, failing)
            except Killed:
                event("killed")
                continue
            rollout.tools.journal.left = None
            story.end(rollout)
