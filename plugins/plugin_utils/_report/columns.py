# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The columns of the servers' table on the page: which there are, how wide, and how versions sort. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .._versions import parse
from .order import natural
from .words import PLANNED


class Column(NamedTuple):
    """A column; width in rem, 0 for what takes the rest."""

    key: str
    label: str
    width: float


def columns(servers: Sequence[Mapping[str, Any]], outcome: str) -> list[Column]:
    """Those in which some server has something to show."""

    def some(*keys: str) -> bool:
        return any(server[key] not in (None, []) for key in keys for server in servers)

    before, after = some("version_before", "firmware_before"), some("version_after", "firmware_after")
    # To which version is plain from the title, but for a plan and where there are several.
    wanted = len({server["version_wanted"] for server in servers} - {None}) > (0 if outcome == PLANNED else 1)
    found = [
        (True, Column("server", "Server", 0)),
        (some("region"), Column("region", "Region", 7)),
        (True, Column("verdict", "Verdict", 8.5)),
        (before, Column("before", "Before" if after or wanted else "Version", 7)),
        (wanted, Column("wanted", "Wanted", 7)),
        (after, Column("after", "After" if before else "Version", 7.75)),
        (some("supernode"), Column("supernode", "Super-node", 6.5)),
        (some("wave"), Column("wave", "Wave", 4)),
        (some("started", "finished"), Column("took", "Took", 6.75)),
        (some("job_id"), Column("job", "Job", 6.25)),
        (some("message", "reason", "links"), Column("message", "Message", 0)),
    ]
    return [column for is_found, column in found if is_found]


def grid(shown: Sequence[Column]) -> str:
    """The columns' widths in CSS. Without messages, the others share what these would have taken."""
    if any(column.key == "message" for column in shown):
        sizes = [f"{column.width}rem" if column.width else "minmax(0,1fr)" for column in shown[1:]]
        return " ".join(["var(--server)", *sizes])
    return " ".join(f"minmax(0,{column.width or 16}fr)" for column in shown)


def ordinals(servers: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Each driver version's place among them, so that the page's script need not know how versions compare."""

    def order(version: str) -> tuple[int, Any, Any]:
        try:
            return (0, parse(version), ())
        except ValueError:
            return (1, (), natural(version))

    keys = ("version_before", "version_wanted", "version_after")
    found = {server[key] for server in servers for key in keys if server[key]}
    places: dict[str, int] = {}
    place, last = 0, None
    for version in sorted(found, key=lambda version: (order(version), version)):
        place += order(version) != last
        last = order(version)
        places[version] = place
    return places
