# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run, made from its journal, also while it runs."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

from ._fleet.journal import Journal, JournalError
from ._fleet.surroundings import Surroundings
from ._report import document, markdown
from ._report.files import ReportError, write
from ._rollout import run, telling

EACH = 60.0  # seconds between two drawings


def draw(tools: Surroundings) -> tuple[list[str], str | None]:
    """Write the report's files. Returns their paths, and why they could not be written."""
    rollout = run.load(tools.journal)
    folder = rollout.options.get("report_dir")
    if not folder:
        return [], None
    try:
        return write(os.path.join(folder, rollout.id), telling.document(tools)).files, None
    except ReportError as error:
        return [], str(error)


def printed(tools: Surroundings) -> list[str]:
    """The report as Markdown, line by line, where it is to be printed."""
    if not run.load(tools.journal).options.get("report_print"):
        return []
    return markdown.draw(document.build(telling.document(tools))).splitlines()


@contextlib.contextmanager
def kept_up_to_date(tools: Surroundings, tell: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """Write the report every minute while the block runs, when the block calls for it, and where the block breaks off.

    The block goes on while the report is drawn: that of a large fleet takes a second.
    """
    calls: queue.SimpleQueue[bool] = queue.SimpleQueue()
    problem: str | None = None
    # A copy, since two threads use it.
    reader = Surroundings(Journal(tools.journal.folder, tools.journal.spare), {}, tools.clock, tools.progress)

    def draw_soon() -> None:
        if calls.empty():  # else a drawing that is still to begin finds this, too
            calls.put(True)

    def repeat() -> None:
        nonlocal problem
        goes_on = True
        while goes_on:
            with contextlib.suppress(queue.Empty):
                goes_on = calls.get(timeout=EACH)
            if goes_on:
                problem = _drawn(reader)

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield draw_soon
    except BaseException:
        draw_soon()
        raise
    finally:
        calls.put(False)
        thread.join()
        if problem:
            tell(problem)


def _drawn(tools: Surroundings) -> str | None:
    # What goes on is more than its report: the next drawing may find what this one did not. What room is left is for the journal.
    if tools.journal.trouble:
        return None
    try:
        return draw(tools)[1]
    except JournalError as error:
        return str(error)


def result_of_nothing(reason: str) -> dict[str, Any]:
    """The result of a run whose journal is lost."""
    return {"lines": [f"Stopped: {reason}."], "result": {**telling.NOTHING, "stopped": reason}}
