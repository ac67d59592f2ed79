# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an action knows of its play: which servers its hosts stand for, over which connections, and with which options."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleError

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._play import hosts, refusals, variables
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._play.connections import connections, place_problems
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._play.hosts import Host


class HostVars(dict):
    """As C(hostvars): templates are carried out where they are read, here as C({{ name }})."""

    def raw_get(self, name):
        return self.get(name, {})

    def __getitem__(self, name):
        return {key: str(value).replace("{{ name }}", name) for key, value in self.get(name).items()}


def hosts_of(**found):
    return hosts.hosts_of(found, HostVars(found), lambda name: name.startswith("role_"))


def test_hosts():
    uuid = "66d210bc-023c-490a-8664-afd321a163ad"
    found = hosts_of(
        a={"liteserver_id": "id-{{ name }}", "liteserver_region": "r1", "liteserver_endpoint": None},
        b={"role_x": "{{ y }}", "other": 1},
        localhost={},
    )
    assert found == [
        Host("a", "id-a", {"region": "r1"}),
        Host("b", "b", {}, {"role_x": "{{ y }}"}),
        Host("localhost", None),
    ]
    assert [hosts.is_surely_a_server(*one) for one in (("a", "x"), (uuid, None), ("bastion", ""))] == [
        True,
        True,
        False,
    ]


def test_a_host_of_which_a_variable_cannot_be_evaluated_is_no_server_and_says_why():
    class Broken(HostVars):
        def __getitem__(self, name):
            raise AnsibleError("'nosuch' is undefined")

    for key, also in (("id", {}), ("region", {"liteserver_id": "id-a"})):
        variables_ = {**also, f"liteserver_{key}": "{{ nosuch }}"}
        (found,) = hosts.hosts_of(["a"], Broken(a=variables_), lambda name: False)
        assert found == Host(
            "a", None, problem=f"a: its liteserver_{key} cannot be evaluated: 'nosuch' is undefined. Correct it."
        )


def test_hosts_by_server():
    hostvars = {
        "one": {"liteserver_id": "id-1"},
        "two": {},
        "three": {"liteserver_id": 3},
        "four": {"liteserver_id": ""},
        "localhost": {},
    }
    found = {"id-1": "one", "two": "two", "3": "three", "four": "four"}
    assert hosts.hosts_by_server(hostvars, hostvars) == found
    assert hosts.hosts_by_server(["localhost"], {"localhost": {"liteserver_id": "x"}}) == {"x": "localhost"}


def test_connections():
    where = [
        Host("a", "s1", {"region": "r1", "project_id": "p1", "endpoint": "https://e1"}),
        Host("b", "s2", {"region": "r1", "project_id": "p1", "endpoint": "https://e1"}),
        Host("c", "s3", {"region": "r2"}),
        Host("d", "s4", {"project_id": "p2"}),
        Host("localhost", None),
    ]
    base = {"region": "r1", "endpoint": "https://e0", "retries": 1}
    servers, options = connections(["s1", "s2", "s3", "s4", "s5"], where, base)
    assert list(servers.values()) == [["s1", "s2"], ["s3"], ["s4"], ["s5"]]
    assert list(options.values()) == [
        {"region": "r1", "project_id": "p1", "endpoint": "https://e1", "retries": 1},
        {"region": "r2", "endpoint": None, "retries": 1},
        {"region": "r1", "project_id": "p2", "endpoint": "https://e0", "retries": 1},
        base,
    ]


def test_hosts_that_stand_for_one_server_tell_one_place():
    """Those that tell none follow the others. Of an address no password is shown."""
    twins = [
        Host("a", "s1", {"region": "r1", "endpoint": "https://u:hunter2@e1"}),
        Host("b", "s1", {"region": "r1", "endpoint": "https://e2"}),
        Host("c", "s1"),
        Host("d", "s2", {"region": "r1"}),
        Host("e", "s2", {"region": "r2", "project_id": "p"}),
    ]
    rest = "Give the hosts of a server one value, or leave out all of them but one."
    told = "differs between hosts that stand for the same Lite Server"
    assert list(place_problems(["s1", "s2", "s3"], twins)) == [
        f"liteserver_region {told}: s2 ('r1' for d; 'r2' for e). {rest}",
        f"liteserver_project_id {told}: s2 (not given for d; 'p' for e). {rest}",
        f"liteserver_endpoint {told}: s1 ('e1' for a; 'https://e2' for b). {rest}",
    ]
    assert list(place_problems(["s3"], twins)) == []
    assert list(place_problems(["s1"], twins[1:3])) == []


def read(found, of_host):
    """The options by host; how often the variables of a host were made."""
    made = []

    def get(name):
        made.append(name)
        return {**found[name], **of_host(name)}

    def carry_out(_name, value, given):
        return json.loads(json.dumps(value).replace("{{ name }}", given["name"]))

    def is_of_role(name):
        return name.startswith("role_")

    listed = [Host(name, name, {}, given) for name, given in found.items()]
    return variables.by_host(listed, is_of_role, get, lambda name: {**found[name], **of_host(name)}, carry_out), made


def test_variables_are_made_once_for_hosts_of_which_the_inventory_says_the_same():
    found = {f"h{n}": {"role_x": "1" if n else "2"} for n in range(1000)}
    options, made = read(found, lambda name: {"role_default": 5, "other": 6})
    assert options["h0"] == {"role_x": "2", "role_default": 5}
    assert options["h999"] == {"role_x": "1", "role_default": 5}
    assert len(made) == 2


def test_templates_are_carried_out_for_each_host_that_may_differ():
    """Also where it is the only one of many, and where the difference is two templates away."""
    hosts_ = {f"h{n}": {} for n in range(1000)}
    options, made = read(hosts_, lambda name: {"role_x": "{{ name }}", "name": name})
    assert {name: given["role_x"] for name, given in options.items()} == {name: name for name in hosts_}
    for deep in ({"role_x": "{{ name }}"}, {"role_x": ["{{ 'a' if way else 'b' }}"], "way": "{{ name }}"}):
        options, made = read(hosts_, lambda name, deep=deep: {**deep, "name": "odd" if name == "h5" else "same"})
        assert len(made) == 2
        assert (options["h5"] != options["h4"]) == (deep["role_x"] == "{{ name }}")


@pytest.mark.parametrize("text", ["{{ vars['name'] }}", "{{ lookup('vars', 'na' ~ 'me') }}", "{% if"])
def test_a_template_of_which_nobody_knows_what_it_reads_is_carried_out_for_all(text):
    _options, made = read({f"h{n}": {} for n in range(9)}, lambda name: {"role_x": text, "name": name})
    assert len(made) == 9


def test_no_more_groups_of_hosts_are_read_than_anybody_wants_to_know_of():
    options, made = read({f"h{n}": {"role_x": str(n)} for n in range(1000)}, lambda name: {})
    assert len(options) == len(made) == variables.MOST_GROUPS


@pytest.mark.parametrize("strategy", ["free", "host_pinned", "ansible.builtin.free", "mitogen_linear"])
def test_other_strategies_are_refused(strategy):
    assert f"strategy is {strategy}" in refusals.strategy_problem(strategy)


@pytest.mark.parametrize("strategy", ["linear", "ansible.builtin.linear", "debug"])
def test_linear_strategies_are_fine(strategy):
    assert refusals.strategy_problem(strategy) is None
