# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts and results about a rollout as a whole: plan, end, result, and what each host is told. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...module_utils._progress import roughly
from .._fleet.counts import counted
from .._fleet.surroundings import stamp
from .._fleet.verdicts import ALL
from .._report.failures import PLAIN
from .._secrets import masked
from . import budget, stops
from .lines import time_left
from .run import LEFT, RUNNING, Part, Run, WaveHead
from .servers import CURRENT, FAILED, GOOD, NOT_STARTED, REFUSED, UPGRADED, VERDICTS, Server

BRING_BACK = "of what is still drained, bring back by hand what is at the version, since a run again leaves it alone"
PLANNED = "planned"  # a verdict, and an outcome, of check mode alone
SUCCESS, WITHIN_BUDGET, STOPPED = "success", "within_budget", "stopped"  # outcomes beside FAILED
MOST_NAMED = 10
MOST_IN_A_LINE = 5

Parts = Sequence[tuple["WaveHead | None", Part]]


def plan(run: Run, parts: Parts) -> list[str]:
    """The plan as lines, for the person who approves it."""
    rest = [server for head, part in parts if head is None for server in part.servers.values()]
    lines = []
    for verdict in (CURRENT, REFUSED, NOT_STARTED):
        members = [server for server in rest if server.verdict == verdict]
        # Where nothing starts, all remaining servers have the same reason, which is shown once.
        if members and not (run.stopped and verdict == NOT_STARTED):
            reasons = _grouped((server.reason, server) for server in members)
            lines.append(f"{len(members)} {verdict.replace('_', ' ')}: {_told(reasons)}")
    for head, part in parts:
        if head is not None:
            lines += _wave(run, head, list(part.servers.values()), len(part.batches))
    unknown = sum(
        not server.version_before for head, part in parts if head and head.number for server in part.servers.values()
    )
    if unknown:
        lines.append(f"of {counted(unknown)} the version is not known, as no finished query names it")
    if run.stopped:
        return [*lines, f"nothing starts: {run.stopped}", *run.warnings]
    if not run.waves:
        return [*lines, "nothing to do", *run.warnings]
    left = time_left(run)
    expected = [f"expected to take about {roughly(left)}"] if left else []
    return [*lines, stops.rule(run), *expected, *run.warnings]


def outcome(run: Run, servers: Iterable[Server]) -> str:
    """The outcome: C(stopped) is what an option asked for; C(within_budget) has failures, but nothing else went
    wrong.
    """
    bad = Counter(server.verdict for server in servers if server.verdict not in GOOD)
    if run.foretells:
        return PLANNED
    if run.stopped and not run.on_request:
        return FAILED
    others = sum(number for verdict, number in bad.items() if verdict not in (FAILED, NOT_STARTED))
    if bad[FAILED] > budget.allowed(run) or others or (bad[NOT_STARTED] and not run.stopped):
        return FAILED
    if run.stopped:
        return STOPPED
    return WITHIN_BUDGET if bad else SUCCESS


def message(run: Run, servers: Sequence[Server]) -> str:
    """How it ended, in a line or two."""
    stopped = [f"Stopped: {run.stopped}."] if run.stopped else []
    if not run.foretells:
        return " ".join([f"{_counted(servers)}." if servers else "No server.", *stopped, *run.warnings])
    planned = _planned(run)
    counts = Counter(PLANNED if planned(server) else server.verdict for server in servers)
    waves = sum(number != LEFT for number in stops.foretold(run))
    rest = [word for word in (CURRENT, REFUSED, NOT_STARTED) if counts[word]]
    asides = "".join(f", {counts[word]} {word.replace('_', ' ')}" for word in rest)
    text = f"{counted(counts[PLANNED])} to be upgraded in {counted(waves, 'wave')}{asides}."
    return " ".join([text, *stopped, "Only reads were sent.", *run.warnings])


