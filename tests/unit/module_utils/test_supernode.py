# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import RequestError
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._server import parse
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._supernode import (
    FORBIDDEN,
    INCOMPLETE,
    SPLIT,
    Listed,
    find_supernodes,
    set_supernodes,
)
from tests.simulator import Simulator, faults


def server(server_id, own=None, resource=None, name=None, **fields):
    """A server that shows its super-node by its own ID, by its resource's, by both or not at all."""
    shown = {"server_hps": {"id": own, "name": name}} if own else {}
    return parse({"id": server_id, "cloud_server": {"hps_id": resource}, **shown, **fields})


def ids(servers):
    return {one["id"]: one["supernode_id"] for one in servers}


@pytest.fixture
def sim():
    with Simulator(servers=30, supernodes=2, supernode_size=12, speed=0) as simulator:
        yield simulator


def read(client):
    servers = [parse(row) for row in client.list_servers()[0]]
    return servers, find_supernodes(client, servers, False)


def test_the_regions_lists_of_members_decide(sim, client):
    one, two = sim.supernodes.values()
    # One member shows nothing, one its resource alone, one another super-node.
    sim.servers[one.server_ids[0]].server_hps = None
    sim.servers[one.server_ids[0]].cloud_server = {"id": "cloud", "type": "HPS"}
    sim.servers[one.server_ids[1]].server_hps = None
    sim.servers[one.server_ids[2]].server_hps = {"id": two.id, "name": two.name}
    servers, warnings = read(client)
    expected = {member: supernode for supernode in (one, two) for member in supernode.server_ids}
    for found in servers:
        supernode = expected.get(found["id"])
        told = (found["supernode_id"], found["supernode_name"])
        assert told == ((supernode.id, supernode.name) if supernode else (None, None))
    assert warnings == []
    # Members come ten on a page.
    assert (sim.count("GET", "/hyperinstance"), sim.count("GET", "/hyperinstance/*/servers")) == (1, 4)


def test_those_of_the_whole_tenant(sim, client):
    servers = [parse(row) for row in client.list_servers(True)[0]]
    find_supernodes(client, servers, True)
    assert (sim.count("GET", "/hyperinstance/all"), sim.count("GET", "/hyperinstance")) == (1, 0)


def test_nothing_is_asked_without_supernodes(make_client):
    with Simulator(servers=3, speed=0) as alone:
        servers, warnings = read(make_client(endpoint=alone.endpoint))
        assert set(ids(servers).values()) == {None} and warnings == []
        assert len(alone.requests) == 1


@pytest.mark.parametrize(
    "field", [{"category": "HPS"}, {"cloud_server": {"type": "HPS"}}, {"cloud_server": {"hps_id": "r"}}]
)
def test_any_sign_of_a_supernode_is_enough_to_ask(sim, client, field):
    find_supernodes(client, [parse({"id": "a", **field})], False)
    assert sim.count("GET", "/hyperinstance") == 1


@pytest.mark.parametrize("status", [400, 404, 405])
@pytest.mark.parametrize("path", ["/hyperinstance", "/hyperinstance/*/servers"])
def test_a_region_without_the_calls_leaves_it_to_the_servers(sim, client, status, path):
    sim.inject(faults.refuse(status, path=path))
    before = {server_id: (one.server_hps or {}).get("id") for server_id, one in sim.servers.items()}
    sim.servers[sim.server_ids[0]].server_hps = None
    servers, warnings = read(client)
    assert ids(servers) == before and warnings == []


def test_a_refusal_is_told_and_left_to_the_servers(sim, client):
    sim.inject(faults.refuse(403, path="/hyperinstance"))
    servers, (warning,) = read(client)
    assert warning.startswith(FORBIDDEN) and "HTTP 403" in warning
    assert {one["supernode_id"] for one in servers} == {*sim.supernodes, None}


def test_any_other_error_is_one(sim, make_client):
    sim.inject(faults.refuse(500, path="/hyperinstance"))
    with pytest.raises(RequestError, match="HTTP 500"):
        read(make_client(retries=0))


