# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run, made from its journal, also while it runs."""

from __future__ import annotations

import contextlib
import os
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
    """Write the report every minute while the block runs, when the block calls for it, and at its end.

    The block goes on while the report is drawn: that of a large fleet takes a second.
    """
    wake, over = threading.Event(), threading.Event()
    # A copy, since two threads use it.
    reader = Surroundings(Journal(tools.journal.folder, tools.journal.spare), {}, tools.clock, tools.progress)
    thread = threading.Thread(target=_repeat, args=(reader, wake, over), daemon=True)
    thread.start()
    try:
        yield wake.set
    finally:
        over.set()
        wake.set()
        thread.join()
        problem = _drawn(reader)
        if problem:
            tell(problem)


def _repeat(tools: Surroundings, wake: threading.Event, over: threading.Event) -> None:
    while not over.is_set():
        wake.wait(EACH)
        wake.clear()
        if not over.is_set():
            _drawn(tools)


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
