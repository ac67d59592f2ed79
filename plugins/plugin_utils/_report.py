# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of an operation on the fleet: the document as JSON, and what its renderings share. Pure.

docs/report.schema.json describes the document. A report is written when a night's work is over, so nothing a server or
a role can put into it makes it fail: what cannot be read becomes None, what is not part of the document is left out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = 1

Document = Dict[str, Any]


class Verdict(NamedTuple):
    """How a verdict is shown."""

    label: str
    meaning: str


# In the order of a reader's interest: what needs a hand comes first, everywhere.
VERDICTS: Dict[str, Verdict] = {
    "failed": Verdict("failed", "the operation failed, or its success could not be confirmed"),
    "refused": Verdict("refused", "not attempted, because a rule forbids it; see the message"),
    "missing": Verdict("missing", "part of the request, but the platform reports nothing about it"),
    "unknown": Verdict("unknown", "nothing is known about the result"),
    "not_started": Verdict("not started", "the operation ended before it was this server's turn"),
    "skipped": Verdict("skipped", "the platform did not work on it"),
    "processing": Verdict("processing", "still being worked on when the report was written"),
    "planned": Verdict("planned", "would be worked on"),
    "upgraded": Verdict("upgraded", "now at the version asked for"),
    "success": Verdict("success", "done"),
    "current": Verdict("current", "already at the version asked for, not touched"),
}
OUTCOMES: Dict[str, str] = {"success": "Succeeded", "failed": "Failed", "planned": "Planned"}
OPERATIONS: Dict[str, str] = {
    "hdk_upgrade": "HDK upgrade",
    "log_collection": "Log collection",
    "software_query": "Software query",
    "diagnosis": "Diagnosis",
}

# A lone surrogate cannot be written as UTF-8, a control character does not belong on a page or a terminal.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_EPOCH_MS = re.compile(r"[0-9]{11,14}")
_URL = re.compile(r"https?://[^\s<>\"'`\\^{|}]+", re.IGNORECASE)
_DIGITS = re.compile(r"([0-9]+)")


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


def text(value: object) -> Optional[str]:
    """A plain string that can be printed and written; None where there is nothing to say."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (Mapping, list, tuple)):
        value = json.dumps(_plain(value), ensure_ascii=False)
    return _UNPRINTABLE.sub("\ufffd", str(value).replace("\r\n", "\n").replace("\r", "\n")).strip() or None


def time(value: object) -> Optional[str]:
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


def moment_of(stated: Optional[str]) -> Optional[datetime]:
    """The time that build() wrote."""
    return datetime.strptime(stated, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc) if stated else None


def seconds_between(started: Optional[str], finished: Optional[str]) -> Optional[int]:
    """The seconds from one to the other; None where either is unknown or they are the wrong way round."""
    begin, end = moment_of(started), moment_of(finished)
    if begin is None or end is None or end < begin:
        return None
    return int((end - begin) / timedelta(seconds=1))


def duration(seconds: Optional[int]) -> str:
    """Two units at most: nobody wants the seconds of three hours."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    return " ".join(f"{number} {unit}" for number, unit in parts[:2] if number) or "0 s"


def clock(stated: Optional[str], date: bool = False) -> str:
    """The time of day, to the minute, or with the date."""
    moment = moment_of(stated)
    if moment is None:
        return ""
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC" if date else "%H:%M")


def verdict_label(verdict: str) -> str:
    """The words for a verdict, also for one that a newer role invented."""
    known = VERDICTS.get(verdict)
    return known.label if known else verdict.replace("_", " ")


def verdict_rank(verdict: str) -> int:
    """Its place in the reader's interest; what nobody knows comes right after what failed."""
    return list(VERDICTS).index(verdict if verdict in VERDICTS else "unknown")


def by_rank(summary: Mapping[str, int]) -> List[Tuple[str, int]]:
    """The counts above zero, what needs a hand first."""
    return sorted(((word, n) for word, n in summary.items() if n), key=lambda pair: (verdict_rank(pair[0]), pair[0]))


def in_words(summary: Mapping[str, int]) -> str:
    """``2 failed, 48 upgraded``."""
    return ", ".join(f"{count} {verdict_label(word)}" for word, count in by_rank(summary))