@pytest.mark.parametrize("path", ["/hyperinstance", "/hyperinstance/*/servers"])
def test_incomplete_lists_are_told(sim, client, path):
    sim.inject(faults.paging(1, supported=False, path=path))
    servers, warnings = read(client)
    assert warnings == [INCOMPLETE]
    assert {one["supernode_id"] for one in servers} == {*sim.supernodes, None}


def test_a_supernode_that_goes_meanwhile_is_no_error(sim, client):
    sim.inject(faults.refuse(400, code="ModelArts.6404", path="/hyperinstance/*/servers", times=1))
    servers, warnings = read(client)
    assert {one["supernode_id"] for one in servers} == {*sim.supernodes, None} and warnings == []


# Without the calls: what the servers show.


def test_a_member_that_shows_the_resource_alone_is_with_its_fellows():
    servers = [server("a", None, "r1"), server("b", "s1", "r1", "n1"), server("c", "s1", None), server("d", "s2", "r2")]
    assert set_supernodes(servers, Listed()) == []
    assert ids(servers) == {"a": "s1", "b": "s1", "c": "s1", "d": "s2"}
    assert [one["supernode_name"] for one in servers] == ["n1", "n1", "n1", None]


def test_where_nothing_shows_the_own_id_the_resource_stands_for_it():
    servers = [server("a", None, "r1"), server("b", None, "r1"), server("c", None, "r2"), server("d")]
    assert set_supernodes(servers, Listed()) == []
    assert ids(servers) == {"a": "r1", "b": "r1", "c": "r2", "d": None}


def test_a_name_without_an_id_stays():
    servers = [parse({"id": "a", "cloud_server": {"hps_id": "r1"}, "server_hps": {"name": "n1"}})]
    set_supernodes(servers, Listed())
    assert (servers[0]["supernode_id"], servers[0]["supernode_name"]) == ("r1", "n1")


def test_equal_ids_of_different_kinds_say_nothing():
    servers = [server("a", "x", "r1"), server("b", "s2", "x"), server("c", None, "x")]
    assert set_supernodes(servers, Listed()) == []
    assert ids(servers) == {"a": "x", "b": "s2", "c": "s2"}


def test_a_listed_supernode_tells_its_resource_without_its_members():
    servers = [server("a", None, "r1"), server("b", "s1")]
    assert set_supernodes(servers, Listed([{"id": "s1", "hps_id": "r1", "name": "n1"}])) == []
    assert [(one["supernode_id"], one["supernode_name"]) for one in servers] == [("s1", "n1")] * 2


def test_a_listed_member_tells_the_resource_of_its_fellow():
    servers = [server("a", None, "r1"), server("b", None, "r1")]
    assert set_supernodes(servers, Listed([{"id": "s1"}], {"a": "s1"})) == []
    assert ids(servers) == {"a": "s1", "b": "s1"}


def test_members_that_may_belong_together_are_told():
    servers = [server("a", "s1"), server("b", None, "r1")]
    assert set_supernodes(servers, Listed()) == [SPLIT]
    assert ids(servers) == {"a": "s1", "b": "r1"}


SHOWN = st.sampled_from(["both", "own", "resource"])


@given(st.lists(st.tuples(st.integers(0, 3), SHOWN), max_size=12), st.randoms())
def test_fellows_stay_together_where_one_shows_both(fleet, random):
    servers = [
        server(str(n), f"s{node}" if kind != "resource" else None, f"r{node}" if kind != "own" else None)
        for n, (node, kind) in enumerate(fleet)
    ]
    nodes = {str(n): node for n, (node, _kind) in enumerate(fleet)}
    random.shuffle(servers)
    warnings = set_supernodes(servers, Listed())
    found = {}
    for one in servers:
        found.setdefault(nodes[one["id"]], set()).add(one["supernode_id"])
    linked = {node for node, kind in fleet if kind == "both"}
    assert all(found[node] == {f"s{node}"} for node in linked)
    split = [node for node, seen in found.items() if len(seen) > 1]
    assert not split or warnings == [SPLIT]
    every = [one for seen in found.values() for one in seen]
    assert len(every) == len(set(every))
