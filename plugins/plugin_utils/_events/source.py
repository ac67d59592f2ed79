# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source: options, the loop of looks, and events into the queue of ansible-rulebook."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import sys
import threading
from collections.abc import Mapping
from typing import Any, Protocol

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...module_utils import _transport
from ...module_utils._call import AUTH_SPEC, Call, check_positive
from ...module_utils._endpoint import region_of
from ...module_utils._errors import InputError, ModelArtsError, RequestError
from ...module_utils._request import checked_word
from .. import _versions
from .._inventory.software import QUERY_TYPE
from .events import KINDS, Event, Place, Reading
from .memory import Memory
from .watch import Watch

SPEC: dict[str, dict[str, Any]] = {
    **AUTH_SPEC,
    "events": {"type": "list", "elements": "str", "choices": list(KINDS), "default": list(KINDS)},
    "interval": {"type": "float", "default": 30},
    "state_file": {"type": "path"},
    "wanted": {"type": "str"},
    "query_types": {"type": "list", "elements": "str", "default": [QUERY_TYPE]},
    "diagnosis_types": {"type": "list", "elements": "str", "default": ["ASCEND_DIAGNOSIS"]},
}
LONGEST_PAUSE = 300.0  # seconds between two looks while the platform does not answer, unless the interval is longer
TAKEN_PAUSE = 0.02  # seconds between two looks whether ansible-rulebook has taken an event

LOG = logging.getLogger(__name__)


class Queue(Protocol):
    """What ansible-rulebook gives: an asyncio.Queue, or one with filters before it, which has the asyncio.Queue as C(queue)."""

    async def put(self, item: Event) -> None:
        """Wait for room, and put an event in."""


async def run(queue: Queue, args: Mapping[str, Any]) -> None:
    """Put events into the queue until it is cancelled.

    Raises ModelArtsError for arguments that cannot be right, before anything is sent, and where the platform refuses the first
    look. After that no error ends it.
    """
    params = checked(args)
    ended = threading.Event()  # the threads of a source that was cancelled stop at their next pause
    client = Call(params=params, environ=os.environ, wanted=lambda: not ended.is_set()).client()
    place = Place(region_of(params, os.environ), client.target.project_id, client.target.endpoint)
    memory = Memory(params["state_file"], place.endpoint, place.project_id)
    reading = Reading(params["query_types"], params["diagnosis_types"], params["wanted"])
    watch = Watch(client, memory, place, reading)
    try:
        memory.open()
        await _look_for_ever(queue, watch, set(params["events"]), params["interval"])
    finally:
        ended.set()
        memory.close()


def checked(args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the spec converts them. Raises InputError where one cannot be right."""
    if _transport.REQUESTS_ERROR:
        raise InputError(
            f"ansible-rulebook is run by {sys.executable}, which has no library requests. "
            f"Install it there: {sys.executable} -m pip install requests."
        )
    result = ArgumentSpecValidator(SPEC).validate(dict(args))
    if result.error_messages:
        unknown = "some are unknown: " if result.unsupported_parameters else ""
        raise InputError(f"Arguments of the event source: {unknown}{str(result.errors.msg).rstrip('.')}.")
    params: dict[str, Any] = result.validated_parameters
    check_positive(params, "interval")
    if not params["events"]:
        raise InputError(f"events is empty. Give at least one of {', '.join(KINDS)}, or leave it out for all.")
    for option in ("query_types", "diagnosis_types"):
        for value in params[option]:
            checked_word(option, value)
    if params["wanted"] is not None:
        try:
            _versions.parse(params["wanted"])
            params["wanted"] = _versions.bare(params["wanted"])
        except ValueError as error:
            raise InputError(f"wanted: {error}.") from None
    return params


async def _look_for_ever(queue: Queue, watch: Watch, kinds: set[str], interval: float) -> None:
    failures = 0
    looked, whole = False, True
    while True:
        try:
            for part in await asyncio.to_thread(watch.due):
                for job_id, events in await asyncio.to_thread(watch.ended, part):
                    for event in events:
                        if event["kind"] in kinds:
                            await _hand_over(queue, event)
                    watch.memory.tell(job_id)
                    await asyncio.to_thread(watch.memory.save)
            await asyncio.to_thread(watch.memory.save)
        except ModelArtsError as error:
            if not looked and not getattr(error, "passing", False):
                raise
            failures += 1
            pause = backoff(error, failures, interval)
            trouble = f"Lite Servers: {error.message} The next look is in {pause:.0f} s."
            LOG.warning(trouble)
        else:
            if failures:
                LOG.warning("Lite Servers: the platform answers again.")
            failures, looked, pause = 0, True, interval
            if whole and not watch.complete:
                LOG.warning(
                    "Lite Servers: the platform has more jobs than it lists. What it leaves out is told once it is listed."
                )
            whole = watch.complete
        await asyncio.sleep(pause)


def backoff(error: ModelArtsError, failures: int, interval: float) -> float:
    """Seconds to the next look after so many failures in a row: what the platform asks for, else twice as many each time."""
    longest = max(LONGEST_PAUSE, interval)
    asked = error.retry_after if isinstance(error, RequestError) and error.retry_after is not None else 0.0
    grown = interval * 2.0 ** min(failures - 1, 20) * random.uniform(0.75, 1.0)
    return min(max(asked, grown), longest)


async def _hand_over(queue: Queue, event: Event) -> None:
    """Put an event into the queue, and wait until it is taken out: what only lies there is lost when the process is killed."""
    await queue.put(event)
    inner: Any = getattr(queue, "queue", queue)
    while not inner.empty():
        await asyncio.sleep(TAKEN_PAUSE)
