# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document: what build() makes of anything, and that the schema describes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report import document as report
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report import messages, order, times, values, words
from ansible_collections.huaweicloud.modelarts.tests.unit.report import samples
from ansible_collections.huaweicloud.modelarts.tests.unit.report.drawing import (
    render_html,
    render_json,
    render_markdown,
)

jsonschema = pytest.importorskip("jsonschema", reason="needs the Python package jsonschema")

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "docs" / "report.schema.json").read_text(encoding="utf-8")
)
DOCUMENTS = {
    "upgrade": samples.upgrade(60),
    "success": samples.upgrade(1),
    "planned": samples.planned(),
    "log_collection": samples.log_collection(),
    "running": samples.running(),
    "within_budget": samples.within_budget(),
    "drift": samples.drift(),
    "health": samples.health(),
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ROW = st.dictionaries(st.sampled_from(list(SCHEMA["$defs"]["server"]["properties"])), ANYTHING, max_size=6)
DOCUMENT = st.fixed_dictionaries(
    {},
    optional={
        key: st.lists(ROW, max_size=3) | ANYTHING if key in ("servers", "waves", "jobs") else ANYTHING
        for key in SCHEMA["properties"]
    },
)


def validate(document: object) -> None:
    """As a reader would that trusts the schema."""
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_documents_are_valid_as_given_and_as_written(name: str) -> None:
    validate(DOCUMENTS[name])
    validate(json.loads(render_json(DOCUMENTS[name])))


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_build_keeps_what_is_right(name: str) -> None:
    built = report.build(DOCUMENTS[name])
    for key, value in DOCUMENTS[name].items():
        if key != "servers":
            assert built[key] == value or isinstance(value, list), key
    for row, given_row in zip(built["servers"], DOCUMENTS[name]["servers"]):
        assert {key: row[key] for key in given_row} == given_row
    assert report.build(built) == built


def test_schema_and_code_name_the_same() -> None:
    built = report.build({"servers": [{"id": "a"}], "waves": [{"number": 1}], "jobs": [{"id": "j"}]})
    assert set(SCHEMA["properties"]) == set(built)
    for name in ("server", "wave", "job"):
        rows = built["servers" if name == "server" else f"{name}s"]
        assert set(SCHEMA["$defs"][name]["properties"]) == set(rows[0])
    assert set(SCHEMA["$defs"]["verdict"]["enum"]) == set(words.VERDICTS)
    assert set(SCHEMA["properties"]["outcome"]["enum"]) == set(words.OUTCOMES)
    assert set(SCHEMA["properties"]["operation"]["enum"]) == set(words.OPERATIONS)


def test_parts_of_the_schema_and_of_code_name_the_same() -> None:
    built = report.build({"progress": {}, "budget": {}, "failures": [{"count": 1}]})
    for name in ("progress", "budget"):
        assert set(SCHEMA["properties"][name]["properties"]) == set(built[name])
    assert set(SCHEMA["properties"]["failures"]["items"]["properties"]) == set(built["failures"][0])


@pytest.mark.parametrize("change", [{"outcome": "done"}, {"schema": 2}, {"extra": 1}, {"started": "yesterday"}])
def test_the_schema_refuses(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validate({**DOCUMENTS["upgrade"], **change})


@given(DOCUMENT)
def test_nothing_breaks_a_report(document: dict[str, Any]) -> None:
    """Not even nonsense: the report of a night must not be lost to a message."""
    assert report.build(json.loads(render_json(document))) == report.build(document)
    for rendered in (render_json(document), render_markdown(document), render_html(document)):
        rendered.encode("utf-8")
        assert "\0" not in rendered


@pytest.mark.parametrize("document", [None, "text", [1], 1])
def test_a_report_is_a_dictionary(document: Any) -> None:
    with pytest.raises(TypeError, match="a report is a dictionary"):
        report.build(document)


def test_what_runs_is_not_finished() -> None:
    given = {"outcome": "running", "finished": "2026-11-21T22:00:00Z"}
    built = report.build(given)
    assert built["finished"] is None
    assert built["drawn"] == "2026-11-21T22:00:00Z"
    assert report.build({**given, "drawn": "2026-11-21T23:00:00Z"})["drawn"] == "2026-11-21T23:00:00Z"
    assert report.build({**given, "outcome": "stopped"})["finished"] == "2026-11-21T22:00:00Z"


def test_secrets_are_hidden() -> None:
    spec = {"days": 3, "obs": {"secretKey": "hush1"}, "env": [{"name": "HUB_TOKEN", "value": "hush2"}]}
    document = {
        "parameters": {"spec": spec, "proxy": "http://me:hush3@proxy:3128"},
        "defaults": {"spec": {"password": "hush4"}},
        "servers": [{"id": "a", "verdict": "failed", "message": "no answer of http://me:hush5@proxy:3128"}],
    }
    for rendered in (render_json(document), render_markdown(document), render_html(document)):
        assert "hush" not in rendered
        assert "proxy:3128" in rendered


def test_a_budget_is_counted_where_it_is_not_told() -> None:
    servers = [{"id": "a", "verdict": "failed"}, {"id": "b", "verdict": "refused"}]
    assert report.build({"servers": servers, "budget": {"allowed": 2}})["budget"] == {"allowed": 2, "used": 1}
    assert report.build({"servers": servers, "budget": {"allowed": 2, "used": 7}})["budget"]["used"] == 7


def test_what_does_not_say_success_is_a_failure() -> None:
    assert report.build({"outcome": "SUCCESS"})["outcome"] == "success"
    assert report.build({"outcome": "ok"})["outcome"] == "failed"
    assert report.build({})["outcome"] == "failed"


def test_counts_follow_from_the_servers() -> None:
    built = report.build(
        {
            "summary": {"upgraded": 99},
            "servers": {"a": {"verdict": "FAILED", "wave": 1}, "b": {"wave": "1"}, "c": {"verdict": "not started"}},
            "waves": [{"number": 1}],
        }
    )
    assert built["summary"] == {"failed": 1, "unknown": 1, "not_started": 1}
    assert built["waves"][0]["summary"] == {"failed": 1, "unknown": 1}
    assert built["waves"][0]["servers"] == 2
    assert [row["id"] for row in built["servers"]] == ["a", "b", "c"]
    assert report.build({"summary": {"upgraded": "7"}})["summary"] == {"upgraded": 7}


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2026-11-21T22:00:00Z", "2026-11-21T22:00:00Z"),
        ("2026-11-21 22:00:00", "2026-11-21T22:00:00Z"),
        ("2026-11-22T06:00:00.1234567+08:00", "2026-11-21T22:00:00Z"),
        (1795298400123, "2026-11-21T22:00:00Z"),
        ("1795298400000", "2026-11-21T22:00:00Z"),
        ("yesterday", None),
        ("", None),
        (None, None),
        (10**14, None),
    ],
)
def test_times(value: object, wanted: str | None) -> None:
    assert values.time(value) == wanted


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(None, ""), (0, "0 s"), (59, "59 s"), (60, "1 min"), (760, "12 min 40 s"), (3600, "1 h"), (4360, "1 h 12 min")],
)
def test_durations(seconds: int | None, wanted: str) -> None:
    assert times.duration(seconds) == wanted


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(None, ""), (5, "5 s"), (700, "12 min"), (4900, "1 h 20 min"), (32_000, "9 h")],
)
def test_estimates(seconds: int | None, wanted: str) -> None:
    assert times.roughly(seconds) == wanted


