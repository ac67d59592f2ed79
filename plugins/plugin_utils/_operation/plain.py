# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of any kind, as the role liteserver_jobs asks for them. What an outcome means is up to who asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._fleet import jobs, rules, work
from .._fleet.answers import SUCCESS as SUCCEEDED
from .._fleet.kinds import MOST_PER_JOB, Kind
from .._fleet.options import ids
from .._fleet.surroundings import Clock, Line, Platform
from .._fleet.work import Work
from .judged import Servers

SUCCESS = "success"


def run(
    platform: Platform,
    kind: Kind,
    server_ids: Sequence[str],
    options: Mapping[str, Any],
    clock: Clock,
    line: Line | None,
    check: bool,
) -> Work:
    """Submit once what is asked for, and wait; C(check): say what would be submitted, C(platform) being one of check mode."""
    began = clock.monotonic()
    mine = set(server_ids)
    given = [[one for one in batch if one in mine] for batch in options["batches"] or []]
    done = work.submit(
        platform,
        kind,
        list(filter(None, given)) or jobs.batches(server_ids, kind.servers_per_job),
        reuse=options["reuse"],
        on_conflict=options["on_conflict"],
        repeatable=options["repeatable"],
        timeout=kind.wait_timeout,
        line=line,
    )
    if not check:
        work.wait(done, clock, kind.wait_timeout - (clock.monotonic() - began), line)
    return done


def word(message: object, options: Mapping[str, Any]) -> str:
    """The verdict on a server whose task succeeded."""
    return SUCCESS


def judge(servers: Servers, options: Mapping[str, Any]) -> dict[str, Any]:
    """In check mode what a job has succeeded on that is there already needs none."""
    for server in servers.values():
        if server["status"] == SUCCEEDED:
            server["verdict"] = SUCCESS
    return {}


def _batches(given: list[Any]) -> list[list[str]]:
    if not given:
        raise ValueError("it is empty. Give the IDs of the Lite Servers of each job")
    found: list[list[str]] = []
    taken: dict[str, int] = {}
    for number, one in enumerate(given):
        try:
            batch = rules.servers(ids(one))
        except ValueError as error:
            raise ValueError(f"list {number}: {error}") from None
        if len(batch) > MOST_PER_JOB:
            raise ValueError(
                f"list {number} has {len(batch)} servers. Give at most {MOST_PER_JOB}, as the platform does"
            )
        twice = next((server_id for server_id in batch if taken.setdefault(server_id, number) != number), None)
        if twice:
            raise ValueError(f"{twice} is in list {taken[twice]} and in list {number}. Leave it in one of them")
        found.append(batch)
    return found


def _items(given: list[Any]) -> list[Any]:
    if not given:
        raise ValueError("it is empty. Give at least one item, such as {type: HDK_QUERY}")
    return given


CHECKS: dict[str, rules.Check] = {
    **rules.CHECKS,
    "type": rules.word,
    "name": rules.word,
    "items": _items,
    "batches": _batches,
}
