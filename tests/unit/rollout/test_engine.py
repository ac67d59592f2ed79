# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout from its plan to its end, on a fleet that is made up."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.journal import JournalError
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout import engine, run, stops, telling
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout.lines import reading, time_left
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout.servers import Server
from ansible_collections.huaweicloud.modelarts.tests.unit.fleet.made_up import (
    DIAGNOSIS,
    LOGS,
    NEW,
    NEWER,
    OLD,
    QUERY,
    UPGRADE,
    Fleet,
    Machine,
    Time,
)
from ansible_collections.huaweicloud.modelarts.tests.unit.rollout.rollouts import Hooks, machines, roll_out, start


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def fleet_of(ids, **machine):
    return Fleet(machines(ids, **machine))


def upgraded(fleet):
    return "".join(server for server, _version, _had in fleet.upgrades)


# The plan


def test_who_is_current_refused_or_planned(folder):
    fleet = fleet_of("abcdef")
    for server, driver in zip("bcd", [NEW.upper(), NEW + ".0", NEWER]):
        fleet.machines[server].driver = driver
    fleet.machines["e"].answers[QUERY] = ["FAILED"]
    fleet.machines["f"].answers[QUERY] = [f"Driver: {OLD}-beta1 | Firmware: 7.5.0"]
    rollout = roll_out(fleet, folder)
    assert (rollout.of("upgraded"), rollout.of("current"), rollout.of("refused")) == ("a", "bc", "def")
    assert rollout.reason("d") == f"{NEWER} is newer than {NEW}, and a downgrade is not allowed"
    assert rollout.reason("e") == "its version is not known: the query ended as FAILED: said"
    assert rollout.reason("f").startswith("its version is not known: Driver: 24.1.rc3.10-beta1")
    assert rollout.planned["lines"][:2] == [
        f"2 current: at {NEW}: node-b; at {NEW}.0: node-c",
        f"3 refused: {rollout.reason('d')}: node-d; {rollout.reason('e')}: node-e; {rollout.reason('f')}: node-f",
    ]
    assert rollout.planned["lines"][2] == f"wave 1, the canary: 1 server in 1 job, {OLD} -> {NEW}: node-a"
    assert upgraded(fleet) == "a"


@pytest.mark.parametrize(
    "said, verdict",
    [
        (f"Driver: {OLD} | Driver: {NEW}", "upgraded"),
        (f"Driver: {NEW} | Driver: {NEW}", "current"),
        (f"Driver: {OLD} | Driver: {NEWER}", "refused"),
        (f"Driver: {NEW} | Driver: {NEWER}", "refused"),
        (f"Driver: {NEW} | Driver: {NEW}-beta1", "refused"),
    ],
)
def test_a_server_whose_devices_differ(folder, said, verdict):
    fleet = fleet_of("a")
    fleet.machines["a"].answers[QUERY] = [said]
    assert roll_out(fleet, folder).verdicts == {"a": verdict}


def test_a_downgrade_is_told_as_one(folder):
    fleet = fleet_of("ab", driver=NEWER)
    rollout = roll_out(fleet, folder, allow_downgrade=True, canary=0)
    assert rollout.of("upgraded") == "ab"
    assert rollout.told("a")["msg"] == f"downgraded: {NEWER} -> {NEW}, a downgrade, confirmed at {NEW}"
    assert rollout.end == ["2 upgraded (2 of them downgraded)."]
    assert rollout.waves[0]["msg"].startswith("wave 1 of 1 is over: 2 downgraded")


def test_force_upgrades_what_is_at_the_version_once(folder):
    fleet = fleet_of("ab", driver=NEW)
    fleet.machines["b"].endings = ["FAILED"]
    rollout = roll_out(fleet, folder, force=True, retries=3, canary=0, max_failures=1)
    assert fleet.upgrades == [("a", NEW, NEW), ("b", NEW, NEW)]
    assert rollout.verdicts == {"a": "upgraded", "b": "failed"}


def test_each_server_to_its_own_version(folder):
    """One version a job, and a retry is to the same version."""
    fleet = fleet_of("abcd")
    fleet.machines["d"].endings = ["FAILED"]
    servers = [Server(i, NEWER if i in "bd" else NEW) for i in "abcd"]
    rollout = start(fleet, folder, servers, canary=0, retries=1)
    rollout.plan()
    rollout.carry_out()
    assert rollout.of("upgraded") == "abcd"
    assert fleet.made_of(UPGRADE) == [["a", "c"], ["b", "d"], ["d"]]
    assert fleet.drivers() == {"a": NEW, "b": NEWER, "c": NEW, "d": NEWER}


def test_a_supernode_gets_one_version(folder):
    fleet = fleet_of("ab", supernode="x")
    rollout = start(fleet, folder, [Server("a", NEW), Server("b", NEWER)])
    assert "The super-node x is to get 24.1.0.3 and 25.2.1" in rollout.plan()["stopped"]


def test_several_connections_are_one_rollout(folder):
    time = Time()
    west, east = Fleet(machines("abc"), time), Fleet(machines("de"), time)
    east.machines["e"].endings = ["FAILED"]
    rollout = roll_out({"west": west, "east": east}, folder, canary=0, max_failures=0)
    assert (rollout.of("upgraded"), rollout.of("failed")) == ("abcd", "e")
    assert (west.made_of(UPGRADE), east.made_of(UPGRADE)) == ([["a", "b", "c"]], [["d", "e"]])
    assert len(rollout.result["waves"]) == 1
    assert rollout.result["budget"] == {"allowed": 0, "used": 1}
    assert rollout.result["outcome"] == "failed"


def test_check_mode_plans_from_what_finished_queries_found_and_sends_nothing(folder):
    fleet = fleet_of("abc")
    fleet.machines["b"].driver = NEW
    fleet.add(QUERY, ["a", "b"], items=[{"type": "HDK_QUERY", "spec": {}}], takes=0.0)
    made = len(fleet.made)
    rollout = start(fleet, folder)
    planned = rollout.plan(check=True)
    rollout.close()
    assert len(fleet.made) == made
    assert planned["waves"] == []
    assert planned["lines"][-2:] == [
        "of 1 server the version is not known, as no finished query names it",
        "stops at the first failure or when the canary is not upgraded",
    ]
    assert rollout.result["outcome"] == "planned"
    assert rollout.told("a") == {"msg": "planned: to be upgraded", "changed": True, "failed": False}
    assert rollout.told("c")["msg"] == "planned: to be upgraded, if the query of the real run finds another version"
    assert rollout.end[0] == "2 servers to be upgraded in 2 waves, 1 current. Only reads were sent."


def test_a_plan_with_nothing_to_do_asks_for_no_real_run(folder):
    fleet = fleet_of("a")
    roll_out(fleet, folder)
    rollout = start(fleet, folder)
    assert rollout.plan(check=True)["lines"][-1] == "nothing to do"
    rollout.close()
    assert not [line for line in rollout.end if line.startswith("next: ")]


def test_a_fleet_that_is_not_fit_is_refused_with_every_reason(folder):
    fleet = Fleet(
        [
            Machine("a"),
            Machine("b", supernode="x"),
            Machine("c", supernode="x"),
            Machine("d", status="STOPPED"),
            Machine("e", flavor="physical.other.8xlarge"),
            Machine("f"),
        ]
    )
    fleet.add("COMMON", ["f"])
    rollout = start(fleet, folder, [Server(i, NEW) for i in "abdefz"])
    stopped = rollout.plan()["stopped"]
    for words in (
        "No such server in this project: z. Give Lite Server IDs, not names.",
        "The server is STOPPED, not RUNNING: node-d (d). Start them, or leave them out.",
        "The job of-the-console (job-0) holds it: node-f (f). Wait until it is over.",
        "Of the super-node x these servers are not selected: node-c (c).",
        "2 flavor families: physical.kat2e, physical.other.",
    ):
        assert words in stopped
    rollout.carry_out()
    assert (rollout.of("refused"), rollout.of("not_started")) == ("dfz", "abe")
    assert rollout.reason("a") == stopped
    assert fleet.types() == ["COMMON"]
    assert rollout.told(None)["failed"]