def test_text_is_printable() -> None:
    assert values.text("a\r\nb\x1b[31m\ud800\x00") == "a\nb\ufffd[31m\ufffd\ufffd"
    assert values.text("a\u202eb\u2066c") == "a\ufffdb\ufffdc"
    assert values.text(True) == "yes"
    assert values.text({"a": [1, True]}) == '{"a": [1, true]}'


def test_order_is_natural_and_failed_first() -> None:
    rows = [
        {"id": str(at), "name": name, "verdict": verdict, "wave": wave}
        for at, (name, verdict, wave) in enumerate(
            [
                ("n-10", "upgraded", 2),
                ("n-9", "upgraded", 2),
                ("n-11", "upgraded", 1),
                ("n-8", "failed", 3),
                ("n-7", "refused", None),
            ]
        )
    ]
    ordered = sorted(report.build({"servers": rows})["servers"], key=order.server_order)
    assert [row["name"] for row in ordered] == ["n-8", "n-7", "n-11", "n-9", "n-10"]
    assert order.natural("n" + "9" * 5000) < order.natural("n1" + "0" * 5000)


def test_reason_and_message() -> None:
    row = {"reason": None, "message": None}
    assert messages.says(row) == ""
    assert messages.says({**row, "reason": "r"}) == "r"
    assert messages.says({**row, "message": "m"}) == "m"
    assert messages.says({"reason": "not confirmed", "message": "failed: not confirmed"}) == "failed: not confirmed"
    assert messages.says({"reason": "why", "message": "what"}) == "why\nwhat"


@pytest.mark.parametrize(
    ("value", "urls"),
    [
        ("see https://a.example/x?b=1&c=2, then", ["https://a.example/x?b=1&c=2"]),
        ("(HTTP://a.example)", ["HTTP://a.example"]),
        ("javascript:alert(1) data:text/html,x ftp://a.example //a.example", []),
        ('https://a.example/"onmouseover=x', ["https://a.example/"]),
        ("https:// nothing", []),
        ("https://a.example|https://b.example", ["https://a.example", "https://b.example"]),
    ],
)
def test_only_web_addresses_become_links(value: str, urls: Any) -> None:
    pieces = messages.split_urls(value)
    assert [piece for piece, is_url in pieces if is_url] == urls
    assert "".join(piece for piece, _is_url in pieces) == value
