# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What struck, in plain words, as the tables have it."""

from __future__ import annotations

from typing import Any

ENDINGS = {
    "FAILED": "FAILED",
    "HUNG": "never ends",
    "MISSING": "has no task",
    "SKIPPED": "SKIPPED",
    "SUCCESS": "SUCCESS, with what is not so",
    "UNCONFIRMED": "SUCCESS, though the version stays",
}
EVENTS = {
    "job": "job of somebody else",
    "deletes": "record deleted by somebody else",
    "jumps": "clock of the controller jumps",
    "stops": "server stopped by somebody else",
}
FAULTS = {
    "deleted_midway": "record deleted under way",
    "expired": "answer of an expired key",
    "fuzzy_filter": "filter that finds other names, too",
    "hostile": "answer with control characters, templates, HTML and secrets",
    "ignore_filters": "filters ignored",
    "late": "new job listed late",
    "late_tasks": "tasks of a new job shown late",
    "latency": "slow answer",
    "list_shape": "list without its total, pages or data",
    "miscount": "job that counts more failures than its tasks show",
    "no_tasks": "job that never shows a task",
    "paging": "pages smaller than asked for, or paging ignored",
    "restarting": "query that tells the version from before a restart",
    "row_stuck": "list that shows a job at work which is over",
    "rows": "jobs without times, name, type or status, or with times as text",
    "settle": "task still at work in a job that is over",
    "short_list": "list that leaves out a job",
    "sparse": "optional fields left out",
    "status_word": "unknown word for a status",
    "strings": "times as strings",
    "unordered": "list in another order",
    "vanish": "row that vanishes between two pages",
    "wrong": "field of a wrong type",
}
LOST = {
    "close": "connection closed",
    "empty": "empty answer",
    "hang": "no answer in time",
    "html": "HTML",
    "reset": "connection reset",
    "truncated": "truncated JSON",
}


def label(fault: Any) -> str:
    """A fault of the simulator, in plain words."""
    options = fault.options
    if fault.kind == "refuse":
        after = " with Retry-After" if options["retry_after"] is not None else ""
        status = "connection reset" if options["status"] == "reset" else f"HTTP {options['status']}"
        return f"request refused: {status}{after}"
    if fault.kind == "lost":
        return f"request carried out, answer lost: {LOST.get(options['how'], 'HTTP ' + options['how'])}"
    return FAULTS[fault.kind]