def test_members_at_the_version_may_stay_out(folder):
    fleet = fleet_of("ab", supernode="x")
    fleet.machines["b"].driver = NEW
    fleet.add(QUERY, ["a", "b"], items=[{"type": "HDK_QUERY", "spec": {}}], takes=0.0)
    rollout = start(fleet, folder, [Server("a", NEW)])
    assert rollout.plan()["stopped"] is None


def test_a_version_that_is_not_on_offer_is_warned_of(folder):
    fleet = fleet_of("a")
    fleet.offers = [{"type": "ASCEND_HDK", "version": OLD}, {"type": "CES_AGENT", "version": NEW}]
    rollout = start(fleet, folder)
    rollout.plan()
    assert rollout.head().warnings == [
        f"The platform does not list {NEW} among the versions on offer. It offers {OLD}."
    ]


@pytest.mark.parametrize(
    "name, words",
    [
        ("servers", "The servers could not be read"),
        ("jobs", "The running jobs are not known: the jobs could not be read: The jobs are not told"),
    ],
)
def test_a_platform_that_tells_nothing_stops_the_plan(folder, name, words):
    fleet = fleet_of("ab")
    fleet.faults[name] = ["FAILS"]
    rollout = start(fleet, folder)
    assert words in rollout.plan()["stopped"]
    rollout.carry_out()
    assert rollout.of("not_started") == "ab"
    assert fleet.made == []


def test_versions_that_cannot_be_asked_for_stop_the_plan(folder):
    fleet = fleet_of("ab")
    fleet.faults["job"] = ["REFUSED"]
    rollout = roll_out(fleet, folder)
    assert rollout.of("not_started") == "ab"
    assert rollout.reason("a") == "the installed versions could not be queried: The platform refuses: 403"


def test_what_is_wrong_with_the_request_is_told_to_every_host(folder):
    fleet = fleet_of("ab")
    rollout = start(fleet, folder, canary=None, max_failures=None)
    rollout.plan(problems=["hdk_upgrade_canary: 'x' is not a count.", "hdk_upgrade_pause: -1 is no time."])
    rollout.carry_out()
    assert fleet.calls == []
    said = "hdk_upgrade_canary: 'x' is not a count. hdk_upgrade_pause: -1 is no time"
    assert [rollout.told(i)["msg"] for i in "ab"] == [f"not started: {said}"] * 2


# Attempts


@pytest.mark.parametrize(
    "ending, verdict, reason",
    [
        ("SUCCESS", "upgraded", f"confirmed at {NEW}"),
        ("RESTARTS", "upgraded", f"confirmed at {NEW}"),
        ("UNCONFIRMED", "failed", f"the job succeeded, but the query found {OLD}"),
        ("FAILED", "failed", "the platform says failed: said"),
        ("SKIPPED", "failed", "the platform skipped it: said"),
        ("MISSING", "failed", "the job has no task for it"),
        ("HANGS", "failed", "not over within the time to wait: After a while not over."),
    ],
)
def test_every_ending_has_its_verdict_and_spares_its_neighbours(folder, ending, verdict, reason):
    fleet = fleet_of("abc")
    fleet.machines["b"].endings = [ending]
    rollout = roll_out(fleet, folder, canary=0, max_failures=1)
    assert rollout.verdicts == {"a": "upgraded", "b": verdict, "c": "upgraded"}
    assert rollout.reason("b") == reason
    assert rollout.result["outcome"] == ("success" if verdict == "upgraded" else "within_budget")


@pytest.mark.parametrize("answer", ["FAILED", f"Driver: {OLD}", f"Driver: {NEW} failed to load"])
def test_a_strange_answer_right_after_an_upgrade_is_no_reason_to_flash_again(folder, answer):
    fleet = fleet_of("a")
    fleet.machines["a"].answers[QUERY] = [f"Driver: {OLD}", answer]
    rollout = roll_out(fleet, folder, retries=3)
    assert rollout.verdicts == {"a": "upgraded"}
    assert upgraded(fleet) == "a"


def test_a_verifying_query_that_is_refused_is_made_again(folder):
    fleet = fleet_of("a")
    fleet.faults["job"] = [None, None, "REFUSED", "REFUSED"]
    rollout = roll_out(fleet, folder, retries=3)
    assert rollout.verdicts == {"a": "upgraded"}
    assert upgraded(fleet) == "a"


def test_what_no_query_confirms_has_failed_and_is_not_tried_again(folder):
    fleet = fleet_of("a")
    fleet.machines["a"].answers[QUERY] = [f"Driver: {OLD}", *["FAILED"] * 500]
    rollout = roll_out(fleet, folder, retries=3)
    assert rollout.reason("a") == "the job succeeded, but the query did not confirm it: the query ended as FAILED: said"
    assert upgraded(fleet) == "a"


def test_retries_are_for_what_is_shown_not_to_be_at_the_version(folder):
    fleet = fleet_of("abcd")
    for server, endings in {"a": ["FAILED"], "b": ["FAILED", "FAILED"], "c": ["HANGS"], "d": ["UNCONFIRMED"]}.items():
        fleet.machines[server].endings = endings
    rollout = roll_out(fleet, folder, canary=0, retries=2, max_failures=4, collect_logs_on_failure=True)
    assert (rollout.of("upgraded"), rollout.of("failed")) == ("abd", "c")
    assert sorted(upgraded(fleet)) == sorted("abcd" + "abd" + "b")
    assert fleet.made_of(LOGS) == [["a", "b"], ["b"]]
    assert rollout.result["servers"]["b"]["links"] == ["https://logs.example.com/a"]


def test_a_failure_that_is_at_the_version_all_the_same_is_not_tried_again(folder):
    fleet = fleet_of("a")
    fleet.machines["a"].endings = ["FAILED"]
    fleet.machines["a"].answers[QUERY] = [f"Driver: {OLD}", f"Driver: {NEW}"]
    rollout = roll_out(fleet, folder, retries=2)
    assert rollout.reason("a") == f"the platform says failed: said; the query found it at {NEW}"
    assert upgraded(fleet) == "a"


def test_without_a_query_success_is_believed_unless_the_job_counts_more_failures(folder, monkeypatch):
    fleet = fleet_of("ab")
    rollout = roll_out(fleet, folder, verify=False)
    assert rollout.reason("a") == "the job succeeded; not verified"
    assert fleet.made_of(QUERY) == [["a", "b"], ["b"]], "before each wave alone"
    lying = fleet_of("a")
    row = lying._row
    monkeypatch.setattr(lying, "_row", lambda job, details: {**row(job, details), "abnormal_count": 1})
    assert roll_out(lying, folder, verify=False).of("failed") == "a"


def test_a_submission_of_which_nobody_knows_is_not_sent_again(folder):
    fleet = fleet_of("abcd")
    fleet.faults["job"] = [None, "LOST"]
    rollout = roll_out(fleet, folder, canary=0, servers_per_job=2, max_failures=4, retries=2)
    assert (rollout.of("failed"), rollout.of("not_started")) == ("ab", "cd")
    assert rollout.reason("a") == "no job, or its state is not known: The outcome is unknown."
    assert rollout.reason("c") == "Not submitted, since the outcome of another one is unknown."
    assert upgraded(fleet) == "ab"
    fleet.show()
    again = roll_out(fleet, folder, canary=0)
    assert again.of("upgraded") == "abcd"
    assert sorted(upgraded(fleet)) == list("abcd")


