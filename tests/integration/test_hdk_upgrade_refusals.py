# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What would make a rollout wrong is refused before anything is sent, and each host hears why, whatever came before."""

from __future__ import annotations

import json

import pytest

from tests.integration.playbook import task
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


def upgrade(name="upgrade", kind="import_role", **keywords):
    return task(name, f"ansible.builtin.{kind}", ROLE, **keywords)


def told(result, host):
    """Each verdict that a host heard, in order."""
    events = [one for one in result.events if one["kind"] == "task" and one["host"] == host]
    return [one["result"]["msg"] for one in events if one["task"].endswith("Verdict")]


def test_strategies_and_conditions_and_every_host_hears_it(sim, rollouts):  # noqa: F811
    """By keyword and by environment; on a role of either kind, and on a block around it."""
    names = [server.name for server in sim.servers.values()]
    free = "The play's strategy is {}, under which each host would run the whole operation. Give the play"
    condition = (
        "The role hdk_upgrade has the condition {}, which cannot leave out single hosts, since one host works for all."
    )
    block = {"block": [upgrade()], "when": "ansible_play_batch | length > 0"}
    plays = [
        (play(upgrade(), strategy="free"), free.format("free")),
        (play(upgrade(), strategy="ansible.builtin.host_pinned"), free.format("ansible.builtin.host_pinned")),
        (play(upgrade(when="inventory_hostname != 'x'")), condition.format("inventory_hostname != 'x'")),
        (play(upgrade(kind="include_role", when="true")), condition.format("true")),
        (play(block), condition.format("ansible_play_batch | length > 0")),
        (play(roles=[{"role": NAME, "when": "1 == 1"}]), condition.format("1 == 1")),
    ]
    once = "Using run_once with the free strategy is not currently supported"
    for one, words in plays:
        result = rollouts.start(play=[one]).wait([once] * ("strategy" in one))
        assert result.rc == 2
        for name in names:
            assert len(told(result, name)) == 1, (one, result.output)
            assert words in told(result, name)[0], result.output
            assert result.stats[name]["failures"] == 1
    result = rollouts.start(play=[play(upgrade())], env={"ANSIBLE_STRATEGY": "free"}).wait([once])
    assert [free.format("free") in told(result, name)[0] for name in names] == [True] * 3
    assert sim.requests == []


def test_a_condition_that_keeps_the_first_host_out_leaves_no_host_without_a_word(sim, rollouts):  # noqa: F811
    names = [server.name for server in sim.servers.values()]
    result = rollouts.start(play=[play(upgrade(when=f"inventory_hostname != '{names[0]}'"))]).wait()
    assert result.rc == 2 and sim.requests == []
    assert {told(result, name)[0].partition(",")[0] for name in names[1:]} == {"Nothing was done for this host"}


@SIX
def test_options_of_hosts_agree_but_for_the_version(sim, rollouts):  # noqa: F811
    """One rollout brings each group its own version; any other difference is told with hosts and values."""
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
    given = {name: value for name, value in rollouts.options().items() if name != "hdk_upgrade_version"}
    result = rollouts.playbook.start(BOOK, inventory=bad, extra_vars=given, env=rollouts.playbook.environment()).wait()
    assert result.rc == 2 and sim.requests == []
    for host in hosts:
        (said,) = told(result, host)
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
    """The second play is refused, and no host is told what the first one did."""
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
    second = play(upgrade(), vars={**hooks, "hdk_upgrade_at_end": "missing.yml"})
    result = rollouts.start(play=[first, second]).wait()
    names = [server.name for server in sim.servers.values()]
    assert upgrades_of(sim) == {0: 1}
    assert told(result, names[0])[0].startswith("upgraded: ")
    for name in names:
        said = told(result, name)[-1]
        assert (
            f"hdk_upgrade_before_wave: {tmp_path}/inner.yml cannot be loaded: " in said
            and "huaweicloud.modelarts.no_such" in said
        )
        assert f"hdk_upgrade_after_wave: {tmp_path}/words.yml cannot be loaded: " in said
        assert "hdk_upgrade_at_end: there is no file " in said
    result = rollouts.start(play=[play(upgrade(), vars=others)]).wait()
    assert "wehn" in told(result, names[2])[0] and "map.yml is not a list of tasks" in told(result, names[2])[0]
    assert upgrades_of(sim) == {0: 1}


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
