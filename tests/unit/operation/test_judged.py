# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log collection, software query and diagnosis: what is read from messages, and how servers are judged."""

from __future__ import annotations

import csv
import io

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.work import Ending
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._operation import diagnosis, logs, table
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._operation.judged import judged
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._operation.operations import OPERATIONS

OLD, NEW = "Driver: 24.1.rc3.10 | Firmware: 7.3.0.1.231", "Driver: 24.1.0.3 | Firmware: 7.5.0.5.220"
DEFAULTS = {"wanted": None, "fail_on_drift": False, "fail_on": "FAIL"}


def said(*messages):
    """Endings of tasks that succeeded, by the ids s1, s2 and so on."""
    return {f"s{n}": Ending("SUCCESS", text, "j", f"node-{n}") for n, text in enumerate(messages, 1)}


def judge(name, endings, check=False, **options):
    """The servers and what the operation adds to the result."""
    operation, asked = OPERATIONS[name], {**DEFAULTS, **options}
    servers = judged(endings, lambda message: operation.word(message, asked), check)
    return {"servers": servers, **operation.judge(servers, asked)}


def verdicts(result):
    return [server["verdict"] for server in result["servers"].values()]


def ok(result):
    return [server["ok"] for server in result["servers"].values()]


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize(
    "status, verdict, reason",
    [
        ("FAILED", "failed", "the platform says failed"),
        ("SKIPPED", "skipped", "the platform skipped it"),
        ("MISSING", "missing", "the job has no task for it"),
        ("PROCESSING", "processing", "not over within the time to wait"),
        ("ERROR", "failed", "no job, or its state is not known"),
        ("HELD", "failed", "nothing was submitted for it"),
        ("NOT_SENT", "failed", "nothing was submitted for it"),
        ("REFUSED", "failed", "the platform refused its job"),
        ("ODD", "unknown", "it ended as ODD"),
    ],
)
def test_what_did_not_succeed_is_never_ok(name, status, verdict, reason):
    endings = {"s1": Ending(status, "PASS https://logs.example/a Driver: 24.1.0.3")}
    (found,) = judge(name, endings)["servers"].values()
    assert (found["ok"], found["verdict"], found["reason"]) == (False, verdict, reason)
    (planned,) = judge(name, endings, check=True)["servers"].values()
    assert planned["ok"] == (status not in ("ERROR", "HELD", "NOT_SENT", "REFUSED"))
    assert planned["verdict"] == ("planned" if planned["ok"] else "failed")


@pytest.mark.parametrize(
    "message, links",
    [
        (None, []),
        ("nothing", []),
        ("Collected: https://a.example/x.tar.gz?Expires=1&k=%2F.", ["https://a.example/x.tar.gz?Expires=1&k=%2F"]),
        ("obs://bucket/a/b.zip, HTTP://c/d; obs://bucket/a/b.zip", ["obs://bucket/a/b.zip", "HTTP://c/d"]),
        ("(http://a/b)", ["http://a/b"]),
        ("ftp://a/b javascript:alert(1) http:// obs://", []),
        ('<a href="https://a/b">', ["https://a/b"]),
    ],
)
def test_links(message, links):
    (server,) = judge("log_collection", said(message))["servers"].values()
    assert server["links"] == links
    assert server["verdict"] == ("collected" if links else "no_link_named")
    assert server["ok"]


@pytest.mark.parametrize(
    "message, health",
    [
        (None, "unknown"),
        ("", "unknown"),
        ("all good", "unknown"),
        ("PASS", "pass"),
        ("npu 1: pass, npu 2: Warn", "warn"),
        ("PASS | WARN | FAIL", "fail"),
        ("warnings were found", "warn"),
        ("Check FAILED", "fail"),
        ("NPU_FAIL", "fail"),
        ("failover passage forewarned bypass", "unknown"),
        ("10 passed, 0 failed", "pass"),
        ("PASS: 10 | WARN: 0 | FAIL: 0", "pass"),
        ("PASS=9, WARN=1, FAIL=0.", "warn"),
        ("0 failed", "unknown"),
        ("FAIL: 0x80E01801", "fail"),
        ("FAIL: 0 of 8 chips healthy", "fail"),
        ("10 failed", "fail"),
    ],
)
def test_health(message, health):
    (server,) = judge("diagnosis", said(message))["servers"].values()
    assert (server["health"], server["verdict"]) == (health, health)


def test_diagnosis():
    endings = said("PASS", "WARN", "FAIL: npu 3", "?")
    endings["bad"], endings["none"] = Ending("FAILED", "PASS"), Ending("SKIPPED", "PASS")
    mild, strict = judge("diagnosis", endings), judge("diagnosis", endings, fail_on="WARN")
    health = ["pass", "warn", "fail", "unknown", "fail", "unknown"]
    assert [server["health"] for server in mild["servers"].values()] == health
    assert ok(mild) == [True, True, False, True, False, False]
    assert ok(strict) == [True, False, False, True, False, False]
    assert mild["health"] == {"fail": 2, "warn": 1, "pass": 1, "unknown": 2}
    assert verdicts(mild) == ["pass", "warn", "fail", "unknown", "failed", "skipped"], (
        "what nobody diagnosed is no pass"
    )
    assert mild["servers"]["s4"]["reason"] == "the diagnosis says neither PASS nor WARN nor FAIL"
    assert all(ok(judge("diagnosis", endings, check=True, fail_on="WARN")))


