# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._server import parse
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._inventory.fleet import is_fleet
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._inventory.groups import group_names, groups_of
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._inventory.hostnames import (
    check_hostnames,
    wanted_name,
)
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._inventory.hosts import (
    Others,
    Place,
    host_names,
    host_variables,
    naming_variables,
)
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._inventory.names import group_part, host_name
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._inventory.told import merged_groups, shared_names
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._unsafe import plain, unsafe

HERE, THERE = Place("https://one.example.com", "project-1", "cn-north-4"), Place("https://one.example.com", "project-2")
FLEETS = st.dictionaries(
    st.text("ab0-", min_size=1, max_size=12),
    st.one_of(
        st.none(),
        st.sampled_from(["n", "n-a", "n-aaaaaaaa", "all", "liteserver", "{{ x }}", "n n", "n_n", "服务器"]),
        st.text(),
    ),
    max_size=8,
)


def variables(server_id, place=HERE, **answer):
    return host_variables(parse({"id": server_id, **answer}), place, None, True)


def fleet(names, place=HERE):
    return {id_: variables(id_, place, name=name) for id_, name in names.items()}


def named(names, others=None, place=HERE):
    """The host names of servers, and the ids of those that share a name."""
    return host_names(fleet(names, place), names, others or Others())


def as_others(names, place=HERE):
    """The hosts that another source made of servers."""
    made = fleet(names, place)
    return Others({host: made[id_] for id_, host in named(names, place=place)[0].items()})


# Host names


@given(FLEETS)
def test_names_are_unique_safe_and_independent_of_the_order(names):
    found, shared = named(names)
    assert set(found) == set(names)
    assert len(set(found.values())) == len(names)
    for name in found.values():
        assert not any(unicodedata.category(one)[0] in "CPSZ" and one not in "-_." for one in name)
        assert any(map(str.isalnum, name)) and name[0] != "-"
    assert named(dict(reversed(names.items()))) == (found, shared)


@pytest.mark.parametrize(
    "names, expected, shared",
    [
        ({"12345678-a": "node"}, ["node"], 0),
        ({"12345678-a": "node", "23456789-a": "node"}, ["node-12345678", "node-23456789"], 2),
        ({"12345678-a": "node", "12345678-b": "node"}, ["node-12345678-a", "node-12345678-b"], 2),
        ({"12345678-a": "a b", "23456789-a": "a/b"}, ["a_b-12345678", "a_b-23456789"], 2),
        ({"12345678-a": "node-00001", "23456789-a": "NODE-00001"}, ["node-00001", "NODE-00001"], 0),
        ({"12345678-a": None}, ["liteserver-12345678"], 0),
        ({"12345678-a": ".."}, ["liteserver-12345678"], 0),
        ({"12345678-a": "Localhost"}, ["Localhost-12345678"], 0),
        ({"12345678-a": "all"}, ["all-12345678"], 0),
        ({"12345678-a": "all", "23456789-a": "all"}, ["all-12345678", "all-23456789"], 2),
        ({"12345678-a": None, "23456789-a": ".."}, ["liteserver-12345678", "liteserver-23456789"], 0),
        ({"12345678-a": "liteserver_status_running"}, ["liteserver_status_running-12345678"], 0),
        ({"12345678-a": "服务器", "23456789-a": "节点"}, ["服务器", "节点"], 0),
    ],
)
def test_names(names, expected, shared):
    found, ids = named(names)
    assert (list(found.values()), len(ids)) == (expected, shared)


@pytest.mark.parametrize(
    "text, host, group",
    [
        ("训练节点-01", "训练节点-01", "训练节点_01"),
        ("Größe.é", "Größe.é", "Größe_é"),
        ("e\u0301", "\u00e9", "\u00e9"),  # decomposed
        ("नोड", "नोड", "न_ड"),  # a vowel sign is no letter to Python
        ("узел сервер", "узел_сервер", "узел_сервер"),
        ("a,b:c!d&e*f?[g]{h}", "a_b_c_d_e_f__g__h_", "a_b_c_d_e_f__g__h_"),
        ("a\x1b[31m\r\n\u202eb\ud800", "a__31m___b_", "a__31m___b_"),
        ("-oProxyCommand", "_oProxyCommand", "_oProxyCommand"),
        ("", "", ""),
        ("-._", "", "___"),
    ],
)
def test_what_stays_of_a_text(text, host, group):
    assert (host_name(text), group_part(text)) == (host, group)


# Several sources


