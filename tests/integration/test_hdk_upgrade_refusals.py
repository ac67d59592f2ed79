# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What would make a rollout wrong is refused before anything is sent, and each host hears why, whatever came before."""

from __future__ import annotations

import json

import pytest

from tests.integration.playbook import rescued, task
from tests.integration.reading import failed, verdicts
from tests.integration.upgrading import (  # pylint: disable=unused-import
    BOOK,
    VERSION,
    rollouts,  # noqa: F401
    upgrades_of,
)

NAME = "huaweicloud.modelarts.hdk_upgrade"
ROLE = {"name": NAME, "rolespec_validate": False}
SIX = pytest.mark.parametrize("sim", [{"servers": 6, "speed": 1000}], indirect=True)


def play(*tasks, **keywords):
    return {"hosts": "liteservers", "gather_facts": False, "tasks": list(tasks), **keywords}


def linear(*tasks, **keywords):
    """A play that has its strategy whatever the environment says."""
    return play(*tasks, strategy="linear", **keywords)


def upgrade(name="upgrade", kind="import_role", **keywords):
    return task(name, f"ansible.builtin.{kind}", ROLE, **keywords)


def test_strategies_and_conditions_and_every_host_hears_it(sim, rollouts):  # noqa: F811
    """By keyword and by environment; on a role of either kind, and on a block around it. The last play is not rescued."""
    names = [server.name for server in sim.servers.values()]
    free = "The play's strategy is {}, under which each host would run the whole operation. Give the play"
    condition = (
        "The role hdk_upgrade has the condition {}, which cannot leave out single hosts, since one host works for all."
    )
    included = upgrade(kind="include_role", when="true")
    block = {"block": [upgrade()], "when": "ansible_play_batch | length > 0"}
    # One that keeps the first host out, which is told nothing, leaves no other without a word.
    nothing = "Nothing was done for this host,"
    once = "The role hdk_upgrade has run_once, so only one host would hear"
    not_told = [(names[0], nothing), *((name, once) for name in names[1:])]
    differs = "{{ [inventory_hostname] }}"  # so that each host comes there by itself
    broken = task("broken", "ansible.builtin.fail", {"msg": "broken"})
    plays = [
        (
            linear(rescued(upgrade(kind="include_role", loop=differs))),
            f"The role hdk_upgrade is included by {differs}, which",
        ),
        (
            linear({"block": [broken], "rescue": [rescued(upgrade())]}),
            "The role hdk_upgrade stands in a rescue, which not",
        ),
        (linear(rescued(upgrade(kind="include_role", run_once=True))), once),
        (play(rescued(upgrade()), strategy="free"), free.format("free")),
        (play(rescued(upgrade()), strategy="ansible.builtin.host_pinned"), free.format("ansible.builtin.host_pinned")),
        (play(rescued(upgrade())), free.format("free")),  # by environment
        (linear(rescued(upgrade(when="inventory_hostname != 'x'"))), condition.format("inventory_hostname != 'x'")),
        (linear(rescued(included)), condition.format("true")),
        (linear(rescued(block)), condition.format("ansible_play_batch | length > 0")),
        (linear(rescued(upgrade(when=f"inventory_hostname != '{names[0]}'"))), nothing),
        (linear(roles=[{"role": NAME, "when": "1 == 1"}]), condition.format("1 == 1")),
    ]
    running = rollouts.start(play=[one for one, _words in plays], env={"ANSIBLE_STRATEGY": "free"})
    result = running.wait(["Using run_once with the free strategy is not currently supported"])
    assert result.rc == 2
    for name in names:
        expected = [words for _one, words in plays if (name, words) not in not_told]
        heard = verdicts(result, name)
        assert len(heard) == failed(result).count(name) == len(expected), result.output
        wrong = [words for words, said in zip(expected, heard) if words not in said]
        assert wrong == [], (name, result.output)
        assert result.stats[name]["failures"] == 1
    assert {verdicts(result, name)[-2].partition(",")[0] + "," for name in names[1:]} == {nothing}
    assert sim.requests == []


@SIX
def test_options_of_hosts_agree_but_for_the_version(sim, rollouts):  # noqa: F811
    """One rollout brings each group its own version; any other difference is told with hosts and values.

    So is what hosts of one server want of it, and an ID that cannot be one.
    """
    inventory = rollouts.inventory()
    hosts = list(inventory["liteservers"]["hosts"])
    inventory["old"] = {
        "hosts": dict.fromkeys(hosts[:3], {}),
        "vars": {"hdk_upgrade_version": "{{ of_group }}", "of_group": VERSION},
    }
    inventory["new"] = {"hosts": dict.fromkeys(hosts[3:], {}), "vars": {"hdk_upgrade_version": "24.1.0.6"}}
    how = {"inventory": inventory}
    bad = json.loads(json.dumps(inventory))
    bad["old"]["vars"]["hdk_upgrade_retries"] = 1
    bad["old"]["vars"]["hdk_upgrade_wawes"] = 1
    bad["new"]["vars"]["hdk_upgrade_version"] = "newest"
    far = {"liteserver_id": sim.server_ids[0], "hdk_upgrade_version": "24.1.0.6"}
    odd = {"liteserver_id": f"{sim.server_ids[1]}\n", "hdk_upgrade_version": VERSION}
    bad["liteservers"]["hosts"].update(twin=far, odd=odd)
    given = {name: value for name, value in rollouts.options().items() if name != "hdk_upgrade_version"}
    result = rollouts.playbook.start(BOOK, inventory=bad, extra_vars=given, env=rollouts.playbook.environment()).wait()
    assert result.rc == 2 and sim.requests == []
    for host in [*hosts, "twin", "odd"]:
        (said,) = verdicts(result, host)
        twins = f"{sim.server_ids[0]} ('{VERSION}' for {hosts[0]}; '24.1.0.6' for twin)"
        assert f"hdk_upgrade_version differs between hosts that stand for the same Lite Server: {twins}. Give" in said
        assert f"hosts is not the ID of a Lite Server: odd ('{sim.server_ids[1]}\\n'). Give each its ID alone" in said
        assert "hdk_upgrade_servers" not in said
        assert (
            f"hdk_upgrade_retries differs between the hosts of the play: 1 for {', '.join(hosts[:3])}; 0 for " in said
        )
        assert "hdk_upgrade_wawes" in said and "Is hdk_upgrade_waves meant?" in said
        assert "hdk_upgrade_version: 'newest' is not a version that can be read" in said

    run = rollouts.finish(rollouts.playbook.start(BOOK, extra_vars=given, env=rollouts.playbook.environment(), **how))
    assert run.rc == 0, run.output
    assert [run.record(n)["version_after"] for n in range(6)] == [VERSION] * 3 + ["24.1.0.6"] * 3
    assert upgrades_of(sim) == dict.fromkeys(range(6), 1)


