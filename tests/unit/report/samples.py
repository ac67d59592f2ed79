# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports as the roles would write them, of any size, always the same."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

TARGET = "24.1.0.3"
_BEGIN = datetime(2026, 11, 21, 22, 0, 0, tzinfo=timezone.utc)
_FAILURES = (
    "Version after the upgrade is not the one asked for",
    "Upgrade failed: NPU 3 is not healthy (health status 2, see https://support.huaweicloud.com/usermanual?code=0x80E01801).",
    "Execute script failed, exit code 137\ndmi_ctl: firmware slot busy, retry later",
)


def upgrade(count: int, per_wave: int = 50) -> dict[str, Any]:
    """A rollout over count servers that ended with some failures, in the wave before the last."""
    dice = random.Random(count)
    servers: list[dict[str, Any]] = []
    waves: list[dict[str, Any]] = []
    jobs: list[dict[str, Any]] = []
    sizes = [1]
    while sum(sizes) < count:
        sizes.append(min(per_wave, count - sum(sizes)))
    now = _BEGIN + timedelta(minutes=2, seconds=11)
    for number, size in enumerate(sizes, start=1):
        last = number == len(sizes) and number > 2
        job = str(uuid.UUID(int=dice.getrandbits(128)))
        end = now + timedelta(seconds=dice.randint(560, 900))
        members = []
        for _each in range(size):
            at = len(servers)
            members.append(
                _server(dice, at, number, last, job, now, end, failing=number == len(sizes) - 1 or count < 20)
            )
            servers.append(members[-1])
        waves.append(
            {
                "number": number,
                "canary": number == 1,
                "servers": size,
                "started": None if last else _iso(now),
                "finished": None if last else _iso(end),
                "summary": count_verdicts(members),
                "jobs": [] if last else [job],
            }
        )
        if not last:
            jobs.append(
                {
                    "id": job,
                    "name": "hdk-upgrade-3f9a1c02",
                    "type": "ASCEND_SOFTWARE_UPGRADE",
                    "wave": number,
                    "created": _iso(now),
                    "updated": _iso(end),
                    "status": "FINISHED",
                    "servers": size,
                }
            )
            now = end + timedelta(seconds=38)
    summary = count_verdicts(servers)
    failed = summary.get("failed", 0)
    return {
        "schema": 1,
        "operation": "hdk_upgrade",
        "title": f"HDK upgrade to {TARGET}",
        "started": _iso(_BEGIN),
        "finished": _iso(now),
        "outcome": "failed" if failed else "success",
        "message": f"{failed} server{'s' * (failed != 1)} failed; the budget of 2 was spent in wave {len(sizes) - 1}.",
        "parameters": {
            "version": TARGET,
            "canary": 1,
            "waves": [per_wave],
            "servers_per_job": 50,
            "max_failures": 2,
            "retries": 0,
            "allow_downgrade": False,
            "whole_supernodes": True,
            "verify": True,
        },
        "summary": summary,
        "waves": waves,
        "jobs": jobs,
        "servers": servers,
    }


def log_collection(count: int = 30) -> dict[str, Any]:
    """Logs of count servers: no waves, no versions, links."""
    dice = random.Random(7)
    job = str(uuid.UUID(int=dice.getrandbits(128)))
    servers: list[dict[str, Any]] = []
    for at in range(count):
        verdict = {3: "failed", 8: "missing", 11: "skipped", 12: "processing"}.get(at, "success")
        servers.append(
            {
                "id": str(uuid.UUID(int=dice.getrandbits(128))),
                "name": f"train-{at + 1}",
                "verdict": verdict,
                "job_id": job,
                "started": _iso(_BEGIN),
                "finished": None if verdict == "processing" else _iso(_BEGIN + timedelta(seconds=90 + at)),
                "message": "Collected." if verdict == "success" else "Disk full" if verdict == "failed" else None,
                "links": [f"https://logs.obs.cn-north-4.myhuaweicloud.com/npu/2026/train-{at + 1}.tar.gz?Expires=1764"]
                if verdict == "success"
                else [],
            }
        )
    return {
        "schema": 1,
        "operation": "log_collection",
        "title": f"Device logs of {count} servers",
        "started": _iso(_BEGIN),
        "finished": _iso(_BEGIN + timedelta(seconds=140)),
        "outcome": "failed",
        "message": "4 servers have no logs.",
        "parameters": {"items": ["DEVICE_LOG_COLLECT"], "spec": {"days": 3}},
        "waves": [],
        "summary": count_verdicts(servers),
        "servers": servers,
        "jobs": [
            {
                "id": job,
                "name": "log-collection-11aa22bb",
                "type": "LOG_COLLECT",
                "created": _iso(_BEGIN),
                "updated": _iso(_BEGIN + timedelta(seconds=140)),
                "status": "FINISHED",
                "servers": count,
            }
        ],
    }


