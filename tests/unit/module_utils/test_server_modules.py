# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_info and liteserver_job_template_info: what they select and return."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.modules import liteserver_info as INFO
from ansible_collections.huaweicloud.modelarts.plugins.modules import liteserver_job_template_info as TEMPLATES
from tests.integration.playbook import COMMON_KEYS, documentation
from tests.simulator import Simulator, faults
from tests.unit.module_utils.conftest import connect
from tests.unit.module_utils.submitting import result_of


@pytest.fixture
def sim():
    with Simulator(servers=6, supernodes=2, supernode_size=2, speed=0) as simulator:
        yield simulator


@pytest.fixture
def ask(client):
    """Does the work of one of the modules; its result."""

    def run(module, check=False, warnings=(), **options):
        told = []
        result = result_of(client, options, check=check, told=told, module=module)
        assert not result.get("failed") and result["changed"] is False, result
        assert len(told) == len(warnings) and all(text in warning for text, warning in zip(warnings, told)), told
        return {key: value for key, value in result.items() if key not in COMMON_KEYS - {"changed"}}

    return run


def names(result):
    return [server["name"] for server in result["servers"]]


@pytest.mark.parametrize(
    "module, rows, options",
    [
        (INFO, "servers", {}),
        (INFO, "software", {"software": True}),
        (TEMPLATES, "templates", {"type": "HDK_UPGRADE"}),
    ],
)
def test_return_documents_exactly_what_is_returned(ask, module, rows, options):
    result = ask(module, **options)
    contains = documentation(module.__name__.rpartition(".")[2])
    absent = {"failure"} if options else {"failure", "software"}
    assert set(result) - {"changed"} == set(contains) - absent
    assert result[rows]
    for row in result[rows]:
        assert set(row) == set(contains[rows]["contains"])
        for param in row.get("params", []):
            assert set(param) == set(contains[rows]["contains"]["params"]["contains"])


def test_check_mode_reads_the_same(sim, ask):
    assert ask(INFO, check=True) == ask(INFO)
    assert {request.method for request in sim.requests} == {"GET"}


def test_two_thousand_servers_take_two_requests(ticker):
    with Simulator(servers=2000, speed=0) as many:
        wanted = many.server_ids[500:1700]
        client = connect(many, ticker)
        with client.session:
            result = result_of(client, {"ids": wanted}, module=INFO)
        assert {server["id"] for server in result["servers"]} == set(wanted)
        assert names(result) == sorted(names(result))
        assert len(many.requests) == many.count("GET", "") == 2


def test_filters_together(sim, ask):
    sim.servers[sim.server_ids[0]].status = "STOPPED"
    options = {"statuses": ["running"], "supernodes": ["*-001"], "names": ["liteserver-*"], "flavors": ["physical.*"]}
    assert names(ask(INFO, **options)) == ["liteserver-978c-00002"]


@pytest.mark.parametrize("listed", [True, False])
def test_members_that_show_only_the_resource_are_found(sim, ask, listed):
    supernode = next(iter(sim.supernodes.values()))
    sim.servers[supernode.server_ids[0]].server_hps = None
    if not listed:
        sim.supernodes = None
    for pattern in (supernode.id, supernode.name):
        found = ask(INFO, supernodes=[pattern])["servers"]
        assert [server["id"] for server in found] == supernode.server_ids
        assert {(one["supernode_id"], one["supernode_name"]) for one in found} == {(supernode.id, supernode.name)}
    assert ask(INFO, supernodes=[supernode.hps_id])["servers"] == []


def test_members_are_found_by_id_too(sim, ask):
    supernode = next(iter(sim.supernodes.values()))
    sim.servers[supernode.server_ids[0]].server_hps = None
    (found,) = ask(INFO, ids=supernode.server_ids[:1])["servers"]
    assert found["supernode_id"] == supernode.id
    assert sim.count("GET", "/hyperinstance/*/servers") == 2


def test_a_refused_list_of_supernodes_is_told(sim, ask):
    sim.inject(faults.refuse(403, path="/hyperinstance"))
    assert len(ask(INFO, warnings=["refuses the list of super-nodes"])["servers"]) == 6


def test_ids_missing_and_hidden(sim, ask):
    # The list shows two of six servers and says so: the others are another user's.
    sim.inject(faults.paging(2, supported=False, path="/"))
    wanted = [sim.server_ids[5], "no-such-id", sim.server_ids[0], "jobs", sim.server_ids[5]]
    result = ask(INFO, ids=wanted)
    assert [server["id"] for server in result["servers"]] == [sim.server_ids[0], sim.server_ids[5]]
    assert result["missing"] == ["no-such-id", "jobs"]
    assert result["truncated"] is False
    assert sim.count("GET", f"/{sim.server_ids[5]}") == 1
    assert sim.count("GET", f"/{sim.server_ids[0]}") == 0


def test_incomplete_list_is_said(sim, ask):
    sim.inject(faults.paging(2, supported=False, path="/"))
    result = ask(INFO, warnings=["there are more servers than it gives"])
    assert result["truncated"] is True
    assert len(result["servers"]) == 2


def test_all_users(sim, ask):
    assert len(ask(INFO, all_users=True)["servers"]) == 6
    assert (sim.count("GET", "/all"), sim.count("GET", "")) == (1, 0)


def test_unknown_status_is_warned_of(sim, ask):
    result = ask(INFO, statuses=["RUNING"], warnings=["statuses has 'RUNING', which is no status"])
    assert result["servers"] == []


def test_upgrade_templates_are_found_by_either_word(sim, ask):
    for word in ("HDK_UPGRADE", "ASCEND_SOFTWARE_UPGRADE"):
        (template,) = ask(TEMPLATES, type=word)["templates"]
        assert template["type"] == "HDK_UPGRADE"
        (param,) = template["params"]
        assert (param["name"], param["visible"], param["value"]) == ("version", True, None)
        assert template["timeout"] is None


def test_template_details(sim, ask):
    everything = ask(TEMPLATES, details=True)["templates"]
    assert len(everything) == 6
    assert {template["timeout"] for template in everything} == {"3600"}
    wanted = everything[0]
    assert ask(TEMPLATES, id=wanted["id"])["templates"] == [wanted]
    assert ask(TEMPLATES, id=wanted["id"], name="another")["templates"] == []
    assert ask(TEMPLATES, id="no-such-id")["templates"] == []
    assert [one["id"] for one in ask(TEMPLATES, name=wanted["name"])["templates"]] == [wanted["id"]]


def test_software_on_offer_is_read_where_the_region_has_it(sim, ask):
    offer = ask(INFO, software=True)["software"]
    assert {"ASCEND_HDK"} <= {row["type"] for row in offer}
    assert "24.1.0.3" in {row["version"] for row in offer if row["type"] == "ASCEND_HDK"}
    assert set(offer[0]) == set(documentation("liteserver_info")["software"]["contains"])
    sim.software = None
    assert ask(INFO, software=True)["software"] is None
