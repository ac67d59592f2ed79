# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which driver and firmware is installed, from new queries or from the results of earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from .._fleet import answers, jobs
from .._fleet.kinds import Kind
from .._fleet.surroundings import Platform, Surroundings
from .._versions import compare, stated
from .lines import reading
from .servers import Found, Server

UPGRADES = ("HDK_UPGRADE", "ASCEND_SOFTWARE_UPGRADE")  # as requested, and as the platform calls it
BELOW, AT, ABOVE = "below", "at", "above"
FRESH = 30.0  # seconds that a look at the versions is good for, where nothing came between
LONG = 60.0  # seconds after which the first answers of a query that is not over yet are old
MOST_PAUSE = 30.0  # seconds between two queries of a server that is not confirmed
FIRST_JOBS, SERVERS_PER_JOB = 20, 10  # of the history: one more job is read for each so many servers


def standing(found: Found, wanted: str) -> str | None:
    """Where a server is compared with the version wanted; None where that cannot be said.

    Where its devices differ, it is below the version if one device is and none is above.
    """
    try:
        orders = {compare(driver, wanted) for driver in found.drivers}
    except ValueError:
        return None
    if not orders:
        return None
    return ABOVE if 1 in orders else BELOW if -1 in orders else AT


def found_in(status: str, message: str | None) -> Found:
    """What a query's task found, by its status and message."""
    if status != answers.SUCCESS:
        return Found(message=f"the query ended as {status}: {message or 'no message'}")
    said = stated(message)
    firmware = said["firmware"]
    return Found(said["driver"], " and ".join(firmware) or None, message or "the query says nothing")


def query(tools: Surroundings, kind: Kind, servers: Sequence[Server]) -> tuple[dict[str, Found], str | None]:
    """What is installed now, by server; and the platform's message where it answered for no server at all."""
    found: dict[str, Found] = {}
    problems = []
    line = reading("query of the installed versions", servers)
    for connection, members in by_connection(servers).items():
        ids = [server.id for server in members]
        done = jobs.run(tools.platforms[connection], kind, ids, tools.clock, tools.progress, line=line, fresh=True)
        found.update({i: found_in(ending.status, ending.message) for i, ending in done.endings.items()})
        if done.obstacle:
            problems.append(done.obstacle)
    answered = any(one.drivers for one in found.values())
    return found, " ".join(problems) if problems and not answered else None


def history(platform: Platform, kind: Kind, rows: Iterable[Mapping[str, Any]], servers: int) -> dict[str, Found]:
    """What the newest finished queries found. rows: the platform's jobs, newest first; servers: how many are looked
    for.
    """
    ids = [row["id"] for row in rows if row["type"] == kind.type and row["status"] == "FINISHED"]
    ids = ids[: FIRST_JOBS + servers // SERVERS_PER_JOB]
    answers = platform.jobs(ids=ids, details=True).get("servers") or {} if ids else {}
    return {i: found_in(answer["status"], answer["message"]) for i, answer in answers.items()}


def query_until(
    tools: Surroundings,
    kind: Kind,
    servers: Sequence[Server],
    is_open: Callable[[Server, Found], bool],
    timeout: float,
) -> dict[str, Found]:
    """What queries find, repeated for up to some seconds for servers that may still restart."""
    deadline = tools.clock.monotonic() + timeout
    pause = min(kind.wait_interval, MOST_PAUSE)
    found: dict[str, Found] = {}
    asked = list(servers)
    while asked:
        found.update(query(tools, kind, asked)[0])
        asked = [server for server in asked if is_open(server, found[server.id])]
        left = deadline - tools.clock.monotonic()
        if not asked or left <= 0:
            break
        tools.pause(min(pause, left), f"{len(asked)} of {len(servers)} not confirmed yet, next look")
        pause = min(pause * 2, MOST_PAUSE)
    return found


def just_upgraded(
    platform: Platform, rows: Sequence[Mapping[str, Any]], seconds: float, but: Container[str] = ()
) -> dict[str, str]:
    """The servers that upgrades, whosever, have finished on in the last seconds, each with the version that it was to get.

    rows: the platform's jobs, newest first. The newest time of all counts as now, since clocks differ: a query has just
    ended. but: IDs of jobs to leave out. Raises UntoldError.
    """
    since = max((row["update_at"] or 0 for row in rows), default=0) - 1000 * seconds
    upgrades = [row for row in rows if row["type"] in UPGRADES and row["id"] not in but]
    # A job that still works on one server may just have finished on another.
    ids = [row["id"] for row in upgrades if row["status"] not in answers.ENDED or (row["update_at"] or 0) >= since]
    found: dict[str, str] = {}
    for job in answers.jobs_of(platform.jobs(ids=ids, details=True)) if ids else []:
        version = next((item["spec"]["version"] for item in job["job_items"] or [] if "version" in item["spec"]), None)
        for task in job["tasks"] or []:
            if version and task["status"] == answers.SUCCESS:
                found.setdefault(task["server_id"], version)
    return found


def by_connection(servers: Iterable[Server]) -> dict[str, list[Server]]:
    """The servers of each connection."""
    groups: dict[str, list[Server]] = {}
    for server in servers:
        groups.setdefault(server.connection, []).append(server)
    return groups