def planned() -> dict[str, Any]:
    """What check mode says: waves, but no times and no jobs."""
    document = upgrade(30, 10)
    for row in document["servers"]:
        row.update(
            verdict="current" if row["verdict"] == "current" else "planned",
            reason=None,
            message=None,
            job_id=None,
            version_wanted=TARGET,
            version_after=None,
            firmware_after=None,
            started=None,
            finished=None,
        )
    for wave in document["waves"]:
        members = [row for row in document["servers"] if row["wave"] == wave["number"]]
        wave.update(started=None, finished=None, jobs=[], summary=count_verdicts(members))
    document.update(
        outcome="planned",
        message="28 servers would be upgraded in 4 waves.",
        jobs=[],
        finished=_iso(_BEGIN + timedelta(seconds=4)),
        summary=count_verdicts(document["servers"]),
    )
    return document


def running(count: int = 200, per_wave: int = 50) -> dict[str, Any]:
    """A rollout at its last but one wave, as it tells of itself while it goes on."""
    document = upgrade(count, per_wave)
    at = len(document["waves"]) - 1
    for row in document["servers"]:
        row["host"] = row["name"]
        if row["wave"] == at and row["verdict"] == "upgraded":
            row.update(verdict="processing", version_after=None, firmware_after=None, finished=None, message=None)
        if row["verdict"] == "not_started":
            row["reason"] = "the rollout did not get that far"
    for wave in document["waves"]:
        wave["summary"] = count_verdicts([row for row in document["servers"] if row["wave"] == wave["number"]])
        if wave["number"] == at:
            wave["finished"] = None
    summary = count_verdicts(document["servers"])
    done = summary.get("upgraded", 0) + summary.get("failed", 0)
    document.update(
        about_run(),
        outcome="running",
        message=f"{done} servers are over, {summary.get('failed', 0)} of them failed.",
        finished=None,
        drawn=document["finished"],
        progress={"wave": at, "waves": len(document["waves"]), "done": done, "total": count, "seconds_left": 4900},
        budget={"allowed": 40, "used": summary.get("failed", 0)},
        drained=[row["name"] for row in document["servers"] if row["verdict"] == "failed"],
        summary=summary,
    )
    return document


def within_budget(count: int = 200) -> dict[str, Any]:
    """A rollout that is over and has failures within its budget."""
    document = upgrade(count)
    for row in document["servers"]:
        row["host"] = row["name"]
        if row["verdict"] in ("not_started", "refused"):
            row.update(verdict="upgraded", reason=None)
    document["waves"][-1].update(
        started=document["finished"], finished=_iso(_BEGIN + timedelta(hours=1, minutes=20)), summary={}
    )
    failed = [row["name"] for row in document["servers"] if row["verdict"] == "failed"]
    document.update(
        about_run(),
        outcome="within_budget",
        message=f"{len(failed)} servers failed, which the budget of 20 allows.",
        budget={"allowed": 20, "used": len(failed)},
        drained=failed[:2],
        next=["See why, then run again; what is at the version is left alone."],
        notes=["Another rollout of this version has begun since."],
        summary=count_verdicts(document["servers"]),
    )
    return document


def about_run() -> dict[str, Any]:
    """What is known of a run beside its work."""
    return {
        "run": "3f9a1c02",
        "region": "cn-north-4",
        "project_id": "0f5181caba0024e72f89c0045e707b91",
        "user": "operator@bastion-1",
        "collection_version": "0.2.0",
        "ansible_version": "2.21.5",
        "defaults": {
            "version": None,
            "canary": 1,
            "waves": ["10%", "100%"],
            "servers_per_job": 50,
            "max_failures": 0,
            "retries": 0,
            "allow_downgrade": False,
            "whole_supernodes": True,
            "verify": True,
        },
    }