def test_hooks_that_cannot_be_loaded_and_what_a_former_play_said(sim, rollouts, tmp_path):  # noqa: F811
    """The second play is refused, and no host is told what the first one did. So is the third."""
    unknown = task("x", "huaweicloud.modelarts.no_such", {})
    (tmp_path / "inner.yml").write_text(json.dumps([{"block": [unknown]}]))
    files = {
        "outer.yml": json.dumps([{"ansible.builtin.include_tasks": "inner.yml"}]),
        "words.yml": "- name: [",
        "keys.yml": json.dumps([{"name": "x", "wehn": "true", "ansible.builtin.debug": {}}]),
        "map.yml": "a: b",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    first = {**play(upgrade()), "hosts": "liteservers[0]", "vars": {"hdk_upgrade_canary": 0}}
    hooks = {
        "hdk_upgrade_before_wave": str(tmp_path / "outer.yml"),
        "hdk_upgrade_after_wave": str(tmp_path / "words.yml"),
    }
    others = {
        "hdk_upgrade_before_wave": str(tmp_path / "keys.yml"),
        "hdk_upgrade_after_wave": str(tmp_path / "map.yml"),
    }
    second = play(rescued(upgrade()), vars={**hooks, "hdk_upgrade_at_end": "missing.yml"})
    result = rollouts.start(play=[first, second, play(upgrade(), vars=others)]).wait()
    names = [server.name for server in sim.servers.values()]
    assert upgrades_of(sim) == {0: 1}
    assert verdicts(result, names[0])[0].startswith("upgraded: ")
    for name in names:
        *_first, said, then = verdicts(result, name)
        assert (
            f"hdk_upgrade_before_wave: {tmp_path}/inner.yml cannot be loaded: " in said
            and "huaweicloud.modelarts.no_such" in said
        )
        assert f"hdk_upgrade_after_wave: {tmp_path}/words.yml cannot be loaded: " in said
        assert "hdk_upgrade_at_end: there is no file " in said
        assert "wehn" in then and "map.yml is not a list of tasks" in then
        assert "words.yml" not in then, "what a former play said"


def test_a_pattern_without_hosts_fails(sim, rollouts):  # noqa: F811
    result = rollouts.start("litesrevers", inventory=rollouts.inventory()).wait(
        ["Could not match supplied host pattern"]
    )
    assert result.rc != 0
    assert "modelarts_hosts is litesrevers, which matches no host of the inventory. Correct it." in " ".join(
        result.output.split()
    )
    assert sim.requests == []


@SIX
def test_other_servers_of_the_play_are_ok_and_the_group_is_the_default(sim, rollouts):  # noqa: F811
    """Of 6 hosts 2 are asked for, and one fails."""
    sim.outcome(sim.server_ids[1], "FAILED")
    given = rollouts.options(servers=sim.server_ids[:2], canary=0)
    del given["modelarts_hosts"]
    environment = rollouts.playbook.environment()
    run = rollouts.finish(
        rollouts.playbook.start(BOOK, inventory=rollouts.inventory(), extra_vars=given, env=environment)
    )
    hosts = [server.name for server in sim.servers.values()]
    assert [run.play.stats[host]["failures"] for host in hosts] == [0, 1, 0, 0, 0, 0]
    assert {run.told(host) for host in hosts[2:]} == {"not a server of this run"}


def test_where_nothing_is_to_be_shown_nothing_is(sim, rollouts):  # noqa: F811
    """Of a plan and of an operation: neither what is planned nor an end, and of the hosts their names alone."""
    query = {"name": "huaweicloud.modelarts.software_query", "rolespec_validate": False}
    plays = [
        play(upgrade(check_mode=True), no_log=True),
        play(task("query", "ansible.builtin.import_role", query), no_log=True),
    ]
    result = rollouts.start(play=plays).wait()
    assert result.rc == 0, result.output
    assert sim.count("POST", "/jobs") == 1
    for shown in ("Plan:", VERSION, "servers done", "as wanted", "Driver", "next:", *sim.server_ids):
        assert shown not in result.output, shown
