# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A look at servers right before they are upgraded. Those that are at the version, newer or held get no job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._fleet import answers
from .._fleet.counts import counted
from .._fleet.surroundings import LONGEST_SILENCE, Surroundings
from .._secrets import without_user
from . import plan
from .installed import AT, LONG, by_connection, just_upgraded, query, query_until, standing
from .judge import is_behind
from .run import Run
from .servers import FAILED, NOT_STARTED, UPGRADED, Found, Server

SKIP = "skip"


def at(tools: Surroundings, run: Run, servers: Sequence[Server], timeout: float) -> list[Server]:
    """The servers to upgrade. The others get their verdict; held ones stay C(not_started).

    timeout: seconds to wait for jobs that hold servers. Raises UntoldError.
    """
    free = _free(tools, run, servers, timeout)
    if not free:
        return []
    began = tools.clock.moment()
    found, problem = query(tools, run.kinds["query"], free)
    if problem:
        raise answers.UntoldError(f"the installed versions could not be queried: {problem}")
    found.update(settled(tools, run, free, found))
    if tools.clock.since(began) > LONG:
        # Those that answered at once have waited for one that did not.
        answered = [server for server in free if found[server.id].drivers]
        found.update(query(tools, run.kinds["query"], answered)[0])
    return [server for server in free if _is_due(server, found[server.id], run)]


def settled(
    tools: Surroundings, run: Run, servers: Sequence[Server], found: Mapping[str, Found]
) -> Mapping[str, Found]:
    """What is found on servers that an upgrade, whosever, has just finished on, once they report its version.

    A server that restarts reports the version before. found: what a query, which has just ended, found. Raises UntoldError.
    """
    timeout = float(run.options["verify_timeout"])
    just: dict[str, str] = {}
    for connection in by_connection(servers):
        platform = tools.platforms[connection]
        just.update(just_upgraded(platform, answers.jobs_of(platform.jobs()), timeout, but=run.jobs))

    def is_open(server: Server, one: Found) -> bool:
        return standing(one, just[server.id]) != AT

    doubtful = [server for server in servers if server.id in just and is_open(server, found[server.id])]
    return query_until(tools, run.kinds["query"], doubtful, is_open, timeout)


def _is_due(server: Server, found: Found, run: Run) -> bool:
    if not server.attempts:
        server.version_before, server.firmware_before = found.driver or server.version_before, found.firmware
        return plan.judge(server, found, run.options, later=" by now")
    where = standing(found, server.version)
    server.behind = is_behind(server, where)
    if where is not None and not server.behind:
        # It has been tried, so the version it has now may be the result of that attempt.
        server.version_after, server.firmware_after = found.driver, found.firmware
        if where == AT and server.status == answers.SUCCESS:
            server.verdict, server.reason = UPGRADED, f"confirmed at {found.driver} by a later query"
        else:
            server.reason += f"; a later query found it at {found.driver}, so it is not tried again"
    return server.behind


def _free(tools: Surroundings, run: Run, servers: Sequence[Server], timeout: float) -> list[Server]:
    """The servers that no other job holds. Waits for those jobs if that is asked for."""
    deadline = tools.clock.monotonic() + timeout
    interval = min(float(run.options["wait_interval"]), LONGEST_SILENCE)
    while True:
        held = _holders(tools, run, servers)
        left = deadline - tools.clock.monotonic()
        if not held or run.options["on_conflict"] == SKIP or left <= 0:
            break
        tools.progress.tell(f"{counted(len(held))} of {len(servers)} held: {next(iter(held.values()))}")
        tools.clock.sleep(min(interval, left))
    for server in servers:
        if server.id in held:
            hold(server, held[server.id])
    return [server for server in servers if server.id not in held]


def hold(server: Server, reason: str) -> None:
    """Leave out a server that another job holds. One that has failed before stays failed."""
    reason = without_user(reason)
    if server.verdict != FAILED:
        server.verdict, server.reason, server.held = NOT_STARTED, reason, True
    else:
        server.reason += f"; not tried again, since {reason}"


def _holders(tools: Surroundings, run: Run, servers: Sequence[Server]) -> Mapping[str, str]:
    """By server, somebody else's job that holds it. A job that upgrades it to the same version is adopted, so it does
    not hold it.
    """
    held: dict[str, str] = {}
    names = run.names()
    for connection, members in by_connection(servers).items():
        platform = tools.platforms[connection]
        mine = {server.id: server for server in members}
        rows = answers.jobs_of(platform.jobs())
        ids = [row["id"] for row in rows if row["status"] not in answers.ENDED]
        for job in answers.jobs_of(platform.jobs(ids=ids, details=True)) if ids else []:
            for server_id in answers.unfinished(job["tasks"] or []):
                if server_id in mine and mine[server_id].version != names.get(job["name"]):
                    held[server_id] = f"the job {job['name']} ({job['id']}) holds it"
    return held