def drift() -> dict[str, Any]:
    """A software query that found 9 of 16 servers at another version than the one wanted."""
    servers = [
        {
            "id": str(uuid.UUID(int=at)),
            "name": f"train-{at + 1}",
            "host": f"train-{at + 1}",
            "verdict": "differs" if at % 16 < 9 else "as_wanted",
            "reason": f"driver 24.1.rc3.{9 + at % 2}, while {TARGET} is wanted" if at % 16 < 9 else None,
            "version_after": f"24.1.rc3.{9 + at % 2}" if at % 16 < 9 else TARGET,
            "firmware_after": "7.3.0.1.231" if at % 16 < 9 else "7.5.0.5.220",
            "message": "Driver and firmware were read.",
        }
        for at in range(16)
    ]
    return _read("software_query", "Software query of 16 servers", servers, {"wanted": TARGET, "fail_on_drift": False})


def health() -> dict[str, Any]:
    """A diagnosis with all that it can find."""
    said = {
        "fail": "NPU 3: FAIL, health status 2\nNPU 0-2, 4-7: PASS",
        "warn": "HCCS link 4: WARN, 12 retries",
        "pass": "8 of 8 PASS",
        "unknown": "Done.",
    }
    verdicts = ["fail", "fail", "warn", "unknown", *["pass"] * 20]
    servers = [
        {"id": str(uuid.UUID(int=at)), "name": f"train-{at + 1}", "verdict": word, "message": said[word]}
        for at, word in enumerate(verdicts)
    ]
    return _read("diagnosis", "Diagnosis of 24 servers", servers, {"item_type": "NPU_HEALTH", "fail_on": "FAIL"})


def _read(operation: str, title: str, servers: list[dict[str, Any]], parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": 1,
        "operation": operation,
        "title": title,
        "started": _iso(_BEGIN),
        "finished": _iso(_BEGIN + timedelta(seconds=75)),
        "outcome": "success",
        "message": "All servers answered.",
        "parameters": parameters,
        "waves": [],
        "jobs": [],
        "summary": count_verdicts(servers),
        "servers": servers,
    }


def count_verdicts(servers: list[dict[str, Any]]) -> dict[str, int]:
    """Verdict to count."""
    counts: dict[str, int] = {}
    for row in servers:
        counts[row["verdict"]] = counts.get(row["verdict"], 0) + 1
    return counts


def _server(
    dice: random.Random, at: int, wave: int, last: bool, job: str, begin: datetime, end: datetime, failing: bool
) -> dict[str, Any]:
    chance = dice.random()
    verdict = "not_started" if last else "upgraded"
    if at and chance < 0.05:
        verdict = "current"
    elif at and not last and failing and 0.5 < chance < 0.62:
        verdict = "failed"
    elif at and 0.97 < chance < 0.98:
        verdict = "refused"
    before = TARGET if verdict == "current" else dice.choice(["24.1.rc3.10", "24.1.rc3.9", "23.0.6"])
    worked_on = verdict in ("upgraded", "failed")
    message = {"upgraded": f"Driver: {TARGET} | Firmware: 7.5.0.5.220", "failed": dice.choice(_FAILURES)}.get(verdict)
    reason = {
        "failed": "The installed version is still the old one." if message == _FAILURES[0] else None,
        "refused": "Its super-node is only partly in the request.",
        "not_started": "The failure budget was spent before.",
    }.get(verdict)
    over = begin + timedelta(seconds=dice.randint(300, int((end - begin).total_seconds())))
    return {
        "id": str(uuid.UUID(int=dice.getrandbits(128))),
        "name": f"ascend-{chr(97 + at // 64 % 26)}-{at + 1}",
        "verdict": verdict,
        "reason": reason,
        "version_before": before,
        "version_after": TARGET if verdict in ("upgraded", "current") else before if verdict == "failed" else None,
        "firmware_before": "7.5.0.5.220" if before == TARGET else "7.3.0.1.231",
        "firmware_after": "7.5.0.5.220" if verdict in ("upgraded", "current") else None,
        "supernode": f"sn-{at // 8 + 1}" if at % 3 else None,
        "wave": wave,
        "job_id": job if worked_on else None,
        "started": _iso(begin) if worked_on else None,
        "finished": _iso(over) if worked_on else None,
        "message": message,
        "links": [],
    }


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
