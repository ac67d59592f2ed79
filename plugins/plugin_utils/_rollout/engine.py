# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a rollout: first the plan, then for each wave (hook, wave, hook), then the end.

No step fails. What goes wrong stops the run: it is noted in the journal, and nothing new starts. Each request that
may create a job is noted in the journal first, so nothing is sent where the journal cannot be written.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._fleet.answers import UntoldError
from .._fleet.journal import JournalError
from .._fleet.kinds import Kind
from .._fleet.surroundings import Surroundings
from .._fleet.verdicts import Verdict
from . import aftercare, artifacts, attempt, hooks, lines, look, plan, preflight, run, stops, summary
from .hooks import AFTER, BEFORE
from .installed import FRESH, LONG, query
from .run import LEFT, Part, Run, WaveHead
from .servers import FAILED, NOT_STARTED, UPGRADED, Server, Servers

NOT_KEPT = ("servers", "connection")  # options: the first are stored apart, the second may hold secrets
BROKE_OFF = "its result is not known, since the run broke off while its job was running"


@dataclass
class Request:
    """What is asked for, once the options are read. C(problems): what is wrong with it."""

    id: str
    servers: list[Server]
    options: dict[str, Any]
    kinds: dict[str, Kind]
    fail_on: str = "FAIL"
    check: bool = False
    connections: dict[str, dict[str, Any]] = field(default_factory=lambda: {"": {}})
    problems: list[str] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)
    relaunches: bool = False


def begin(tools: Surroundings, request: Request) -> dict[str, Any]:
    """The step plan: look at the fleet and make the waves. Raises JournalError where no journal can be created."""
    now = tools.clock.time()
    kept = {name: value for name, value in request.options.items() if name not in NOT_KEPT}
    rollout = Run(request.id, now, request.check, kept, request.kinds, request.fail_on, request.connections)
    servers: Servers = {server.id: server for server in request.servers}
    rollout.about, rollout.regions, rollout.relaunches = request.about, request.regions, request.relaunches
    rollout.start, rollout.size = tools.clock.monotonic(), len(servers)
    tools.journal.begin(run.reserve_of(len(servers)))
    if request.problems:
        rollout.stop(" ".join(request.problems))
        run.save_plan(tools.journal, rollout, servers, [])
        return _planned(tools, rollout)
    rollout.versions = sorted({server.version for server in request.servers})
    if request.options["not_after"] is not None:
        rollout.not_after = stops.moment_of(request.options["not_after"], now)
    run.save_plan(tools.journal, rollout, servers, [])
    findings = preflight.inspect(tools, rollout, servers)
    rollout.warnings, rollout.elsewhere, rollout.usual = findings.warnings, findings.elsewhere, findings.usual
    waves = []
    if findings.problems:
        rollout.stop(" ".join(findings.problems))
    else:
        asked = [] if request.check else [one for one in servers.values() if one.id not in findings.at_work]
        began = tools.clock.moment()
        found, problem = query(tools, rollout.kinds["query"], asked) if asked else ({}, None)
        try:
            if problem:
                raise UntoldError(f"the installed versions could not be queried: {problem}")
            found.update(look.settled(tools, rollout, asked, found))
        except UntoldError as error:
            rollout.stop(str(error))
        else:
            waves = plan.make(servers, found, findings, request.options, request.check)
            rollout.looked = began if tools.clock.since(began) > LONG else tools.clock.moment()
    run.save_plan(tools.journal, rollout, servers, waves)
    return _planned(tools, rollout)


def hook(tools: Surroundings, number: int, when: str, heard: str | None = None) -> dict[str, list[str]]:
    """The servers, and their hosts, that the hook C(before) or C(after) a wave is run for; none where it is not to
    run.
    """
    rollout, part = run.load(tools.journal), run.load_part(tools.journal, number)
    servers: list[Server] = []
    try:
        if when == BEFORE and number != LEFT and _open(tools, rollout, number):
            _look(tools, rollout, part.having(NOT_STARTED), may_be_fresh=True)
            servers = hooks.wanted_before(part) if not rollout.stopped else []
        elif when == AFTER and hooks.may_follow(rollout, number):
            servers = hooks.wanted_after(part, rollout)
        if servers:
            hooks.begin(rollout.wave(number), when, servers, heard)
        run.save(tools.journal, rollout, number, part)
    except JournalError as error:
        rollout.stop(str(error))
        _save_if_possible(tools, rollout)
        servers = []
    return {
        "servers": [server.id for server in servers],
        "hosts": [server.host for server in servers if server.host],
    }


