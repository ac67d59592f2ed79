# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout as a value: begun with every server not started, planned into waves, judged attempt by attempt. Pure.

Each function takes a rollout and returns the next one::

    version   str, the driver version wanted
    options   what was asked, read and checked
    servers   {id: record}; a record has verdict, reason and the other keys of the report's servers
    waves     [{number, canary, servers, jobs: [[id]], started, finished}]
    jobs      [{id, name, type, wave, created, updated, status, servers}]
    stopped   why nothing new may start, or None
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, Iterable, List, Mapping, Optional

from ._coerce import flag, whole
from ._jobs import ERROR
from ._report import time
from ._versions import compare, parse
from ._waves import budget_of, split

Rollout = Dict[str, Any]

FLAGS = (
    "canary_must_succeed",
    "allow_downgrade",
    "allow_mixed_flavors",
    "whole_supernodes",
    "verify",
    "collect_logs_on_failure",
    "health_gate",
    "after_wave_failed",
)
UPGRADED, CURRENT, FAILED, REFUSED, NOT_STARTED = "upgraded", "current", "failed", "refused", "not_started"
VERDICTS = (UPGRADED, CURRENT, FAILED, REFUSED, NOT_STARTED)
RECORD = (
    "name reason version_before version_after firmware_before firmware_after supernode wave job_id started finished message links"
).split()


def begin(server_ids: Iterable[str], options: Mapping[str, Any]) -> Rollout:
    """A rollout that has not started. Refuses options that cannot be right, before anything is asked of the platform."""
    ids = list(server_ids)
    options = {
        **options,
        **{name: flag(options[name], f"hdk_upgrade_{name}") for name in FLAGS},
        "retries": whole(options["retries"], "hdk_upgrade_retries"),
    }
    parse(options["version"])
    split([{"id": server_id} for server_id in ids], options["canary"], options["waves"], options["servers_per_job"])
    budget_of(options["max_failures"], len(ids), "max_failures")
    record = {"verdict": NOT_STARTED, **dict.fromkeys(RECORD), "reason": "the rollout did not get that far"}
    return {
        "version": options["version"],
        "options": options,
        "servers": {server_id: dict(record) for server_id in ids},
        "waves": [],
        "jobs": [],
        "stopped": None,
    }


def adopt(rollout: Rollout, jobs: Iterable[Mapping[str, Any]], name: str, versions: Mapping[str, Any]) -> Rollout:
    """The rollout with what upgrades of this C(name), found running and waited for, have done: C(adopted), by server.

    jobs: with details; versions: those that the newest query before them found.
    """
    rollout = _copy(rollout)
    rollout["adopted"] = {}
    for job in jobs:
        if job["name"] != name:
            continue
        rollout["jobs"].append(_job(job, None))
        for task in job["tasks"]:
            before = versions.get(task["server_id"]) or {}
            if task["status"] == "SUCCESS" and task["server_id"] in rollout["servers"]:
                rollout["adopted"][task["server_id"]] = {
                    "version_before": before.get("driver"),
                    "firmware_before": before.get("firmware"),
                    "job_id": job["id"],
                    "message": task["message"],
                    "started": time(task["create_at"]),
                    "finished": time(task["update_at"]),
                }
    return rollout


def plan(rollout: Rollout, versions: Mapping[str, Any], check: bool) -> Rollout:
    """The rollout with a verdict for each server that needs no work, and waves for the others.

    versions: {id: {driver, firmware, message}} as installed now; check: a version that is not known is planned for, since
    the real run would query it.
    """
    rollout = _copy(rollout)
    to_do: List[Dict[str, Any]] = []
    for server_id, record in rollout["servers"].items():
        found = versions.get(server_id) or {}
        picked_up = rollout.get("adopted", {}).get(server_id)
        record.update(version_before=found.get("driver"), firmware_before=found.get("firmware"))
        verdict, reason = _before(record["version_before"], found.get("message"), rollout, check)
        if verdict == CURRENT and picked_up:
            _pick_up(record, picked_up, found)
            continue
        record.update(verdict=verdict or NOT_STARTED, reason=reason)
        if verdict == CURRENT:
            record.update(version_after=record["version_before"], firmware_after=record["firmware_before"])
        elif verdict is None:
            to_do.append({"id": server_id, "supernode": record["supernode"]})
    options = rollout["options"]
    rollout["waves"] = [dict(wave) for wave in split(to_do, options["canary"], options["waves"], options["servers_per_job"])]
    for wave in rollout["waves"]:
        for server_id in wave["servers"]:
            rollout["servers"][server_id]["wave"] = wave["number"]
    return rollout


def attempt(rollout: Rollout, number: int) -> List[List[str]]:
    """The jobs of a wave, each a list of server ids, without the servers that need no (further) attempt."""
    wave = _wave(rollout, number)
    left = {i for i in wave["servers"] if rollout["servers"][i]["verdict"] in (NOT_STARTED, FAILED) and not _hopeless(rollout, i)}
    jobs = [[server_id for server_id in job if server_id in left] for job in wave["jobs"]]
    return [job for job in jobs if job]


