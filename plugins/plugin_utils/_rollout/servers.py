# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server of a rollout: the version wanted, what was found, and its verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

UPGRADED, CURRENT, FAILED, REFUSED, NOT_STARTED = "upgraded", "current", "failed", "refused", "not_started"
VERDICTS = (UPGRADED, CURRENT, FAILED, REFUSED, NOT_STARTED)
GOOD = (UPGRADED, CURRENT)
PENDING = "the rollout did not get that far"

# The keys that the result and the report have for each server.
RECORD = (
    *("verdict", "name", "reason", "version_before", "version_after", "firmware_before", "firmware_after", "supernode"),
    *("wave", "job_id", "started", "finished", "message", "links"),
)


@dataclass
class Server:
    """Times are as reports have them, in UTC."""

    id: str
    version: str  # the driver version wanted
    host: str | None = None  # its inventory name, where it is a host of the play
    connection: str = ""
    name: str | None = None
    supernode: str | None = None  # its name, else its id
    supernode_id: str | None = None
    verdict: str = NOT_STARTED
    reason: str = PENDING
    version_before: str | None = None
    version_after: str | None = None
    firmware_before: str | None = None
    firmware_after: str | None = None
    wave: int | None = None
    job_id: str | None = None
    started: str | None = None
    finished: str | None = None
    message: str | None = None
    links: list[str] | None = None
    downgrade: bool = False
    attempts: int = 0
    status: str | None = None  # how the last attempt ended, in the platform's word or ours
    behind: bool = False  # a query after the last attempt shows that it is not at the version
    sent: bool = False  # its job is being submitted, and the answer is not there yet
    held: bool = False  # it could not be started for a reason of its own, such as a job of somebody else
    drained: bool = False  # the hook before the wave has run for it, and no hook after

    @property
    def called(self) -> str:
        """Name and ID, for messages."""
        return f"{self.name} ({self.id})" if self.name else self.id

    @property
    def word(self) -> str:
        """The verdict in words; a downgrade is called one."""
        return "downgraded" if self.verdict == UPGRADED and self.downgrade else self.verdict.replace("_", " ")

    def record(self) -> dict[str, Any]:
        """The server as the result shows it."""
        return {key: getattr(self, key) for key in RECORD}

    def packed(self) -> dict[str, Any]:
        """The server as the journal stores it, without default values."""
        return {key: value for key, value in vars(self).items() if value != _DEFAULTS.get(key, _NO_DEFAULT)}


_NO_DEFAULT = object()
_DEFAULTS = {one.name: one.default for one in fields(Server) if one.default is not MISSING}

Servers = dict[str, Server]


def pack(servers: Mapping[str, Server]) -> list[dict[str, Any]]:
    """Servers as the journal has them."""
    return [server.packed() for server in servers.values()]


def unpack(rows: Iterable[Mapping[str, Any]]) -> Servers:
    """Servers by id, from the journal."""
    return {row["id"]: Server(**row) for row in rows}


def count(servers: Iterable[Server]) -> dict[str, int]:
    """How many have which verdict."""
    return dict(Counter(server.verdict for server in servers))


@dataclass
class Found:
    """What a query found installed on a server: the drivers of its devices, each once."""

    drivers: Sequence[str] = field(default=())
    firmware: str | None = None
    message: str = "the query said nothing of it"

    @property
    def driver(self) -> str | None:
        """For people; of devices that differ all."""
        return " and ".join(self.drivers) or None


def named(servers: Sequence[Server], most: int = 10) -> str:
    """The first few servers for people."""
    rest = f" and {len(servers) - most:,} more" if len(servers) > most else ""
    return ", ".join(server.called for server in servers[:most]) + rest
