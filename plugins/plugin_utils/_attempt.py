# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An attempt of a wave: what is due, and what came of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..module_utils._outcome import MISSING
from ._jobs import ERROR, outcome
from ._report.values import time
from ._rollout_old import FAILED, NOT_STARTED, UPGRADED, Rollout, copied, stop, wave_of
from ._versions import compare, of_servers

OVER = ("SUCCESS", "FAILED", "SKIPPED", MISSING)


def due(rollout: Rollout, number: int, again: int = 0) -> list[list[str]]:
    """The jobs of a wave, each a list of server ids: of those not started yet, or C(again) of those that failed."""
    if rollout["stopped"]:
        return []
    wave = wave_of(rollout, number)
    verdict = FAILED if again else NOT_STARTED
    left = {i for i in wave["servers"] if rollout["servers"][i]["verdict"] == verdict and i not in rollout["unknown"]}
    jobs = [[server_id for server_id in job if server_id in left] for job in wave["jobs"]]
    return [job for job in jobs if job]


def verifiable(run: Mapping[str, Any], jobs: Iterable[Iterable[str]]) -> list[str]:
    """The servers that a query can be asked about: none that is still at work, none without a job."""
    return [i for i, server in outcome(run, jobs)["servers"].items() if server["status"] in OVER]


def failed(run: Mapping[str, Any]) -> list[str]:
    """The servers that the platform says have failed."""
    return [i for i, server in (run.get("servers") or {}).items() if server["status"] == "FAILED"]


def versions(query: Mapping[str, Any], server_ids: Iterable[str]) -> dict[str, Any]:
    """What a query, a result of liteserver_job, says of servers."""
    return of_servers(outcome(query, [server_ids])["servers"])


def tried(rollout: Rollout, number: int, again: int, results: Mapping[str, Any]) -> Rollout:
    """The rollout after an attempt at what was due, which is stopped if that is C(broken) off, by a message.

    results: C(run) and C(query), of liteserver_job, empty where it did not come to that; C(logs), by server; C(broken).
    """
    jobs = due(rollout, number, again)
    done = outcome(results["run"], jobs) if results["run"] else _nothing_known(jobs)
    found = None
    if rollout["options"]["verify"]:
        asked = results["query"] and not results["broken"]
        found = versions(results["query"], [i for job in jobs for i in job]) if asked else {}
    if results["broken"]:
        rollout = stop(rollout, results["broken"])
    return judge(rollout, number, with_links(done, results["logs"]), found)


def judge(rollout: Rollout, number: int, done: Mapping[str, Any], found: Mapping[str, Any] | None) -> Rollout:
    """The rollout after an attempt.

    done: the outcome of the jobs; found: the versions that a second query found, or None where none was wanted.
    """
    rollout = copied(rollout)
    for server_id, server in done["servers"].items():
        record = rollout["servers"][server_id]
        known = server["status"] in OVER
        installed = (found or {}).get(server_id) or {} if known else {}
        record.update(
            verdict=FAILED,
            name=record["name"] or server["server_name"],
            job_id=server["job_id"] or record["job_id"],
            message=server["message"],
            started=record["started"] or server.get("started"),
            finished=server.get("finished") if known else None,
            links=server.get("links") or record["links"],
            version_after=installed.get("driver"),
            firmware_after=installed.get("firmware"),
        )
        if not known and server_id not in rollout["unknown"]:
            rollout["unknown"].append(server_id)
        if server["status"] != "SUCCESS":
            record["reason"] = _failure(server)
        elif found is None:
            record.update(verdict=UPGRADED, reason="the job succeeded; not verified", version_after=rollout["version"])
        else:
            record["verdict"], record["reason"] = _after(installed, rollout["version"])
    mine = {job["id"] for job in rollout["jobs"]}
    rollout["jobs"] += [_job(job, number) for job in done["jobs"] if job["id"] not in mine]
    return rollout


def with_links(done: Mapping[str, Any], collected: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The outcome, with the links of the logs that were collected of its servers."""
    servers = {i: {**server, "links": (collected.get(i) or {}).get("links")} for i, server in done["servers"].items()}
    return {**done, "servers": servers}


def _nothing_known(jobs: Iterable[Iterable[str]]) -> dict[str, Any]:
    """The outcome of an attempt of which nothing is known: its jobs may have been submitted."""
    error = {"server_name": None, "status": ERROR, "message": "what became of it is not known", "job_id": None}
    return {"servers": {server_id: dict(error) for job in jobs for server_id in job}, "jobs": []}


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
