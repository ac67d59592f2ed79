# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What went wrong, grouped by its reason, and the names to work on next. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .messages import says
from .order import server_order
from .words import BAD, LOOK, RUNNING, tone_of, verdict_rank

MOST_APART = 10  # reasons of one verdict; with more of them, those that differ in numbers alone are one
MOST_SAID = 240  # characters of a reason

_NUMBER = re.compile(r"(?<![\w.])[0-9]+(?![\w]|\.[0-9])|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|0x[0-9a-fA-F]+")
# What --limit takes for a name and a shell for a word.
PLAIN = re.compile(r"[\w][\w.-]*", re.ASCII)


class Limit(NamedTuple):
    """Hosts for ``--limit``. summary: how many of which verdict. left_out: how many have a name that cannot be written there."""

    summary: dict[str, int]
    names: list[str]
    left_out: int


def called(server: Mapping[str, Any]) -> str:
    """A server by its name in the inventory, else the platform's, else its id."""
    return str(server["host"] or server["name"] or server["id"] or "?")


def grouped(servers: Iterable[Mapping[str, Any]], outcome: str) -> list[dict[str, Any]]:
    """``verdict``, ``reason``, ``count`` and names of ``servers``, what needs a hand first, then the larger groups."""
    by_verdict: dict[str, list[Mapping[str, Any]]] = {}
    for server in sorted((one for one in servers if _to_be_told(one["verdict"], outcome)), key=server_order):
        by_verdict.setdefault(server["verdict"], []).append(server)
    groups = [
        {"verdict": verdict, "reason": members[0][1], "count": len(members), "servers": [name for name, _r in members]}
        for verdict, rows in by_verdict.items()
        for members in _by_reason(rows)
    ]
    return sorted(groups, key=lambda group: (verdict_rank(group["verdict"]), -group["count"], group["reason"]))


def limits(servers: Iterable[Mapping[str, Any]]) -> list[Limit]:
    """The names of those that need a hand, and of those that want a look; without either where there is none."""
    rows = sorted((row for row in servers if tone_of(row["verdict"]) in (BAD, LOOK)), key=server_order)
    # Where other servers have a host, one without a host has no name for --limit.
    key = "host" if any(row["host"] for row in rows) else "name"
    found = []
    for tone in (BAD, LOOK):
        members = [row for row in rows if tone_of(row["verdict"]) == tone]
        names = [row[key] for row in members if PLAIN.fullmatch(row[key] or "")]
        if names:
            summary = dict(Counter(row["verdict"] for row in members))
            found.append(Limit(summary, list(dict.fromkeys(names)), len(members) - len(names)))
    return found


def _to_be_told(verdict: str, outcome: str) -> bool:
    # Servers not started count only once nothing will start them.
    return tone_of(verdict) in (BAD, LOOK) or (verdict == "not_started" and outcome != RUNNING)


def _by_reason(servers: Sequence[Mapping[str, Any]]) -> list[list[tuple[str, str]]]:
    """Groups of name and reason."""
    told = [(called(server), _reason(server)) for server in servers]
    exact = _groups(told, lambda reason: reason)
    return exact if len(exact) <= MOST_APART else _groups(told, lambda reason: _NUMBER.sub("\u2026", reason))


def _groups(told: Iterable[tuple[str, str]], key: Any) -> list[list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, reason in told:
        groups.setdefault(key(reason), []).append((name, reason))
    return [[(name, shared) for name, _reason_ in rows] if _differ(rows) else rows for shared, rows in groups.items()]


def _differ(rows: Sequence[tuple[str, str]]) -> bool:
    return len({reason for _name, reason in rows}) > 1


def _reason(server: Mapping[str, Any]) -> str:
    """On one line, and the same for servers that differ in nothing but their own name and id."""
    reason, *more = says(server).split("\n", 1)
    said = " ".join(": ".join([reason.rstrip(".") if more else reason, *more]).split())
    for own in (server["id"], server["name"], server["host"]):
        if own and len(own) > 2:
            said = said.replace(own, "\u2026")
    return said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]} \u2026"
