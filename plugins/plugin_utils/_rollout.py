# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout as a value: begun with every server not started, planned into waves, judged attempt by attempt. Pure.

Each function takes a rollout and returns the next one::

    version   str, the driver version wanted
    options   what was asked, read and checked
    job_name  the name of its upgrade jobs, and job_items, what they do
    servers   {id: record}; a record has verdict, reason and the other keys of the report's servers
    waves     [{number, canary, servers, jobs: [[id]], started, finished}]; number 0 is what an earlier run left at work
    jobs      [{id, name, type, wave, created, updated, status, servers}]
    unknown   ids of servers that may still be at work, so that another attempt could be a second upgrade at once
    stopped   why nothing new may start, or None

What becomes of it is told by _rollout_told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._job import MISSING

from . import _rollout_options
from ._jobs import ERROR, name
from ._report import time
from ._versions import compare
from ._waves import budget_of, split

Rollout = dict[str, Any]

UPGRADED, CURRENT, FAILED, REFUSED, NOT_STARTED = "upgraded", "current", "failed", "refused", "not_started"
VERDICTS = (UPGRADED, CURRENT, FAILED, REFUSED, NOT_STARTED)
RECORD = [
    "name",
    "reason",
    "version_before",
    "version_after",
    "firmware_before",
    "firmware_after",
    "supernode",
    "wave",
    "job_id",
    "started",
    "finished",
    "message",
    "links",
]
OVER = ("SUCCESS", "FAILED", "SKIPPED", MISSING)
LEFT = 0  # the number of the wave that holds what an earlier run left at work


def begin(server_ids: Iterable[str], options: Mapping[str, Any]) -> Rollout:
    """A rollout that has not started. Refuses options that cannot be right, before anything is asked of the platform."""
    ids = list(server_ids)
    found = _rollout_options.read(options, ids)
    items = _rollout_options.job_items(found, ids)
    record = {"verdict": NOT_STARTED, **dict.fromkeys(RECORD), "reason": "the rollout did not get that far"}
    return {
        "version": found["version"],
        "options": found,
        "job_name": name(found["job_type"], items),
        "job_items": items,
        "servers": {server_id: dict(record) for server_id in ids},
        "waves": [],
        "jobs": [],
        "unknown": [],
        "stopped": None,
    }


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
    return {**_copy(rollout), "left": left}


def left_failed(rollout: Rollout) -> list[str]:
    """The servers that failed in what an earlier run left."""
    return [i for i, server in rollout["left"]["servers"].items() if server["status"] == "FAILED"]


def left_with_links(rollout: Rollout, collected: Mapping[str, Mapping[str, Any]]) -> Rollout:
    """The rollout, with the links of the logs that were collected of those."""
    return {**rollout, "left": with_links(rollout["left"], collected)}


def plan(rollout: Rollout, versions: Mapping[str, Any], check: bool) -> Rollout:
    """The rollout with a verdict for each server that needs no work, and waves for the others.

    versions: {id: {driver, firmware, message}} as installed now; check: a version that is not known is planned for, since
    the real run would query it, and so is what a job of an earlier run is at, since the real run would wait for it.
    """
    rollout = _copy(rollout)
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


def attempt(rollout: Rollout, number: int, again: int = 0) -> list[list[str]]:
    """The jobs of a wave, each a list of server ids: of those not started yet, or C(again) of those that failed."""
    wave = _wave(rollout, number)
    due = [FAILED] if again else [NOT_STARTED]
    left = {i for i in wave["servers"] if rollout["servers"][i]["verdict"] in due and i not in rollout["unknown"]}
    jobs = [[server_id for server_id in job if server_id in left] for job in wave["jobs"]]
    return [job for job in jobs if job]


def opened(rollout: Rollout, number: int, now: str) -> Rollout:
    """The rollout with the time at which a wave starts."""
    rollout = _copy(rollout)
    _wave(rollout, number)["started"] = now
    return rollout


def nothing_known(jobs: Iterable[Iterable[str]]) -> dict[str, Any]:
    """The outcome of an attempt of which nothing is known: its jobs may have been submitted."""
    error = {"server_name": None, "status": ERROR, "message": "what became of it is not known", "job_id": None}
    return {"servers": {server_id: dict(error) for job in jobs for server_id in job}, "jobs": []}


def verifiable(outcome: Mapping[str, Any]) -> list[str]:
    """The servers of an outcome that a query can be asked about: none that is still at work, none without a job."""
    return [i for i, server in outcome["servers"].items() if server["status"] in OVER]


