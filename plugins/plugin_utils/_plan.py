# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a rollout: what an earlier run left at work, what needs no work, and the waves of the rest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ._attempt import failed, judge, with_links
from ._report.values import time
from ._rollout_old import CURRENT, LEFT, NOT_STARTED, REFUSED, Rollout, copied
from ._versions import compare
from ._waves import split


def adopt(rollout: Rollout, jobs: Iterable[Mapping[str, Any]], versions: Mapping[str, Any]) -> Rollout:
    """The rollout with what its own upgrade jobs, found running and waited for, have done: C(left), an outcome.

    jobs: with details; versions: those that the newest query before them found.
    """
    left: dict[str, Any] = {"servers": {}, "jobs": []}
    for job in jobs:
        if job["name"] != rollout["job_name"]:
            continue
        left["jobs"].append(job)
        for task in job["tasks"] or []:
            if task["server_id"] in rollout["servers"]:
                before = versions.get(task["server_id"]) or {}
                left["servers"][task["server_id"]] = {
                    **{key: task[key] for key in ("server_name", "status", "message")},
                    "job_id": job["id"],
                    "started": time(task["create_at"]),
                    "finished": time(task["update_at"]),
                    "version_before": before.get("driver"),
                    "firmware_before": before.get("firmware"),
                }
    return {**copied(rollout), "left": left}


def left_failed(rollout: Rollout) -> list[str]:
    """The servers that failed in what an earlier run left."""
    return failed(rollout["left"])


def left_with_links(rollout: Rollout, collected: Mapping[str, Mapping[str, Any]]) -> Rollout:
    """The rollout, with the links of the logs that were collected of those."""
    return {**rollout, "left": with_links(rollout["left"], collected)}


def plan(rollout: Rollout, versions: Mapping[str, Any], check: bool) -> Rollout:
    """The rollout with a verdict for each server that needs no work, and waves for the others.

    versions: {id: {driver, firmware, message}} as installed now; check: a version that is not known is planned for, since
    the real run would query it, and so is what a job of an earlier run is at, since the real run would wait for it.
    """
    rollout = copied(rollout)
    records = rollout["servers"]
    to_do: list[dict[str, Any]] = []
    taken: Mapping[str, Any] = rollout.get("left", {}).get("servers", {})
    left = list(rollout.get("at_work", ()) if check else taken)
    for server_id, record in records.items():
        found = versions.get(server_id) or {}
        record.update(version_before=found.get("driver"), firmware_before=found.get("firmware"))
        if server_id in left:
            record["reason"] = "an earlier run's job is at work on it, and would be waited for"
            continue
        verdict, reason = _before(record["version_before"], found.get("message"), rollout, check)
        record.update(verdict=verdict or NOT_STARTED, reason=reason)
        if verdict == CURRENT:
            record.update(version_after=record["version_before"], firmware_after=record["firmware_before"])
        elif verdict is None:
            to_do.append({"id": server_id, "supernode": record["supernode"]})
    options = rollout["options"]
    per_job = options["servers_per_job"]
    waves: list[dict[str, Any]] = [
        dict(wave) for wave in split(_fresh_first(to_do, rollout), options["canary"], options["waves"], per_job)
    ]
    if left:
        jobs = split([{"id": server_id} for server_id in left], 0, [len(left)], per_job)[0]["jobs"]
        waves.insert(0, {"number": LEFT, "canary": False, "servers": left, "jobs": jobs})
    rollout["waves"] = waves
    for wave in waves:
        for server_id in wave["servers"]:
            records[server_id]["wave"] = wave["number"]
    return _take_over(rollout, versions) if left and not check else rollout


def _fresh_first(to_do: Sequence[dict[str, Any]], rollout: Rollout) -> list[dict[str, Any]]:
    """What an earlier run tried in vain goes last: it would be no good canary. A super-node goes with its members."""
    tried = set(rollout.get("tried", ()))
    tried |= {server["supernode"] for server in to_do if server["supernode"] and server["id"] in tried}
    return sorted(to_do, key=lambda server: server["id"] in tried or server["supernode"] in tried)


def _take_over(rollout: Rollout, versions: Mapping[str, Any]) -> Rollout:
    """The rollout with what an earlier run left at work judged, like an attempt of its own."""
    left = rollout["left"]
    rollout = judge(rollout, LEFT, left, versions)
    for server_id, server in left["servers"].items():
        record = rollout["servers"][server_id]
        record.update({key: server[key] for key in ("version_before", "firmware_before")})
        record["reason"] += "; the job was found running"
    return rollout


def _before(driver: str | None, message: str | None, rollout: Rollout, check: bool) -> Any:
    """The verdict, None where an upgrade is due, and the reason."""
    wanted = rollout["version"]
    if not driver:
        if check:
            return None, "to be upgraded, if the query of the real run finds another version"
        return REFUSED, f"its version is not known: {message or 'the query said nothing of it'}"
    try:
        order = compare(driver, wanted)
    except ValueError as error:
        return REFUSED, str(error)
    if order == 0:
        return CURRENT, f"at {driver}"
    if order > 0 and not rollout["options"]["allow_downgrade"]:
        return REFUSED, f"{driver} is newer than {wanted}, and a downgrade is not allowed"
    return None, "to be upgraded" if order < 0 else "to be downgraded"
