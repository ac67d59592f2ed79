# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest
import yaml
from huaweicloudsdkmodelarts.v1 import ServerResponse

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._server import (
    FILTERS,
    STATUSES,
    check_filters,
    matches,
    parse,
    sort_key,
)
from ansible_collections.huaweicloud.modelarts.plugins.modules.liteserver_info import RETURN

NOTHING = dict.fromkeys(FILTERS)
MEMBER = parse(
    {
        "id": "a-1",
        "name": "liteserver-1",
        "status": "RUNNING",
        "flavor": "physical.kat2e.48xlarge.8.ei",
        "server_hps": {"id": "hps-1", "name": "supernode-1"},
    }
)


def test_the_simulators_servers(sim):
    server = sim.servers[sim.server_ids[0]]
    parsed = parse(server.as_json())
    assert parsed["private_ip"] == server.address
    assert parsed["image"] == server.image
    assert parsed["cloud_server"] == {
        "id": None,
        "type": None,
        "hps_id": None,
        "hps_ecs_id": None,
        **server.cloud_server,
    }
    assert isinstance(parsed["create_at"], int)
    for key in ("name", "status", "flavor", "category", "charging_mode", "vpc_id", "subnet_id"):
        assert parsed[key] == getattr(server, key)


def test_return_documents_exactly_the_keys():
    assert set(parse({"id": "a"})) == set(yaml.safe_load(RETURN)["servers"]["contains"])


def test_any_field_but_the_id_may_be_absent_or_null():
    bare = parse({"id": "a"})
    keys = list(ServerResponse.attribute_map.values())
    assert parse({**dict.fromkeys(keys), "id": "a"}) == bare
    assert parse({**dict.fromkeys(keys, ""), "id": "a"}) == bare
    assert (
        parse({**dict.fromkeys(keys, []), "id": "a", **dict.fromkeys(["name", "status"])})["cloud_server"]
        == bare["cloud_server"]
    )
    assert bare["image"] == dict.fromkeys(["image_id", "name", "arch", "server_type", "status"])
    assert {key for key, value in bare.items() if value is not None} == {"id", "image", "cloud_server"}


def test_times_may_be_texts():
    parsed = parse({"id": "a", "create_at": "1769731200000", "update_at": "soon"})
    assert (parsed["create_at"], parsed["update_at"]) == (1769731200000, None)


@pytest.mark.parametrize(
    "endpoints, address",
    [
        ([{"service": "NOTEBOOK", "uri": "10.0.0.1"}, {"service": "SSH", "uri": "10.0.0.2"}], "10.0.0.2"),
        ([{"dev_service": "NOTEBOOK", "uri": "10.0.0.1"}, {"dev_service": "SSH", "uri": "10.0.0.2"}], "10.0.0.2"),
        ([{"service": "SSH"}, {"service": "NOTEBOOK", "uri": "10.0.0.1"}], "10.0.0.1"),
        ([{"uri": " 10.0.0.3 "}], "10.0.0.3"),
        ([{"uri": "10.0.0.3:22"}], "10.0.0.3"),
        ([{"uri": "ssh://ma-user@10.0.0.3:22"}], "10.0.0.3"),
        ([{"uri": "fd00::12"}], "fd00::12"),
        ([{"uri": "[fd00::12]:22"}], "fd00::12"),
        ([{"uri": "-oProxyCommand=reboot"}], None),
        ([{"uri": "[broken"}], None),
        ([{"uri": "host.example.com"}], None),
        ([], None),
        ([None, "10.0.0.3"], None),
        ("10.0.0.3", None),
    ],
)
def test_private_ip(endpoints, address):
    assert parse({"id": "a", "endpoints": endpoints})["private_ip"] == address


def test_the_id_of_the_resource_is_not_that_of_the_supernode():
    parsed = parse({"id": "a", "cloud_server": {"type": "HPS", "hps_id": "resource-1"}})
    assert (parsed["supernode_id"], parsed["supernode_name"]) == (None, None)
    assert (MEMBER["supernode_id"], MEMBER["supernode_name"]) == ("hps-1", "supernode-1")


@pytest.mark.parametrize(
    "filters, selected",
    [
        ({}, True),
        ({"names": ["liteserver-1"]}, True),
        ({"names": ["liteserver"]}, False),
        ({"names": ["liteserver-[23]", "*-1"]}, True),
        ({"names": ["LITESERVER-*"]}, False),
        ({"statuses": ["running"]}, True),
        ({"statuses": ["*_FAILED", "RUN*"]}, True),
        ({"statuses": ["*_FAILED"]}, False),
        ({"flavors": [" physical.* "]}, True),
        ({"flavors": ["modelarts.*"]}, False),
        ({"supernodes": ["hps-1"]}, True),
        ({"supernodes": ["supernode-1"]}, True),
        ({"supernodes": ["supernode-2"]}, False),
        ({"supernodes": ["*"], "names": ["*-2"]}, False),
    ],
)
def test_filters(filters, selected):
    assert matches(MEMBER, {**NOTHING, **filters}) is selected


def test_a_pattern_does_not_fit_what_is_absent():
    assert matches(parse({"id": "a"}), NOTHING)
    for option in FILTERS:
        assert not matches(parse({"id": "a"}), {**NOTHING, option: ["*?"]}), option
    assert not matches(parse({"id": "a"}), {**NOTHING, "supernodes": ["*"]})


@pytest.mark.parametrize("option", FILTERS)
@pytest.mark.parametrize(
    "patterns, words",
    [
        ([], "{0} is empty. Give"),
        (["a", " "], "{0}[1] is ' '. Give"),
        ([7], "{0}[0] is 7. Give"),
        ([None], "{0}[0] is None."),
    ],
)
def test_filters_that_cannot_be_right(option, patterns, words):
    with pytest.raises(InputError, match=re.escape(words.format(option))):
        check_filters({**NOTHING, option: patterns})


def test_only_statuses_that_do_not_exist_are_warned_of():
    warnings = []
    check_filters({**NOTHING, "statuses": [*STATUSES, "running", "STOP*", "RUNING"]}, warnings.append)
    (warning,) = warnings
    assert "'RUNING'" in warning and "REBOOTING" in warning


def test_order():
    servers = [parse({"id": id_, "name": name}) for id_, name in (("c", "x"), ("b", "x"), ("a", "y"), ("d", None))]
    assert [server["id"] for server in sorted(servers, key=sort_key)] == ["d", "b", "c", "a"]


def test_statuses_are_the_sdks():
    assert set(STATUSES) == set(re.findall(r"([A-Z][A-Z_]+): ", ServerResponse.status.__doc__))