@pytest.mark.parametrize("name, good", [("log_collection", "https://logs.example/a"), ("diagnosis", "PASS")])
def test_where_a_job_counts_more_failures_than_it_names_only_what_shows_its_success_is_ok(name, good):
    endings = said(good, "done")
    for ending in endings.values():
        ending.hidden = True
    result = judge(name, endings)
    assert ok(result) == [True, False]
    assert result["servers"]["s2"]["reason"] == "its job counts more abnormal servers than it names"


def test_drift_from_the_most_common():
    endings = said(NEW, NEW.replace("24.1", "v24.1"), OLD)
    endings["s4"] = Ending("FAILED", NEW)
    result = judge("software_query", endings)
    assert verdicts(result) == ["as_wanted", "as_wanted", "differs", "failed"]
    assert result["drift"] == {
        "basis": "most common",
        "expected": {"driver": "24.1.0.3", "firmware": "7.5.0.5.220"},
        "servers": ["s3"],
    }
    assert [group["servers"] for group in result["found"]] == [2, 1]
    assert result["servers"]["s3"]["ok"]
    assert result["servers"]["s3"]["reason"] == "driver 24.1.rc3.10, while 24.1.0.3 is the most common"
    assert result["servers"]["s4"]["driver"] is None
    assert result["versions"]["s1"]["driver"] == "24.1.0.3"


def test_drift_of_firmware_alone():
    endings = said(NEW, NEW, NEW.replace("7.5", "7.3"))
    reason = judge("software_query", endings)["servers"]["s3"]["reason"]
    assert reason.startswith("firmware 7.3.0.5.220, while 7.5.0.5.220")
    assert judge("software_query", endings, wanted="24.1.0.3")["drift"]["servers"] == []


def test_drift_from_a_wanted_version():
    result = judge("software_query", said(NEW, OLD, "no words"), wanted="24.1.RC3.10", fail_on_drift=True)
    assert result["drift"]["servers"] == ["s1", "s3"]
    assert ok(result) == [False, True, False]
    assert verdicts(result) == ["differs", "as_wanted", "differs"]
    assert result["servers"]["s1"]["reason"] == "driver 24.1.0.3, while 24.1.RC3.10 is wanted"
    assert result["servers"]["s3"]["reason"] == "its answer holds no driver version that can be read"


def test_of_two_equally_common_the_newer():
    assert judge("software_query", said(OLD, NEW))["drift"]["servers"] == ["s1"]


def test_a_query_that_finds_nothing():
    result = judge("software_query", said("?"))
    assert result["drift"] == {"basis": "most common", "expected": None, "servers": ["s1"]}
    assert verdicts(result) == ["differs"]


def test_nothing_differs_while_nothing_was_asked():
    result = judge("software_query", {"s1": Ending("PROCESSING", "would be submitted")}, check=True, wanted="24.1.0.3")
    assert (verdicts(result), result["drift"]["servers"]) == (["planned"], [])


def test_table_and_csv():
    endings = said(NEW, OLD)
    endings["s3"] = Ending("FAILED", 'say "x",\n', "j", "=1+1")
    result = judge("software_query", endings, wanted="24.1.0.3")
    lines = table.table(result)
    assert [line.split()[0] for line in lines[:4]] == ["server", "=1+1", "node-1", "node-2"]
    assert "driver 24.1.rc3.10, while 24.1.0.3 is wanted" in lines[3]
    assert lines[-1] == "1 of 3 differ from the driver wanted"
    rows = list(csv.DictReader(io.StringIO(table.as_csv(result), newline="")))
    assert [row["id"] for row in rows] == ["s3", "s1", "s2"]
    assert rows[0]["message"] == 'say "x",'
    assert rows[0]["name"] == "'=1+1", "no formula for a spreadsheet"
    assert [row["drift"] for row in rows] == ["no", "no", "yes"]


def test_long_tables_begin_with_what_matters():
    endings = {**said(*[NEW] * 300), "zz": Ending("FAILED")}
    lines = table.table(judge("software_query", endings))
    assert lines[1].startswith("zz")
    assert "and 101 more" in lines


def test_what_is_counted_as_progress():
    asked = {**DEFAULTS, "wanted": "24.1.0.3"}
    query = OPERATIONS["software_query"].word
    assert [query(text, asked) for text in (NEW, OLD, "?")] == ["as_wanted", "differs", "differs"]
    assert [query(text, DEFAULTS) for text in (NEW, OLD, "?")] == ["as_wanted", "as_wanted", "differs"]
    assert logs.word("https://a/b", {}) == "collected"
    assert diagnosis.word("FAIL", {}) == "fail"
