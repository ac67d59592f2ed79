# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run: what was asked for, how far it is, and its documents in the journal.

The head holds the state of the run. The servers of each wave are in a document of their own, read only while they are
worked on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .._fleet.journal import Journal
from .._fleet.kinds import Kind, upgrade_to
from .._secrets import without_user
from . import servers as _servers
from .servers import Server, Servers
from .waves import Wave

HEAD, REST = "run", "no-wave"  # documents
LEFT = 0  # the number of the wave with the jobs that an earlier run left running
BYTES_PER_SERVER = 2048  # of all documents, for the reserve

PLANNED, RUNNING, ENDED = "planned", "running", "ended"  # phases


@dataclass
class WaveHead:
    """The state of a wave. C(began), C(ended): monotonic seconds. C(started), C(finished): times from the platform."""

    number: int
    canary: bool
    size: int
    note: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    started: str | None = None
    finished: str | None = None
    began: float | None = None
    ended: float | None = None
    hook: str | None = None  # of a hook that is running: before or after
    heard: str | None = None  # a mark of what Ansible had said of failures when it began
    hooked: list[str] = field(default_factory=list)  # the hooks that have run


@dataclass
class Run:
    """The head. C(options) are by their names without the role's prefix."""

    id: str
    begun: float  # seconds since 1970, which is for people
    check: bool
    options: dict[str, Any]
    kinds: dict[str, Kind]  # query, logs and diagnosis
    fail_on: str = "FAIL"  # the mildest finding of a diagnosis that makes a server fail
    connections: dict[str, dict[str, Any]] = field(default_factory=lambda: {"": {}})
    about: dict[str, Any] = field(default_factory=dict)  # what the report says beside the work, by its keys
    relaunches: bool = False  # by a controller such as AWX, whose users know no --limit
    regions: dict[str, str] = field(default_factory=dict)  # by connection, where there are several
    start: float = 0.0  # when it began, in monotonic seconds, to tell how long it takes
    size: int = 0
    waves: list[WaveHead] = field(default_factory=list)
    rest: dict[str, int] = field(default_factory=dict)  # verdicts of the servers that no wave has
    versions: list[str] = field(default_factory=list)  # the versions wanted
    jobs: list[str] = field(default_factory=list)  # ids of its upgrade jobs
    shared: dict[str, int] = field(
        default_factory=dict
    )  # of those with servers of others: how many of ours failed in them
    elsewhere: dict[str, int] = field(
        default_factory=dict
    )  # abnormal servers of other jobs of this upgrade at the begin
    not_after: float | None = None  # seconds since 1970
    looked: list[float] | None = None  # when the versions were last asked of all servers, by both clocks
    usual: float | None = None  # seconds that an upgrade job takes, as far as earlier ones tell
    phase: str = PLANNED
    now: int | None = None  # the wave that is worked on
    stopped: str | None = None
    on_request: bool = False  # it was stopped by an option that asks for it
    warnings: list[str] = field(default_factory=list)
    ended: float | None = None

    @property
    def foretells(self) -> bool:
        """Whether it tells what a real run would do: in check mode, unless that would be refused."""
        return self.check and (self.stopped is None or self.on_request)

    @property
    def planned(self) -> int:
        """How many servers are to be worked on."""
        return sum(wave.size for wave in self.waves)

    @property
    def counts(self) -> dict[str, int]:
        """How many servers have which verdict."""
        found = dict(self.rest)
        for wave in self.waves:
            for verdict, number in wave.counts.items():
                found[verdict] = found.get(verdict, 0) + number
        return found

    @property
    def last_wave(self) -> int:
        return self.waves[-1].number if self.waves else LEFT

    def wave(self, number: int) -> WaveHead:
        return next(wave for wave in self.waves if wave.number == number)

    def upgrade(self, version: str) -> Kind:
        """The kind of job that upgrades to a version."""
        return upgrade_to(version, self.options)

    def names(self) -> dict[str, str]:
        """The versions by the names of the jobs that upgrade to them."""
        return {self.upgrade(version).name: version for version in self.versions}

    def stop(self, reason: str, on_request: bool = False) -> None:
        """Start nothing new. The first reason is kept."""
        if self.stopped is None:
            self.stopped, self.on_request = without_user(reason).strip().rstrip("."), on_request