def test_after_a_submission_of_which_nobody_knows_nothing_else_of_the_wave_is_sent(folder):
    """Neither to another version nor where a failure could be tried again. The next wave goes on within the budget."""
    fleet = fleet_of("abcd")
    fleet.machines["a"].endings = ["FAILED"]
    fleet.faults["job"] = [None, None, "GONE"]
    servers = [Server(i, version, host=f"host-{i}") for i, version in zip("abcd", [NEW, NEWER, OLD + "1", NEW])]
    rollout = start(fleet, folder, servers, canary=0, waves=[3], servers_per_job=1, max_failures=4, retries=2)
    rollout.plan()
    rollout.carry_out()
    assert (rollout.of("failed"), rollout.of("not_started"), rollout.of("upgraded")) == ("ab", "c", "d")
    assert rollout.reason("c") == "nothing was submitted for it, since the outcome of creating another job is unknown"
    assert upgraded(fleet) == "ad"


def test_what_could_not_be_sent_at_all_stops_the_rollout(folder):
    """It is no failure of a server, and the next wave would fare no better."""
    fleet = fleet_of("abc")
    job = fleet.job

    def refuse(**options):
        if options["type"] != UPGRADE:
            return job(**options)
        ids = [i for batch in options["batches"] for i in batch]
        return {"failed": True, "msg": "The list is incomplete.", "refusals": dict.fromkeys(ids, "not_sent")}

    fleet.job = refuse
    rollout = roll_out(fleet, folder, max_failures=3)
    assert rollout.of("not_started") == "abc"
    assert rollout.reason("a") == rollout.reason("c").rstrip(".") + "."
    assert rollout.result["stopped"] == "The list is incomplete"


def test_a_job_that_does_not_show_yet_is_waited_for(folder):
    fleet = fleet_of("a")
    jobs, hidden = fleet.jobs, []

    def late(**options):
        if options.get("wait") and len(hidden) < 3 and fleet.made[-1].type == UPGRADE:
            hidden.append(1)
            return {"changed": False, "jobs": [], "servers": {}}
        return jobs(**options)

    fleet.jobs = late
    assert roll_out(fleet, folder).of("upgraded") == "a"
    assert len(hidden) == 3


def test_a_job_whose_record_is_deleted_leaves_its_servers_unknown(folder):
    fleet = fleet_of("a")

    def delete(name):
        if fleet.made[-1].type == UPGRADE:
            fleet.made[-1].deleted = True

    fleet.after_call = delete
    rollout = roll_out(fleet, folder, retries=2)
    assert rollout.reason("a").endswith("the record of its job was deleted while it was waited for")
    assert upgraded(fleet) == "a"


def test_reads_that_are_refused_for_good_leave_the_servers_unknown(folder):
    fleet = fleet_of("a")
    rollout = start(fleet, folder, retries=2)
    rollout.plan()
    fleet.faults["jobs"] = ["FAILS"] * 9
    rollout.carry_out()
    assert rollout.reason("a") == "not over within the time to wait: The jobs are not told."
    assert upgraded(fleet) == "a"


@pytest.mark.parametrize("on_conflict", ["wait", "skip"])
@pytest.mark.parametrize(("meanwhile", "verdict"), [(NEW, "current"), (NEWER, "refused"), (OLD, "upgraded")])
def test_after_a_pause_in_which_nothing_could_be_submitted_it_is_looked_again(meanwhile, verdict, on_conflict, folder):
    fleet = fleet_of("a")
    job, late = fleet.job, []

    def throttled(**options):
        if options["type"] != UPGRADE or late:
            return job(**options)
        late.append(options["fresh"])
        fleet.time.sleep(120)
        fleet.machines["a"].driver = meanwhile
        server = {"server_name": None, "status": "MISSING", "message": "too late", "job_id": None, "task_id": None}
        return {"failed": True, "msg": "too late", "servers": {"a": server}, "refusals": {"a": "stale"}}

    fleet.job = throttled
    rollout = roll_out(fleet, folder, on_conflict=on_conflict)
    assert rollout.of(verdict) == "a" and late == [30.0]
    assert upgraded(fleet) == ("a" if verdict == "upgraded" else "")


@pytest.mark.parametrize("ending", ["FAILED", "SUCCESS"])
def test_what_somebody_has_brought_above_the_version_is_not_tried_again(ending, folder):
    fleet = fleet_of("a", endings=[ending], answers={QUERY: [f"Driver: {OLD}", *[f"Driver: {NEWER}"] * 50]})
    rollout = roll_out(fleet, folder, retries=2, verify_timeout=0.0)
    assert upgraded(fleet) == "a", "a retry would have been a downgrade"
    assert rollout.of("failed") == "a"
    assert f"the query found {'it at ' * (ending == 'FAILED')}{NEWER}" in rollout.reason("a")


# The look before a wave


def at_wave(number, what):
    """Something that happens while the hook before a wave runs."""
    return Hooks(during=lambda when, at: what() if (when, at) == ("before", number) else None)


def test_the_plan_is_looked_at_again_before_each_wave(folder):
    """What was upgraded, or upgraded further, since the plan gets no job."""
    fleet = fleet_of("abcde")
    rollout = start(fleet, folder, waves=[4], before_wave="drain.yml", after_wave="undrain.yml")
    rollout.plan()

    def meanwhile():
        fleet.machines["b"].driver = NEW
        fleet.machines["c"].driver = NEWER

    hooks = at_wave(2, meanwhile)
    rollout.carry_out(hooks)
    assert (rollout.of("upgraded"), rollout.of("current"), rollout.of("refused")) == ("ade", "b", "c")
    assert rollout.reason("b") == f"at {NEW} by now"
    assert rollout.reason("c") == f"{NEWER} is newer than {NEW} by now, and a downgrade is not allowed"
    assert upgraded(fleet) == "ade"
    assert hooks.got["after", 2] == ["b", "d", "e"], "what is current was drained, too"
    assert rollout.result["drained"] == ["c"]
    assert rollout.end[-2] == "still drained: host-c"
    assert rollout.told("c")["msg"].endswith(". It is still drained")


def test_two_controllers_upgrade_each_server_once(folder):
    """The second one begins while the first is at its second wave, and goes on after it."""
    fleet = fleet_of("abcdef")
    first = start(fleet, folder, canary=0, waves=[2])
    first.plan()
    first.wave(1, Hooks())
    second = start(fleet, folder, canary=0, waves=[2])
    second.plan()
    first.wave(2, Hooks())
    second.wave(1, Hooks())
    first.wave(3, Hooks())
    second.wave(2, Hooks())
    assert sorted(upgraded(fleet)) == list("abcdef")
    assert (first.close().of("upgraded"), second.close().of("current")) == ("abcdef", "abcdef")


def test_after_a_query_that_took_long_it_is_looked_again(folder, monkeypatch):
    """A server that hangs lets the others wait, whose answers are old by then."""
    monkeypatch.setattr("ansible_collections.huaweicloud.modelarts.tests.unit.fleet.made_up.OTHERS_TAKE", 100.0)
    fleet = fleet_of("a")
    rollout = start(fleet, folder)
    rollout.plan()
    fleet.machines["a"].driver = NEW
    rollout.carry_out()
    assert (rollout.of("current"), upgraded(fleet)) == ("a", "")
    assert len(fleet.made_of(QUERY)) == 3, "for the plan, for the wave, and once more since that took long, too"


def with_clock(rollout, moved):
    """Lets the clocks of a rollout show so many seconds more, by their names."""
    clock = rollout.tools.clock
    both = {name: lambda name=name: getattr(clock, name)() + moved.get(name, 0.0) for name in ("time", "monotonic")}
    rollout.tools = replace(rollout.tools, clock=replace(clock, **both))


