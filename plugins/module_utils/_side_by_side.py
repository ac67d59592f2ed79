# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Reads several objects at the same time, in threads. An error or a time-out does not wait for threads that still read."""

from __future__ import annotations

import queue
import threading
import typing as t

Answer = t.TypeVar("Answer")


def read_all(
    read: t.Callable[[str], Answer], ids: t.Sequence[str], at_once: int, over: threading.Event
) -> dict[str, Answer]:
    """The answers by ID, in the order of C(ids). Raises the first error that occurs.

    C(over) is set at the end in any case. Reads that are still under way should start nothing new then.
    """
    todo: queue.SimpleQueue[str] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[str, Answer | None, BaseException | None]] = queue.SimpleQueue()
    for one in ids:
        todo.put(one)

    def work() -> None:
        while not over.is_set():
            try:
                one = todo.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((one, read(one), None))
            except BaseException as error:
                done.put((one, None, error))

    for _number in range(min(at_once, len(ids))):
        threading.Thread(target=work, daemon=True).start()
    found: dict[str, Answer | None] = {}
    try:
        for _id in ids:
            one, answer, error = done.get()
            if error is not None:
                raise error
            found[one] = answer
    finally:
        over.set()
    return {one: t.cast(Answer, found[one]) for one in ids}