def with_links(outcome: Mapping[str, Any], collected: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The outcome, with the links of the logs that were collected of its servers."""
    servers = {
        i: {**server, "links": (collected.get(i) or {}).get("links")} for i, server in outcome["servers"].items()
    }
    return {**outcome, "servers": servers}


def gate(rollout: Rollout, health: Mapping[str, Mapping[str, Any]]) -> Rollout:
    """The rollout after a health check. health: {id: {ok, health, message}}; what is not ok has failed."""
    rollout = _copy(rollout)
    for server_id, found in health.items():
        record = rollout["servers"][server_id]
        if record["verdict"] == UPGRADED and not found["ok"]:
            said = f": {found['message']}" if found.get("message") else ""
            record.update(verdict=FAILED, reason=f"upgraded, but the health check says {found.get('health')}{said}")
    return rollout


def blame(rollout: Rollout, server_ids: Iterable[str], reason: str) -> Rollout:
    """The rollout, stopped for a reason that also leaves servers unfit for use: those that were upgraded have failed."""
    rollout = _copy(rollout)
    for server_id in server_ids:
        record = rollout["servers"][server_id]
        if record["verdict"] == UPGRADED:
            record.update(verdict=FAILED, reason=f"upgraded, but {reason}")
    return stop(rollout, reason)


def judge(rollout: Rollout, number: int, outcome: Mapping[str, Any], versions: Mapping[str, Any] | None) -> Rollout:
    """The rollout after an attempt. versions: those that a second query found, or None where none was wanted."""
    rollout = _copy(rollout)
    for server_id, server in outcome["servers"].items():
        record = rollout["servers"][server_id]
        known = server["status"] in OVER
        found = (versions or {}).get(server_id) or {} if known else {}
        record.update(
            verdict=FAILED,
            name=record["name"] or server["server_name"],
            job_id=server["job_id"] or record["job_id"],
            message=server["message"],
            started=record["started"] or server.get("started"),
            finished=server.get("finished") if known else None,
            links=server.get("links") or record["links"],
            version_after=found.get("driver"),
            firmware_after=found.get("firmware"),
        )
        if not known and server_id not in rollout["unknown"]:
            rollout["unknown"].append(server_id)
        if server["status"] != "SUCCESS":
            record["reason"] = _failure(server)
        elif versions is None:
            record.update(verdict=UPGRADED, reason="the job succeeded; not verified", version_after=rollout["version"])
        else:
            record["verdict"], record["reason"] = _after(found, rollout["version"])
    mine = {job["id"] for job in rollout["jobs"]}
    rollout["jobs"] += [_job(job, number) for job in outcome["jobs"] if job["id"] not in mine]
    return rollout


def close(rollout: Rollout, number: int, now: str) -> Rollout:
    """The rollout after a wave: its times, and whether the failures let another one start."""
    rollout = _copy(rollout)
    wave, options = _wave(rollout, number), rollout["options"]
    records = [rollout["servers"][server_id] for server_id in wave["servers"]]
    if wave.get("started"):
        wave.update(finished=now)
    planned = sum(len(wave["servers"]) for wave in rollout["waves"])
    budget = budget_of(options["max_failures"], planned, "max_failures")
    failed = sum(record["verdict"] == FAILED for record in rollout["servers"].values())
    if wave["canary"] and options["canary_must_succeed"] and any(record["verdict"] != UPGRADED for record in records):
        return stop(rollout, "the canary failed")
    if failed > budget:
        return stop(rollout, f"{failed} {counted(failed)} failed, more than the failure budget of {budget}")
    return rollout


def stop(rollout: Rollout, reason: str) -> Rollout:
    """The rollout, with nothing new to start. What was not begun says why."""
    rollout = _copy(rollout)
    rollout["stopped"] = rollout["stopped"] or str(reason).strip().rstrip(".")
    for record in rollout["servers"].values():
        if record["verdict"] == NOT_STARTED:
            record["reason"] = rollout["stopped"]
    return rollout


def with_verdict(rollout: Rollout, number: int, verdicts: Iterable[str]) -> list[str]:
    """The servers of a wave that have one of the verdicts."""
    return [i for i in _wave(rollout, number)["servers"] if rollout["servers"][i]["verdict"] in verdicts]


def ids(rollout: Rollout) -> list[str]:
    """All servers."""
    return list(rollout["servers"])


def wave_numbers(rollout: Rollout) -> list[int]:
    """The numbers of the waves, in their order."""
    return [wave["number"] for wave in rollout["waves"]]


def counted(count: int, word: str = "server") -> str:
    """The word, in the plural where it is one."""
    return word if count == 1 else f"{word}s"


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


def _after(found: Mapping[str, Any], wanted: str) -> Any:
    driver = found.get("driver")
    if not driver:
        return FAILED, f"the job succeeded, but the query did not confirm it: {found.get('message') or 'no answer'}"
    try:
        if compare(driver, wanted) == 0:
            return UPGRADED, f"confirmed at {driver}"
    except ValueError as error:
        return FAILED, f"the job succeeded, but {error}"
    return FAILED, f"the job succeeded, but the query found {driver}"


def _failure(server: Mapping[str, Any]) -> str:
    words = {
        "FAILED": "the platform says failed",
        "SKIPPED": "the platform skipped it",
        MISSING: "the job has no task for it",
        ERROR: "no job, or nothing is known of it",
    }
    text = words.get(server["status"], "not over within the time to wait")
    return f"{text}: {server['message']}" if server["message"] else text


def _job(job: Mapping[str, Any], wave: int | None) -> dict[str, Any]:
    return {
        "id": job["id"],
        "name": job["name"],
        "type": job["type"],
        "wave": wave,
        "created": time(job["create_at"]),
        "updated": time(job["update_at"]),
        "status": job["status"],
        "servers": job["servers"] if "servers" in job else len(job["tasks"] or []),
    }


def _wave(rollout: Rollout, number: int) -> dict[str, Any]:
    return next(wave for wave in rollout["waves"] if wave["number"] == number)


def _copy(rollout: Rollout) -> Rollout:
    """Two levels deep, which is all that is changed here; an Ansible variable must not change under its user."""
    copied = dict(rollout)
    copied["servers"] = {server_id: dict(record) for server_id, record in rollout["servers"].items()}
    copied["waves"] = [dict(wave) for wave in rollout["waves"]]
    copied["jobs"] = list(rollout["jobs"])
    copied["unknown"] = list(rollout["unknown"])
    return copied