@pytest.mark.parametrize("moves", [{"time": -3600.0}, {"time": 3600.0}, {"monotonic": -200.0}])
def test_a_look_is_old_by_either_clock(moves, folder):
    """The time of day is set back or on, or the machine sleeps, between the plan and the first wave."""
    fleet, moved = fleet_of("a"), {}
    rollout = start(fleet, folder)
    with_clock(rollout, moved)
    rollout.plan()
    fleet.time.sleep(200.0)
    moved.update(moves)
    fleet.machines["a"].driver = NEW
    rollout.carry_out()
    assert (rollout.of("current"), upgraded(fleet)) == ("a", "")


def test_the_time_left_is_no_matter_of_the_time_of_day(folder):
    """It is set back by an hour while the first wave goes on."""
    fleet, moved = fleet_of("ab"), {}
    rollout = start(fleet, folder, waves=[1], before_wave="drain.yml")
    with_clock(rollout, moved)
    rollout.plan()
    rollout.wave(1, Hooks(during=lambda when, number: moved.update(time=-3600.0)))
    assert 0 < time_left(rollout.head()) < 3600


@pytest.mark.parametrize("begins", [310.0, 390.0, 500.0])
@pytest.mark.parametrize("slow_clock", [0.0, 7200.0, -7200.0])
def test_what_restarts_after_an_upgrade_to_a_newer_version_is_not_downgraded(slow_clock, begins, folder):
    fleet = fleet_of("a", endings=["RESTARTS"])
    fleet.add(UPGRADE, ["a"], items=[{"type": UPGRADE, "spec": {"version": NEWER}}], takes=300.0)
    fleet.time.sleep(begins)
    rollout = start(fleet, folder)
    clock = rollout.tools.clock
    rollout.tools = replace(rollout.tools, clock=replace(clock, time=lambda: clock.time() + slow_clock))
    rollout.plan()
    rollout.carry_out()
    assert rollout.of("refused") == "a" and f"{NEWER} is newer" in rollout.reason("a")
    assert upgraded(fleet) == "a", "by somebody else"


def test_what_restarts_after_somebody_elses_upgrade_is_not_upgraded_again(folder):
    fleet = fleet_of("ab")
    first, second = (start(fleet, folder, canary=0, waves=[1], verify=False) for _run in "12")
    first.plan()
    second.plan()
    fleet.machines["a"].endings = ["RESTARTS"]
    fleet.time.sleep(60)
    first.wave(1, Hooks())
    second.wave(1, Hooks())
    assert upgraded(fleet) == "a"
    assert second.close().of("current") == "a"


def test_what_restarts_after_a_job_that_still_works_on_another_is_not_upgraded_again(folder):
    fleet = fleet_of("ab")
    fleet.machines["a"].endings = ["RESTARTS"]
    job = fleet.add(UPGRADE, ["a", "b"], items=[{"type": UPGRADE, "spec": {"version": NEW}}], takes=300.0)
    job.name, job.tasks[1].ends = "by-hand", fleet.time.now + 900.0
    fleet.time.sleep(310.0)
    rollout = start(fleet, folder, servers=[Server("a", NEW, host="host-a")])
    rollout.plan()
    assert rollout.carry_out().of("current") == "a" and upgraded(fleet) == "ab", "by somebody else"


def test_what_restarts_after_somebody_took_it_from_the_version_is_upgraded_again(folder):
    """The first queries still find the version that is wanted."""
    fleet = fleet_of("a", driver=NEW, endings=["RESTARTS"])
    fleet.add(UPGRADE, ["a"], items=[{"type": UPGRADE, "spec": {"version": OLD}}], takes=300.0)
    fleet.time.sleep(310.0)
    assert roll_out(fleet, folder).of("upgraded") == "a" and fleet.drivers() == {"a": NEW}


def test_an_upgrade_of_another_controller_that_runs_is_taken_up(folder):
    fleet = fleet_of("ab")
    rollout = start(fleet, folder, canary=0)
    rollout.plan()
    items = [{"type": "HDK_UPGRADE", "spec": {"version": NEW}}]
    fleet.add(UPGRADE, ["a"], items=items, takes=500.0)
    rollout.carry_out()
    assert rollout.of("upgraded") == "ab"
    assert upgraded(fleet) == "ab" and fleet.overlaps == []


def test_what_holds_a_server_is_waited_for(folder):
    fleet = fleet_of("abc")
    rollout = start(fleet, folder, canary=0)
    rollout.plan()
    fleet.time.sleep(60)
    fleet.add("COMMON", ["b"], takes=500.0)
    rollout.carry_out()
    assert rollout.of("upgraded") == "abc"
    assert "1 server of 3 held: the job of-the-console (job-1) holds it" in rollout.lines.told
    assert fleet.overlaps == []


@pytest.mark.parametrize("asked", [{"on_conflict": "skip"}, {"wait_timeout": 400.0}])
def test_what_stays_held_is_not_started_and_the_rest_goes_on(folder, asked):
    fleet = fleet_of("abc")
    rollout = start(fleet, folder, canary=0, **asked)
    rollout.plan()
    fleet.time.sleep(60)
    fleet.add("COMMON", ["b"], takes=None)
    rollout.carry_out()
    assert (rollout.of("upgraded"), rollout.of("not_started")) == ("ac", "b")
    assert rollout.reason("b") == "the job of-the-console (job-1) holds it"
    assert rollout.result["outcome"] == "failed"
    assert rollout.result["budget"]["used"] == 0


@pytest.mark.parametrize("on_conflict, result", [("wait", ("abc", "")), ("skip", ("ac", "b"))])
def test_what_is_taken_between_the_look_and_the_job_does_not_fail_its_batch(folder, on_conflict, result):
    fleet = fleet_of("abc")
    rollout = start(fleet, folder, canary=0, on_conflict=on_conflict)
    rollout.plan()
    fleet.add("COMMON", ["b"], takes=500.0)
    rollout.carry_out()
    assert (rollout.of("upgraded"), rollout.of("not_started")) == result
    assert fleet.overlaps == []


@pytest.mark.parametrize("good_calls", range(4))
def test_reads_that_fail_are_no_proof_that_nothing_is_at_work(folder, good_calls):
    """Whichever read of the plan fails: what is at work is not upgraded a second time, nor what restarts."""
    fleet = fleet_of("ab")
    fleet.machines["a"].endings = ["RESTARTS"]
    killed(fleet, folder, canary=0, waves=[1])
    fleet.time.sleep(310)
    killed(fleet, folder, canary=0, waves=[1])
    fleet.faults["jobs"] = [*[None] * good_calls, "FAILS"]
    roll_out(fleet, folder, canary=0)
    assert sorted(upgraded(fleet)) == ["a", "b"] and fleet.overlaps == []


def test_a_look_that_fails_stops_the_rollout(folder):
    fleet = fleet_of("ab")
    rollout = start(fleet, folder)
    rollout.plan()
    fleet.time.sleep(60)
    fleet.faults["jobs"] = ["FAILS"]
    rollout.carry_out()
    assert rollout.result["stopped"] == "the jobs could not be read: The jobs are not told"
    assert upgraded(fleet) == ""


# What an earlier run left


class Killed(BaseException):
    """Ends a run where it is."""


@contextlib.contextmanager
def dying(fleet, when):
    """What is done in it ends after the first call after which this is so."""

    def die(name):
        if when():
            raise Killed

    fleet.after_call = die
    with pytest.raises(Killed):
        yield
    fleet.after_call = lambda name: None


def killed(fleet, folder, **asked):
    """A run that dies once the jobs of its first wave are submitted."""
    rollout = start(fleet, folder, **asked)
    rollout.plan()
    with dying(fleet, lambda: fleet.made and fleet.made[-1].type == UPGRADE):
        rollout.wave(rollout.planned["waves"][0], Hooks())
    return rollout


