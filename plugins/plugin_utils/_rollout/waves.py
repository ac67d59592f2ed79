# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waves and jobs: which servers are upgraded together, and in what order. Pure.

A rollout goes over *units*, in the caller's order: single servers, and whole super-nodes (in the place of their first
member), because all nodes of a super-node share one driver version. The canary takes single servers first, and
super-nodes only as far as they fit; it is larger than wanted only where every unit is.

Then units fill a wave until the next one does not fit; that one opens the next wave, and nothing later is moved up. So a
wave is at most as large as wanted, unless one super-node alone is larger, which it says. Jobs are filled in the same way
inside their wave, one for each *lot* (a connection and a version, which no job mixes); a super-node larger than a job is
spread over several jobs of its wave.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat

from .servers import Server

Unit = list[Server]

_COUNT = re.compile(r"([0-9]{1,9})\s*(%?)")


@dataclass
class Wave:
    """One step of the rollout. C(jobs) are lists of server ids; they run side by side."""

    number: int
    canary: bool
    servers: list[str]
    jobs: list[list[str]] = field(default_factory=list)
    note: str | None = None  # why it is larger than asked


def count_of(value: object, total: int) -> int:
    """A size: a number, or a percentage of total, rounded up, so that 1% of a small fleet is still one server."""
    number, is_percentage = _read(value)
    if not is_percentage:
        return number
    return max(-(-number * total // 100), min(number, 1))


def budget_of(value: object, total: int) -> int:
    """A failure budget: a number, or a percentage of total, rounded down, so that it is never exceeded."""
    number, is_percentage = _read(value)
    return number * total // 100 if is_percentage else number


def sizes_of(waves: object, total: int) -> list[int]:
    """The sizes of the waves after the canary. The last one repeats."""
    found = [count_of(value, total) for value in _listed(waves)]
    if not found or 0 in found:
        raise ValueError(f"{waves!r} has a wave of no servers. Give at least one size, each 1 or more")
    return found


def split(servers: Iterable[Server], canary: object, waves: object, per_job: int) -> list[Wave]:
    """Split the servers into waves of jobs."""
    units = units_of(servers)
    total = sum(map(len, units))
    following = sizes_of(waves, total)
    first = count_of(canary, total)
    packs = []
    if first and units:
        packs.append((first, _canary(units, first)))
        taken = {server.id for unit in packs[0][1] for server in unit}
        units = [unit for unit in units if unit[0].id not in taken]
    packs += _pack(units, chain(following, repeat(following[-1])))
    return [
        Wave(
            number=number,
            canary=bool(first) and number == 1,
            servers=[server.id for unit in members for server in unit],
            jobs=jobs_of(members, per_job),
            note=_note(members, wanted),
        )
        for number, (wanted, members) in enumerate(packs, start=1)
    ]


def jobs_of(units: Sequence[Unit], per_job: int) -> list[list[str]]:
    """The jobs of a wave: lists of server ids, none with servers of two lots."""
    lots: dict[Hashable, list[Unit]] = {}
    for unit in units:
        parts: dict[Hashable, Unit] = {}
        for server in unit:
            parts.setdefault((server.connection, server.version), []).append(server)
        for lot, part in parts.items():
            lots.setdefault(lot, []).append(part)
    jobs = []
    for members in lots.values():
        pieces = [unit[start : start + per_job] for unit in members for start in range(0, len(unit), per_job)]
        jobs += [[server.id for unit in pack for server in unit] for _room, pack in _pack(pieces, repeat(per_job))]
    return jobs


def _canary(units: Sequence[Unit], wanted: int) -> list[Unit]:
    """The servers of the canary: single servers first, then super-nodes that fit; where none fits, the first unit."""
    chosen: list[Unit] = []
    room = wanted
    for unit in sorted(units, key=_is_supernode):
        if len(unit) <= room:
            chosen.append(unit)
            room -= len(unit)
    return chosen or [units[0]]


def _is_supernode(unit: Unit) -> bool:
    return unit[0].supernode_id is not None


def _note(members: Sequence[Unit], wanted: int) -> str | None:
    size = sum(map(len, members))
    if size <= wanted:
        return None
    return f"{size} servers where {wanted} were asked for, since the super-node {members[0][0].supernode} is not split"


def _read(value: object) -> tuple[int, bool]:
    """The number, and whether it is a percentage. Survey answers and extra-vars arrive as strings."""
    is_number = isinstance(value, (int, str)) and not isinstance(value, bool)
    match = _COUNT.fullmatch(str(value).strip()) if is_number else None
    if match is None:
        raise ValueError(f"{value!r} is not a count. Give a whole number such as 5, or a share such as '20%'")
    number, is_percentage = int(match.group(1)), bool(match.group(2))
    if is_percentage and number > 100:
        raise ValueError(f"{value!r} is more than all servers. Give at most '100%'")
    return number, is_percentage


def _listed(waves: object) -> list[object]:
    """A list as it is; a single value as a list of one; text such as ``5, 20%, 50`` split up."""
    if isinstance(waves, (list, tuple)):
        return list(waves)
    if not isinstance(waves, str):
        return [waves]
    text = waves.strip()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    return [part.strip().strip("\"'") for part in text.split(",")]


def units_of(servers: Iterable[Server]) -> list[Unit]:
    """Single servers and whole super-nodes, each in the place of its first member."""
    units: dict[Hashable, Unit] = {}
    for server in servers:
        key = (server.connection, server.supernode_id) if server.supernode_id else server.id
        units.setdefault(key, []).append(server)
    return list(units.values())


def _pack(units: Iterable[Unit], room_of_each: Iterator[int]) -> list[tuple[int, list[Unit]]]:
    """Fill units into packs of a size, in order. A unit that does not fit starts the next pack; a large one may
    exceed it.
    """
    packs: list[tuple[int, list[Unit]]] = []
    room = 0
    for unit in units:
        if not packs or len(unit) > room:
            room = next(room_of_each)
            packs.append((room, []))
        packs[-1][1].append(unit)
        room -= len(unit)
    return packs