def end(run: Run, servers: Sequence[Server], files: Sequence[str] = ()) -> list[str]:
    """The end as lines: counts, why it stopped, which servers failed or are still drained, report files, next
    command.
    """
    lines = [message(run, servers)]
    bad = [server for server in servers if server.verdict in (FAILED, REFUSED)]
    lines += [f"{server.called} {server.word}: {server.reason}" for server in bad[:MOST_NAMED]]
    lines += [f"and {len(bad) - MOST_NAMED:,} more"] if len(bad) > MOST_NAMED else []
    drained = [server for server in servers if server.drained]
    if drained:
        rest = f" and {len(drained) - MOST_NAMED:,} more" if len(drained) > MOST_NAMED else ""
        names = ", ".join(server.host or server.called for server in drained[:MOST_NAMED])
        lines.append(f"still drained: {names}{rest}")
    lines += [f"report: {file}" for file in files]
    lines += [f"next: {step}" for step in _next(run, servers)]
    return lines


def result(run: Run, parts: Parts, files: Sequence[str] = ()) -> dict[str, Any]:
    """The fact C(hdk_upgrade_result)."""
    servers = [server for _head, part in parts for server in part.servers.values()]
    counts = Counter(server.verdict for server in servers)
    return {
        "servers": {server.id: server.record() for server in servers},
        "summary": {verdict: counts[verdict] for verdict in VERDICTS},
        "jobs": _jobs(parts),
        "waves": [_row(head, part, part.batches) for head, part in parts if head],
        "stopped": run.stopped,
        "outcome": outcome(run, servers),
        "failed": [server.id for server in servers if server.verdict == FAILED],
        "budget": {"allowed": budget.allowed(run), "used": counts[FAILED]},
        "drained": [server.id for server in servers if server.drained],
        "report": list(files),
        "run": run.id,
    }


def document(run: Run, parts: Parts, now: float) -> dict[str, Any]:
    """The document of the report, at any time of the run."""
    servers = [server for _head, part in parts for server in part.servers.values()]
    planned = _planned(run)
    return {
        "operation": "hdk_upgrade",
        "title": f"HDK upgrade to {' and '.join(run.versions) or 'no version'}",
        "started": stamp(run.begun),
        "finished": stamp(run.ended or now),
        "outcome": RUNNING if run.phase == RUNNING else outcome(run, servers),
        "message": message(run, servers),
        **run.about,
        "run": run.id,
        "progress": _progress(run) if run.phase == RUNNING or run.check else None,
        "budget": {"allowed": budget.allowed(run), "used": sum(server.verdict == FAILED for server in servers)},
        "drained": [server.host or server.called for server in servers if server.drained],
        "next": [] if run.phase == RUNNING else _next(run, servers, names=False),
        "notes": [stops.rule(run)] if run.waves else [],
        "parameters": masked(run.options),
        "waves": [
            {**_row(head, part, [job["id"] for job in part.jobs.values()]), "servers": len(part.servers)}
            for head, part in parts
            if head
        ],
        "jobs": _jobs(parts),
        "servers": [
            {
                "id": server.id,
                **server.record(),
                "host": server.host,
                "region": run.regions.get(server.connection),
                "version_wanted": server.version,
                "verdict": PLANNED if planned(server) else server.verdict,
            }
            for server in servers
        ],
    }


def verdicts(run: Run, servers: Sequence[Server]) -> dict[str, dict[str, Any]]:
    """What each host is told, by server ID: C(msg), C(changed), C(failed). Under C(ALL) the same for all servers
    together.
    """
    planned = _planned(run)
    told = {server.id: _verdict(server, planned(server)) for server in servers}
    bad = [server for server in servers if told[server.id]["failed"]]
    names = [f"{server.called} {told[server.id]['msg']}" for server in bad[:MOST_IN_A_LINE]]
    rest = [f"and {len(bad) - MOST_IN_A_LINE} more"] if len(bad) > MOST_IN_A_LINE else []
    counts = Counter(PLANNED if planned(server) else server.verdict for server in servers)
    text = ", ".join(f"{counts[word]} {word.replace('_', ' ')}" for word in (PLANNED, *VERDICTS) if counts[word])
    told[ALL] = {
        "msg": f"{text}. {'; '.join([*names, *rest])}" if bad else text or run.stopped or "no server",
        "changed": any(one["changed"] for one in told.values()),
        "failed": bool(bad) or (run.stopped is not None and not run.on_request),
    }
    return told


