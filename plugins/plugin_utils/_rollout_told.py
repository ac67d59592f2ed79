# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of a rollout: the plan, the result fact, the report's document, and what each host hears. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from typing import Any

from ._jobs import ALL
from ._report.words import with_bad
from ._rollout_old import CURRENT, FAILED, LEFT, NOT_STARTED, REFUSED, UPGRADED, VERDICTS, Rollout, counted

PLANNED = "planned"  # a verdict of check mode alone


def outline(rollout: Rollout) -> list[str]:
    """The plan in a few lines."""
    counts = result(rollout)["summary"]
    records = rollout["servers"].values()
    unknown = sum(record["wave"] not in (None, LEFT) and not record["version_before"] for record in records)
    lines = [f"{counts[word]} {word}" for word in (CURRENT, REFUSED) if counts[word]]
    for wave in rollout["waves"]:
        size, jobs = len(wave["servers"]), len(wave["jobs"])
        if wave["number"] == LEFT:
            lines.append(f"{size} {counted(size)} left at work by an earlier run")
            continue
        canary = ", the canary" if wave["canary"] else ""
        lines.append(f"wave {wave['number']}{canary}: {size} {counted(size)} in {jobs} {counted(jobs, 'job')}")
    if unknown:
        lines.append(f"of {unknown} {counted(unknown)} the version is not known, as no finished query names it")
    return lines if rollout["waves"] else [*lines, "nothing to do"]


def result(rollout: Rollout) -> dict[str, Any]:
    """The fact C(hdk_upgrade_result)."""
    counts = Counter(record["verdict"] for record in rollout["servers"].values())
    return {
        "servers": rollout["servers"],
        "summary": {verdict: counts[verdict] for verdict in VERDICTS},
        "jobs": rollout["jobs"],
        "waves": rollout["waves"],
        "stopped": rollout["stopped"],
    }


def ending(rollout: Rollout, check: bool) -> dict[str, Any]:
    """The C(outcome) as a word, a C(message) of a line, and the C(summary)."""
    counts = result(rollout)["summary"]
    bad = [f"{counts[word]} {word.replace('_', ' ')}" for word in (FAILED, REFUSED, NOT_STARTED) if counts[word]]
    good = [f"{counts[word]} {word}" for word in (UPGRADED, CURRENT) if counts[word]]
    if check and not rollout["stopped"]:
        planned, waves = len(_planned(rollout, check)), len(rollout["waves"])
        asides = "".join(f", {counts[word]} {word}" for word in (CURRENT, REFUSED) if counts[word])
        message = (
            f"{planned} {counted(planned)} to be upgraded in {waves} {counted(waves, 'wave')}{asides}. "
            "Nothing was sent but reads."
        )
    else:
        message = ", ".join(good + bad).capitalize() + "."
        if rollout["stopped"]:
            message += f" Stopped: {rollout['stopped']}."
    return {
        "outcome": "failed" if rollout["stopped"] or (bad and not check) else "planned" if check else "success",
        "message": " ".join([message, *(rollout.get("warnings") or [])]),
        "summary": counts,
    }


def report(rollout: Rollout, started: str, finished: str, check: bool) -> dict[str, Any]:
    """The document of the report."""
    told = ending(rollout, check)
    return {
        "operation": "hdk_upgrade",
        "title": f"HDK upgrade to {rollout['version']}",
        "started": started,
        "finished": finished,
        "outcome": told["outcome"],
        "message": told["message"],
        "parameters": rollout["options"],
        "waves": [
            {**wave, "servers": len(wave["servers"]), "jobs": _jobs_of(rollout, wave)} for wave in rollout["waves"]
        ],
        "jobs": rollout["jobs"],
        "servers": _records(rollout, _planned(rollout, check)),
    }


def verdicts(rollout: Rollout, check: bool) -> dict[str, dict[str, Any]]:
    """What each host is told, by its server, as C(msg), C(changed) and C(failed). Under C(*) what stands for all of them."""
    records = _records(rollout, _planned(rollout, check))
    told = {server_id: _verdict(record["verdict"], _told(record)) for server_id, record in records.items()}
    bad = [server_id for server_id, one in told.items() if one["failed"]]
    counts = Counter(record["verdict"] for record in records.values())
    text = ", ".join(f"{counts[word]} {word.replace('_', ' ')}" for word in (PLANNED, *VERDICTS) if counts[word])
    told[ALL] = {
        "msg": with_bad(text, [f"{_name(i, rollout)} {told[i]['msg']}" for i in bad]),
        "changed": any(one["changed"] for one in told.values()),
        "failed": bool(bad),
    }
    return told


def _verdict(word: str, text: str) -> dict[str, Any]:
    return {"msg": text, "changed": word in (PLANNED, UPGRADED), "failed": word not in (PLANNED, UPGRADED, CURRENT)}


def _told(record: Mapping[str, Any]) -> str:
    upgraded = record["verdict"] == UPGRADED
    step = f"{record['version_before'] or 'unknown'} -> {record['version_after']}, " if upgraded else ""
    return f"{record['verdict'].replace('_', ' ')}: {step}{record['reason']}"


def _records(rollout: Rollout, planned: Container[str]) -> dict[str, Mapping[str, Any]]:
    """The servers, with the verdict of check mode where they are planned for."""
    return {
        server_id: {**record, "verdict": PLANNED} if server_id in planned else record
        for server_id, record in rollout["servers"].items()
    }


def _planned(rollout: Rollout, check: bool) -> Mapping[str, None]:
    """The servers that check mode would upgrade."""
    if not check or rollout["stopped"]:
        return {}
    return dict.fromkeys(server_id for wave in rollout["waves"] for server_id in wave["servers"])


def _jobs_of(rollout: Rollout, wave: Mapping[str, Any]) -> list[str]:
    return [job["id"] for job in rollout["jobs"] if job["wave"] == wave["number"]]


def _name(server_id: str, rollout: Rollout) -> str:
    name = rollout["servers"][server_id]["name"]
    return f"{name} ({server_id})" if name else server_id