def test_what_a_killed_run_left_is_judged_server_by_server(folder):
    """Of its job one succeeds, one fails, and one hangs, which hides nothing."""
    fleet = fleet_of("abcde")
    for server, ending in zip("bc", ("FAILED", "HANGS")):
        fleet.machines[server].endings = [ending]
    killed(fleet, folder, canary=0, waves=[3])
    fleet.time.sleep(1000)
    rollout = start(
        fleet, folder, canary=0, waves=[3], max_failures=2, after_wave="undrain.yml", before_wave="drain.yml"
    )
    planned = rollout.plan()
    assert planned["lines"][0] == "3 servers left at work by an earlier run, waited for first: node-a, node-b, node-c"
    hooks = Hooks()
    rollout.carry_out(hooks)
    assert [wave["number"] for wave in rollout.result["waves"]] == [0, 1]
    assert (rollout.of("upgraded"), rollout.of("failed")) == ("ade", "bc")
    assert rollout.reason("a") == f"confirmed at {NEW}; the job was found running"
    assert rollout.reason("b") == "the platform says failed: said; the job was found running"
    assert rollout.reason("c").startswith("not over within the time to wait")
    assert rollout.result["servers"]["a"]["version_before"] == OLD
    assert hooks.got["after", 0] == ["a"]
    assert ("before", 0) not in hooks.got
    assert rollout.result["drained"] == ["b", "c"]
    assert upgraded(fleet) == "abcde"
    assert [(job["id"], job["wave"]) for job in rollout.result["jobs"]] == [("job-1", 0), (fleet.made[-2].id, 1)]


TO_THE_WAVE = [QUERY, UPGRADE, QUERY, QUERY]  # the last one since the canary took its time


@pytest.mark.parametrize(
    "phase",
    [[QUERY], TO_THE_WAVE, [*TO_THE_WAVE, UPGRADE, LOGS], [*TO_THE_WAVE, UPGRADE, LOGS, QUERY]],
    ids=["query", "query of a wave", "log collection", "verification of a wave"],
)
def test_killed_while_another_job_than_an_upgrade_is_at_work_and_started_again(folder, phase):
    """Server c, of the first wave after the canary, fails; all others are upgraded exactly once."""
    asked = {"waves": [5], "max_failures": 2, "collect_logs_on_failure": True}
    fleet = fleet_of("abcdef")
    fleet.machines["c"].endings = ["FAILED"] * 9
    with dying(fleet, lambda: fleet.types() == phase):
        roll_out(fleet, folder, **asked)
    assert [job.type for job in fleet.made if not job.over] == phase[-1:]
    before = upgraded(fleet)
    rollout = roll_out(fleet, folder, **asked)
    assert rollout.told("c")["failed"] and rollout.of("failed") == "c"
    assert sorted(rollout.of("upgraded") + rollout.of("current")) == list("abdef")
    assert set(rollout.of("upgraded")) >= set("abdef") - set(before)
    assert sorted(upgraded(fleet)) == sorted("abcdef" + ("c" if "c" in before else ""))
    assert fleet.overlaps == []


def test_what_a_killed_run_upgraded_comes_back_though_its_failures_end_it_all(folder):
    fleet = fleet_of("abcdef")
    fleet.machines["c"].endings = ["FAILED"]
    asked = {"canary": 0, "waves": [3], "after_wave": "undrain.yml"}
    killed(fleet, folder, **asked)
    hooks = Hooks()
    rollout = roll_out(fleet, folder, hooks, **asked)
    assert (rollout.of("upgraded"), rollout.of("failed"), rollout.of("not_started")) == ("ab", "c", "def")
    assert hooks.got == {("after", 0): ["a", "b"]}
    assert upgraded(fleet) == "abc"


def test_failures_of_what_was_left_count_and_are_tried_again_only_if_asked(folder):
    for retries, result in ((0, ("", "a")), (1, ("ab", ""))):
        fleet = fleet_of("ab")
        fleet.machines["a"].endings = ["FAILED"]
        killed(fleet, folder, waves=[1])
        rollout = roll_out(fleet, folder, waves=[1], retries=retries)
        assert (rollout.of("upgraded"), rollout.of("failed")) == result
        assert bool(rollout.result["stopped"]) is (retries == 0)


def test_a_left_job_that_names_no_server_yet_is_asked_again(folder):
    fleet = fleet_of("ab")
    killed(fleet, folder, canary=0)
    tasks, fleet.made[-1].tasks = fleet.made[-1].tasks, []
    row = fleet._row
    fleet._row = lambda job, details: {
        **row(job, details),
        "status": row(job, details)["status"] if job.tasks else "PROCESSING",
    }
    sleep = fleet.time.sleep

    def named_soon(seconds):
        sleep(seconds)
        if fleet.time.now > fleet.made[1].created + 20:
            fleet.made[1].tasks = tasks

    fleet.time.sleep = named_soon
    rollout = roll_out(fleet, folder, canary=0)
    assert rollout.of("upgraded") == "ab"
    assert upgraded(fleet) == "ab"


def test_what_failed_in_an_earlier_run_goes_last(folder):
    fleet = fleet_of("abc")
    fleet.machines["a"].endings = ["FAILED"]
    roll_out(fleet, folder)
    rollout = roll_out(fleet, folder)
    assert [wave["servers"] for wave in rollout.result["waves"]] == [["b"], ["c", "a"]]


def test_a_run_that_broke_off_in_its_wave_says_that_nobody_knows(folder):
    """As after a worker was killed: the play goes on to its end."""
    fleet = fleet_of("abc")
    rollout = killed(fleet, folder, canary=2).close()
    assert (rollout.of("failed"), rollout.of("not_started")) == ("ab", "c")
    assert rollout.reason("a").startswith("its result is not known, since the run broke off")
    assert rollout.reason("c") == "the run broke off before it was through"


# What stops a rollout


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
def test_what_is_not_started_once_the_budget_is_spent(folder, asked, failing, left):
    fleet = fleet_of("abcdefghij")
    for server in failing:
        fleet.machines[server].endings = ["FAILED"]
    rollout = roll_out(fleet, folder, **asked)
    assert (rollout.of("not_started"), rollout.of("failed")) == (left, failing)
    assert bool(rollout.result["stopped"]) is bool(left)
    assert {rollout.reason(i) for i in left} <= {rollout.result["stopped"]}
    assert rollout.result["outcome"] == ("failed" if left else "within_budget")


def test_a_budget_that_the_last_wave_spends_is_told_too(folder):
    fleet = fleet_of("ab")
    fleet.machines["b"].endings = ["FAILED"]
    rollout = roll_out(fleet, folder)
    assert rollout.result["stopped"] == "1 server failed, more than the failure budget of 0"
    assert (rollout.result["outcome"], rollout.told(None)["failed"]) == ("failed", True)


def test_a_canary_that_failed_and_one_that_was_never_started_are_told_apart(folder):
    fleet = fleet_of("ab")
    fleet.machines["a"].endings = ["FAILED"]
    assert roll_out(fleet, folder).result["stopped"] == (
        "the canary failed: node-a (a) (the platform says failed: said)"
    )
    fleet = fleet_of("ab")
    rollout = start(fleet, folder, on_conflict="skip")
    rollout.plan()
    fleet.time.sleep(60)
    fleet.add("COMMON", ["a"])
    rollout.carry_out()
    assert rollout.result["stopped"] == (
        "the canary was not upgraded: node-a (a) (the job of-the-console (job-1) holds it)"
    )


def test_a_canary_that_is_current_by_now_is_no_reason_to_stop(folder):
    fleet = fleet_of("ab")
    rollout = start(fleet, folder)
    rollout.plan()
    fleet.time.sleep(60)
    fleet.machines["a"].driver = NEW
    rollout.carry_out()
    assert rollout.verdicts == {"a": "current", "b": "upgraded"}


