# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One attempt to upgrade servers: submit, wait, collect logs of failed ones, verify, set verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from .._fleet import answers, work
from .._fleet.answers import HELD, NOT_SENT, PROCESSING, SKIPPED, STALE, SUCCESS, UntoldError
from .._fleet.journal import JournalError
from .._fleet.surroundings import Line, Surroundings
from .._fleet.work import Ending, Work
from . import look
from .installed import AT, FRESH, by_connection, query_until, standing
from .judge import judge
from .run import Part, Run
from .servers import FAILED, Found, Server

AFTER_UNKNOWN = "nothing was submitted for it, since the outcome of creating another job is unknown"


class Held(NamedTuple):
    """Why nothing was submitted for a server. C(not_by_itself): the server is free, so it is tried again in any case."""

    reason: str
    not_by_itself: bool


def submit(
    tools: Surroundings,
    run: Run,
    batches: Sequence[Sequence[str]],
    servers: Sequence[Server],
    before: Callable[[], None],
    after: Callable[[], None],
    timeout: float,
) -> list[Work]:
    """Submit upgrades of servers that were just looked at. Servers that another job holds meanwhile are looked at
    again.

    batches: the jobs as planned. keep: writes the journal, before and after each call that may create a job. timeout:
    seconds to wait for held servers.
    """
    deadline = tools.clock.monotonic() + timeout
    works: list[Work] = []
    due = {server.id: server for server in servers}
    while due:
        held: dict[str, Held] = {}
        for lot in _lots(batches, due):
            if any(one.unknown for one in works):
                for server_id in chain(*lot):
                    look.hold(due[server_id], AFTER_UNKNOWN)
                continue
            try:
                held.update(_submit_lot(tools, run, lot, due, before, works))
            except JournalError as error:
                run.stop(str(error))
            after()
            if run.stopped:
                return works
        left = deadline - tools.clock.monotonic()
        if any(one.unknown for one in works):
            left = 0.0  # nothing more is submitted
        skip = run.options["on_conflict"] == look.SKIP
        again = [due[i] for i, one in held.items() if left > 0 and (one.not_by_itself or not skip)]
        for server_id, one in held.items():
            if due[server_id] not in again:
                look.hold(due[server_id], one.reason)
        if again and not skip:
            tools.clock.sleep(min(float(run.options["wait_interval"]), left))
        due = {server.id: server for server in _still_due(tools, run, again, left)}
    return works


def _lots(batches: Sequence[Sequence[str]], due: Mapping[str, Server]) -> list[list[list[str]]]:
    """The batches to submit, grouped by connection and version, as one call submits each group."""
    lots: dict[tuple[str, str], list[list[str]]] = {}
    for batch in batches:
        ids = [server_id for server_id in batch if server_id in due]
        if ids:
            lots.setdefault((due[ids[0]].connection, due[ids[0]].version), []).append(ids)
    return list(lots.values())


def _submit_lot(
    tools: Surroundings,
    run: Run,
    lot: Sequence[Sequence[str]],
    due: Mapping[str, Server],
    before: Callable[[], None],
    works: list[Work],
) -> dict[str, Held]:
    """Submit the batches of one group. Returns the servers that are to be looked at again before they are submitted."""
    members = [due[server_id] for batch in lot for server_id in batch]
    for server in members:
        server.sent = True
    try:
        before()
    except JournalError:
        for server in members:
            server.sent = False
        raise
    done = work.submit(
        tools.platforms[members[0].connection],
        run.upgrade(members[0].version),
        lot,
        on_conflict="fail",
        repeatable=False,
        timeout=float(run.options["wait_timeout"]),
        fresh=FRESH,
    )
    held = {}
    for server_id in done.having(HELD, STALE):
        ending = done.endings.pop(server_id)
        by_others = ending.status == STALE or not ending.message
        held[server_id] = Held(ending.message or "another job holds a server of its batch", by_others)
    not_sent = {server_id: str(done.endings.pop(server_id).message) for server_id in done.having(NOT_SENT)}
    for server in members:
        server.sent = server.id in done.endings
        if server.sent:
            server.job_id = done.endings[server.id].job_id or server.job_id
        elif server.id in not_sent:
            look.hold(server, not_sent[server.id])
    if not_sent and not done.unknown:
        # It has nothing to do with these servers, and the next wave would fare no better.
        run.stop(next(iter(not_sent.values())))
    run.jobs += [job_id for job_id in done.jobs if job_id not in run.jobs]
    works.append(done)
    return held


