# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of an operation: verdicts of hosts, the end, the report's document, and what a workflow hands on."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.artifacts import MOST
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._operation import engine, telling
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._operation.operations import OPERATIONS
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report.document import build

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
DIAGNOSIS = OPERATIONS["diagnosis"]


def server(verdict="pass", ok=True, message=None, reason=None, name=None, job_id="j"):
    told = {"server_name": name, "message": message, "reason": reason, "ok": ok, "verdict": verdict, "job_id": job_id}
    return {**told, "status": "SUCCESS", "task_id": "t", "started": None, "finished": None}


def result_of(*servers, check=False, **more):
    times = {"started": "2026-11-21T22:00:00Z", "finished": "2026-11-21T22:04:10Z"}
    by_id = {f"s{number}": one for number, one in enumerate(servers, 1)}
    found = {"servers": by_id, "summary": {"total": len(servers)}, "jobs": [], "errors": [], **times, **more}
    engine.conclude(found, check)
    return found


def test_verdicts_of_hosts():
    bad = server("failed", False, "disk full", "the platform says failed")
    told = telling.verdicts(DIAGNOSIS, result_of(server(name="n1"), *[bad] * 7))
    assert told["s1"] == {"msg": "pass", "changed": False, "failed": False}
    assert told["s2"] == {"msg": "failed: the platform says failed: disk full", "changed": False, "failed": True}
    assert told["*"]["failed"]
    assert told["*"]["msg"].startswith("7 failed, 1 pass. s2 failed: the platform says failed: disk full; s3 ")
    assert told["*"]["msg"].endswith("; and 2 more")
    assert telling.verdicts(DIAGNOSIS, result_of(server("no_link_named")))["s1"]["msg"] == "no link named"


def test_each_host_hears_why_nothing_was_done():
    told = telling.refusals(["a is wrong.", "b, too."], ["s1"])
    assert told == dict.fromkeys(["s1", "*"], {"msg": "a is wrong. b, too.", "changed": False, "failed": True})


def test_the_end():
    found = result_of(
        server(), server("unknown", True, "hm", "neither"), server("fail", False, "npu 3", "says FAIL", "n3")
    )
    lines = telling.end(DIAGNOSIS, {**found, "report": ["/r/x.html"], "errors": ["boom"]}, False)
    assert lines == [
        "diagnosis: 1 fail, 1 unknown, 1 pass, in 0 jobs",
        "s2 unknown: neither: hm",
        "n3 (s3) fail: says FAIL: npu 3",
        "boom",
        "report: /r/x.html",
    ]


def test_the_end_of_check_mode():
    planned = [server("planned"), server("planned", job_id=None), server("failed", False, "no", job_id=None)]
    assert telling.end(DIAGNOSIS, result_of(*planned, check=True), True) == [
        "1 server would be worked on. Only reads were sent.",
        "1 server would be waited for, in jobs that run already.",
        "s3 failed: no",
    ]


ABOUT = {"run": "diagnosis-1", "region": ["r1", "r2"], "user": "root on box", "defaults": {"wait_timeout": 3600.0}}
PLACES = {"s1": {"host": "node-1", "region": "r1"}}


@pytest.mark.parametrize("check, outcome", [(False, "success"), (True, "planned")])
def test_the_document_is_as_the_schema_says(check, outcome):
    words = ["collected", "no_link_named", "as_wanted", "differs", "pass", "warn", "unknown", "planned"]
    options = {"servers": ["s1"], "items": [{"type": "X", "spec": {"password": "p"}}], "wait_timeout": 3600.0}
    found = result_of(*map(server, words), check=check)
    document = build(telling.document(DIAGNOSIS, found, options, ABOUT, PLACES))
    jsonschema.validate(document, SCHEMA)
    assert document["outcome"] == outcome
    assert document["title"] == "Diagnosis of 8 servers"
    assert "servers" not in document["parameters"]
    assert document["parameters"]["items"][0]["spec"] == {"password": "(hidden)"}
    assert (document["run"], document["region"], document["user"]) == ("diagnosis-1", "r1, r2", "root on box")
    assert (document["servers"][0]["host"], document["servers"][0]["region"]) == ("node-1", "r1")
    assert document["next"] == (["run it without check mode"] if check else [])
    document = telling.document(DIAGNOSIS, result_of(server("failed", False)), options, ABOUT, PLACES)
    assert (document["outcome"], document["message"]) == ("failed", "1 failed.")
    assert document["next"] == ["see why, then run again, on these alone"]


def test_what_a_workflow_hands_on_is_small():
    found = result_of(server(), health={"pass": 1})
    assert telling.stats(found) == {"outcome": "success", "summary": {"total": 1}, "failed": [], "health": {"pass": 1}}
    many = [f"{n:036}" for n in range(10_000)]
    found = {**found, "failed_servers": many, "drift": {"servers": many}, "found": [{"driver": "1", "servers": 9}]}
    stats = telling.stats(found)
    assert len(json.dumps(stats)) <= MOST
    assert stats["failed"] == many[: len(stats["failed"])]
    assert stats["left_off"] == {"failed": 10_000 - len(stats["failed"]), "drift": 10_000 - len(stats["drift"])}
    assert stats["versions"] == [{"driver": "1", "servers": 9}]