def hooked(
    tools: Surroundings, number: int, when: str, file: str, failed: Mapping[str, Any] | None = None
) -> str | None:
    """Note that a hook has ended or, with C(task) and C(result), C(failed). Returns why the run stops."""
    rollout, part = run.load(tools.journal), run.load_part(tools.journal, number)
    head = rollout.wave(number)
    if failed is None:
        hooks.end(head, when, hooks.wanted_after(part, rollout) if when == AFTER else [])
    else:
        _fail_hook(rollout, head, part, hooks.failure(file, when, number, failed))
    _save_if_possible(tools, rollout, number, part)
    return rollout.stopped


def wave(tools: Surroundings, number: int) -> dict[str, Any]:
    """The step wave: look again, upgrade, verify, retry, check the health. Returns C(msg), C(changed) and C(stopped)."""
    rollout, part = run.load(tools.journal), run.load_part(tools.journal, number)
    try:
        if _open(tools, rollout, number):
            _carry_out(tools, rollout, number, part)
    except JournalError as error:
        rollout.stop(str(error))
        _save_if_possible(tools, rollout)
    head = rollout.wave(number)
    text = lines.over(rollout, head, part)
    if head.ended is None:
        text = f"{lines.label(rollout, number)} did not start: {rollout.stopped}"
    return {"msg": text, "changed": bool(part.having(UPGRADED)), "stopped": rollout.stopped}


def end(tools: Surroundings) -> dict[str, Verdict]:
    """The step end: give each server its verdict, and prepare what each host is told. Returns C(outcome), C(summary),
    C(failed).
    """
    rollout = run.load(tools.journal)
    parts = list(run.parts(tools.journal, rollout))
    servers = [server for _head, part in parts for server in part.servers.values()]
    for head, part in parts:
        if head and head.hook:
            _fail_hook(rollout, head, part, hooks.unfinished(head))
    open_ones = [one for one in servers if one.verdict == NOT_STARTED and not one.held and not one.sent]
    if open_ones and not rollout.check:
        rollout.stop("the run broke off before it was through")
    for server in servers:
        if server.sent:
            server.verdict, server.reason, server.sent = FAILED, BROKE_OFF, False
    if rollout.check:
        stops.foresee(rollout)
    if rollout.stopped:
        foretold = stops.foretold(rollout)
        for server in open_ones:
            if server.wave not in foretold:
                server.reason = rollout.stopped
    rollout.phase, rollout.ended, rollout.now = run.ENDED, tools.clock.time(), None
    for head, part in parts:
        _save_if_possible(tools, rollout, head.number if head else None, part)
    return summary.verdicts(rollout, servers)


def _fail_hook(rollout: Run, head: WaveHead, part: Part, reason: str) -> None:
    """Stop the run for a failed hook. The servers that a failed hook after the wave was run for have failed, too."""
    for server in hooks.wanted_after(part, rollout) if head.hook == AFTER else []:
        if server.verdict == UPGRADED:
            server.verdict, server.reason = FAILED, f"upgraded, but {reason}"
    head.hook = None
    rollout.stop(reason)


def _planned(tools: Surroundings, rollout: Run) -> dict[str, Any]:
    parts = list(run.parts(tools.journal, rollout))
    goes_on = not rollout.stopped and not rollout.check
    return {
        "run": tools.journal.folder,
        "waves": [head.number for head in rollout.waves] if goes_on else [],
        "lines": summary.plan(rollout, parts),
        "artifacts": artifacts.of_plan(parts),
        "stopped": rollout.stopped,
    }


def _open(tools: Surroundings, rollout: Run, number: int) -> bool:
    """Whether a wave may start, or go on after its hook. Pauses before the wave."""
    head = rollout.wave(number)
    _stop_in_trouble(tools, rollout)
    for one in rollout.waves:
        if one.hook:
            rollout.stop(hooks.unfinished(one))
    if head.began is None and not rollout.stopped:
        stops.before(tools, rollout, number)
        if any(one.ended is not None for one in rollout.waves) and not rollout.stopped and rollout.options["pause"]:
            tools.pause(float(rollout.options["pause"]), f"pause before {lines.label(rollout, number)}")
            stops.before(tools, rollout, number)
        if not rollout.stopped:
            head.began, rollout.phase, rollout.now = tools.clock.monotonic(), run.RUNNING, number
    run.save(tools.journal, rollout)
    return rollout.stopped is None


