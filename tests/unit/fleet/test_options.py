# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the roles: texts of surveys are read, and what cannot be right is told with option, value and way out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet import options, rules
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout import rules as of_rollout

ROLES = Path(__file__).resolve().parents[3] / "roles"
READING = ("log_collection", "software_query", "diagnosis")


def spec_of(role):
    content = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    return content["argument_specs"]["main"]["options"]


SPECS = {role: spec_of(role) for role in (*READING, "hdk_upgrade")}


def read(role="hdk_upgrade", **given):
    least = {"hdk_upgrade": {"version": "24.1.0.3"}, "diagnosis": {"item_type": "CHECK"}}.get(role, {})
    named = {f"{role}_{name}": value for name, value in {"servers": ["a", "b"], **least, **given}.items()}
    checks = of_rollout.CHECKS if role == "hdk_upgrade" else rules.CHECKS
    return options.read(role, SPECS[role], named, checks=checks)


@pytest.mark.parametrize("role", SPECS)
def test_defaults_are_fine(role):
    found, problems = read(role)
    assert problems == []
    assert found["servers"] == ["a", "b"]
    assert set(found) == {name[len(role) + 1 :] for name in SPECS[role]}


@pytest.mark.parametrize("role", SPECS)
@pytest.mark.parametrize("blank", ["", " ", "\n", None])
def test_blank_means_not_given_for_each_option(role, blank):
    plain, _problems = read(role)
    for name in plain:
        found, problems = read(role, **{name: blank})
        if name in ("servers", "version", "item_type"):
            continue
        assert problems == []
        assert found[name] == plain[name], name
    required = {"version"} & set(plain)
    for name in required:
        assert read(role, **{name: blank})[1] == [
            f"{role}_{name} is missing. Give the driver version wanted, in quotes, such as '24.1.0.3'."
        ]


@pytest.mark.parametrize(
    "role, option, text, value",
    [
        ("log_collection", "servers", "a, b\nc  a", ["a", "b", "c"]),
        ("log_collection", "servers", '["a", "b"]', ["a", "b"]),
        ("log_collection", "servers", "- a-1\n- b-2", ["a-1", "b-2"]),
        ("log_collection", "servers", ["x", "x"], ["x"]),
        ("log_collection", "servers_per_job", "7", 7),
        ("log_collection", "job_type", " OTHER ", "OTHER"),
        ("log_collection", "spec", '{"days": 3, "full": true}', {"days": 3, "full": True}),
        ("log_collection", "spec", "days: 3", {"days": 3}),
        ("log_collection", "items", '[{"type": "X", "spec": {"n": 1}}]', [{"type": "X", "spec": {"n": 1}}]),
        ("log_collection", "items", "{type: X}", [{"type": "X"}]),
        ("log_collection", "validate_spec", "true", True),
        ("log_collection", "validate_spec", "No", False),
        ("log_collection", "wait_timeout", "0.5", 0.5),
        ("log_collection", "report_dir", "/tmp/reports/", "/tmp/reports"),
        ("hdk_upgrade", "version", " 24.1.0.3 ", "24.1.0.3"),
        ("hdk_upgrade", "version", "v24.1.RC3.10", "24.1.RC3.10"),
        ("software_query", "wanted", " V24.1.0.3", "24.1.0.3"),
        ("hdk_upgrade", "canary", "2%", "2%"),
        ("hdk_upgrade", "waves", "5, 20%", "5, 20%"),
        ("hdk_upgrade", "retries", "2", 2),
        ("hdk_upgrade", "stop_after", "Canary", "canary"),
        ("hdk_upgrade", "stop_after", "3", 3),
        ("hdk_upgrade", "stop_after", 3, 3),
        ("hdk_upgrade", "not_after", "22:30", "22:30"),
        ("hdk_upgrade", "not_after", "600", "600"),
        ("hdk_upgrade", "not_after", 7200, "7200"),
        ("hdk_upgrade", "not_after", "2026-11-21T05:30:00Z", "2026-11-21T05:30:00Z"),
        ("hdk_upgrade", "verify_timeout", "0", 0.0),
        ("hdk_upgrade", "on_conflict", "skip", "skip"),
        ("hdk_upgrade", "extra_spec", '{"force": true}', {"force": True}),
    ],
)
def test_texts_mean_what_they_say(role, option, text, value):
    found, problems = read(role, **{option: text})
    assert problems == []
    assert found[option] == value