@pytest.mark.parametrize("stop_after, started", [("canary", "a"), (1, "a"), (2, "abc"), (9, "abcdef")])
def test_stop_after(folder, stop_after, started):
    fleet = fleet_of("abcdef")
    rollout = roll_out(fleet, folder, waves=[2], stop_after=stop_after)
    assert rollout.of("upgraded") == started
    stopped = started != "abcdef"
    assert rollout.result["outcome"] == ("stopped" if stopped else "success")
    assert rollout.told(None)["failed"] == stopped
    assert ("next: run again to go on" in rollout.end) == stopped
    again = roll_out(fleet, folder, waves=[5])
    assert again.result["outcome"] == "success"


@pytest.mark.parametrize(
    "not_after, started", [("100", "a"), ("0", ""), ("2025-11-21T21:25:00Z", "a"), ("2099-01-01T00:00", "abc")]
)
def test_not_after(folder, not_after, started):
    rollout = roll_out(fleet_of("abc"), folder, waves=[1], not_after=not_after, pause=1)
    assert rollout.of("upgraded") == started
    if started != "abc":
        is_date = not_after.startswith("2025")
        reason, end = rollout.result["stopped"], rollout.end[-1]
        assert reason.startswith("no wave was to start after 2025-11-21T21:2")
        assert reason.endswith(f". {stops.NEEDS_TIME if is_date else stops.GOES_ON}")
        assert ("with a later hdk_upgrade_not_after" if is_date else "run again to go on") in end
        assert rollout.result["outcome"] == "stopped"


def test_check_mode_tells_which_waves_an_option_keeps_from_starting(folder):
    fleet = fleet_of("abcd")
    fleet.add(QUERY, list("abcd"), items=[{"type": "HDK_QUERY", "spec": {}}], takes=0.0)
    reason = "it was to stop after the canary. Running again goes on"
    rollout = start(fleet, folder, waves=[2], stop_after="canary")
    rollout.plan(check=True)
    rollout.close()
    assert rollout.told("a") == {"msg": "planned: to be upgraded", "changed": True, "failed": False}
    assert {rollout.told(i)["msg"] for i in "bcd"} == {f"not started: {reason}"}
    assert rollout.told(None)["failed"]
    assert (rollout.result["stopped"], rollout.result["outcome"]) == (reason, "planned")
    assert rollout.end == [
        f"1 server to be upgraded in 1 wave, 3 not started. Stopped: {reason}. Only reads were sent.",
        "next: run it without check mode",
    ]
    document = telling.document(rollout.tools)
    assert [row["verdict"] for row in document["servers"]] == ["planned", *["not_started"] * 3]

    late = start(fleet, folder, not_after="2020-01-01T00:00:00Z")
    late.plan(check=True)
    late.close()
    reason = f"no wave was to start after 2020-01-01T00:00:00Z. {stops.NEEDS_TIME}"
    assert {late.told(i)["msg"] for i in "abcd"} == {f"not started: {reason}"}
    assert late.end == [
        f"0 servers to be upgraded in 0 waves, 4 not started. Stopped: {reason}. Only reads were sent.",
        "next: run again with a later hdk_upgrade_not_after, or none",
    ]


def test_what_is_expected_to_take_time_are_the_waves_that_may_start(folder):
    fleet = fleet_of("abcd")
    roll_out(fleet, folder)
    told = {}
    for stop_after in (None, 2, "canary"):
        rollout = start(fleet, folder, waves=[1], force=True, stop_after=stop_after)
        told[stop_after] = rollout.plan()["lines"][-1]
        rollout.close()
    assert [text.removeprefix("expected to take about ") for text in told.values()] == ["30 min", "16 min", "8 min"]


def test_a_budget_of_the_fleet_counts_what_others_had_since_the_begin(folder):
    fleet = fleet_of("abcdxyz")
    items = [{"type": "HDK_UPGRADE", "spec": {"version": NEW}}]
    fleet.machines["x"].endings = ["FAILED"]
    fleet.add(UPGRADE, ["x"], items=items, takes=0.0)
    for budget_of, result in (("run", "abcd"), ("fleet", "a")):
        for server in "abcd":
            fleet.machines[server].driver = OLD
        rollout = start(fleet, folder, [Server(i, NEW) for i in "abcd"], budget_of=budget_of)
        rollout.plan()
        rollout.wave(1, Hooks())
        for server in "yz":
            fleet.machines[server].endings = ["FAILED"]
        fleet.add(UPGRADE, ["y", "z"], items=items, takes=1.0)
        fleet.time.sleep(60)
        rollout.wave(2, Hooks())
        assert rollout.close().of("upgraded") == result
    assert rollout.result["stopped"] == (
        "2 servers failed (2 of them of other controllers), more than the failure budget of 0"
    )


@pytest.mark.parametrize("budget_of, upgraded_", [("run", "b"), ("fleet", "")])
def test_a_budget_of_the_fleet_counts_the_servers_of_others_in_a_job_that_is_shared(folder, budget_of, upgraded_):
    """Not what failed of ours, which the budget of the run counts."""
    fleet = fleet_of("abx")
    fleet.machines["a"].endings = ["FAILED"]
    fleet.machines["x"].endings = ["FAILED"]
    fleet.add(UPGRADE, ["a", "x"], items=[{"type": "HDK_UPGRADE", "spec": {"version": NEW}}], takes=60.0)
    servers = [Server(i, NEW) for i in "ab"]
    rollout = start(fleet, folder, servers, canary=0, budget_of=budget_of, max_failures=1)
    rollout.plan()
    rollout.carry_out()
    assert (rollout.of("failed"), rollout.of("upgraded")) == ("a", upgraded_)
    if budget_of == "fleet":
        assert "2 servers failed (1 of them of other controllers)" in rollout.result["stopped"]


def test_what_is_read_from_servers_is_told_in_the_words_of_the_field(folder):
    told = []
    for words in (reading("health check", machines("ab")), reading("health check", machines("a"))):
        told += [words({"a": {"status": "SUCCESS"}, "x": {"status": "FAILED"}}), words({"b": {"status": "FAILED"}})]
    assert told == [
        "health check: 1 of 2 servers done",
        "health check: 1 of 2 servers done, 1 failed",
        *["health check: 1 of 1 server done"] * 2,
    ]
    fleet = fleet_of("ab")
    fleet.machines["a"].endings = ["FAILED"]
    asked = []
    jobs = fleet.jobs
    fleet.jobs = lambda line=None, **options: asked.append(line and line({})) or jobs(line=line, **options)
    roll_out(fleet, folder, canary=0, max_failures=1, health_gate=True, collect_logs_on_failure=True)
    assert {text for text in asked if text and "wave" not in text} == {
        "query of the installed versions: 0 of 2 servers done",
        "collection of the logs of what failed: 0 of 1 server done",
        "health check: 0 of 1 server done",
    }


def test_a_pause_between_waves_is_told(folder):
    fleet = fleet_of("ab")
    rollout = roll_out(fleet, folder, pause=70)
    assert [text for text in rollout.lines.told if text.startswith("pause before")] == [
        "pause before wave 2 of 2, 1 min 10 s left",
        "pause before wave 2 of 2, 40 s left",
        "pause before wave 2 of 2, 10 s left",
    ]


def test_a_journal_that_cannot_be_begun_is_told_before_anything_is_asked(folder):
    fleet = fleet_of("a")
    rollout = start(fleet, folder)
    rollout.plan()
    with pytest.raises(JournalError, match="File exists"):
        engine.begin(rollout.tools, engine.Request("run", rollout.servers, rollout.asked, {}))


