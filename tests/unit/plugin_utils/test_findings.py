# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log collection, software query and diagnosis: what is read from messages, and how servers and hosts are judged."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils import _findings, _operation
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report.document import build

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
OLD, NEW = "Driver: 24.1.rc3.10 | Firmware: 7.3.0.1.231", "Driver: 24.1.0.3 | Firmware: 7.5.0.5.220"


def server(status="SUCCESS", message=None, name=None, **more):
    return {"server_name": name, "status": status, "message": message, "job_id": "j", "task_id": "t", **more}


def outcome(*servers, errors=(), **named):
    by_id = {**{f"s{number}": one for number, one in enumerate(servers, 1)}, **named}
    job = {"id": "j", "name": "n", "type": "T", "status": "FINISHED", "create_at": 1700000000000, "update_at": None}
    counts = {"total": len(by_id)}
    return {"servers": by_id, "summary": counts, "jobs": [{**job, "servers": 0}], "errors": list(errors)}


@pytest.mark.parametrize(
    "status, ok, verdict, reason",
    [
        ("SUCCESS", True, "success", None),
        ("FAILED", False, "failed", "the platform says failed"),
        ("SKIPPED", False, "skipped", "the platform skipped it"),
        ("MISSING", False, "missing", "the job has no task for it"),
        ("PROCESSING", False, "processing", "not over within the time to wait"),
        ("ERROR", False, "failed", "no job, or nothing is known of it"),
        ("ODD", False, "unknown", "it ended as ODD"),
    ],
)
def test_judge(status, ok, verdict, reason):
    found = _operation.judge(outcome(server(status)), False)["servers"]["s1"]
    assert (found["ok"], found["verdict"], found["reason"]) == (ok, verdict, reason)
    planned = _operation.judge(outcome(server(status)), True)["servers"]["s1"]
    assert planned["ok"] == (status != "ERROR")
    assert planned["verdict"] == ("failed" if status == "ERROR" else "planned")


def test_nothing_given_is_changed():
    given = outcome(server(message="FAIL http://a/b"))
    before = json.dumps(given)
    _findings.collected_logs(given)
    _findings.diagnosed(given)
    _findings.software(given)
    assert json.dumps(given) == before


def test_verdicts_of_hosts():
    result = _operation.judge(outcome(server(name="n1"), *[server("FAILED", "disk full") for _each in range(7)]), False)
    assert _operation.verdicts(result)["s1"] == {"msg": "success", "changed": False, "failed": False}
    assert _operation.verdicts(result)["s2"]["msg"] == "failed: the platform says failed: disk full"
    assert _operation.verdicts(result)["s2"]["failed"]
    told = _operation.verdicts(result)["*"]["msg"]
    assert told.startswith("7 failed, 1 success. s2 failed: the platform says failed: disk full; s3 ")
    assert told.endswith("; and 2 more")
    assert "s7" not in told
    assert _operation.summary(result) == {"summary": {"total": 8}, "failed": [f"s{n}" for n in range(2, 9)]}


def test_outlines():
    adopted, fresh = server("PROCESSING"), server("PROCESSING", "would be submitted", job_id=None)
    result = _operation.judge({**outcome(adopted, fresh), "jobs": []}, True)
    assert _operation.outline(result, True) == [
        "1 server would be worked on. Nothing was sent but reads.",
        "1 server would be waited for, in jobs that run already.",
    ]
    assert _operation.outline(_operation.judge(outcome(server(), errors=["boom"]), False), False) == [
        "1 success, in 1 job",
        "boom",
    ]


@pytest.mark.parametrize("check, word", [(False, "failed"), (True, "planned")])
def test_document_is_as_the_schema_says(check, word):
    result = _findings.collected_logs(outcome(server(message="see http://a/b"), server("FAILED"), server("ODD")), check)
    parameters = {"servers": ["s1"], "items": [{"type": "X", "spec": {}}], "wait_timeout": 3600.0}
    document = build(_operation.document(result, "log_collection", "Log collection", parameters, check))
    jsonschema.validate(document, SCHEMA)
    assert document["outcome"] == word
    assert document["title"] == "Log collection of 3 servers"
    assert "servers" not in document["parameters"]


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
    assert _findings.links(message) == links


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
    assert _findings.health(message) == health


