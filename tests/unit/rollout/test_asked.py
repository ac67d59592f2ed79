# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a rollout, as hosts say it: versions, IDs and places, and that no host decides in silence for another one."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._play.hosts import Host
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout import asked
from ansible_collections.huaweicloud.modelarts.tests.unit.fleet.test_options import READING, spec_of

SPECS = {role: spec_of(role) for role in (*READING, "hdk_upgrade")}
VERSION, SERVERS = "hdk_upgrade_version", "hdk_upgrade_servers"


def read(*hosts, servers=None, **versions):
    """What is asked by hosts, each with a version of its own, else 24.1.0.3."""
    rows = {host.name: {VERSION: versions.get(host.name, "24.1.0.3"), SERVERS: servers} for host in hosts}
    return asked.read(rows, hosts, SPECS, {})


def test_each_server_has_the_version_of_its_host_without_a_v():
    found = read(Host("a", "id-a"), Host("b", "id-b"), a="v24.1.0.6", b=" 24.1.0.3 ")
    assert found.problems == []
    assert {server.id: server.version for server in found.servers} == {"id-a": "24.1.0.6", "id-b": "24.1.0.3"}


def test_hosts_that_stand_for_one_server_agree_on_its_version():
    twins = (Host("a", "id-1"), Host("b", "id-1"), Host("c", "id-2"))
    found = read(*twins, a="24.1.0.3", b="24.1.0.6")
    assert found.problems == [
        "hdk_upgrade_version differs between hosts that stand for the same Lite Server: id-1 ('24.1.0.3' for a; '24.1.0.6' for b). "
        "Give the hosts of a server one value, or leave out all of them but one."
    ]
    for same in (read(*twins, a="v24.1.0.3", b="24.1.0.3"), read(*twins, servers=["id-2"], b="24.1.0.6")):
        assert same.problems == []
    assert [server.id for server in read(*twins).servers] == ["id-1", "id-2"]


def test_hosts_that_stand_for_one_server_agree_on_its_place():
    far = {"region": "r1", "project_id": "p1"}
    found = read(Host("a", "id-1", far), Host("b", "id-1", {**far, "region": "r2"}), Host("c", "id-2", far))
    (problem,) = found.problems
    assert problem.startswith(
        "liteserver_region differs between hosts that stand for the same Lite Server: id-1 ('r1' for a"
    )
    for hosts in ((Host("a", "id-1", far), Host("b", "id-1")), (Host("a", "id-1"), Host("b", "id-1", far))):
        found = read(*hosts)
        assert found.problems == []
        assert [found.connections[server.connection] for server in found.servers] == [far]


@pytest.mark.parametrize("servers, problems", [(None, 2), (["id-1"], 0)])
def test_an_id_that_a_host_brings_is_told_with_the_host(servers, problems):
    bad = [Host(f"h{n}", f"id-{n}\n") for n in range(2, 7)]
    found = read(Host("a", "id-1"), *bad, Host("the node", "the node"), servers=servers)
    assert (
        found.problems
        == [
            "The liteserver_id of some hosts is not the ID of a Lite Server: h2 ('id-2\\n'), h3 ('id-3\\n'), h4 ('id-4\\n') and 2 more. "
            "Give each its ID alone, in quotes.",
            "Some hosts have no liteserver_id, and a name that is not the ID of a Lite Server: 'the node'. Give each its ID as "
            "liteserver_id, or leave it out.",
        ][:problems]
    )


def test_ids_of_the_option_are_told_all():
    assert read(Host("a", "id-1"), servers=["a/b", "c d", "id-1"]).problems == [
        "hdk_upgrade_servers: 'a/b', 'c d' are not IDs of Lite Servers. Give IDs, in quotes."
    ]
    assert read(Host("localhost", None)).problems == [
        "hdk_upgrade_servers: it is empty. Give the IDs of the Lite Servers, or run on an inventory group of Lite Servers."
    ]


def test_a_server_that_is_localhost_by_its_variable_is_refused():
    (problem,) = read(Host("a", "localhost")).problems
    assert problem.startswith("The liteserver_id of some hosts is not the ID of a Lite Server: a ('localhost').")