def _look(tools: Surroundings, rollout: Run, due: list[Server], may_be_fresh: bool) -> list[Server]:
    """The servers that still have to be upgraded. Where the platform does not answer, the run stops."""
    if may_be_fresh and rollout.looked and tools.clock.since(rollout.looked) <= FRESH:
        return due
    try:
        return look.at(tools, rollout, due, float(rollout.options["wait_timeout"])) if due else []
    except UntoldError as error:
        rollout.stop(str(error))
        return []


def _carry_out(tools: Surroundings, rollout: Run, number: int, part: Part) -> None:
    head, options = rollout.wave(number), rollout.options
    waiting = [server for server in part.having(NOT_STARTED) if not server.held]
    if options["before_wave"] and number != LEFT and waiting and BEFORE not in head.hooked:
        rollout.stop(f"the hook before wave {number} has not run")
        run.save(tools.journal, rollout)
        return
    for again in range(1 + options["retries"]):
        if again:
            due = _due_again(tools, rollout, part)
        elif number == LEFT:
            due = part.having(NOT_STARTED)
        else:
            # Servers that a job held when the hook before ran have not been drained.
            open_ones = [one for one in part.having(NOT_STARTED) if one.drained or not options["before_wave"]]
            due = _look(tools, rollout, open_ones, may_be_fresh=not head.hooked)
        if not due or rollout.stopped:
            break
        may_go_on = _attempt(tools, rollout, number, part, due, again)
        _stop_in_trouble(tools, rollout)
        if not may_go_on:
            break
    upgraded = part.having(UPGRADED)
    if options["health_gate"] and upgraded:
        reason = aftercare.check_health(tools, rollout, number, upgraded)
        if reason:
            rollout.stop(reason)
    stops.after(tools, rollout, number, part)
    begun = [server for server in part.servers.values() if server.started]
    head.started = min((str(server.started) for server in begun), default=None)
    head.finished = max((str(server.finished) for server in begun if server.finished), default=None)
    if not all(server.finished for server in begun):
        head.finished = None
    head.ended = tools.clock.monotonic()
    _save_if_possible(tools, rollout, number, part)
    tools.progress.tell(lines.over(rollout, head, part))


def _due_again(tools: Surroundings, rollout: Run, part: Part) -> list[Server]:
    """The servers to try again: a query after the last attempt and one made now show that they are not at the
    version.
    """
    servers = attempt.with_evidence(part.servers.values())
    try:
        return look.at(tools, rollout, servers, float(rollout.options["wait_timeout"])) if servers else []
    except UntoldError:
        return []


def _attempt(tools: Surroundings, rollout: Run, number: int, part: Part, due: list[Server], again: int) -> bool:
    """Upgrade what is due, and judge it. Returns whether more may be submitted: not after a job that nobody knows of."""

    def before() -> None:
        run.save(tools.journal, rollout, number, part)

    def after() -> None:
        _save_if_possible(tools, rollout, number, part)

    timeout = float(rollout.options["wait_timeout"])
    left = number == LEFT and not again
    works = (
        attempt.take_up(tools, rollout, due, after)
        if left
        else attempt.submit(tools, rollout, part.batches, due, before, after, timeout)
    )
    line = lines.running(rollout, number, due)
    endings = attempt.wait(tools, works, timeout, line)
    failed = [part.servers[server_id] for server_id, ending in endings.items() if ending.status == "FAILED"]
    if failed and rollout.options["collect_logs_on_failure"]:
        aftercare.collect_logs(tools, rollout, failed)
    attempt.finish(tools, rollout, part, works, endings, again < rollout.options["retries"])
    if left:
        for server_id in endings:
            part.servers[server_id].reason += "; the job was found running"
    after()
    return not any(one.unknown for one in works)


def _save_if_possible(tools: Surroundings, rollout: Run, number: int | None = None, part: Part | None = None) -> None:
    """Write what is known, where nothing depends on it that it is kept. What goes wrong with it stops the run."""
    try:
        run.save(tools.journal, rollout, number, part)
    except JournalError as error:
        rollout.stop(str(error))
    _stop_in_trouble(tools, rollout)


def _stop_in_trouble(tools: Surroundings, rollout: Run) -> None:
    """Start nothing more once the journal finds no room: what is left of it is for what is at work."""
    if tools.journal.trouble and not rollout.stopped:
        rollout.stop(tools.journal.trouble)
        tools.progress.tell(tools.journal.trouble)
        with contextlib.suppress(JournalError):
            run.save(tools.journal, rollout)