def _verdict(server: Server, planned: bool) -> dict[str, Any]:
    if planned:
        return {"msg": f"planned: {server.reason}", "changed": True, "failed": False}
    step = f"{server.version_before or 'unknown'} -> {server.version_after}, " if server.verdict == UPGRADED else ""
    drained = ". It is still drained" if server.drained else ""
    return {
        "msg": f"{server.word}: {step}{server.reason}{drained}",
        "changed": server.verdict == UPGRADED,
        "failed": server.verdict not in GOOD,
    }


def _planned(run: Run) -> Any:
    """Whether check mode plans an upgrade for a server."""
    waves = stops.foretold(run)
    return lambda server: server.wave in waves


def _wave(run: Run, head: WaveHead, servers: list[Server], jobs: int) -> list[str]:
    if head.number == LEFT:
        return [f"{counted(len(servers))} left at work by an earlier run, waited for first: {_told({'': servers})}"]
    title = f"wave {head.number}{', the canary' if head.canary else ''}"
    steps = _grouped((f"{server.version_before or 'unknown'} -> {server.version}", server) for server in servers)
    lines = [f"{title}: {counted(len(servers))} in {counted(jobs, 'job')}, {_told(steps)}"]
    return [*lines, f"{title} has {head.note}"] if head.note else lines


def _grouped(pairs: Iterable[tuple[str, Server]]) -> dict[str, list[Server]]:
    groups: dict[str, list[Server]] = {}
    for key, server in pairs:
        groups.setdefault(key, []).append(server)
    return groups


def _told(groups: Mapping[str, list[Server]]) -> str:
    told = []
    for text, members in groups.items():
        rest = f" and {len(members) - MOST_NAMED:,} more" if len(members) > MOST_NAMED else ""
        names = ", ".join(server.name or server.id for server in members[:MOST_NAMED]) + rest
        told.append(f"{text}: {names}" if text else names)
    return "; ".join(told)


def _progress(run: Run) -> dict[str, Any]:
    """How far the rollout is."""
    left = time_left(run)
    return {
        "wave": run.now,
        "waves": run.last_wave,
        "done": sum(run.counts.get(word, 0) for word in (UPGRADED, FAILED)),
        "total": run.planned,
        "seconds_left": round(left) if left else None,
    }


def _counted(servers: Sequence[Server]) -> str:
    counts = Counter(server.verdict for server in servers)
    downgraded = sum(server.verdict == UPGRADED and server.downgrade for server in servers)
    aside = f" ({downgraded} of them downgraded)" if downgraded else ""
    words = [
        f"{counts[word]} {word.replace('_', ' ')}{aside if word == UPGRADED else ''}"
        for word in VERDICTS
        if counts[word]
    ]
    return ", ".join(words)


def _next(run: Run, servers: Sequence[Server], names: bool = True) -> list[str]:
    """What to do next."""
    if stops.foretold(run):
        return ["run it without check mode"]
    bad = [server for server in servers if server.verdict not in GOOD]
    if not bad:
        return []
    if run.on_request and all(server.verdict == NOT_STARTED for server in bad):
        later = stops.is_over(run, run.ended or run.begun)
        return ["run again with a later hdk_upgrade_not_after, or none" if later else "run again to go on"]
    if run.check:
        return []
    # The run that follows knows nothing of this one, and gives no hook what needs no upgrade.
    drained = [BRING_BACK] if any(server.drained and server.verdict == FAILED for server in bad) else []
    if run.relaunches:
        return ["see why, then relaunch on failed hosts", *drained]
    hosts = [server.host for server in bad if server.host and PLAIN.fullmatch(server.host)]
    if names and len(hosts) == len(bad) <= MOST_NAMED:
        return [f"see why, then run again, on these alone with --limit '{','.join(hosts)}'", *drained]
    return ["see why, then run again; what is at the version is left alone", *drained]


def _jobs(parts: Parts) -> list[dict[str, Any]]:
    return [{**job, "wave": head.number} for head, part in parts if head for job in part.jobs.values()]


def _row(head: WaveHead, part: Part, jobs: Any) -> dict[str, Any]:
    return {
        "number": head.number,
        "canary": head.canary,
        "servers": list(part.servers),
        "jobs": jobs,
        "started": head.started,
        "finished": head.finished,
    }
