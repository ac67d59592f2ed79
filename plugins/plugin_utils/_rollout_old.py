# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout as a value: how it begins, and what stops it. _plan makes its waves, _attempt judges what they tried. Pure.

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

from collections.abc import Iterable, Mapping
from typing import Any

from . import _rollout_options
from ._jobs import name
from ._waves import budget_of

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


def gate(rollout: Rollout, health: Mapping[str, Mapping[str, Any]]) -> Rollout:
    """The rollout after a health check. health: {id: {ok, health, message}}; what is not ok has failed."""
    rollout = copied(rollout)
    for server_id, found in health.items():
        record = rollout["servers"][server_id]
        if record["verdict"] == UPGRADED and not found["ok"]:
            said = f": {found['message']}" if found.get("message") else ""
            record.update(verdict=FAILED, reason=f"upgraded, but the health check says {found.get('health')}{said}")
    return rollout


def blame(rollout: Rollout, server_ids: Iterable[str], reason: str) -> Rollout:
    """The rollout, stopped for a reason that also leaves servers unfit for use: those that were upgraded have failed."""
    rollout = copied(rollout)
    for server_id in server_ids:
        record = rollout["servers"][server_id]
        if record["verdict"] == UPGRADED:
            record.update(verdict=FAILED, reason=f"upgraded, but {reason}")
    return stop(rollout, reason)


def close(rollout: Rollout, number: int) -> Rollout:
    """The rollout after a wave: its times, and whether the failures let another one start."""
    rollout = copied(rollout)
    wave, options = wave_of(rollout, number), rollout["options"]
    records = [rollout["servers"][server_id] for server_id in wave["servers"]]
    begun = [record for record in records if record["started"]]
    wave["started"] = min((record["started"] for record in begun), default=None)
    over = [record["finished"] for record in begun]
    wave["finished"] = max(over, default=None) if all(over) else None
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
    rollout = copied(rollout)
    rollout["stopped"] = rollout["stopped"] or str(reason).strip().rstrip(".")
    for record in rollout["servers"].values():
        if record["verdict"] == NOT_STARTED:
            record["reason"] = rollout["stopped"]
    return rollout


def with_verdict(rollout: Rollout, number: int, verdicts: Iterable[str]) -> list[str]:
    """The servers of a wave that have one of the verdicts."""
    return [i for i in wave_of(rollout, number)["servers"] if rollout["servers"][i]["verdict"] in verdicts]


def ids(rollout: Rollout) -> list[str]:
    """All servers."""
    return list(rollout["servers"])


def wave_numbers(rollout: Rollout) -> list[int]:
    """The numbers of the waves, in their order."""
    return [wave["number"] for wave in rollout["waves"]]


def steps(rollout: Rollout) -> list[dict[str, Any]]:
    """What a wave consists of: files of tasks, and which C(attempt) it is."""
    options = rollout["options"]
    attempts = [{"file": "attempt.yml", "attempt": again} for again in range(1 + options["retries"])]
    return [
        *([{"file": "before_wave.yml"}] if options["before_wave"] else []),
        *attempts,
        *([{"file": "gate.yml"}] if options["health_gate"] else []),
        *([{"file": "after_wave.yml"}] if options["after_wave"] else []),
        {"file": "close.yml"},
        *([{"file": "pause.yml"}] if options["pause"] else []),
    ]


def counted(count: int, word: str = "server") -> str:
    """The word, in the plural where it is one."""
    return word if count == 1 else f"{word}s"


def wave_of(rollout: Rollout, number: int) -> dict[str, Any]:
    """The wave of a number, to be changed in a copy only."""
    return next(wave for wave in rollout["waves"] if wave["number"] == number)


def copied(rollout: Rollout) -> Rollout:
    """Two levels deep, which is all that is changed here; an Ansible variable must not change under its user."""
    return {
        **rollout,
        "servers": {server_id: dict(record) for server_id, record in rollout["servers"].items()},
        "waves": [dict(wave) for wave in rollout["waves"]],
        "jobs": list(rollout["jobs"]),
        "unknown": list(rollout["unknown"]),
    }
