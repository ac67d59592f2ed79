# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the event source in a thread of its own, in the place of ansible-rulebook."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._events import source

LONGEST = 60.0  # seconds that a test waits for something
OPTIONS = {"interval": 0.02, "retries": 0}


def connection(sim) -> dict[str, Any]:
    """The arguments for a simulator."""
    return {
        "endpoint": sim.endpoint,
        "project_id": sim.project_id,
        "access_key": sim.access_key,
        "secret_key": sim.secret_key,
    }


class Listener:
    """Takes events while it is entered. C(deaf): takes none, so that the first one stays in the queue."""

    def __init__(self, sim, main: Callable[..., Any] = source.run, deaf: bool = False, **args: Any) -> None:
        self.sim = sim
        self.main = main
        self.deaf = deaf
        self.args = {**connection(sim), **OPTIONS, **args}
        self.events: list[dict[str, Any]] = []
        self.error: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._listen()))

    def __enter__(self) -> Listener:
        self._thread.start()
        self.look()
        return self

    def __exit__(self, *_about: object) -> None:
        self._loop.call_soon_threadsafe(self._source.cancel)
        self._thread.join(LONGEST)
        assert not self._thread.is_alive()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _listen(self) -> None:
        self.queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(1)
        self._source = asyncio.ensure_future(self.main(self.queue, self.args))
        hearing = asyncio.ensure_future(self._hear())
        try:
            await self._source
        except asyncio.CancelledError:
            pass
        except Exception as error:
            self.error = error
        hearing.cancel()

    async def _hear(self) -> None:
        while not self.deaf:
            self.events.append(await self.queue.get())

    def look(self, times: int = 3) -> None:
        """Wait for so many more looks. The second one begins when all of the first has been told."""
        before = self.sim.count("GET", "/jobs")
        self.until(lambda: self.sim.count("GET", "/jobs") >= before + times)

    def until(self, reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LONGEST
        while not reached():
            assert self.error is None, self.error
            assert time.monotonic() < deadline, f"it does not come: {self.events}"
            time.sleep(0.005)

    @property
    def ids(self) -> list[str]:
        return [event["id"] for event in self.events]


def refusal(args: dict[str, Any]) -> Exception:
    """The error that ends the source."""

    async def go() -> None:
        await asyncio.wait_for(source.run(asyncio.Queue(1), args), LONGEST)

    try:
        asyncio.run(go())
    except Exception as error:
        return error
    raise AssertionError("it was not refused")
