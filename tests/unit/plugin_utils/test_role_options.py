# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of roles: texts of surveys are read, and what cannot be right is told with option, value and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._role_options import role_options

ROLES = Path(__file__).resolve().parents[3] / "roles"
READING = ("log_collection", "software_query", "diagnosis")


def load(role, path):
    return yaml.safe_load((ROLES / role / path).read_text(encoding="utf-8"))


def spec_of(role):
    return load(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]


def read(role="log_collection", hosts=("a", "b"), **given):
    values = {**load(role, "defaults/main.yml"), **{f"{role}_{name}": value for name, value in given.items()}}
    return role_options([values[name] for name in spec_of(role)], spec_of(role), role, list(hosts))


@pytest.mark.parametrize("role", READING)
def test_argument_spec_equals_defaults(role):
    defaults, spec = load(role, "defaults/main.yml"), spec_of(role)
    assert list(spec) == list(defaults)
    for name, option in spec.items():
        assert option.get("default") == defaults[name]
        told = " ".join([option["description"]] if isinstance(option["description"], str) else option["description"])
        assert "default" in option or option.get("required") or "by default" in told.lower(), name
        assert f"| `{name}` |" in (ROLES / role / "README.md").read_text(encoding="utf-8")


def test_defaults_are_fine():
    found = read()
    assert found["problems"] == []
    assert found["options"] == {
        "servers": ["a", "b"],
        "servers_per_job": 50,
        "job_type": "LOG_COLLECT",
        "item_type": "DEVICE_LOG_COLLECT",
        "spec": {},
        "items": [{"type": "DEVICE_LOG_COLLECT", "spec": {}}],
        "validate_spec": False,
        "wait_timeout": 3600.0,
        "wait_interval": 10.0,
        "report_dir": None,
    }


@pytest.mark.parametrize(
    "option, text, value",
    [
        ("servers", "a, b\nc  a", ["a", "b", "c"]),
        ("servers", '["a", "b"]', ["a", "b"]),
        ("servers", "- a\n- b", ["a", "b"]),
        ("servers", "", ["a", "b"]),
        ("servers", ["x", "x"], ["x"]),
        ("servers_per_job", "7", 7),
        ("servers_per_job", "", 50),
        ("job_type", " OTHER ", "OTHER"),
        ("spec", '{"days": 3, "full": true}', {"days": 3, "full": True}),
        ("spec", "days: 3", {"days": 3}),
        ("items", '[{"type": "X", "spec": {"n": 1}}]', [{"type": "X", "spec": {"n": "1"}}]),
        ("items", "{type: X}", [{"type": "X", "spec": {}}]),
        ("validate_spec", "true", True),
        ("validate_spec", "No", False),
        ("wait_timeout", "0.5", 0.5),
        ("wait_interval", " 3 ", 3.0),
        ("report_dir", "/tmp/reports/", "/tmp/reports"),
        ("report_dir", " ", None),
    ],
)
def test_texts(option, text, value):
    found = read(**{option: text})
    assert found["problems"] == []
    assert found["options"][option] == value


def test_spec_goes_into_the_item_as_strings():
    assert read(spec="{full: true}")["options"]["items"] == [{"type": "DEVICE_LOG_COLLECT", "spec": {"full": "true"}}]


BAD = {
    "no servers": ({"servers": []}, "log_collection_servers: ", "empty", "Give at least one"),
    "a blank id": ({"servers": [""]}, "log_collection_servers: ", "'' is not an ID"),
    "no list": ({"servers": 7}, "log_collection_servers: 7", "not a list"),
    "an id with a slash": ({"servers": "a/b"}, "log_collection_servers: ", "'a/b'", "64 letters"),
    "localhost": ({"servers": ["localhost"]}, "log_collection_servers: localhost is no Lite Server", "Give a list"),
    "no job": ({"servers_per_job": 0}, "log_collection_servers_per_job: 0", "1 to 50"),
    "too many": ({"servers_per_job": "51"}, "log_collection_servers_per_job: 51", "1 to 50"),
    "half a server": ({"servers_per_job": 1.5}, "log_collection_servers_per_job is 1.5", "whole number"),
    "a boolean": ({"servers_per_job": True}, "log_collection_servers_per_job is True", "whole number"),
    "no time": ({"wait_timeout": 0}, "log_collection_wait_timeout: 0", "above 0", "Give seconds"),
    "a word": ({"wait_interval": "soon"}, "log_collection_wait_interval: 'soon'", "not a number", "digits"),
    "no number": ({"wait_interval": "nan"}, "log_collection_wait_interval: 'nan'", "not a number"),
    "perhaps": ({"validate_spec": "perhaps"}, "log_collection_validate_spec is 'perhaps'", "Give true or false"),
    "spec is a text": ({"spec": "days"}, "log_collection_spec: 'days'", "not a dictionary", "{key: value}"),
    "spec is no YAML": ({"spec": "{days: 3"}, "log_collection_spec: '{days: 3'", "neither YAML nor JSON"),
    "spec is nested": ({"spec": {"a": [1]}}, "log_collection_spec.a is [1]", "strings only"),
    "spec is null": ({"spec": {"a": None}}, "log_collection_spec.a is null", "Give a string"),
    "a job type": ({"job_type": "a b"}, "log_collection_job_type: 'a b'", "64 letters"),
    "a list of types": ({"job_type": ["a"]}, "log_collection_job_type: ['a']", "not a text"),
    "an item type": ({"item_type": "a b"}, "log_collection_item_type: 'a b'", "64 letters"),
    "an item without type": ({"items": [{"spec": {}}]}, "log_collection_items[0]", "no type"),
    "an item with more": ({"items": [{"type": "A", "x": 1}]}, "log_collection_items[0]", "Leave out the rest"),
    "an item's spec": ({"items": [{"type": "A", "spec": {"a": {}}}]}, "log_collection_items[0].spec.a is {}"),
}


@pytest.mark.parametrize("given, told", [(case[0], case[1:]) for case in BAD.values()], ids=list(BAD))
def test_bad_options(given, told):
    problems = " ".join(read(**given)["problems"])
    assert [part for part in told if part not in problems] == [], problems
    assert problems.endswith(".")
    assert not problems.endswith("..")


def test_all_problems_are_told_at_once():
    assert len(read(wait_timeout="soon", servers_per_job=0, servers=[])["problems"]) == 3


def test_hosts_of_localhost_are_no_servers():
    assert "localhost is no Lite Server" in read(hosts=["localhost"])["problems"][0]


def test_other_roles():
    assert "diagnosis_item_type: not set" in read("diagnosis")["problems"][0]
    assert read("diagnosis", item_type="X")["problems"] == []
    assert read("diagnosis", items="[{type: X}]")["problems"] == []
    assert "none of FAIL, WARN" in read("diagnosis", item_type="X", fail_on="PASS")["problems"][0]
    assert "software_query_wanted: 'new'" in read("software_query", wanted="new")["problems"][0]
    assert read("software_query", wanted="24.1.0.3", fail_on_drift="yes")["options"]["fail_on_drift"] is True
