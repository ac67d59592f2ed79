# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of a role that runs jobs on servers and changes nothing: judged by server, told, and reported. Pure.

A result is the outcome of jobs (see _jobs.outcome) whose servers also have ``ok``, ``verdict`` and ``reason``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ._jobs import ALL, ERROR
from ._report.messages import says
from ._report.order import natural
from ._report.words import by_rank, in_words, with_bad

Result = dict[str, Any]

_VERDICTS = {word: word.lower() for word in ("SUCCESS", "FAILED", "SKIPPED", "MISSING", "PROCESSING")}
_REASONS = {
    "FAILED": "the platform says failed",
    "SKIPPED": "the platform skipped it",
    "MISSING": "the job has no task for it",
    "PROCESSING": "not over within the time to wait",
    ERROR: "no job, or nothing is known of it",
}


def judge(outcome: Mapping[str, Any], check: bool) -> Result:
    """The result: what succeeded is ok. In check mode so is all that could be asked for."""
    servers = {server_id: {**server, **_judged(server, check)} for server_id, server in outcome["servers"].items()}
    return {**outcome, "servers": servers}


def _judged(server: Mapping[str, Any], check: bool) -> dict[str, Any]:
    status = server["status"]
    verdict = "failed" if status == ERROR else _VERDICTS.get(status, "unknown")
    reason = None if status == "SUCCESS" else _REASONS.get(status, f"it ended as {status}")
    if check and status != ERROR:
        verdict, reason = "planned", None
    times = {key: server.get(key) for key in ("started", "finished")}
    return {"ok": verdict in ("success", "planned"), "verdict": verdict, "reason": reason, **times}


def counts(result: Mapping[str, Any]) -> dict[str, int]:
    """Verdict to number of servers."""
    return dict(by_rank(Counter(server["verdict"] for server in result["servers"].values())))


def failed(result: Mapping[str, Any]) -> list[str]:
    """The servers that are not ok."""
    return [server_id for server_id, server in result["servers"].items() if not server["ok"]]


def verdicts(result: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What each host is told, by its server, as C(msg), C(changed) and C(failed). Under C(*) what stands for all of them."""
    told = {i: _verdict(_told(server), server["ok"]) for i, server in result["servers"].items()}
    of_all = _of_all(result)
    return {**told, ALL: _verdict(of_all["text"], of_all["ok"])}


def _verdict(text: str, ok: bool) -> dict[str, Any]:
    return {"msg": text, "changed": False, "failed": not ok}


def _of_all(result: Mapping[str, Any]) -> dict[str, Any]:
    bad = failed(result)
    told = [f"{called(i, result['servers'][i])} {_told(result['servers'][i])}" for i in bad]
    return {"ok": not bad, "text": with_bad(in_words(counts(result)), told)}


def summary(result: Mapping[str, Any]) -> dict[str, Any]:
    """What a workflow hands to its next step."""
    return {"summary": result["summary"], "failed": failed(result)}


def outline(result: Mapping[str, Any], check: bool) -> list[str]:
    """What was done, or would be, in a few lines."""
    servers = result["servers"]
    if not check:
        return [f"{in_words(counts(result))}, in {_number(len(result['jobs']), 'job')}", *result["errors"]]
    adopted = [i for i, server in servers.items() if server["job_id"]]
    left = sum(server["verdict"] == "planned" for server in servers.values()) - len(adopted)
    lines = [f"{_number(left, 'server')} would be worked on. Nothing was sent but reads."]
    if adopted:
        lines.append(f"{_number(len(adopted), 'server')} would be waited for, in jobs that run already.")
    return lines + list(result["errors"])


def document(
    result: Mapping[str, Any], operation: str, title: str, parameters: Mapping[str, Any], check: bool = False
) -> dict[str, Any]:
    """The report's document; see docs/report.schema.json."""
    told = _of_all(result)
    asked = {name: value for name, value in parameters.items() if name != "servers"}
    return {
        "operation": operation,
        "title": f"{title} of {_number(len(result['servers']), 'server')}",
        "started": result.get("started"),
        "finished": result.get("finished"),
        "outcome": "failed" if not told["ok"] else "planned" if check else "success",
        "message": f"{told['text'].rstrip('.')}.",
        "parameters": asked,
        "jobs": [_job(job) for job in result["jobs"]],
        "servers": {
            server_id: {
                **server,
                "name": server["server_name"],
                "version_after": server.get("driver"),
                "firmware_after": server.get("firmware"),
            }
            for server_id, server in result["servers"].items()
        },
    }


def called(server_id: str, server: Mapping[str, Any]) -> str:
    """A server for people."""
    return f"{server['server_name']} ({server_id})" if server["server_name"] else server_id


def order(result: Mapping[str, Any]) -> list[str]:
    """The servers' ids by name."""
    servers = result["servers"]
    return sorted(servers, key=lambda server_id: natural(servers[server_id]["server_name"] or server_id))


def _told(server: Mapping[str, Any]) -> str:
    text = ": ".join(says(server).split("\n", 1))
    return f"{server['verdict']}: {text}" if text else str(server["verdict"])


def _job(job: Mapping[str, Any]) -> dict[str, Any]:
    times = {"created": job["create_at"], "updated": job["update_at"]}
    return {**{key: job[key] for key in ("id", "name", "type", "status", "servers")}, **times}


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