# Hooks and the gate


def test_hooks_get_their_servers_and_drained_ones_are_told(folder):
    fleet = fleet_of("abcd")
    fleet.machines["b"].endings = ["FAILED"]
    hooks = Hooks()
    rollout = roll_out(
        fleet, folder, hooks, canary=0, max_failures=1, before_wave="drain.yml", after_wave="undrain.yml"
    )
    assert hooks.got == {("before", 1): list("abcd"), ("after", 1): list("acd")}
    assert rollout.result["drained"] == ["b"]
    hooks = Hooks()
    fleet.machines["b"].endings = ["FAILED"]
    asked = {"before_wave": "drain.yml", "after_wave": "undrain.yml", "after_wave_failed": True}
    rollout = roll_out(fleet, folder, hooks, max_failures=1, **asked)
    assert hooks.got == {("before", 1): ["b"], ("after", 1): ["b"]}
    assert rollout.result["drained"] == []


def test_a_hook_before_that_fails_stops_before_the_wave(folder):
    fleet = fleet_of("abc")
    result = {"rc": 1, "stderr": "evicting pod\nerror: cannot evict pod x\n", "msg": "non-zero return code"}
    hooks = Hooks(
        fail={
            ("before", 2): {
                "task": "Drain the nodes",
                "result": {"results": [{"item": "n1", **result, "failed": True}]},
            }
        }
    )
    rollout = roll_out(fleet, folder, hooks, before_wave="drain.yml", after_wave="undrain.yml")
    assert (rollout.of("upgraded"), rollout.of("not_started")) == ("a", "bc")
    assert rollout.reason("b") == (
        "the hook drain.yml failed before wave 2, in its task 'Drain the nodes': item n1: error: cannot evict pod x"
    )
    assert ("after", 2) not in hooks.got
    assert rollout.result["drained"] == ["b", "c"]
    assert rollout.waves[1]["msg"].startswith("wave 2 of 2 did not start: the hook drain.yml failed before wave 2")


def test_a_hook_before_that_never_came_to_its_end_stops_before_the_wave(folder):
    fleet = fleet_of("ab")
    rollout = start(fleet, folder, before_wave="drain.yml")
    rollout.plan()
    assert engine.hook(rollout.tools, 1, "before")["hosts"] == ["host-a"]
    engine.wave(rollout.tools, 1)
    assert rollout.close().result["stopped"] == "the hook before wave 1 did not come to its end"
    assert upgraded(fleet) == ""


def test_a_hook_after_that_never_came_to_its_end_fails_what_was_upgraded(folder):
    fleet = fleet_of("ab")
    rollout = start(fleet, folder, after_wave="undrain.yml")
    rollout.plan()
    engine.wave(rollout.tools, 1)
    engine.hook(rollout.tools, 1, "after")
    engine.wave(rollout.tools, 2)
    rollout.close()
    assert (rollout.of("failed"), rollout.of("not_started")) == ("a", "b")
    assert rollout.reason("a") == "upgraded, but the hook after wave 1 did not come to its end"


def test_a_hook_before_that_was_left_out_is_no_reason_to_go_on_without(folder):
    fleet = fleet_of("ab")
    rollout = start(fleet, folder, before_wave="drain.yml")
    rollout.plan()
    engine.wave(rollout.tools, 1)
    assert rollout.close().result["stopped"] == "the hook before wave 1 has not run"
    assert upgraded(fleet) == ""


def test_a_hook_after_that_fails_fails_what_was_upgraded(folder):
    fleet = fleet_of("abc")
    hooks = Hooks(fail={("after", 1): {"task": "Undrain", "result": {"unreachable": True, "msg": "timed out"}}})
    rollout = roll_out(fleet, folder, hooks, canary=2, max_failures=3, after_wave="undrain.yml")
    assert (rollout.of("failed"), rollout.of("not_started")) == ("ab", "c")
    assert rollout.reason("a") == (
        "upgraded, but the hook undrain.yml failed after wave 1, in its task 'Undrain': a host is unreachable: timed out"
    )
    assert rollout.result["servers"]["a"]["version_after"] == NEW


@pytest.mark.parametrize(
    "answer, fail_on, reason",
    [
        ("10 passed", "FAIL", None),
        ("NPU 3: WARN", "FAIL", None),
        ("NPU 3: WARN", "WARN", "the health check says warn: NPU 3: WARN"),
        ("NPU 3: FAIL", "FAIL", "the health check says fail: NPU 3: FAIL"),
        ("FAILED", "FAIL", "the health check says fail: said"),
        ("SKIPPED", "FAIL", "its health is not known, since the diagnosis ended as SKIPPED: said"),
        ("all done", "FAIL", "the health check says neither PASS nor WARN nor FAIL: all done"),
    ],
)
def test_the_gate(folder, answer, fail_on, reason):
    fleet = fleet_of("ab")
    fleet.machines["b"].answers[DIAGNOSIS] = [answer]
    rollout = start(fleet, folder, canary=0, health_gate=True, max_failures=1)
    rollout.plan(fail_on=fail_on)
    rollout.carry_out()
    assert rollout.of("failed") == ("b" if reason else "")
    assert reason is None or rollout.reason("b") == f"upgraded, but {reason}"


def test_a_gate_that_cannot_be_made_fails_its_wave_and_stops(folder):
    fleet = fleet_of("abc")
    fleet.faults["job"] = [None, None, None, "REFUSED"]
    rollout = roll_out(fleet, folder, canary=0, waves=[2], health_gate=True, max_failures=3)
    assert (rollout.of("failed"), rollout.of("not_started")) == ("ab", "c")
    assert rollout.reason("a") == (
        "upgraded, but the health check of wave 1 could not be made: The platform refuses: 403."
    )


def test_no_login_of_what_others_said_is_told(folder):
    """Neither of the platform's messages nor of a hook's."""
    fleet = fleet_of("abc")
    fleet.machines["a"].answers[QUERY] = ["see https://bob:hunter22@host/a"]
    fleet.machines["b"].answers[DIAGNOSIS] = ["FAIL: see https://bob:hunter22@host/b"]
    said = {"task": "bring back", "result": {"msg": "see https://bob:hunter22@host/c"}}
    hooks = Hooks(fail={("after", 1): said})
    rollout = roll_out(fleet, folder, hooks, canary=0, health_gate=True, max_failures=3, after_wave="back.yml")
    told = [*(rollout.of_hosts[server]["msg"] for server in "abc"), *rollout.end, *rollout.lines.told]
    assert not [text for text in told if "hunter22" in text]
    assert [one for one in "abc" if f"https://(hidden)@host/{one}" in " ".join(told)] == ["a", "b", "c"]


def test_a_server_that_is_held_keeps_no_other_from_the_gate(folder):
    """Somebody else is at it from the verifying query on."""
    fleet = fleet_of("abc")

    def take_b(name):
        if fleet.types()[-2:] == [UPGRADE, QUERY]:
            fleet.add("COMMON", ["b"], takes=None)

    fleet.after_call = take_b
    rollout = roll_out(fleet, folder, canary=0, health_gate=True, max_failures=1)
    assert (rollout.of("upgraded"), rollout.of("failed")) == ("ac", "b")
    assert rollout.reason("b").startswith("upgraded, but it was not diagnosed: the job of-the-console (job-")
    assert fleet.made_of(DIAGNOSIS) == [["a", "c"]]


# What is told


def test_progress_is_of_the_whole_rollout_and_names_failures(folder):
    fleet = fleet_of("abcdef")
    fleet.machines["c"].endings = ["FAILED"]
    seen = []
    wait = fleet._wait
    fleet._wait = lambda jobs, timeout, line: wait(jobs, timeout, line and (lambda states: seen.append(line(states))))
    roll_out(fleet, folder, waves=[2], max_failures=2)
    text = "wave 2 of 4: 1 of 2 servers done, 1 failed (node-c: said); in all 3 of 6, 1 of 2 failures used, about 10 min left"
    assert text in seen


