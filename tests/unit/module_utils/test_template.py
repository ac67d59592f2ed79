# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest
import yaml

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._template import (
    check_spec,
    find_templates,
    parse,
    same_type,
    type_query,
)
from ansible_collections.huaweicloud.modelarts.plugins.modules.liteserver_job_template_info import RETURN

VERSION = {
    "name": "version",
    "description": "Driver version",
    "value": "",
    "visible": "true",
    "regex": r"^\d+(\.\w+){2,3}$",
}


def template(*params, **fields):
    return parse({"id": "t-1", "name": "hdk-upgrade", "type": "HDK_UPGRADE", "params": list(params), **fields})


def items(*specs):
    return [{"type": "HDK_UPGRADE", "spec": spec} for spec in specs]


def refusal(templates, wanted):
    with pytest.raises(InputError) as caught:
        check_spec(templates, wanted, pytest.fail)
    return caught.value.message


def test_return_documents_exactly_the_keys():
    contains = yaml.safe_load(RETURN)["templates"]["contains"]
    parsed = template(VERSION)
    assert set(parsed) == set(contains)
    assert set(parsed["params"][0]) == set(contains["params"]["contains"])


def test_any_field_but_the_id_may_be_absent_or_null():
    bare = parse({"id": "t"})
    assert bare.pop("params") == [] and bare.pop("id") == "t" and set(bare.values()) == {None}
    assert parse({"id": "t", "params": None, "cmd": "", "name": None}) == parse({"id": "t"})
    assert set(template({})["params"][0].values()) == {None}


@pytest.mark.parametrize(
    "visible, parsed", [("true", True), ("FALSE", False), (True, True), (False, False), (None, None), ("maybe", None)]
)
def test_visible(visible, parsed):
    assert template({"visible": visible})["params"][0]["visible"] is parsed


def test_types():
    assert same_type("HDK_UPGRADE", "ASCEND_SOFTWARE_UPGRADE") and same_type("ASCEND_SOFTWARE_UPGRADE", "HDK_UPGRADE")
    assert same_type("COMMON", "COMMON")
    assert not same_type("COMMON", "HDK_UPGRADE") and not same_type(None, "HDK_UPGRADE")
    assert type_query("COMMON") == {"type": "COMMON"}
    assert type_query(None) == type_query("HDK_UPGRADE") == type_query("ASCEND_SOFTWARE_UPGRADE") == {}


@pytest.mark.parametrize("said", ["HDK_UPGRADE", "ASCEND_SOFTWARE_UPGRADE"])
@pytest.mark.parametrize("asked", ["HDK_UPGRADE", "ASCEND_SOFTWARE_UPGRADE"])
def test_find_by_either_word(sim, client, said, asked):
    sim.templates["HDK_UPGRADE"]["type"] = said
    (found,) = find_templates(client, asked)
    assert found["name"] == "hdk-upgrade"
    assert len(sim.requests) == 1


def test_the_exact_word_wins(sim, client):
    other = {**sim.templates["HDK_UPGRADE"], "id": "other", "type": "ASCEND_SOFTWARE_UPGRADE"}
    sim.templates["ASCEND_SOFTWARE_UPGRADE"] = other
    assert [found["id"] for found in find_templates(client, "ASCEND_SOFTWARE_UPGRADE")] == ["other"]
    assert [found["id"] for found in find_templates(client, "HDK_UPGRADE")] == [sim.templates["HDK_UPGRADE"]["id"]]


def test_a_type_without_template(client):
    assert find_templates(client, "NO_SUCH_TYPE") == []
    check_spec([], items({"anything": "goes"}))


@pytest.mark.parametrize("version", ["24.1.rc3.10", "24.1.0.3", "25.2.1"])
def test_what_fits(version):
    check_spec([template(VERSION)], items({"version": version}), pytest.fail)


def test_a_template_without_parameters_describes_nothing():
    check_spec([template()], items({"anything": "goes"}), pytest.fail)


def test_unknown_key():
    said = refusal([template(VERSION, {"name": "force"})], items({"version": "25.2.1"}, {"verison": "25.2.1"}))
    assert said.startswith("items[1].spec.verison (value '25.2.1') is no parameter of template hdk-upgrade")
    assert "(type HDK_UPGRADE, ID t-1), which has force, version." in said
    assert "set validate_spec to false" in said


@pytest.mark.parametrize("value", ["latest", "25.2.1 ", "25.2.1\n", "x25.2.1", ""])
def test_a_value_must_match_as_a_whole(value):
    said = refusal([template(VERSION)], items({"version": value}))
    assert (
        f"items[0].spec.version is {value!r}, which does not match {VERSION['regex']} of template hdk-upgrade" in said
    )
    assert "'Driver version'" in said


def test_a_regex_without_anchors_matches_as_a_whole_too():
    loose = template({**VERSION, "regex": r"\d+"})
    check_spec([loose], items({"version": "25"}), pytest.fail)
    assert "does not match" in refusal([loose], items({"version": "25a"}))


def test_required_key():
    said = refusal([template(VERSION)], items({}))
    assert "items[0].spec lacks version, required by template hdk-upgrade" in said and VERSION["regex"] in said
    assert "The spec of every item lacks version" in refusal([template(VERSION)], items({}, {}))


def test_one_item_with_the_required_key_is_enough():
    check_spec([template(VERSION)], items({}, {"version": "25.2.1"}), pytest.fail)


@pytest.mark.parametrize(
    "change",
    [{"visible": "false"}, {"visible": None}, {"value": "25.2.1"}, {"regex": ""}, {"regex": None}, {"regex": r"\d*"}],
)
def test_not_required(change):
    check_spec([template({**VERSION, **change})], items({}), pytest.fail)


@pytest.mark.parametrize("regex", ["(", r"\p{L}+", "[[a-z]&&[^b]]", "*"])
def test_an_unreadable_regex_is_not_applied_and_said(regex):
    warnings = []
    check_spec([template({**VERSION, "regex": regex})], items({"version": "anything"}), warnings.append)
    check_spec([template({**VERSION, "regex": regex})], items({}))
    (warning,) = warnings
    assert repr(regex) in warning and "hdk-upgrade" in warning and "version" in warning


def test_one_of_several_templates_is_enough():
    strict = template(VERSION, flavor_type="ASCEND_SNT9B")
    other = template({"name": "release", "regex": "R[0-9]+"}, flavor_type="ASCEND_SNT9C", id="t-2")
    check_spec([strict, other], items({"release": "R7"}), pytest.fail)
    check_spec([strict, other], items({"version": "25.2.1"}), pytest.fail)
    said = refusal([strict, other], items({"release": "7"}))
    assert re.search(r"release .*ID t-1.* The 1 other .*not fit", said)
