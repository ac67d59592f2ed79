# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of an operation on the fleet: its document, and that as JSON. Pure.

docs/report.schema.json describes the document. A report tells of a night's work, so nothing a server or a role can put
into it makes it fail: what cannot be read becomes None, what is not part of the document is left out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._secrets import masked
from .failures import grouped
from .values import counts, flag, listed, mapping, text, texts, time, whole, word
from .words import OPERATIONS, OUTCOMES, RUNNING, by_rank

SCHEMA = 1

Document = dict[str, Any]
Readers = Mapping[str, Callable[[Any], Any]]


def build(doc: Mapping[str, Any]) -> Document:
    """The document with every key of the schema, of plain types, without secrets, and with what follows from its servers.

    Where the operation still runs, ``finished`` is taken for the time at which the document was made.
    """
    if not isinstance(doc, Mapping):
        raise TypeError(f"a report is a dictionary, not {type(doc).__name__}")
    servers = _rows(doc.get("servers"), _SERVER)
    # Nothing may pass for a success that does not say that it is one.
    outcome = word(doc.get("outcome"))
    outcome = outcome if outcome in OUTCOMES else "failed"
    finished = time(doc.get("finished"))
    operation = text(doc.get("operation")) or "unknown"
    budget = _row(doc.get("budget"), _BUDGET)
    if budget and budget["used"] is None:
        budget["used"] = sum(row["verdict"] == "failed" for row in servers)
    return {
        "schema": SCHEMA,
        "operation": operation,
        "title": text(doc.get("title")) or OPERATIONS.get(operation, operation),
        "started": time(doc.get("started")),
        "finished": None if outcome == RUNNING else finished,
        "drawn": time(doc.get("drawn")) or finished,
        "outcome": outcome,
        "message": text(doc.get("message")) or "",
        **{key: read(doc.get(key)) for key, read in _OF_RUN.items()},
        "parameters": mapping(masked(doc.get("parameters"))),
        "defaults": mapping(masked(doc.get("defaults"))),
        "progress": _row(doc.get("progress"), _PROGRESS),
        "budget": budget,
        "summary": _count(servers) if servers else counts(doc.get("summary")),
        "failures": grouped(servers, outcome) if servers else _rows(doc.get("failures"), _FAILURE),
        **{key: texts(doc.get(key)) for key in ("drained", "next", "notes")},
        "waves": _waves(doc.get("waves"), servers),
        "jobs": _rows(doc.get("jobs"), _JOB),
        "servers": servers,
    }


def as_json(document: Document) -> str:
    """A document that build() has made as JSON, for programs. A row of a table is a line: Python is slow to indent more."""
    parts = []
    for key, value in document.items():
        table = isinstance(value, list) and value
        text = "[\n    " + ",\n    ".join(map(_json, value)) + "\n  ]" if table else _json(value)
        parts.append(f"  {_json(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _waves(value: object, servers: Iterable[Document]) -> list[Document]:
    waves = _rows(value, _WAVE)
    found: dict[int | None, Counter[str]] = {}
    for row in servers:
        found.setdefault(row["wave"], Counter())[row["verdict"]] += 1
    for wave in waves:
        members = found.get(wave["number"], Counter())
        wave["summary"] = wave["summary"] or dict(by_rank(members))
        if wave["servers"] is None:
            wave["servers"] = sum(members.values())
    return waves


def _count(servers: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    return dict(by_rank(Counter(row["verdict"] for row in servers)))


def _row(value: object, readers: Readers) -> Document | None:
    return {key: read(value.get(key)) for key, read in readers.items()} if isinstance(value, Mapping) else None


def _rows(value: object, readers: Readers) -> list[Document]:
    """The rows of a table; a dictionary by id, as the result facts have it, will do as well as a list."""
    if isinstance(value, Mapping):
        rows: list[Any] = [{"id": key, **row} for key, row in value.items() if isinstance(row, Mapping)]
    else:
        rows = list(value) if isinstance(value, (list, tuple)) else []
    return [row for row in (_row(row, readers) for row in rows) if row is not None]


# The keys of each part, with what reads them. The schema lists the same, and a test compares.
_OF_RUN: Readers = {
    "run": text,
    **dict.fromkeys(("region", "project_id"), listed),
    **dict.fromkeys(("user", "collection_version", "ansible_version"), text),
}
_PROGRESS: Readers = dict.fromkeys(("wave", "waves", "done", "total", "seconds_left"), whole)
_BUDGET: Readers = dict.fromkeys(("allowed", "used"), whole)
_FAILURE: Readers = {"verdict": word, "reason": text, "count": whole, "servers": texts}
_WAVE: Readers = {
    "number": whole,
    "canary": flag,
    "servers": whole,
    "started": time,
    "finished": time,
    "summary": counts,
    "jobs": texts,
}
_JOB: Readers = {
    **dict.fromkeys(("id", "name", "type"), text),
    "wave": whole,
    **dict.fromkeys(("created", "updated"), time),
    "status": text,
    "servers": whole,
}
_SERVER: Readers = {
    **dict.fromkeys(("id", "name", "host", "region"), text),
    "verdict": word,
    "reason": text,
    **dict.fromkeys(("version_before", "version_wanted", "version_after"), text),
    **dict.fromkeys(("firmware_before", "firmware_after", "supernode"), text),
    "wave": whole,
    "job_id": text,
    **dict.fromkeys(("started", "finished"), time),
    "message": text,
    "links": texts,
}
