# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a story is played: the simulator over HTTP, and the collection's own code living by the story's clock."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _caller, _client, _lock, _wait
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import LostAnswerError, RequestError
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._progress import Narrator
from tests.chaos.schedule import Controller, Killed, Schedule
from tests.chaos.story import Run, Story
from tests.chaos.wire import Wire, wired
from tests.simulator import Simulator, faults
from tests.simulator.server import Server

CONTROLLER = "X-Controller"  # a header that tells the record whose request it is
REQUEST_TIMEOUT = 30.0  # seconds
PER_REQUEST = 0.02  # seconds that a request takes


class Timeless(Simulator):
    """A simulator that lives by the story's clock. What would make a request wait is noted as C(delay), in seconds."""

    delay = 0.0

    def pause(self, seconds: float) -> None:
        self.delay += seconds


@dataclass
class Told:
    """What one run of ours did, said and returned. C(lines) have their times."""

    run: Run
    ids: list[str]  # of its servers
    controller: Controller
    result: dict[str, Any] | None = None
    lines: list[tuple[float, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    verdicts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    others: list[Any] = field(default_factory=list)  # further texts
    struck: bool = False  # whether a fault, a kill or somebody else came in its way

    @property
    def whole(self) -> bool:
        """Whether it came to its own end."""
        return self.result is not None and self.controller.error is None


class Stage:
    """One story being played."""

    def __init__(self, story: Story, server: Server, folder: str) -> None:
        self.story = story
        self.folder = folder
        self.schedule = Schedule()
        self.sim = Timeless(
            servers=len(story.drivers),
            speed=1.0,
            seed=story.seed,
            supernodes=1 if story.supernode else 0,
            supernode_size=2 if story.supernode else 0,
            keep_deleted=story.keep_deleted,
            port=server.port,
            real_now=self.schedule.real,
        )
        server.app = self.sim._app.wsgi_app
        self.ids = self.sim.server_ids
        for server_id, driver in zip(self.ids, story.drivers):
            self.sim.servers[server_id].driver = driver
        self.told: list[Told] = []
        self.faults: list[Any] = []
        self.happened = 0  # what others did
        self.sessions: list[Any] = []
        self.steps: dict[str, int] = {}

    def step(self, before: bool) -> None:
        """A request of the controller at work is about to be sent, or has its answer: it may die here."""
        me = self.schedule.current
        assert me is not None
        told = self.told[int(me.name)]
        if before:
            self.steps[me.name] = self.steps.get(me.name, 0) + 1
        death = told.run.death
        if death and death["before"] == before and death["step"] == self.steps[me.name]:
            told.struck = True
            if death["how"] == "orphaned":
                me.orphaned = self.schedule.now
            else:
                me.killed = self.schedule.now
        if me.killed is not None:
            raise Killed

    @property
    def strikes(self) -> int:
        """How often a fault has struck so far, and others have come in the way."""
        return sum(fault.hits for fault in self.faults) + self.happened

    def set_up(self) -> None:
        """Let the faults begin and others act in their time."""
        for chosen in self.story.faults:
            options = {key: value for key, value in chosen.items() if key != "at"}
            fault = faults.make(options.pop("kind"), **options)
            self.faults.append(fault)
            self.schedule.at(self.schedule.now + chosen["at"], lambda fault=fault: self.sim.inject(fault))
        for chosen in self.story.outcomes:
            options = dict(chosen)
            self.sim.outcome(self.ids[options.pop("server") % len(self.ids)], options.pop("status"), **options)
        for chosen in self.story.events:
            self.schedule.at(self.schedule.now + chosen["at"], lambda event=chosen: self._happen(event))

    def _happen(self, event: dict[str, Any]) -> None:
        self.happened += 1
        what = event["what"]
        if what == "job":
            version = event["version"]
            kind = "HDK_UPGRADE" if version else "LOG_COLLECT"
            items = [
                {"type": "HDK_UPGRADE", "spec": {"version": version}} if version else {"type": "DEVICE_LOG_COLLECT"}
            ]
            chosen = list(dict.fromkeys(self.ids[n % len(self.ids)] for n in event["servers"]))
            self.sim.add_job(
                name=event["name"],
                type=kind,
                items=items,
                server_ids=chosen,
                age=event["age"],
                restart=event["restart"],
            )
        elif what == "deletes":
            over = [job.id for job in self.sim.jobs.values() if self.sim.status(job.id) == "FINISHED"]
            self.sim.world.delete(over[-1:], keep=self.story.keep_deleted)
        elif what == "jumps":
            for told in self.told:
                told.controller.skew += event["seconds"]
        elif what == "stops":
            next(iter(self.sim.servers.values())).elsewhere = "STOPPED"

    def close(self) -> None:
        for session in self.sessions:
            session.close()


PLAYED: list[Stage] = []  # the story that is played; the code under test is given no other way to find it


def stage() -> Stage:
    return PLAYED[-1]


class Client(_client.Client):
    """The client, its clock and pauses those of the story, its requests marked with whose they are."""

    def __init__(self, *args: Any, **options: Any) -> None:
        schedule = stage().schedule
        super().__init__(*args, clock=schedule.monotonic, sleep=schedule.sleep, **options)

    def _new_session(self) -> Any:
        session = super()._new_session()
        session.trust_env = False  # there is neither a proxy nor a netrc, and looking for them takes time
        session.headers[CONTROLLER] = stage().schedule.current.name
        stage().sessions.append(session)
        return session

    def _exchange(self, call: str, method: str, *rest: Any) -> Any:
        played = stage()
        limit = REQUEST_TIMEOUT
        if method != "POST" and self.deadline is not None:
            limit = min(limit, max(self.deadline - self.clock(), 1.0))
        played.step(before=True)
        played.sim.delay, error, response = 0.0, None, None
        try:
            response = super()._exchange(call, method, *rest)
        except RequestError as caught:
            error = caught
        if played.sim.delay > limit:
            error = LostAnswerError(f"{call}: no answer within {limit:g} s.")
            played.sim.requests[-1].lost = "late"
        played.schedule.sleep(PER_REQUEST + min(played.sim.delay, limit))
        played.step(before=False)
        if error:
            raise error
        return response


class Voice(Narrator):
    """Says what it would show, when it would, by the story's clock."""

    def __init__(self, told: Told) -> None:
        schedule = stage().schedule
        super().__init__(lambda text: told.lines.append((schedule.now, text)), clock=schedule.monotonic)

    def __enter__(self) -> Voice:
        self._wake(self._silence)
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()

    def _wake(self, seconds: float) -> None:
        schedule = stage().schedule
        schedule.at(schedule.now + max(seconds, 0.01), self._speak)

    def _speak(self) -> None:
        if not self._over.is_set():
            self._wake(self.beat())


@contextlib.contextmanager
def theatre() -> Iterator[tuple[Wire, str]]:
    """A server to play on, and a folder; meanwhile the code under test lives by the clock of the story that is played."""
    folder = tempfile.mkdtemp(prefix="chaos-")

    def lock(project: str) -> str:
        return os.path.join(folder, f"{stage().schedule.current.machine}.lock")

    def is_below(pid: int) -> bool:
        return stage().schedule.current.orphaned is None

    patches = [
        mock.patch.object(_client, "Client", Client),
        mock.patch.object(_client, "read_all", _one_by_one),  # threads of one run would come in any order
        mock.patch.multiple(_wait, FIRST_PAUSE=4.0, GROWTH=3.0),  # fewer looks, each of which is like the one before
        mock.patch.object(_lock, "path_of", lock),
        mock.patch.object(_caller, "is_below", is_below),
        mock.patch.object(os, "fsync", lambda descriptor: None),
    ]
    with contextlib.ExitStack() as stack:
        for patch in patches:
            stack.enter_context(patch)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield stack.enter_context(wired()), folder


def _one_by_one(read: Callable[[str], Any], ids: Sequence[str], at_once: int, over: Any) -> dict[str, Any]:
    return {one: read(one) for one in ids}


def play(story: Story, wire: Wire, folder: str) -> Stage:
    """Play a story to its end."""
    from tests.chaos.runs import carry_out

    random.seed(story.seed)
    own = os.path.join(folder, "journals")
    os.makedirs(own)
    played = Stage(story, wire.server, own)
    PLAYED.append(played)
    try:
        played.set_up()
        carry_out(played)
    finally:
        played.close()
        wire.close()
        PLAYED.pop()
        shutil.rmtree(own, ignore_errors=True)
    return played