@pytest.mark.parametrize(
    "option, value, words",
    [
        ("version", 24.1, "hdk_upgrade_version: 24.1 is not a version: give it as a string in quotes"),
        ("version", "latest", "hdk_upgrade_version: 'latest' is not a version that can be read"),
        ("servers", "localhost", "hdk_upgrade_servers: localhost is no Lite Server. Give the IDs"),
        ("servers", [1], "hdk_upgrade_servers: 1 is not the ID of a Lite Server"),
        ("servers", [], "hdk_upgrade_servers: it is empty. Give the IDs"),
        ("canary", "-1", "hdk_upgrade_canary: '-1' is not a count. Give a whole number"),
        ("canary", "120%", "hdk_upgrade_canary: '120%' is more than all servers"),
        ("canary", True, "hdk_upgrade_canary: True is not a count"),
        ("waves", "0", "hdk_upgrade_waves: '0' has a wave of no servers"),
        ("waves", [], "hdk_upgrade_waves: [] has a wave of no servers"),
        ("waves", "5, x", "hdk_upgrade_waves: 'x' is not a count"),
        ("servers_per_job", 51, "hdk_upgrade_servers_per_job: 51 is not from 1 to 50"),
        ("servers_per_job", 0, "hdk_upgrade_servers_per_job: 0 is not from 1 to 50"),
        ("max_failures", "many", "hdk_upgrade_max_failures: 'many' is not a count"),
        ("retries", -1, "hdk_upgrade_retries: -1 is not a whole number of 0 or more"),
        ("retries", 101, "hdk_upgrade_retries: 101 is more than 100"),
        ("pause", 1.5, "hdk_upgrade_pause: 1.5 is not a whole number"),
        ("wait_timeout", 0, "hdk_upgrade_wait_timeout: 0 is not above 0. Give seconds."),
        ("wait_timeout", "nan", "hdk_upgrade_wait_timeout: 'nan' is not a number"),
        ("verify_timeout", -1, "hdk_upgrade_verify_timeout: -1 is below 0"),
        ("wait_interval", "soon", "hdk_upgrade_wait_interval: 'soon' is not a number"),
        ("verify", "maybe", "hdk_upgrade_verify: 'maybe' is neither true nor false"),
        ("force", 2, "hdk_upgrade_force: 2 is neither true nor false"),
        ("job_type", "a b", "hdk_upgrade_job_type: 'a b' is not 1 to 64 letters"),
        ("before_wave", ["a"], "hdk_upgrade_before_wave: a list of 1 is not a text"),
        ("extra_spec", ["a"], "hdk_upgrade_extra_spec: a list is not a dictionary"),
        ("on_conflict", "ignore", "hdk_upgrade_on_conflict: 'ignore' is none of wait, skip"),
        ("stop_after", "wave 2", "hdk_upgrade_stop_after: 'wave 2' is neither canary nor the number of a wave"),
        ("stop_after", 0, "hdk_upgrade_stop_after: 0 is neither canary"),
        ("stop_after", True, "hdk_upgrade_stop_after: True is neither canary"),
        ("not_after", "soon", "hdk_upgrade_not_after: 'soon' is no time"),
        ("not_after", "25:00", "hdk_upgrade_not_after: '25:00' is no time"),
        ("not_after", "9" * 13, f"hdk_upgrade_not_after: '{'9' * 13}' is no time"),  # seconds, beyond the year 9999
        (
            "not_after",
            yaml.safe_load("22:30"),
            "hdk_upgrade_not_after: 1350 may be a time of day that YAML took for a number",
        ),
    ],
)
def test_what_cannot_be_right_is_told(option, value, words):
    _found, problems = read(**{option: value})
    assert len(problems) == 1
    assert problems[0].startswith(words)
    assert problems[0].endswith(".")


def test_all_is_told_at_once():
    _found, problems = read(canary="x", retries="y", pausee=1)
    assert [problem.split(":")[0].split(" ")[0] for problem in problems] == [
        "hdk_upgrade_pausee",
        "hdk_upgrade_canary",
        "hdk_upgrade_retries",
    ]