def opened(rollout: Rollout, number: int, now: str) -> Rollout:
    """The rollout with the time at which a wave starts."""
    rollout = _copy(rollout)
    _wave(rollout, number)["started"] = now
    return rollout


def verifiable(outcome: Mapping[str, Any]) -> List[str]:
    """The servers of an outcome that a query can be asked about: none that is still at work, none without a job."""
    return [i for i, server in outcome["servers"].items() if server["status"] not in ("PROCESSING", ERROR)]


def with_links(outcome: Mapping[str, Any], collected: Mapping[str, Mapping[str, Any]]) -> Dict[str, Any]:
    """The outcome, with the links of the logs that were collected of its servers."""
    servers = {i: {**server, "links": (collected.get(i) or {}).get("links")} for i, server in outcome["servers"].items()}
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


def judge(rollout: Rollout, number: int, outcome: Mapping[str, Any], versions: Optional[Mapping[str, Any]]) -> Rollout:
    """The rollout after an attempt. versions: those that a second query found, or None where none was wanted."""
    rollout = _copy(rollout)
    for server_id, server in outcome["servers"].items():
        record = rollout["servers"][server_id]
        found = (versions or {}).get(server_id) or {}
        record.update(
            verdict=FAILED,
            name=record["name"] or server["server_name"],
            job_id=server["job_id"] or record["job_id"],
            message=server["message"],
            started=record["started"] or server.get("started"),
            finished=server.get("finished"),
            links=server.get("links") or record["links"],
            version_after=found.get("driver"),
            firmware_after=found.get("firmware"),
        )
        if server["status"] != "SUCCESS":
            record["reason"] = _failure(server)
        elif versions is None:
            record.update(verdict=UPGRADED, reason="the job succeeded; not verified", version_after=rollout["version"])
        else:
            verdict, record["reason"] = _after(found, rollout["version"])
            record["verdict"] = verdict
    mine = {job["id"] for job in rollout["jobs"]}
    rollout["jobs"] += [_job(job, number) for job in outcome["jobs"] if job["id"] not in mine]
    return rollout


def close(rollout: Rollout, number: int, now: str) -> Rollout:
    """The rollout after a wave: its times, and whether the failures let another one start."""
    rollout = _copy(rollout)
    wave, options = _wave(rollout, number), rollout["options"]
    records = [rollout["servers"][server_id] for server_id in wave["servers"]]
    wave.update(finished=now)
    planned = sum(len(wave["servers"]) for wave in rollout["waves"])
    budget = budget_of(options["max_failures"], planned, "max_failures")
    failed = sum(record["verdict"] == FAILED for record in rollout["servers"].values())
    if wave["canary"] and options["canary_must_succeed"] and any(record["verdict"] != UPGRADED for record in records):
        return stop(rollout, "the canary failed")
    if failed > budget:
        return stop(rollout, f"{failed} {_servers(failed)} failed, more than the failure budget of {budget}")
    return rollout


def stop(rollout: Rollout, reason: str) -> Rollout:
    """The rollout, with nothing new to start. What was not begun says why."""
    rollout = _copy(rollout)
    rollout["stopped"] = rollout["stopped"] or reason
    for record in rollout["servers"].values():
        if record["verdict"] == NOT_STARTED:
            record["reason"] = rollout["stopped"]
    return rollout


def result(rollout: Rollout) -> Dict[str, Any]:
    """The fact C(hdk_upgrade_result)."""
    counts = Counter(record["verdict"] for record in rollout["servers"].values())
    return {
        "servers": rollout["servers"],
        "summary": {verdict: counts[verdict] for verdict in VERDICTS},
        "jobs": rollout["jobs"],
        "waves": rollout["waves"],
        "stopped": rollout["stopped"],
    }


def report(rollout: Rollout, started: str, finished: str, check: bool) -> Dict[str, Any]:
    """The document of the report."""
    counts = result(rollout)["summary"]
    bad = [f"{counts[word]} {word.replace('_', ' ')}" for word in (FAILED, REFUSED, NOT_STARTED) if counts[word]]
    good = [f"{counts[word]} {word}" for word in (UPGRADED, CURRENT) if counts[word]]
    planned = sum(len(wave["servers"]) for wave in rollout["waves"])
    if check and not rollout["stopped"]:
        message = f"{planned} {_servers(planned)} to be upgraded in {len(rollout['waves'])} waves. Nothing was sent but reads."
    else:
        message = ", ".join(good + bad).capitalize() + "."
        if rollout["stopped"]:
            message += f" Stopped: {rollout['stopped']}."
    return {
        "operation": "hdk_upgrade",
        "title": f"HDK upgrade to {rollout['version']}",
        "started": started,
        "finished": finished,
        "outcome": "failed" if rollout["stopped"] or (bad and not check) else "planned" if check else "success",
        "message": message,
        "parameters": rollout["options"],
        "waves": [{**wave, "servers": len(wave["servers"]), "jobs": _jobs_of(rollout, wave)} for wave in rollout["waves"]],
        "jobs": rollout["jobs"],
        "servers": {
            server_id: {**record, "verdict": "planned"} if check and record["wave"] and not rollout["stopped"] else record
            for server_id, record in rollout["servers"].items()
        },
    }


