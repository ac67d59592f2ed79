# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns state into answers: pages, filters, and the faults that change only what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .faults import Faults
from .jobs import Job

SPARSE = frozenset({"description", "spec", "template_id", "cloud_server", "user_name", "message"})
TIMES = frozenset({"create_at", "update_at"})


def page(rows: Sequence[Any], limit: int | None, offset: int) -> dict[str, Any]:
    """{current, data, pages, size, total}; `offset` counts records. Without a limit all is one page."""
    size = len(rows) if limit is None else limit
    shown = rows[offset:] if limit is None else rows[offset : offset + limit]
    return {
        "current": offset // size + 1 if size else 1,
        "data": list(shown),
        "pages": -(-len(rows) // size) if size else (1 if rows else 0),
        "size": size,
        "total": len(rows),
    }


def limits(faults: Faults, path: str, limit: int | None, offset: int) -> tuple[int | None, int]:
    """Limit and offset after a `paging` fault."""
    fault = faults.take("paging", "GET", path)
    if fault is None:
        return limit, offset
    if not fault.options["supported"]:
        return fault.options["page_size"], 0
    limit = fault.options["page_size"] if limit is None else limit
    cap = fault.options["cap"]
    return (limit if cap is None else min(limit, cap)), offset


def filter_jobs(jobs: Sequence[Job], query: Mapping[str, str], faults: Faults, now: float) -> list[Job]:
    """The jobs that id, name, type (as echoed) and status select; `visible` selects nothing, its meaning is unknown."""
    if faults.take("ignore_filters", "GET", "/jobs"):
        return list(jobs)
    fuzzy = "name" in query and faults.take("fuzzy_filter", "GET", "/jobs") is not None
    found = list(jobs)
    if "id" in query:
        found = [job for job in found if job.id == query["id"]]
    if "name" in query:
        name = query["name"]
        found = [job for job in found if (name.lower() in job.name.lower() if fuzzy else name == job.name)]
    if "type" in query:
        found = [job for job in found if job.type == query["type"]]
    if "status" in query:
        found = [job for job in found if job.status_at(now) == query["status"]]
    return found


def shown(answer: dict[str, Any], faults: Faults, method: str, path: str) -> dict[str, Any]:
    """The answer after the faults status_word, strings and sparse."""
    word = faults.take("status_word", method, path)
    if word:
        hidden = ("PROCESSING", "FINISHED") if word.options["over"] else ("PROCESSING",)
        for job in answer.get("data", [answer]):
            if "abnormal_count" in job and job["status"] in hidden:
                job["status"] = word.options["word"]
    strings = faults.take("strings", method, path) is not None
    sparse = faults.take("sparse", method, path) is not None
    if strings or sparse:
        changed: dict[str, Any] = _thin(answer, strings, sparse)
        return changed
    return answer


def _thin(value: Any, strings: bool, sparse: bool) -> Any:
    if isinstance(value, list):
        return [_thin(part, strings, sparse) for part in value]
    if isinstance(value, dict):
        return {
            key: str(part) if strings and key in TIMES else _thin(part, strings, sparse)
            for key, part in value.items()
            if not (sparse and key in SPARSE)
        }
    return value
