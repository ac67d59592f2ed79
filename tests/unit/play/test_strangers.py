# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that failed makes a host fail, also where it is no host of the play."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.verdicts import (
    ALL,
    NOT_OF_THIS_RUN,
    at_hand,
    failed,
)
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._play.hosts import Host, is_known_server
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._play.strangers import with_strangers, without_host

GOOD = {"msg": "upgraded: fine", "changed": True, "failed": False}
BAD = {"msg": "failed: it broke.", "changed": False, "failed": True}
TOLD = "It fails for servers that no host of this play stands for: s failed: it broke"


def told(verdicts, hosts):
    """What each host hears."""
    strangers = [one for one in failed(verdicts) if one not in {host.server_id for host in hosts}]
    found = with_strangers(verdicts, strangers, hosts)
    return {host.name: at_hand(found, host.server_id, is_known_server(host)) for host in hosts}


def test_a_host_that_stands_for_all_servers_fails_anyway():
    heard = told(
        {"s": BAD, "id-1": GOOD, ALL: BAD}, [Host("one", "id-1"), Host("two", "id-2"), Host("bastion", "bastion")]
    )
    assert heard == {"one": GOOD, "two": NOT_OF_THIS_RUN, "bastion": BAD}


def test_a_host_that_has_failed_itself_is_enough():
    heard = told({"s": BAD, "id-1": BAD, ALL: BAD}, [Host("one", "id-1"), Host("two", "id-2")])
    assert heard == {"one": BAD, "two": NOT_OF_THIS_RUN}


def test_of_hosts_that_are_certainly_servers_one_fails():
    hosts = [Host("one", "id-1"), Host("two", "id-2"), Host("three", "id-3")]
    heard = told({"s": BAD, "id-1": GOOD, ALL: BAD}, hosts)
    assert heard == {
        "one": GOOD,
        "two": {"msg": f"not a server of this run. {TOLD}", "changed": False, "failed": True},
        "three": NOT_OF_THIS_RUN,
    }


def test_where_all_hosts_are_of_the_run_the_first_one_fails():
    heard = told({"s": BAD, "id-1": GOOD, ALL: BAD}, [Host("one", "id-1")])
    assert heard == {"one": {"msg": f"upgraded: fine. {TOLD}", "changed": True, "failed": True}}


def test_a_server_is_a_stranger_without_a_host_and_where_its_host_has_another_id():
    now = [Host("one", "id-1"), Host("two", "another")]
    failed_with_hosts = {"id-1": "one", "id-2": "two", "id-3": None, "id-4": "a host that Ansible has given up"}
    assert without_host(failed_with_hosts, now) == ["id-2", "id-3"]


def test_of_many_servers_some_are_named():
    bad = {f"s{number}": BAD for number in range(9)}
    text = told({**bad, ALL: BAD}, [Host("one", "id-1")])["one"]["msg"]
    assert text.endswith("; s4 failed: it broke; and 4 more")


@given(
    st.lists(st.sampled_from(["localhost", "bastion", "id-1", "id-2", "id-3"]), unique=True, min_size=1),
    st.dictionaries(st.sampled_from(["id-1", "id-2", "id-3", "s"]), st.sampled_from([GOOD, BAD]), min_size=1),
)
def test_some_host_fails_where_a_server_did_and_else_none(names, verdicts):
    hosts = [Host(f"h-{one}", one) if "-" in one else Host(one, None if one == "localhost" else one) for one in names]
    bad = any(one["failed"] for one in verdicts.values())
    heard = told({**verdicts, ALL: {**GOOD, "failed": bad}}, hosts)
    assert any(one["failed"] for one in heard.values()) is bad
    for host in hosts:
        if host.server_id in verdicts and verdicts[host.server_id]["failed"]:
            assert heard[host.name] == BAD