def _jobs_of(rollout: Rollout, wave: Mapping[str, Any]) -> List[str]:
    return [job["id"] for job in rollout["jobs"] if job["wave"] == wave["number"]]


def verdict(outcome: Mapping[str, Any], server_id: str, check: bool) -> Dict[str, Any]:
    """What a host is told: C(ok), C(changed), C(text). A host that is no server of the rollout stands for all of them."""
    record = outcome["servers"].get(server_id)
    planned = {i for wave in outcome["waves"] for i in wave["servers"]} if check and not outcome["stopped"] else set()
    if record is None:
        counts = {word: count for word, count in outcome["summary"].items() if count}
        bad = [i for i, one in outcome["servers"].items() if one["verdict"] not in (UPGRADED, CURRENT) and i not in planned]
        text = ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in counts.items())
        told = [f"{_name(i, outcome)} {outcome['servers'][i]['verdict']}: {outcome['servers'][i]['reason']}" for i in bad[:5]]
        rest = f"; and {len(bad) - 5} more" if len(bad) > 5 else ""
        changed = bool(planned) or bool(outcome["summary"][UPGRADED])
        return {"ok": not bad, "changed": changed, "text": f"{text}. {'; '.join(told)}{rest}".strip(". ")}
    step = f"{record['version_before'] or 'unknown'} -> {record['version_after']}, " if record["version_after"] else ""
    return {
        "ok": record["verdict"] in (UPGRADED, CURRENT) or server_id in planned,
        "changed": record["verdict"] == UPGRADED or server_id in planned,
        "text": f"{record['verdict']}: {step}{record['reason']}" if server_id not in planned else f"planned: {record['reason']}",
    }


def outline(rollout: Rollout) -> List[str]:
    """The plan in a few lines."""
    counts = result(rollout)["summary"]
    unknown = sum(record["wave"] is not None and not record["version_before"] for record in rollout["servers"].values())
    lines = [f"{counts[word]} {word}" for word in (CURRENT, REFUSED) if counts[word]]
    for wave in rollout["waves"]:
        size, jobs = len(wave["servers"]), len(wave["jobs"])
        canary = ", the canary" if wave["canary"] else ""
        lines.append(f"wave {wave['number']}{canary}: {size} {_servers(size)} in {jobs} {'job' if jobs == 1 else 'jobs'}")
    if unknown:
        lines.append(f"of {unknown} {_servers(unknown)} the version is not known, as no finished query names it")
    return lines or ["nothing to do"]


def _name(server_id: str, outcome: Mapping[str, Any]) -> str:
    name = outcome["servers"][server_id]["name"]
    return f"{name} ({server_id})" if name else server_id


def with_verdict(rollout: Rollout, number: int, verdicts: Iterable[str]) -> List[str]:
    """The servers of a wave that have one of the verdicts."""
    return [i for i in _wave(rollout, number)["servers"] if rollout["servers"][i]["verdict"] in verdicts]


def _before(driver: Optional[str], message: Optional[str], rollout: Rollout, check: bool) -> Any:
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
        "MISSING": "the job has no task for it",
        "PROCESSING": "not over within the time to wait",
        ERROR: "no job",
    }
    text = words.get(server["status"], f"it ended as {server['status']}")
    return f"{text}: {server['message']}" if server["message"] else text


def _hopeless(rollout: Rollout, server_id: str) -> bool:
    """A server still at work, or of which nobody knows: another attempt could be a second upgrade at once."""
    reason = rollout["servers"][server_id]["reason"] or ""
    return reason.startswith(("not over within", "no job"))


def _pick_up(record: Dict[str, Any], server: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    record.update(
        server,
        verdict=UPGRADED,
        reason=f"confirmed at {found.get('driver')}; the job was found running",
        version_after=found.get("driver"),
        firmware_after=found.get("firmware"),
    )


def _job(job: Mapping[str, Any], wave: Optional[int]) -> Dict[str, Any]:
    return {
        "id": job["id"],
        "name": job["name"],
        "type": job["type"],
        "wave": wave,
        "created": time(job["create_at"]),
        "updated": time(job["update_at"]),
        "status": job["status"],
        "servers": len(job["tasks"] or []),
    }


def _wave(rollout: Rollout, number: int) -> Dict[str, Any]:
    return next(wave for wave in rollout["waves"] if wave["number"] == number)


def _copy(rollout: Rollout) -> Rollout:
    """Two levels deep, which is all that is changed here; an Ansible variable must not change under its user."""
    copied = dict(rollout)
    copied["servers"] = {server_id: dict(record) for server_id, record in rollout["servers"].items()}
    copied["waves"] = [dict(wave) for wave in rollout["waves"]]
    copied["jobs"] = list(rollout["jobs"])
    return copied


def _servers(count: int) -> str:
    return "server" if count == 1 else "servers"
