# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waves and jobs: which servers are upgraded together, and in what order. Pure.

A rollout goes over *units*, in the caller's order: single servers, and whole super-nodes (in the place of their first
member), because all nodes of a super-node share one driver version. Units fill a wave until the next one does not fit;
that one opens the next wave, and nothing later is moved up. So a wave is at most as large as wanted, unless one
super-node alone is larger. Jobs are filled in the same way inside their wave; a super-node larger than a job is spread
over several jobs of its wave.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat
from typing import Any, TypedDict

MOST_PER_JOB = 50  # what the platform takes: "at most 50 nodes in one job", Lite Server diagnosis guide

Unit = list[str]

_COUNT = re.compile(r"([0-9]{1,9})\s*(%?)")


class Wave(TypedDict):
    """One step of the rollout; its jobs may run side by side."""

    number: int
    canary: bool
    servers: list[str]
    jobs: list[list[str]]


def count_of(value: object, total: int, option: str) -> int:
    """A size: a number, or a percentage of total, rounded up, so that 1% of few is still one."""
    number, is_percentage = _read(value, option)
    if not is_percentage:
        return number
    return max(-(-number * total // 100), min(number, 1))


def budget_of(value: object, total: int, option: str) -> int:
    """A failure budget: a number, or a percentage of total, rounded down, so that it is never exceeded."""
    number, is_percentage = _read(value, option)
    return number * total // 100 if is_percentage else number


def sizes(canary: object, waves: object, total: int) -> list[int]:
    """The waves wanted for total servers: the canary unless it is 0, then the list, whose last repeats."""
    wanted = _wanted(canary, waves, total)
    planned: list[int] = []
    left = total
    while left > 0:
        planned.append(min(next(wanted), left))
        left -= planned[-1]
    return planned


def split(servers: Iterable[Mapping[str, Any]], canary: object, waves: object, per_job: object) -> list[Wave]:
    """The rollout over servers (``id``, and ``supernode`` where it belongs to one), as waves of jobs."""
    units = _units(servers)
    total = sum(map(len, units))
    limit = _job_size(per_job)
    starts_with_canary = count_of(canary, total, "canary") > 0
    return [
        {
            "number": number,
            "canary": starts_with_canary and number == 1,
            "servers": list(chain.from_iterable(members)),
            "jobs": [list(chain.from_iterable(job)) for job in _pack(_pieces(members, limit), repeat(limit))],
        }
        for number, members in enumerate(_pack(units, _wanted(canary, waves, total)), start=1)
    ]


def _read(value: object, option: str) -> tuple[int, bool]:
    """The number, and whether it is a percentage. Survey answers and extra-vars arrive as strings."""
    is_number = isinstance(value, (int, str)) and not isinstance(value, bool)
    match = _COUNT.fullmatch(str(value).strip()) if is_number else None
    if match is None:
        raise ValueError(f"{option}: {value!r} is not a count: give a whole number such as 5, or a share such as '20%'")
    number, is_percentage = int(match.group(1)), bool(match.group(2))
    if is_percentage and number > 100:
        raise ValueError(f"{option}: {value!r} is more than all servers: give at most '100%'")
    return number, is_percentage


def _wanted(canary: object, waves: object, total: int) -> Iterator[int]:
    """The sizes wanted, without an end. All values are read before the first is handed out."""
    first = count_of(canary, total, "canary")
    following = [count_of(value, total, "waves") for value in _listed(waves)]
    if not following or 0 in following:
        raise ValueError(f"waves: {waves!r} has a wave of no servers: give at least one size, each 1 or more")
    return chain([first] if first else [], following, repeat(following[-1]))


def _listed(waves: object) -> list[object]:
    """A list as it is; a single value as a list of one; ``5, 20%, 50`` and ``[5, "20%", 50]`` taken apart."""
    if isinstance(waves, (list, tuple)):
        return list(waves)
    if not isinstance(waves, str):
        return [waves]
    text = waves.strip()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    return [part.strip().strip("\"'") for part in text.split(",")]


def _job_size(per_job: object) -> int:
    limit, is_percentage = _read(per_job, "servers_per_job")
    if is_percentage or not 1 <= limit <= MOST_PER_JOB:
        raise ValueError(f"servers_per_job: {per_job!r} is out of range: give a number from 1 to {MOST_PER_JOB}")
    return limit


def _units(servers: Iterable[Mapping[str, Any]]) -> list[Unit]:
    """Single servers and whole super-nodes, each in the place of its first member."""
    units: dict[tuple[str, str], Unit] = {}
    seen = set()
    for server in servers:
        server_id, supernode = server.get("id"), server.get("supernode")
        if not isinstance(server_id, str) or not server_id:
            raise ValueError(f"servers: {dict(server)!r} has no id: give each server the id of its Lite Server")
        if server_id in seen:
            raise ValueError(f"servers: {server_id!r} is listed twice: list each server once")
        seen.add(server_id)
        units.setdefault(("supernode", str(supernode)) if supernode else ("server", server_id), []).append(server_id)
    return list(units.values())


def _pieces(units: Iterable[Unit], limit: int) -> Iterator[Unit]:
    """The units, those larger than limit cut."""
    for unit in units:
        for start in range(0, len(unit), limit):
            yield unit[start : start + limit]


def _pack(units: Iterable[Unit], room_of_each: Iterator[int]) -> list[list[Unit]]:
    """Units in order into packs; one that does not fit opens the next pack, and may be larger than that pack's room."""
    packs: list[list[Unit]] = []
    room = 0
    for unit in units:
        if not packs or len(unit) > room:
            packs.append([])
            room = next(room_of_each)
        packs[-1].append(unit)
        room -= len(unit)
    return packs
