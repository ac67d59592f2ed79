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

# option, value, what the message must hold beside the option's name
BAD = [
    ("version", 24.1, "24.1 is not a version: give it as a string in quotes"),
    ("version", "newest", "'newest' is not a version that can be read: give one such as"),
    ("version", "", "is missing. Give the driver version wanted"),
    ("servers", [], "is empty. Give at least one ID"),
    ("servers", " , ", "is empty. Give at least one ID"),
    ("servers", ["a/b"], "[0] 'a/b' is not an ID"),
    ("servers", {"a": 1}, "is not a list of Lite Server IDs. Give one"),
    ("servers", [5], "[5] is not a list of Lite Server IDs. Give one"),
    ("canary", "-1", "'-1' is not a count: give a whole number"),
    ("canary", "120%", "'120%' is more than all servers: give at most"),
    ("waves", "0", "'0' has a wave of no servers: give at least one size"),
    ("waves", [5, "x"], "'x' is not a count: give a whole number"),
    ("servers_per_job", "51", "'51' is out of range: give a number from 1 to 50"),
    ("max_failures", "some", "'some' is not a count: give a whole number"),
    ("canary_must_succeed", "maybe", "is 'maybe'. Give true or false."),
    ("retries", "-1", "is '-1'. Give a whole number"),
    ("allow_downgrade", "maybe", "is 'maybe'. Give true or false."),
    ("allow_mixed_flavors", "", "is ''. Give true or false."),
    ("whole_supernodes", 2, "is 2. Give true or false."),
    ("verify", "maybe", "is 'maybe'. Give true or false."),
    ("health_gate", "maybe", "is 'maybe'. Give true or false."),
    ("collect_logs_on_failure", "maybe", "is 'maybe'. Give true or false."),
    ("before_wave", "/no/such/file.yml", "there is no file /no/such/file.yml. Give the path"),
    ("after_wave", "missing.yml", "missing.yml. Give the path"),
    ("after_wave_failed", "maybe", "is 'maybe'. Give true or false."),
    ("pause", "1.5", "is '1.5'. Give a whole number"),
    ("wait_timeout", 0, "is 0. Give a number of seconds above 0."),
    ("wait_interval", "soon", "is 'soon'. Give a number of seconds above 0."),
    ("job_type", "a b", "'a b' is malformed"),
    ("item_type", "", "'' is malformed"),
    ("extra_spec", "text", "is 'text'. Give a dictionary"),
    ("extra_spec", {"version": "1"}, "has the key version. Set hdk_upgrade_version"),
    ("extra_spec", {"a": {"b": 1}}, "is {'b': 1}, but the API takes strings only"),
    ("report_dir", [1], "is [1]. Give a text."),
]


def test_every_option_has_a_bad_value():
    assert {option for option, _value, _words in BAD} == {name[len("hdk_upgrade_") :] for name in specs()}


def specs():
    found = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    return found["argument_specs"]["main"]["options"]


def test_bad_options_are_refused_before_any_request(sim, playbook):
    """The message names option, value and remedy."""
    steps = []
    for number, (option, value, _words) in enumerate(BAD):
        given = {"hdk_upgrade_version": VERSION, "hdk_upgrade_servers": ["a"], f"hdk_upgrade_{option}": value}
        name = {"name": "huaweicloud.modelarts.hdk_upgrade", "rolespec_validate": False}
        run = {"name": "run", "ansible.builtin.include_role": name, "vars": given}
        keep = task(f"bad {number}", "ansible.builtin.debug", {"msg": "{{ ansible_failed_result.msg }}"})
        steps.append({"name": "try", "block": [run], "rescue": [keep]})
    result = playbook.tasks(steps)
    for number, (option, value, words) in enumerate(BAD):
        assert f"bad {number}" in result.tasks, f"hdk_upgrade_{option}: {value!r} was taken"
        message = result.tasks[f"bad {number}"]["msg"]
        assert f"hdk_upgrade_{option}" in message and words in message, message
    assert sim.requests == []


def test_localhost_without_servers_is_told_what_to_give(sim, playbook):
    result = playbook.play("huaweicloud.modelarts.hdk_upgrade", extra_vars={"hdk_upgrade_version": VERSION})
    assert result.rc == 2
    assert "hdk_upgrade_servers is empty. Give at least one ID, or run on a group of Lite Servers." in result.output
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
    """And a version that is not on offer is warned of."""
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
    assert run.waves() == [[0], [4]]
    assert run.play.stats["localhost"]["changed"] == 1
    assert "of 2 servers the version is not known" in run.output
    warned = run.steps("Warn of what the platform does not offer")[0]["result"]["msg"]
    assert warned[0].startswith(
        "The platform does not list 24.1.0.99 among the versions on offer. It offers 24.1.0.6, "
    )
    sim.software = None
    run = rollouts.run("localhost", how={"check": True}, **asked)
    assert run.rc == 0
    assert run.steps("Warn of what the platform does not offer") == []