def test_many_servers_are_told_in_few_words(folder):
    ids = [f"s{n:03}" for n in range(30)]
    fleet = Fleet([Machine(i, endings=["FAILED"]) for i in ids])
    rollout = roll_out(fleet, folder, canary=0)
    assert len(rollout.end) == 13
    assert rollout.end[11] == "and 20 more"
    assert rollout.end[12] == "next: see why, then run again; what is at the version is left alone"
    assert "and 20 more" in rollout.planned["lines"][0]
    assert "and 25 more" in rollout.told(None)["msg"]


@pytest.mark.parametrize(
    "options, told",
    [
        ({"canary": 0}, "stops at the first failure"),
        ({}, "stops at the first failure or when the canary is not upgraded"),
        ({"max_failures": 2}, "stops when more than 2 of 3 servers fail or when the canary is not upgraded"),
        (
            {"max_failures": 2, "stop_after": 2},
            "stops when more than 2 of 3 servers fail or when the canary is not upgraded; stops after wave 2 in any case",
        ),
        (
            {"max_failures": 3},
            "goes on whatever fails, as the failure budget is 3, but stops when the canary is not upgraded",
        ),
        ({"stop_after": "canary"}, "stops at the first failure; stops after the canary in any case"),
        (
            {"canary": 0, "not_after": "2099-01-01T00:00:00Z"},
            "stops at the first failure; starts no wave after 2099-01-01T00:00:00Z",
        ),
    ],
)
def test_the_plan_tells_what_stops_it(folder, options, told):
    rollout = start(fleet_of("abc"), folder, **options)
    assert rollout.plan()["lines"][-1] == told
    rollout.close()


@pytest.mark.parametrize(
    "hosts, relaunches, told",
    [
        ({"a": "host-a", "b": "host-b"}, False, "see why, then run again, on these alone with --limit 'host-a,host-b'"),
        ({"a": "host-a", "b": "host-b"}, True, "see why, then relaunch on failed hosts"),
        ({"a": "host-a", "b": None}, False, "see why, then run again; what is at the version is left alone"),
        ({"a": "host-a", "b": "it's"}, False, "see why, then run again; what is at the version is left alone"),
    ],
)
def test_what_to_do_next_names_all_that_is_left_or_nobody(folder, hosts, relaunches, told):
    """One has failed, so the other is not started: both are left."""
    fleet = Fleet([Machine("a", endings=["FAILED"]), Machine("b")])
    servers = [Server(server_id, NEW, host=host) for server_id, host in hosts.items()]
    rollout = start(fleet, folder, servers=servers)
    rollout.plan(relaunches=relaunches)
    assert rollout.carry_out().end[-1] == f"next: {told}"


def test_no_secret_is_told(folder):
    """Neither in the report nor, of connections, in the journal."""
    fleet = fleet_of("a")
    spec = {"bucket": "logs", "api_token": "hunter2", "SK": "hunter2", "sketch": "shown"}
    rollout = start(fleet, folder, extra_spec=spec, connection={"secret_key": "hunter3"})
    rollout.plan()
    rollout.carry_out()
    document = telling.document(rollout.tools)
    assert document["parameters"]["extra_spec"] == {
        "bucket": "logs",
        "api_token": "(hidden)",
        "SK": "(hidden)",
        "sketch": "shown",
    }
    journal = Path(rollout.tools.journal.folder)
    assert not any("hunter3" in file.read_text() for file in journal.glob("*.json"))


@given(
    st.lists(st.sampled_from([OLD, OLD, NEW, NEWER]), min_size=1, max_size=9),
    st.sampled_from([0, 1, 2, "50%"]),
    st.lists(st.integers(1, 4), min_size=1, max_size=2),
    st.booleans(),
    st.sampled_from([None, None, 1, 2, "canary"]),
    st.sampled_from([None, None, "2020-01-01T00:00", "2099-01-01T00:00", "0"]),
)
def test_check_mode_predicts_the_real_run(tmp_path_factory, drivers, canary, waves, force, stop_after, not_after):
    folder = tmp_path_factory.mktemp("check")
    fleet = Fleet([Machine(f"s{n}", driver) for n, driver in enumerate(drivers)])
    fleet.add(QUERY, list(fleet.machines), items=[{"type": "HDK_QUERY", "spec": {}}], takes=0.0)
    asked = {"canary": canary, "waves": waves, "force": force, "stop_after": stop_after, "not_after": not_after}
    check = start(fleet, folder, **asked)
    check.plan(check=True)
    check.close()
    real = roll_out(fleet, folder, **asked)
    assert check.planned["lines"] == real.planned["lines"]
    assert [wave["jobs"] for wave in check.result["waves"]] == [wave["jobs"] for wave in real.result["waves"]]
    assert check.result["stopped"] == real.result["stopped"]
    for server_id in (None, *fleet.machines):
        foretold, told = check.told(server_id), real.told(server_id)
        assert (foretold["changed"], foretold["failed"]) == (told["changed"], told["failed"])
        if server_id and told["failed"]:
            assert foretold["msg"] == told["msg"]


def test_the_report_can_be_drawn_at_any_time(folder):
    fleet = fleet_of("abc")
    rollout = start(fleet, folder)
    rollout.plan()
    assert telling.document(rollout.tools)["outcome"] == "failed"
    rollout.wave(1, Hooks())
    now = telling.document(rollout.tools)
    assert now["outcome"] == "running"
    assert [row["verdict"] for row in now["servers"]] == ["upgraded", "not_started", "not_started"]
    assert [wave["servers"] for wave in now["waves"]] == [1, 2]
    assert now["waves"][0]["started"] < now["waves"][0]["finished"]
    assert {key: now["progress"][key] for key in ("wave", "waves", "done", "total")} == {
        "wave": 1,
        "waves": 2,
        "done": 1,
        "total": 3,
    }
    assert now["next"] == []
    rollout.wave(2, Hooks())
    rollout.close()
    over = telling.document(rollout.tools)
    assert (over["outcome"], over["progress"], over["next"]) == ("success", None, [])


def test_the_report_says_by_what_rules_it_stops_what_was_wanted_and_what_next(folder):
    fleet = Fleet([Machine("a"), Machine("b", endings=["FAILED"])])
    document = telling.document(roll_out(fleet, folder, canary=0, max_failures=1).tools)
    assert document["budget"] == {"allowed": 1, "used": 1}
    assert document["notes"] == ["stops when more than 1 of 2 servers fail"]
    document = telling.document(roll_out(fleet, folder, max_failures=9, force=True, stop_after="canary").tools)
    assert document["notes"][0] == (
        "goes on whatever fails, as the failure budget is 9; stops after the canary in any case"
    )
    assert document["next"] == ["run again to go on"]
    assert {row["version_wanted"] for row in document["servers"]} == {NEW}
    assert document["drained"] == []
    assert document["run"] == "run"


def test_the_journal_is_of_pieces_so_that_a_large_fleet_costs_little(folder):
    fleet = Fleet([Machine(f"s{n:05}") for n in range(2000)])
    rollout = start(fleet, folder, canary=0, waves=[50], max_failures="100%")
    rollout.plan()
    written = []
    put = rollout.tools.journal._put
    rollout.tools.journal._put = lambda folder, name, content: (
        written.append((name, len(content))) or put(folder, name, content)
    )
    rollout.wave(1, Hooks())
    assert {name for name, _size in written} == {"run", "wave-1"}
    assert max(size for _name, size in written) < 60_000
    assert run.load(rollout.tools.journal).counts == {"upgraded": 50, "not_started": 1950}