@pytest.mark.parametrize(
    "name, told",
    [
        ("hdk_upgrade_canry", "hdk_upgrade_canry is no option of the role hdk_upgrade. Is hdk_upgrade_canary meant?"),
        (
            "hdk_upgrade_xyzzy",
            "hdk_upgrade_xyzzy is no option of the role hdk_upgrade. Correct its name, or leave it out.",
        ),
        ("hdk_upgrade_result", None),
        ("hdk_upgrade_wave_hosts", None),
        ("hdk_upgrades", None),
        ("other", None),
    ],
)
def test_misspelt_variables_are_refused(name, told):
    assert options.unknown("hdk_upgrade", SPECS["hdk_upgrade"], [name, "hdk_upgrade_canary"]) == (
        [told] if told else []
    )


@pytest.mark.parametrize("value", ["{token: [hunter2", "hunter2", ["hunter2"], 5])
def test_what_a_structure_holds_is_not_told(value):
    _found, problems = read(extra_spec=value)
    assert len(problems) == 1
    assert "hunter2" not in problems[0]


@given(
    st.dictionaries(
        st.sampled_from([name[12:] for name in SPECS["hdk_upgrade"]]),
        st.text() | st.integers() | st.none() | st.lists(st.text()),
    )
)
def test_reading_never_raises(given):
    found, problems = read(**given)
    assert set(found) == {name[12:] for name in SPECS["hdk_upgrade"]}
    assert all(problem.startswith("hdk_upgrade_") for problem in problems)


# Over all hosts


def test_what_all_hosts_have_in_common():
    by_host = {
        "a": {"x_pause": 1, "x_version": "1", "x_spec": {"k": 1}},
        "b": {"x_pause": 1, "x_version": "2", "x_spec": {"k": 1}},
    }
    assert options.agreed(by_host, {}, vary=["x_version"]) == ({"x_pause": 1, "x_spec": {"k": 1}}, [])


def test_what_differs_is_told_with_hosts_and_values():
    by_host = {f"h{n}": {"x_pause": "7" if n < 5 else "", "x_spec": {"password": str(n)}} for n in range(7)}
    common, problems = options.agreed(by_host, {})
    assert common == {}
    assert problems[0] == (
        "x_pause differs between the hosts of the play: '7' for h0, h1, h2 and 2 more; not given for h5, h6. Give all of them one value."
    )
    assert problems[1].startswith("x_spec differs between the hosts of the play: a dictionary of password for h0;")


def test_many_hosts_are_compared_once():
    value = {"deep": list(range(1000))}
    by_host = {f"h{n}": {"x_items": value, "x_pause": 1} for n in range(10_000)}
    assert options.agreed(by_host, {}) == ({"x_items": value, "x_pause": 1}, [])


@pytest.mark.parametrize(
    "given, items",
    [
        ({}, [{"type": "DEVICE_LOG_COLLECT", "spec": {}}]),
        ({"spec": {"days": 3, "full": True}}, [{"type": "DEVICE_LOG_COLLECT", "spec": {"days": "3", "full": "true"}}]),
        ({"items": [{"type": "X"}]}, [{"type": "X", "spec": {}}]),
    ],
)
def test_items(given, items):
    found, _problems = read("log_collection", **given)
    assert rules.items_of(found, "log_collection") == (items, [])


@pytest.mark.parametrize(
    "role, given, words",
    [
        (
            "diagnosis",
            {"item_type": None},
            "diagnosis_item_type is missing. Nobody has published what the platform takes.",
        ),
        ("log_collection", {"spec": {"a": None}}, "log_collection_spec.a is null."),
        ("log_collection", {"items": [{"spec": {}}]}, "log_collection_items[0] has no type."),
        ("log_collection", {"items": ["X"]}, "log_collection_items[0] has no type."),
        (
            "log_collection",
            {"items": [{"type": "X", "more": 1}]},
            "log_collection_items[0] has more than a type and a spec",
        ),
        ("log_collection", {"items": [{"type": "X", "spec": {"a": [1]}}]}, "log_collection_items[0].spec.a is [1]"),
    ],
)
def test_items_that_cannot_be_right(role, given, words):
    found, _problems = read(role, **given)
    items, problems = rules.items_of(found, role)
    assert items == [] and len(problems) == 1
    assert problems[0].startswith(words)