@dataclass
class Part:
    """The servers of a wave, or those in no wave, with their jobs."""

    servers: Servers = field(default_factory=dict)
    batches: list[list[str]] = field(default_factory=list)  # the servers of each job
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)  # by id, as reports have them

    def having(self, *verdicts: str) -> list[Server]:
        """The servers that have one of the verdicts."""
        return [server for server in self.servers.values() if server.verdict in verdicts]


def load(journal: Journal) -> Run:
    """The head."""
    row = journal.read(HEAD)
    row["kinds"] = {name: Kind(**kind) for name, kind in row["kinds"].items()}
    row["waves"] = [WaveHead(**wave) for wave in row["waves"]]
    return Run(**row)


def load_part(journal: Journal, number: int | None) -> Part:
    """The servers of a wave; with None those in no wave."""
    row = journal.read(_name(number))
    return Part(_servers.unpack(row["servers"]), row["batches"], row["jobs"])


def parts(journal: Journal, run: Run) -> Iterator[tuple[WaveHead | None, Part]]:
    """All servers: first those in no wave, then wave by wave."""
    yield None, load_part(journal, None)
    for wave in run.waves:
        yield wave, load_part(journal, wave.number)


def hosts_at_begin(journal: Journal, server_ids: Iterable[str]) -> dict[str, str | None]:
    """The host that stood for each of these servers when the run began; None where none did."""
    wanted = list(server_ids)
    read = parts(journal, load(journal)) if wanted else ()
    hosts = {server_id: server.host for _head, part in read for server_id, server in part.servers.items()}
    return {server_id: hosts.get(server_id) for server_id in wanted}


def tally(run: Run, number: int | None, part: Part) -> None:
    """Count the verdicts of a wave, or of the servers in no wave, and note them in the head."""
    counts = _servers.count(part.servers.values())
    if number is None:
        run.rest = counts
    else:
        run.wave(number).counts = counts


def save(journal: Journal, run: Run, number: int | None = None, part: Part | None = None) -> None:
    """Write the servers of a wave, where they are given, and then the head."""
    if part is not None:
        save_part(journal, run, number, part)
    journal.write(HEAD, {**vars(run), "kinds": _packed(run.kinds), "waves": [vars(wave) for wave in run.waves]})


def save_part(journal: Journal, run: Run, number: int | None, part: Part) -> None:
    """Write the servers of a wave, or those in no wave, and count them."""
    tally(run, number, part)
    row = {"servers": _servers.pack(part.servers), "batches": part.batches, "jobs": part.jobs}
    journal.write(_name(number), row)


def save_plan(journal: Journal, run: Run, servers: Servers, waves: list[Wave]) -> None:
    """Write a new run: its servers in their waves."""
    run.waves = [WaveHead(wave.number, wave.canary, len(wave.servers), wave.note) for wave in waves]
    rest = dict(servers)
    for wave in waves:
        members = {server_id: rest.pop(server_id) for server_id in wave.servers}
        for server in members.values():
            server.wave = wave.number
        save_part(journal, run, wave.number, Part(members, wave.jobs))
    save(journal, run, None, Part(rest))


def reserve_of(servers: int) -> int:
    """How many bytes to reserve for the end of a run, in case the disk is full by then."""
    return (servers + 100) * BYTES_PER_SERVER


def _name(number: int | None) -> str:
    return REST if number is None else f"wave-{number}"


def _packed(kinds: dict[str, Kind]) -> dict[str, Any]:
    return {name: kind.packed() for name, kind in kinds.items()}
