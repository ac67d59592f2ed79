# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of an operation on the fleet: its document, and that as JSON. Pure.

docs/report.schema.json describes the document. A report is written when a night's work is over, so nothing a server or
a role can put into it makes it fail: what cannot be read becomes None, what is not part of the document is left out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from .words import OPERATIONS, OUTCOMES, by_rank

SCHEMA = 1

Document = dict[str, Any]

# A lone surrogate cannot be written as UTF-8, a control character does not belong on a page or a terminal.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_EPOCH_MS = re.compile(r"[0-9]{11,14}")


def build(doc: Mapping[str, Any]) -> Document:
    """The document with every key of the schema, of plain types, and with the counts that follow from its servers."""
    if not isinstance(doc, Mapping):
        raise TypeError(f"a report is a dictionary, not {type(doc).__name__}")
    servers = _rows(doc.get("servers"), _SERVER)
    for row in servers:
        row["verdict"] = _word(row["verdict"])
    jobs = _rows(doc.get("jobs"), _JOB)
    waves = _rows(doc.get("waves"), _WAVE)
    for wave in waves:
        members = [row for row in servers if row["wave"] == wave["number"]]
        wave["summary"] = wave["summary"] or _count(members)
        if wave["servers"] is None:
            wave["servers"] = len(members)
    outcome = (text(doc.get("outcome")) or "").lower()
    operation = text(doc.get("operation")) or "unknown"
    return {
        "schema": SCHEMA,
        "operation": operation,
        "title": text(doc.get("title")) or OPERATIONS.get(operation, operation),
        "started": time(doc.get("started")),
        "finished": time(doc.get("finished")),
        # Nothing may pass for a success that does not say that it is one.
        "outcome": outcome if outcome in OUTCOMES else "failed",
        "message": text(doc.get("message")) or "",
        "parameters": _mapping(doc.get("parameters")),
        "summary": _count(servers) if servers else _summary(doc.get("summary")),
        "waves": waves,
        "jobs": jobs,
        "servers": servers,
    }


def render_json(doc: Mapping[str, Any]) -> str:
    """The document as JSON, for programs."""
    return json.dumps(build(doc), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def text(value: object) -> str | None:
    """A plain string that can be printed and written; None where there is nothing to say."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (Mapping, list, tuple)):
        value = json.dumps(_plain(value), ensure_ascii=False)
    return _UNPRINTABLE.sub("\ufffd", str(value).replace("\r\n", "\n").replace("\r", "\n")).strip() or None


def time(value: object) -> str | None:
    """A time as ``2026-11-21T22:00:00Z``, from ISO 8601 or the API's milliseconds."""
    stated = str(value).strip()
    try:
        if _EPOCH_MS.fullmatch(stated):
            moment = datetime.fromtimestamp(int(stated) // 1000, tz=timezone.utc)
        else:
            # Python before 3.11 reads neither Z nor fractions of other than 3 or 6 digits.
            moment = datetime.fromisoformat(re.sub(r"\.[0-9]+", "", re.sub(r"[zZ]$", "+00:00", stated)))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=timezone.utc)
            moment = moment.astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def parameter_text(value: object) -> str:
    """A parameter as a person would write it."""
    if isinstance(value, list) and all(isinstance(item, (str, int, float)) for item in value):
        return ", ".join(text(item) or "" for item in value) or "-"
    return text(value) or "-"


def _word(verdict: str | None) -> str:
    return re.sub(r"[^a-z0-9]+", "_", (verdict or "").lower())[:32].strip("_") or "unknown"


def _whole(value: object) -> int | None:
    """A count; of a list, how many it holds."""
    if isinstance(value, (list, tuple)):
        return len(value)
    stated = str(value).strip()
    return int(stated) if re.fullmatch(r"[0-9]{1,9}", stated) else None


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, (list, tuple)) else [value]
    return [item for item in (text(item) for item in items) if item]


def _mapping(value: object) -> dict[str, Any]:
    return {text(key) or "": _plain(item) for key, item in value.items()} if isinstance(value, Mapping) else {}


def _summary(value: object) -> dict[str, int]:
    if not isinstance(value, Mapping):
        return {}
    counts = ((_word(text(key)), _whole(number)) for key, number in value.items())
    return {word: number for word, number in counts if number is not None}


def _count(servers: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    return dict(by_rank(Counter(row["verdict"] for row in servers)))


def _plain(value: object) -> Any:
    """Without Ansible's own string and container types, and without what JSON does not know."""
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and abs(value) < float("inf"):
        return float(value)
    return text(value)


# The keys of a row, each with what reads it. The schema lists the same, and a test compares.
_WAVE: dict[str, Callable[[Any], Any]] = {
    "number": _whole,
    "canary": lambda value: str(value).lower() in ("true", "yes", "1"),
    "servers": _whole,
    "started": time,
    "finished": time,
    "summary": _summary,
    "jobs": _texts,
}
_JOB: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("id", "name", "type"), text),
    "wave": _whole,
    **dict.fromkeys(("created", "updated"), time),
    "status": text,
    "servers": _whole,
}
_SERVER: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("id", "name", "verdict", "reason"), text),
    **dict.fromkeys(("version_before", "version_after", "firmware_before", "firmware_after", "supernode"), text),
    "wave": _whole,
    "job_id": text,
    **dict.fromkeys(("started", "finished"), time),
    "message": text,
    "links": _texts,
}


def _rows(value: object, fields: Mapping[str, Callable[[Any], Any]]) -> list[Document]:
    """The rows of a table; a dictionary by id, as the result facts have it, will do as well as a list."""
    if isinstance(value, Mapping):
        rows: list[Any] = [{"id": key, **row} for key, row in value.items() if isinstance(row, Mapping)]
    else:
        rows = list(value) if isinstance(value, (list, tuple)) else []
    return [{key: read(row.get(key)) for key, read in fields.items()} for row in rows if isinstance(row, Mapping)]
