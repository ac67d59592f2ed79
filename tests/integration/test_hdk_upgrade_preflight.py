# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hdk_upgrade refuses before it sends anything: options that cannot be right, and a fleet that is not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.integration.playbook import task
from tests.integration.upgrading import VERSION, rollouts, writes  # noqa: F401  # pylint: disable=unused-import
from tests.simulator import Simulator

ROLE = Path(__file__).resolve().parents[2] / "roles" / "hdk_upgrade"

# option, value, what the message must hold behind the option's name. What else can be wrong is in the unit tests.
BAD = [
    ("version", "newest", ": 'newest' is not a version that can be read: give one such as"),
    ("servers", ["a/b"], ": 'a/b' is not the ID of a Lite Server. Give IDs, in quotes."),
    ("canary", "-1", ": '-1' is not a count. Give a whole number"),
    ("waves", "0", ": '0' has a wave of no servers. Give at least one size"),
    ("servers_per_job", "51", ": 51 is not from 1 to 50, the most that the platform takes in one job."),
    ("max_failures", "some", ": 'some' is not a count. Give a whole number"),
    ("canary_must_succeed", "maybe", ": 'maybe' is neither true nor false. Give one of them."),
    ("retries", "-1", ": '-1' is not a whole number of 0 or more. Give one."),
    ("allow_downgrade", "maybe", ": 'maybe' is neither true nor false."),
    ("allow_mixed_flavors", "2", ": '2' is neither true nor false."),
    ("whole_supernodes", 2, ": 2 is neither true nor false."),
    ("verify", "maybe", ": 'maybe' is neither true nor false."),
    ("verify_timeout", -1, ": -1 is below 0. Give seconds."),
    ("force", "maybe", ": 'maybe' is neither true nor false."),
    ("report_print", "loud", ": 'loud' is neither true nor false."),
    ("health_gate", "maybe", ": 'maybe' is neither true nor false."),
    ("collect_logs_on_failure", "maybe", ": 'maybe' is neither true nor false."),
    ("before_wave", "/no/such/file.yml", ": there is no file /no/such/file.yml. Give the path"),
    ("after_wave", "missing.yml", ": there is no file "),
    ("at_end", "missing_hook", "missing_hook.yml. Give the path"),
    ("after_wave_failed", "maybe", ": 'maybe' is neither true nor false."),
    ("pause", "1.5", ": '1.5' is not a whole number of 0 or more. Give one."),
    ("stop_after", "soon", ": 'soon' is neither canary nor the number of a wave. Give one of them."),
    ("not_after", "late", ": 'late' is no time. Give a time of day such as '05:30'"),
    ("on_conflict", "fail", ": 'fail' is none of wait, skip. Give one of them."),
    ("budget_of", "all", ": 'all' is none of run, fleet. Give one of them."),
    ("connection", {"regoin": "x"}, " has regoin, which is none of region, "),
    ("wait_timeout", 0, ": 0 is not above 0. Give seconds."),
    ("wait_interval", "soon", ": 'soon' is not a number. Give it in digits."),
    ("job_type", "a b", ": 'a b' is not 1 to 64 letters, digits, hyphens, dots and underscores."),
    ("item_type", ":", ": ':' is not 1 to 64 letters, digits, hyphens, dots and underscores."),
    ("extra_spec", "text", ": a str is not a dictionary. Give one"),
    ("report_dir", [1], ": a list of 1 is not a text. Give one."),
]


def test_every_option_has_a_bad_value():
    assert {option for option, _value, _words in BAD} == {name[len("hdk_upgrade_") :] for name in specs()}


def specs():
    found = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    return found["argument_specs"]["main"]["options"]