def natural(value: Optional[str]) -> List[Tuple[int, int, str]]:
    """A key under which node-2 precedes node-10."""
    parts = _DIGITS.split(value or "")
    # By length and then by digit: int() refuses very long numbers.
    return [
        (0, len(part.lstrip("0")), part.lstrip("0")) if odd % 2 else (1, 0, part.casefold())
        for odd, part in enumerate(parts)
        if part
    ]


def server_order(server: Mapping[str, Any]) -> Tuple[int, int, List[Tuple[int, int, str]]]:
    """Failed first, then in the order of the waves, then by name."""
    wave = server["wave"]
    return (
        verdict_rank(server["verdict"]),
        wave if wave is not None else 1 << 30,
        natural(server["name"] or server["id"]),
    )


def says(server: Mapping[str, Any]) -> str:
    """Reason and message as one text: the role's words first, then the platform's where they add something."""
    reason, message = server["reason"] or "", server["message"] or ""
    if not reason or reason in message:
        return str(message)
    return str(reason) if not message or message in reason else f"{reason}\n{message}"


def split_urls(value: str) -> List[Tuple[str, bool]]:
    """The text in pieces, each with whether it is an http or https address, and so may become a link."""
    pieces: List[Tuple[str, bool]] = []
    end = 0
    for match in _URL.finditer(value):
        url = match.group().rstrip(".,;:!?)]*_")
        if len(url) <= len("https://"):
            continue
        pieces += [(value[end : match.start()], False), (url, True)]
        end = match.start() + len(url)
    pieces.append((value[end:], False))
    return [piece for piece in pieces if piece[0]]


def parameter_text(value: object) -> str:
    """A parameter as a person would write it."""
    if isinstance(value, list) and all(isinstance(item, (str, int, float)) for item in value):
        return ", ".join(text(item) or "" for item in value) or "-"
    return text(value) or "-"


def _word(verdict: Optional[str]) -> str:
    return re.sub(r"[^a-z0-9]+", "_", (verdict or "").lower()).strip("_") or "unknown"


def _whole(value: object) -> Optional[int]:
    """A count; of a list, how many it holds."""
    if isinstance(value, (list, tuple)):
        return len(value)
    stated = str(value).strip()
    return int(stated) if re.fullmatch(r"[0-9]{1,9}", stated) else None


def _texts(value: object) -> List[str]:
    items = value if isinstance(value, (list, tuple)) else [value]
    return [item for item in (text(item) for item in items) if item]


def _mapping(value: object) -> Dict[str, Any]:
    return {text(key) or "": _plain(item) for key, item in value.items()} if isinstance(value, Mapping) else {}


def _summary(value: object) -> Dict[str, int]:
    if not isinstance(value, Mapping):
        return {}
    counts = ((_word(text(key)), _whole(number)) for key, number in value.items())
    return {word: number for word, number in counts if number is not None}


def _count(servers: Iterable[Mapping[str, Any]]) -> Dict[str, int]:
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
_WAVE: Dict[str, Callable[[Any], Any]] = {
    "number": _whole,
    "canary": lambda value: str(value).lower() in ("true", "yes", "1"),
    "servers": _whole,
    "started": time,
    "finished": time,
    "summary": _summary,
    "jobs": _texts,
}
_JOB: Dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("id", "name", "type"), text),
    "wave": _whole,
    **dict.fromkeys(("created", "updated"), time),
    "status": text,
    "servers": _whole,
}
_SERVER: Dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("id", "name", "verdict", "reason"), text),
    **dict.fromkeys(("version_before", "version_after", "firmware_before", "firmware_after", "supernode"), text),
    "wave": _whole,
    "job_id": text,
    **dict.fromkeys(("started", "finished"), time),
    "message": text,
    "links": _texts,
}


def _rows(value: object, fields: Mapping[str, Callable[[Any], Any]]) -> List[Document]:
    """The rows of a table; a dictionary by id, as the result facts have it, will do as well as a list."""
    if isinstance(value, Mapping):
        rows: List[Any] = [{"id": key, **row} for key, row in value.items() if isinstance(row, Mapping)]
    else:
        rows = list(value) if isinstance(value, (list, tuple)) else []
    return [{key: read(row.get(key)) for key, read in fields.items()} for row in rows if isinstance(row, Mapping)]
