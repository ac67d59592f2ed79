# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._server import parse
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._inventory import (
    groups,
    host_names,
    host_variables,
)
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._unsafe import plain, unsafe

FLEETS = st.dictionaries(
    st.text("ab0-", min_size=1, max_size=12),
    st.one_of(
        st.none(), st.sampled_from(["n", "n-a", "n-aaaaaaaa", "all", "liteserver", "{{ x }}", "n n", "n_n"]), st.text()
    ),
    max_size=8,
)


def fleet(names):
    return [parse({"id": id_, "name": name}) for id_, name in names.items()]


@given(FLEETS)
def test_names_are_unique_safe_and_independent_of_the_order(names):
    found = host_names(fleet(names))
    assert set(found) == set(names)
    assert len(set(found.values())) == len(names)
    assert all(re.fullmatch(r"[-_.a-zA-Z0-9]*[a-zA-Z0-9][-_.a-zA-Z0-9]*", name) for name in found.values())
    assert host_names(reversed(fleet(names))) == found


@pytest.mark.parametrize(
    "names, expected",
    [
        ({"12345678-a": "node"}, ["node"]),
        ({"12345678-a": "node", "23456789-a": "node"}, ["node-12345678", "node-23456789"]),
        ({"12345678-a": "node", "12345678-b": "node"}, ["node-12345678-a", "node-12345678-b"]),
        ({"12345678-a": "a b", "23456789-a": "a/b"}, ["a_b-12345678", "a_b-23456789"]),
        ({"12345678-a": "node-00001", "23456789-a": "NODE-00001"}, ["node-00001", "NODE-00001"]),
        ({"12345678-a": None}, ["liteserver-12345678"]),
        ({"12345678-a": ".."}, ["liteserver-12345678"]),
        ({"12345678-a": "Localhost"}, ["Localhost-12345678"]),
        ({"12345678-a": "all"}, ["all-12345678"]),
        ({"12345678-a": "liteserver_status_running"}, ["liteserver_status_running-12345678"]),
    ],
)
def test_names(names, expected):
    assert list(host_names(fleet(names)).values()) == expected


def test_groups_of_supernodes_that_share_a_name():
    servers = [
        parse({"id": id_, "server_hps": {"id": node, "name": name}})
        for id_, node, name in (("a", "11111111-a", "n.1"), ("b", "22222222-b", "n.1"), ("c", "33333333-c", ""))
    ]
    assert groups(servers) == {
        "a": ["liteserver_supernode_n_1_11111111"],
        "b": ["liteserver_supernode_n_1_22222222"],
        "c": ["liteserver_supernode_33333333_c"],
    }


def test_groups_of_status_and_flavor():
    server = parse({"id": "a", "status": "CHANGINGOS_FAILED", "flavor": "physical.kat2e 8/ei"})
    assert groups([server])["a"] == ["liteserver_status_changingos_failed", "liteserver_flavor_physical_kat2e_8_ei"]
    assert groups([parse({"id": "a"})]) == {"a": []}


def test_variables():
    server = parse({"id": "a", "endpoints": [{"uri": "10.0.0.1"}]})
    assert host_variables(server, None, True)["ansible_host"] == "10.0.0.1"
    assert "ansible_host" not in host_variables(server, None, False)
    assert "ansible_host" not in host_variables(parse({"id": "a"}), None, True)
    assert "liteserver_driver" not in host_variables(server, None, True)
    assert host_variables(server, {}, True)["liteserver_driver"] is None
    told = host_variables(server, {"a": {"driver": "25.2.1", "firmware": "7.5", "at": "2026"}}, True)
    assert [told[f"liteserver_{key}"] for key in ("driver", "firmware", "software_at")] == ["25.2.1", "7.5", "2026"]


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda part: st.lists(part) | st.dictionaries(st.text(), part))
)
def test_marks_change_no_value(value):
    assert unsafe(value) == plain(value) == value