def _still_due(tools: Surroundings, run: Run, servers: Sequence[Server], timeout: float) -> list[Server]:
    """The servers that may still be submitted. Where the platform does not answer, the attempt goes on without the
    rest.
    """
    try:
        return look.at(tools, run, servers, timeout) if servers else []
    except UntoldError as error:
        for server in servers:
            look.hold(server, str(error))
        return []


def take_up(tools: Surroundings, run: Run, servers: Sequence[Server], after: Callable[[], None]) -> list[Work]:
    """The jobs that an earlier run left running on these servers."""
    works = []
    for connection, members in by_connection(servers).items():
        endings = {server.id: Ending(PROCESSING, None, server.job_id) for server in members}
        jobs: dict[str, dict[str, Any]] = {str(server.job_id): {} for server in members}
        # Of the kind only the times matter: nothing is submitted.
        works.append(Work(tools.platforms[connection], run.upgrade(members[0].version), endings, jobs))
        run.jobs += [job_id for job_id in jobs if job_id not in run.jobs]
        for server in members:
            server.sent = True
    after()
    return works


def wait(tools: Surroundings, works: Iterable[Work], timeout: float, line: Line) -> dict[str, Ending]:
    """Wait until each server's job task is over, or the time is up; how each ended."""
    deadline = tools.clock.monotonic() + timeout
    endings: dict[str, Ending] = {}
    for one in works:
        work.wait(one, tools.clock, deadline - tools.clock.monotonic(), line)
        endings.update(one.endings)
    return endings


def finish(
    tools: Surroundings, run: Run, part: Part, works: Sequence[Work], endings: Mapping[str, Ending], again: bool
) -> None:
    """Set verdicts by how the jobs ended and what a later query finds. again: whether more attempts may follow."""
    for one in works:
        jobs = {job_id: work.row(job) for job_id, job in one.jobs.items() if job}
        part.jobs.update(jobs)
        for job_id, job in jobs.items():
            ours = [ending.status for ending in one.endings.values() if ending.job_id == job_id]
            if job["servers"] > len(ours):
                run.shared[job_id] = ours.count(answers.FAILED) + ours.count(SKIPPED)
    found = _verify(tools, run, [part.servers[i] for i in endings], endings, again)
    for server_id, ending in endings.items():
        judge(part.servers[server_id], ending, found.get(server_id), bool(run.options["verify"]))


def _verify(
    tools: Surroundings, run: Run, servers: Sequence[Server], endings: Mapping[str, Ending], again: bool
) -> dict[str, Found]:
    """What queries find, repeated for servers that they do not confirm.

    Failed servers are queried, too, where they may be tried again, since only a server that is not at the version is
    tried again.
    """
    verify = run.options["verify"]
    asked = [s for s in servers if endings[s.id].over and (verify or (again and endings[s.id].status != SUCCESS))]

    def is_open(server: Server, found: Found) -> bool:
        where = standing(found, server.version)
        return where != AT if endings[server.id].status == SUCCESS else again and where is None

    return query_until(tools, run.kinds["query"], asked, is_open, float(run.options["verify_timeout"]))


def with_evidence(servers: Iterable[Server]) -> list[Server]:
    """The failed servers that a query made after the failure shows not to be at the version."""
    return [server for server in servers if server.verdict == FAILED and server.behind]