def test_bad_options_are_refused_before_any_request_and_all_at_once(sim, playbook):
    """The message names option, value and remedy. A blank one, as surveys give it, is none."""
    role = {"name": "huaweicloud.modelarts.hdk_upgrade", "rolespec_validate": False}
    given = {f"hdk_upgrade_{option}": value for option, value, _words in BAD}
    blank = dict.fromkeys(given, " ")
    run = task("run", "ansible.builtin.include_role", role, vars={**given, "hdk_upgrade_waevs": 5})
    keep = task("bad", "ansible.builtin.debug", {"msg": "{{ ansible_failed_result.msg }}"})
    without = task("run", "ansible.builtin.include_role", role, vars=blank)
    kept = task("blank", "ansible.builtin.debug", {"msg": "{{ ansible_failed_result.msg }}"})
    result = playbook.tasks([{"block": [run], "rescue": [keep]}, {"block": [without], "rescue": [kept]}])
    message = result.tasks["bad"]["msg"]
    lacking = [
        option for option, _value, words in BAD if f"hdk_upgrade_{option}" not in message or words not in message
    ]
    assert lacking == [], message
    assert "hdk_upgrade_waevs is no option of the role hdk_upgrade. Is hdk_upgrade_waves meant?" in message
    assert "__hdk" not in message
    message = result.tasks["blank"]["msg"]
    assert "hdk_upgrade_version is missing. Give the driver version wanted" in message
    assert "hdk_upgrade_servers: it is empty. Give the IDs of the Lite Servers, or run on an inventory group" in message
    assert message.count("hdk_upgrade_") == 2, message
    assert sim.requests == []


@pytest.fixture
def sim():
    with Simulator(servers=8, supernodes=1, supernode_size=3, speed=1000) as simulator:
        yield simulator


def test_a_fleet_that_is_not_fit_is_refused_with_every_reason(sim, rollouts):  # noqa: F811
    ids = sim.server_ids
    sim.servers[ids[3]].status = "STOPPED"
    sim.servers[ids[4]].flavor = "physical.other.8xlarge"
    sim.add_job(name="of-the-console", type="COMMON", items=[{"type": "COMMON"}], server_ids=[ids[5]], status="ACTIVE")
    asked = [ids[0], *ids[3:7], "no-such-server"]
    for check in (True, False):
        run = rollouts.run("localhost", servers=asked, how={"check": check})
        assert run.rc == 2
        assert writes(run.play) == []
        reason = run.fact["stopped"]
        assert "No such server in this project: no-such-server." in reason
        assert f"The server is STOPPED, not RUNNING: {sim.servers[ids[3]].name} ({ids[3]})." in reason
        assert "The job of-the-console (" in reason
        assert "2 flavor families: physical.kat2e, physical.other" in reason
        assert (
            f"these servers are not selected: {sim.servers[ids[1]].name} ({ids[1]}), {sim.servers[ids[2]].name}"
            in reason
        )
        assert run.of("refused") == [3, 5]
        assert run.of("not_started") == [0, 4, 6]
        assert run.told("localhost").startswith("3 refused, 3 not started. ")
    # A report says so too.
    assert run.report["outcome"] == "failed"


def test_what_can_be_allowed_is_planned(sim, rollouts):  # noqa: F811
    """And a version that is not on offer is warned of, and what would not start is told, as the real run tells it."""
    ids = sim.server_ids
    sim.servers[ids[4]].flavor = "physical.other.8xlarge"
    asked = {
        "servers": [ids[0], ids[4]],
        "whole_supernodes": "false",
        "allow_mixed_flavors": "true",
        "version": "24.1.0.99",
    }
    run = rollouts.run("localhost", how={"check": True}, **asked)
    assert run.rc == 0, run.output
    assert run.waves() == [[4], [0]]  # the member of a super-node goes last
    assert run.play.stats["localhost"]["changed"] == 1
    assert "of 2 servers the version is not known" in run.output
    warning = "The platform does not list 24.1.0.99 among the versions on offer. It offers 24.1.0.6, "
    assert warning in run.output
    sim.software = None
    run = rollouts.run("localhost", how={"check": True}, stop_after="canary", **asked)
    assert (run.rc, run.play.stats["localhost"]["changed"]) == (2, 0)  # a task that fails counts as no change
    reason = "it was to stop after the canary. Running again goes on"
    told = f"{sim.servers[ids[0]].name} ({ids[0]}) not started: {reason}"
    assert run.told("localhost") == f"1 planned, 1 not started. {told}"
    assert (run.fact["stopped"], run.fact["outcome"], run.record(0)["reason"]) == (reason, "planned", reason)
    assert f"1 server to be upgraded in 1 wave, 1 not started. Stopped: {reason}. Only reads" in run.output
    assert "among the versions on offer" not in run.output
