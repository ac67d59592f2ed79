# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is reported of an operation: each host's verdict, the end as lines, the report's document, the statistics.
Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from .._fleet.artifacts import bounded
from .._fleet.counts import counted
from .._fleet.verdicts import ALL
from .._report.messages import says
from .._report.words import by_rank, in_words, verdict_label, with_bad
from .._secrets import masked, without_user
from .engine import FAILED
from .judged import PLANNED, called, failed
from .operations import Operation
from .table import table

MOST_NAMED = 10

Result = Mapping[str, Any]
Verdicts = dict[str, dict[str, Any]]


def counts(result: Result) -> dict[str, int]:
    """Verdict to number of servers."""
    return dict(by_rank(Counter(server["verdict"] for server in result["servers"].values())))


def verdicts(operation: Operation, result: Result) -> Verdicts:
    """What each host is told, by server ID: C(msg), C(changed), C(failed). Under C(ALL) the same for all servers
    together.
    """
    spared = operation.changes and bool(result["jobs"])
    told = {i: _verdict(_told(server), spared or server["ok"]) for i, server in result["servers"].items()}
    return {**told, ALL: _verdict(message(result), spared or result["outcome"] != FAILED)}


def refusals(problems: Sequence[str], server_ids: Sequence[str]) -> Verdicts:
    """The same where nothing was done: each host is told why."""
    return dict.fromkeys([*server_ids, ALL], _verdict(" ".join(problems), False))


def message(result: Result) -> str:
    """How it ended in a line."""
    servers = result["servers"]
    told = [f"{called(i, servers[i])} {_told(servers[i])}" for i in failed(servers)]
    return with_bad(in_words(counts(result)), told)


def end(operation: Operation, result: Result, check: bool) -> list[str]:
    """The end as lines: what was done or would be, what failed and why, and where the report is."""
    servers = result["servers"]
    if check:
        return [*_foreseen(result), *result["errors"]]
    lines = table(result) if operation.name == "software_query" else []
    lines.append(f"{operation.name}: {in_words(counts(result))}, in {counted(len(result['jobs']), 'job')}")
    bad = [i for i, server in servers.items() if not server["ok"] or server["verdict"] in ("warn", "unknown")]
    if operation.name != "software_query":
        lines += [f"{called(i, servers[i])} {_told(servers[i])}" for i in bad[:MOST_NAMED]]
        lines += [f"and {len(bad) - MOST_NAMED:,} more"] if len(bad) > MOST_NAMED else []
    lines += result["errors"]
    return lines + [f"report: {file}" for file in result.get("report", [])]


def document(
    operation: Operation,
    result: Result,
    options: Mapping[str, Any],
    about: Mapping[str, Any],
    places: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """The report's document; see docs/report.schema.json.

    about: what it says beside the work. places: C(host) and C(region) of each server.
    """
    asked = {name: value for name, value in options.items() if name != "servers"}
    return {
        "operation": operation.name,
        "title": f"{operation.title} of {counted(len(result['servers']), 'server')}",
        "started": result["started"],
        "finished": result["finished"],
        "outcome": result["outcome"],
        "message": f"{in_words(counts(result))}.",
        **about,
        "next": _next(result),
        "notes": result["errors"],
        "parameters": masked(asked),
        "jobs": result["jobs"],
        "servers": {
            server_id: {
                **server,
                **places.get(server_id, {}),
                "name": server["server_name"],
                "version_wanted": options.get("wanted"),
                "version_after": server.get("driver"),
                "firmware_after": server.get("firmware"),
            }
            for server_id, server in result["servers"].items()
        },
    }


def _next(result: Result) -> list[str]:
    """What to do now."""
    if result["outcome"] == PLANNED:
        return ["run it without check mode"]
    return ["see why, then run again, on these alone"] if result["failed_servers"] else []


def stats(result: Result) -> dict[str, Any]:
    """What a workflow hands to its next step.

    Where lists of ids are too long they are cut, and C(left_off) says how many are missing from which.
    """
    found = {"outcome": result["outcome"], "summary": result["summary"], "failed": list(result["failed_servers"])}
    if "drift" in result:
        found.update(drift=list(result["drift"]["servers"]), versions=list(result["found"]))
    if "health" in result:
        found["health"] = result["health"]
    lists = {name: found[name] for name in ("failed", "drift", "versions") if found.get(name)}

    def build(entries: int) -> dict[str, Any]:
        left_off = {name: len(one) - entries for name, one in lists.items() if len(one) > entries}
        cut = {name: one[:entries] for name, one in lists.items()}
        return {**found, **cut, "left_off": left_off} if left_off else found

    return bounded(build, max(map(len, lists.values()), default=0))


def _verdict(text: str, ok: bool) -> dict[str, Any]:
    return {"msg": text, "changed": False, "failed": not ok}


def _told(server: Mapping[str, Any]) -> str:
    text = ": ".join(without_user(says(server)).split("\n", 1))
    label = verdict_label(server["verdict"])
    return f"{label}: {text}" if text else label


def _foreseen(result: Result) -> list[str]:
    servers = result["servers"]
    adopted = [i for i, server in servers.items() if server["job_id"]]
    left = sum(server["verdict"] == PLANNED for server in servers.values()) - len(adopted)
    lines = [f"{counted(left, 'server')} would be worked on. Only reads were sent."]
    if adopted:
        lines.append(f"{counted(len(adopted), 'server')} would be waited for, in jobs that run already.")
    bad = [f"{called(i, servers[i])} {_told(servers[i])}" for i in failed(servers)]
    return lines + bad[:MOST_NAMED]