def test_diagnosis():
    given = outcome(server(message="PASS"), server(message="WARN"), server(message="FAIL: npu 3"), server(message="?"))
    given["servers"]["bad"] = server("FAILED", "PASS")
    given["servers"]["none"] = server("SKIPPED", "PASS")
    mild, strict = _findings.diagnosed(given), _findings.diagnosed(given, "WARN")
    assert [one["health"] for one in mild["servers"].values()] == ["pass", "warn", "fail", "unknown", "fail", "unknown"]
    assert [one["ok"] for one in mild["servers"].values()] == [True, True, False, True, False, False]
    assert [one["ok"] for one in strict["servers"].values()] == [True, False, False, True, False, False]
    assert mild["health"] == {"fail": 2, "warn": 1, "pass": 1, "unknown": 2}
    assert _operation.verdicts(mild)["s3"]["msg"] == "failed: the diagnosis says FAIL: FAIL: npu 3"
    assert "neither PASS" in mild["servers"]["s4"]["reason"]
    assert all(one["ok"] for one in _findings.diagnosed(given, "WARN", check=True)["servers"].values())


def test_drift_from_the_most_common():
    given = outcome(
        server(message=NEW), server(message=NEW.replace("24.1", "v24.1")), server(message=OLD), server("FAILED", NEW)
    )
    result = _findings.software(given)
    assert result["drift"]["servers"] == ["s3"]
    assert result["drift"]["basis"] == "most common"
    assert result["drift"]["expected"] == {"driver": "24.1.0.3", "firmware": "7.5.0.5.220"}
    assert [group["servers"] for group in result["found"]] == [2, 1]
    assert result["servers"]["s3"]["ok"]
    assert result["servers"]["s3"]["reason"] == "driver 24.1.rc3.10, while 24.1.0.3 is the most common"
    assert result["servers"]["s4"]["driver"] is None
    assert not result["servers"]["s4"]["drift"]
    assert result["versions"]["s1"]["driver"] == "24.1.0.3"


def test_drift_of_firmware_alone():
    given = outcome(server(message=NEW), server(message=NEW), server(message=NEW.replace("7.5", "7.3")))
    assert _findings.software(given)["servers"]["s3"]["reason"].startswith("firmware 7.3.0.5.220, while 7.5.0.5.220")
    assert _findings.software(given, "24.1.0.3")["drift"]["servers"] == []


def test_drift_from_a_wanted_version():
    given = outcome(server(message=NEW), server(message=OLD), server(message="no words"))
    result = _findings.software(given, "24.1.RC3.10", fail_on_drift=True)
    assert result["drift"]["servers"] == ["s1", "s3"]
    assert [one["ok"] for one in result["servers"].values()] == [False, True, False]
    assert result["servers"]["s1"]["reason"] == "driver 24.1.0.3, while 24.1.RC3.10 is wanted"
    assert result["servers"]["s3"]["reason"] == "its answer holds no driver version that can be read"


def test_of_two_equally_common_the_newer():
    assert _findings.software(outcome(server(message=OLD), server(message=NEW)))["drift"]["servers"] == ["s1"]


def test_nothing_found():
    result = _findings.software(outcome(server(message="?")))
    assert result["drift"] == {"basis": "most common", "expected": None, "servers": []}


def test_table_and_csv():
    given = outcome(
        server(message=NEW, name="node-10"), server(message=OLD, name="node-2"), server("FAILED", 'say "x",\n', "=1")
    )
    result = _findings.software(given, "24.1.0.3")
    lines = _findings.software_table(result)
    assert [line.split()[0] for line in lines[:4]] == ["server", "=1", "node-2", "node-10"]
    assert "driver 24.1.rc3.10, while 24.1.0.3 is wanted" in lines[2]
    assert lines[-1] == "1 of 3 differ from the driver wanted"
    rows = list(csv.DictReader(io.StringIO(_findings.software_csv(result), newline="")))
    assert [row["id"] for row in rows] == ["s3", "s2", "s1"]
    assert rows[0]["message"] == 'say "x",'
    assert rows[0]["name"] == "'=1", "a spreadsheet would take it for a formula"
    assert [row["drift"] for row in rows] == ["no", "yes", "no"]


def test_long_tables_begin_with_what_matters():
    given = outcome(*[server(message=NEW) for _each in range(300)], zz=server("FAILED"))
    lines = _findings.software_table(_findings.software(given))
    assert lines[1].startswith("zz")
    assert "and 101 more" in lines
