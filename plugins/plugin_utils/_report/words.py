# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the renderings of a report share: its words, the order in which it tells things, and how it says times. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

MOST_NAMED = 5  # of those that went wrong, in a line


class Verdict(NamedTuple):
    """How a verdict is shown."""

    label: str
    meaning: str


# In the order of a reader's interest: what needs a hand comes first, everywhere.
VERDICTS: dict[str, Verdict] = {
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
OUTCOMES: dict[str, str] = {"success": "Succeeded", "failed": "Failed", "planned": "Planned"}
OPERATIONS: dict[str, str] = {
    "hdk_upgrade": "HDK upgrade",
    "log_collection": "Log collection",
    "software_query": "Software query",
    "diagnosis": "Diagnosis",
}

_URL = re.compile(r"https?://[^\s<>\"'`\\^{|}]+", re.IGNORECASE)
_DIGITS = re.compile(r"([0-9]+)")


def moment_of(stated: str | None) -> datetime | None:
    """The time that build() wrote."""
    # Python before 3.11 does not read the Z; strptime would, ten times slower.
    return datetime.fromisoformat(f"{stated[:-1]}+00:00") if stated else None


def seconds_between(started: str | None, finished: str | None) -> int | None:
    """The seconds from one to the other; None where either is unknown or they are the wrong way round."""
    begin, end = moment_of(started), moment_of(finished)
    if begin is None or end is None or end < begin:
        return None
    return int((end - begin) / timedelta(seconds=1))


def duration(seconds: int | None) -> str:
    """Two units at most: nobody wants the seconds of three hours."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    return " ".join(f"{number} {unit}" for number, unit in parts[:2] if number) or "0 s"


def clock(stated: str | None, date: bool = False) -> str:
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


def by_rank(summary: Mapping[str, int]) -> list[tuple[str, int]]:
    """The counts above zero, what needs a hand first."""
    return sorted(((word, n) for word, n in summary.items() if n), key=lambda pair: (verdict_rank(pair[0]), pair[0]))


def in_words(summary: Mapping[str, int]) -> str:
    """``2 failed, 48 upgraded``."""
    return ", ".join(f"{count} {verdict_label(word)}" for word, count in by_rank(summary))


def with_bad(text: str, bad: Sequence[str]) -> str:
    """The text, and what is to be said of the first few that went wrong."""
    rest = [f"and {len(bad) - MOST_NAMED} more"] if len(bad) > MOST_NAMED else []
    return f"{text}. {'; '.join([*bad[:MOST_NAMED], *rest])}" if bad else text


def natural(value: str | None) -> list[tuple[int, int, str]]:
    """A key under which node-2 precedes node-10."""
    parts = _DIGITS.split(value or "")
    # By length and then by digit: int() refuses very long numbers.
    return [
        (0, len(part.lstrip("0")), part.lstrip("0")) if odd % 2 else (1, 0, part.casefold())
        for odd, part in enumerate(parts)
        if part
    ]


def server_order(server: Mapping[str, Any]) -> tuple[int, int, list[tuple[int, int, str]]]:
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


def split_urls(value: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is an http or https address, and so may become a link."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in _URL.finditer(value):
        url = match.group().rstrip(".,;:!?)]*_")
        if len(url) <= len("https://"):
            continue
        pieces += [(value[end : match.start()], False), (url, True)]
        end = match.start() + len(url)
    pieces.append((value[end:], False))
    return [piece for piece in pieces if piece[0]]
