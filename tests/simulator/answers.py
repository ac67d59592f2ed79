# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes answers from the state: pages, filters, and the faults that change only what is shown."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .fault import Faults
from .jobs import Job

SPARSE = frozenset({"description", "spec", "template_id", "cloud_server", "user_name", "message"})
TIMES = frozenset({"create_at", "update_at"})
WRITTEN = frozenset({"message", "description", "server_name", "user_name"})  # by people or nodes


def page(rows: Sequence[Any], limit: int | None, offset: int, total: int | None = None) -> dict[str, Any]:
    """{current, data, pages, size, total}; `offset` counts records. Without a limit all is one page."""
    total = len(rows) if total is None else total
    size = total if limit is None else limit
    shown = rows[offset:] if limit is None else rows[offset : offset + limit]
    return {
        "current": offset // size + 1 if size else 1,
        "data": list(shown),
        "pages": -(-total // size) if size else (1 if total else 0),
        "size": size,
        "total": total,
    }


def paged(rows: Sequence[Any], faults: Faults, path: str, limit: int | None, offset: int) -> dict[str, Any]:
    """A page of what a list holds, in its order, after the faults unordered, short_list and paging."""
    unordered = faults.take("unordered", "GET", path)
    if unordered:
        seed = unordered.options["seed"]
        rows = sorted(rows, key=lambda row: random.Random(f"{seed} {_id(row)}").random())
    total = len(rows)
    short = faults.take("short_list", "GET", path)
    if short:
        missing, which = short.options["missing"], short.options["which"]
        if which == "none":
            total += missing
        else:
            rows = rows[missing:] if which == "newest" else rows[: max(total - missing, 0)]
    limit, offset = limits(faults, path, limit, offset)
    return page(rows, limit, offset, total)


def _id(row: Any) -> str:
    """Of a job's row or of a server."""
    return str(row["id"] if isinstance(row, dict) else row.id)


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


def job_rows(jobs: Sequence[Job], faults: Faults, now: float) -> list[dict[str, Any]]:
    """The rows of these jobs, after the fault row_stuck."""
    stuck = faults.take("row_stuck", "GET", "/jobs")
    name = stuck.options["name"] if stuck else None
    return [job.first_row() if stuck and name in (None, job.name) else job.row(now) for job in jobs]


def filter_jobs(rows: list[dict[str, Any]], query: Mapping[str, str], faults: Faults) -> list[dict[str, Any]]:
    """The rows that id, name, type (as echoed) and status select; `visible` selects nothing, its meaning is unknown."""
    if faults.take("ignore_filters", "GET", "/jobs"):
        return rows
    fuzzy = "name" in query and faults.take("fuzzy_filter", "GET", "/jobs") is not None
    for key in ("id", "name", "type", "status"):
        if key == "name" and fuzzy:
            rows = [row for row in rows if query["name"].lower() in row["name"].lower()]
        elif key in query:
            rows = [row for row in rows if row[key] == query[key]]
    return rows


def shown(answer: dict[str, Any], faults: Faults, method: str, path: str) -> dict[str, Any]:
    """The answer after the faults status_word, strings, sparse, rows, hostile, wrong and list_shape."""
    word = faults.take("status_word", method, path)
    if word:
        hidden = ("PROCESSING", "FINISHED") if word.options["over"] else ("PROCESSING",)
        for job in answer.get("data", [answer]):
            if "abnormal_count" in job and job["status"] in hidden:
                job["status"] = word.options["word"]
    strings, sparse = faults.take("strings", method, path), faults.take("sparse", method, path)
    rows, hostile = faults.take("rows", method, path), faults.take("hostile", method, path)
    wrong = faults.take("wrong", method, path)
    look = _Look(
        without=(SPARSE if sparse else frozenset()) | frozenset(rows.options["without"] if rows else ()),
        times="iso" if rows and rows.options["iso"] else "text" if strings else "number",
        before=hostile.options["text"] if hostile else "",
        # A job's name is held to a pattern, a server's is not.
        written=WRITTEN if path.startswith("/jobs") else WRITTEN | {"name"},
        instead={wrong.options["field"]: wrong.options["value"]} if wrong else {},
    )
    if look.changes:
        answer = look.seen("", answer)
    shape = faults.take("list_shape", method, path)
    if shape and "data" in answer:
        answer = {key: value for key, value in answer.items() if key not in shape.options["without"]}
    return answer


@dataclass(frozen=True)
class _Look:
    """How the values of an answer are shown: `times` as number, text or iso, `before` in front of what is `written`, and
    what stands `instead` of the value of a field.
    """

    without: frozenset[str]
    times: str
    before: str
    written: frozenset[str]
    instead: Mapping[str, Any]

    @property
    def changes(self) -> bool:
        return bool(self.without or self.before or self.instead) or self.times != "number"

    def seen(self, key: str, value: Any) -> Any:
        """A value, and all below it, as shown under its key."""
        if isinstance(value, list):
            return [self.seen("", part) for part in value]
        if isinstance(value, dict):
            kept = {name: part for name, part in value.items() if name not in self.without}
            return {
                name: self.instead[name] if name in self.instead else self.seen(name, part)
                for name, part in kept.items()
            }
        if key in TIMES and self.times == "text":
            return str(value)
        if key in TIMES and self.times == "iso":
            moment = datetime.datetime.fromtimestamp(value / 1000, datetime.timezone.utc)
            return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return self.before + value if key in self.written and isinstance(value, str) else value