def test_a_name_of_another_project_gets_a_suffix():
    others = as_others({"12345678-a": "node"}, THERE)
    assert named({"23456789-b": "node"}, others) == ({"23456789-b": "node-23456789"}, {"23456789-b"})
    # Even where the projects gave the same id.
    assert named({"12345678-a": "node"}, others) == ({"12345678-a": "node-12345678"}, {"12345678-a"})
    others = Others({**others.hosts, "node-12345678": fleet({"12345678-c": "x"}, THERE)["12345678-c"]})
    assert named({"12345678-a": "node"}, others)[0] == {"12345678-a": "node-12345678-a"}


def test_the_same_server_of_another_source_is_the_same_host():
    # A wider list of the same project knew two of the name.
    others = as_others({"12345678-a": "node", "23456789-b": "node"})
    assert named({"12345678-a": "node"}, others) == ({"12345678-a": "node-12345678"}, set())


@given(FLEETS, FLEETS)
def test_no_host_is_lost_between_projects(ours, theirs):
    others = as_others(theirs, THERE)
    assert not set(named(ours, others)[0].values()) & set(others.hosts)


@given(FLEETS, st.data())
def test_a_source_read_twice_makes_no_new_host(names, data):
    part = data.draw(st.sets(st.sampled_from(sorted(names)))) if names else set()
    found = named(names)[0]
    again, shared = named({id_: names[id_] for id_ in part}, as_others(names))
    assert again == {id_: found[id_] for id_ in part} and shared == set()


def test_a_host_without_our_variables_is_taken_for_the_same():
    others = Others({"node": {"rack": 7}})
    assert named({"12345678-a": "node"}, others) == ({"12345678-a": "node"}, set())
    others = Others({"node": {"liteserver_id": "12345678-a"}})
    assert named({"12345678-a": "node"}, others)[0] == {"12345678-a": "node"}


def test_the_name_of_a_group_is_no_host():
    assert named({"12345678-a": "web"}, Others({}, ["all", "web"])) == ({"12345678-a": "web-12345678"}, {"12345678-a"})


def test_what_is_told_of_shared_names():
    assert shared_names([]) == []
    (told,) = shared_names([f"n-{n}" for n in range(7)])
    assert "n-0, n-1, n-2, n-3, n-4 and 2 more" in told and "hostnames" in told


# The option hostnames


def fail(entry, _variables):
    raise AssertionError(f"{entry} was evaluated")


@pytest.mark.parametrize(
    "entries, expected",
    [
        ([], "node"),
        (["liteserver_private_ip", "liteserver_id"], "a-1"),
        ([" liteserver_flavor ", "liteserver_id"], "kat2e"),
        (["'x' ~ 1", "liteserver_id"], "'x' ~ 1!"),
        (["liteserver_region", "liteserver_id"], "cn-north-4"),
        (["liteserver_private_ip"], "node"),
    ],
)
def test_the_first_entry_that_gives_a_name_counts(entries, expected):
    mine = variables("a-1", name="node", flavor="kat2e")
    assert wanted_name(entries, mine, lambda entry, _variables: f"{entry}!") == expected


@pytest.mark.parametrize("value", [None, "", " ", "..", ["a"], {"a": "b"}])
def test_what_is_no_name_is_passed_over(value):
    assert wanted_name(["'x'"], variables("a-1", name="node"), lambda _entry, _variables: value) == "node"


def test_a_number_can_name():
    assert wanted_name(["1 + 1"], variables("a-1"), lambda _entry, _variables: 2) == "2"


def test_a_variable_is_not_evaluated():
    assert wanted_name(["liteserver_name"], variables("a-1", name="{{ evil }}"), fail) == "{{ evil }}"


@pytest.mark.parametrize(
    "entries, words",
    [
        ([], "hostnames is empty. Give at least a variable"),
        (["liteserver_id", " "], "hostnames[1] is ' '. Give a variable"),
        ([3], "hostnames[0] is 3. Give a variable"),
        (["liteserver_nam"], "hostnames[0] is 'liteserver_nam', which is no variable that can name a host."),
        (["liteserver_driver"], "hostnames[0] is 'liteserver_driver', which is no variable"),
        (["liteserver_image"], "hostnames[0] is 'liteserver_image', which is no variable"),
    ],
)
def test_entries_that_never_name_are_refused(entries, words):
    with pytest.raises(InputError, match=re.escape(words)):
        check_hostnames(entries, naming_variables(software=False))


def test_entries_that_may_name_are_taken():
    check_hostnames(None, [])
    check_hostnames(["liteserver_driver", "{{ anything }}", "a.b", "liteserver_id"], naming_variables(software=True))


# Groups


def groups(*hosts, others=None):
    """The names of each host's groups."""
    names = group_names(hosts, others or {})
    return [[names[key] for key in groups_of(host)] for host in hosts]


def member(server_id, node, name, place=HERE):
    return variables(server_id, place, server_hps={"id": node, "name": name})


def test_groups_of_supernodes_that_share_a_name():
    one, two, three = (
        member("a", "11111111-a", "n.1"),
        member("b", "22222222-b", "n_1"),
        member("c", "33333333-c", ""),
    )
    assert groups(one, two, three, one) == [
        ["liteserver_supernode_n_1_11111111"],
        ["liteserver_supernode_n_1_22222222"],
        ["liteserver_supernode_33333333_c"],
        ["liteserver_supernode_n_1_11111111"],
    ]


def test_groups_of_status_and_flavor():
    server = variables("a", status="CHANGINGOS_FAILED", flavor="physical.kat2e 8/ei")
    assert groups(server) == [["liteserver_status_changingos_failed", "liteserver_flavor_physical_kat2e_8_ei"]]
    assert groups(variables("a")) == [[]]
    assert groups(variables("a", flavor="大型")) == [["liteserver_flavor_大型"]]


def test_flavors_that_would_share_a_group_do_not():
    ((one,), (two,), (three,)) = groups(*(variables(flavor, flavor=flavor) for flavor in ("a.b", "a_b", "c")))
    assert one != two and three == "liteserver_flavor_c"
    assert all(re.fullmatch("liteserver_flavor_a_b_[0-9a-f]{8}", name) for name in (one, two))


def test_a_group_of_another_source_stays_its_own():
    here, there = member("a", "11111111-a", "n"), member("a", "11111111-a", "n", THERE)
    others = {"liteserver_supernode_n": set(groups_of(there))}
    assert groups(here, others=others) == [["liteserver_supernode_n_11111111"]]
    assert groups(there, others=others) == [["liteserver_supernode_n"]]
    # One that nothing of ours is in, such as an INI file's, is joined.
    assert groups(here, others={"liteserver_supernode_n": set()}) == [["liteserver_supernode_n"]]


def test_values_that_became_one_group_are_told():
    assert merged_groups({"a": {"a"}, "b_c": {"b_c"}}) == []
    (told,) = merged_groups({"d_1": {"d.1", "d-1"}, "a": {"a"}})
    assert "d_1 of 'd-1' and 'd.1'" in told


# Variables, cache, marks


def test_variables():
    server = parse({"id": "a", "endpoints": [{"uri": "10.0.0.1"}]})
    found = host_variables(server, HERE, None, True)
    assert found["ansible_host"] == "10.0.0.1"
    assert [found[f"liteserver_{key}"] for key in ("region", "project_id", "endpoint")] == [
        "cn-north-4",
        "project-1",
        "https://one.example.com",
    ]
    assert host_variables(server, THERE, None, True)["liteserver_region"] is None
    assert "ansible_host" not in host_variables(server, HERE, None, False)
    assert "ansible_host" not in host_variables(parse({"id": "a"}), HERE, None, True)
    assert "liteserver_driver" not in found
    assert host_variables(server, HERE, {}, True)["liteserver_driver"] is None
    told = host_variables(server, HERE, {"a": {"driver": "25.2.1", "firmware": "7.5", "at": "2026"}}, True)
    assert [told[f"liteserver_{key}"] for key in ("driver", "firmware", "software_at")] == ["25.2.1", "7.5", "2026"]


WHOLE = {"servers": [parse({"id": "a"})], "software": {"a": {"driver": "1"}}, "warnings": ["w"]}


def test_what_was_fetched_is_known_again():
    assert is_fleet(WHOLE) and is_fleet({**WHOLE, "software": None, "servers": []})


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "servers",
        {},
        {"servers": []},
        {**WHOLE, "more": 1},
        {**WHOLE, "servers": {}},
        {**WHOLE, "servers": ["a"]},
        {**WHOLE, "servers": [{"id": "a"}]},
        {**WHOLE, "servers": [{**parse({"id": "a"}), "id": 1}]},
        {**WHOLE, "servers": [{**parse({"id": "a"}), "image": None}]},
        {**WHOLE, "software": ["a"]},
        {**WHOLE, "software": {"a": "1"}},
        {**WHOLE, "warnings": "w"},
    ],
)
def test_what_somebody_else_left_is_none(kept):
    assert not is_fleet(kept)


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda part: st.lists(part) | st.dictionaries(st.text(), part))
)
def test_marks_change_no_value(value):
    assert unsafe(value) == plain(value) == value
