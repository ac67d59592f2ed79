# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of an operation as Markdown: for a ticket, a merge request or a chat. Pure."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import facts, words
from .cells import harmless
from .document import Document
from .failures import limits
from .found import versions
from .messages import says, split_urls
from .order import server_order
from .times import clock, duration, seconds_between

# In these letters, and only in these, a code span means what it says, also inside a table.
_CODE = re.compile(r"[\w.:/@+-]+", re.ASCII)
# An underscore inside a word is not markup, and host names are full of them.
_MARKUP = re.compile(r"[\\`*{}\[\]#|~$]|(?<![^\W_])_|_(?![^\W_])")
_MOST = 1000  # characters of a message in a table
_MOST_NAMED = 10  # servers of a group in a table


def draw(document: Document) -> str:
    """A document that build() has made as GitHub flavoured Markdown."""
    outcome = words.outcome_of(document)
    at = facts.progress_text(document)
    asked, usual = facts.parameters(document)
    parts = [
        f"# {escape(document['title'])}",
        f"**{escape(outcome.label)}.** {escape(document['message'])}".strip(),
        f"{escape(at)}." if at else "",
        _list(document["notes"]),
        _table(("Verdict", ">Servers"), _counts(document["summary"])),
        *_part("Next", _list(document["next"])),
        *_part("Still drained", _list([", ".join(document["drained"])] if document["drained"] else [])),
        *_part("Reasons", _failures(document["failures"])),
        *_part("For --limit", _limits(document)),
        "## Facts",
        _table(("", ""), [(fact.name, escape(fact.value)) for fact in facts.of_run(document)]),
        *_part("Asked for", _parameters(asked)),
        *_part("Left at its default", _parameters(usual)),
        *_part("Versions found", _versions_found(document)),
        *_section("Servers", document["servers"], _servers(document["servers"])),
        *_section("Waves", document["waves"], _waves(document["waves"])),
        *_section("Jobs", document["jobs"], _jobs(document["jobs"])),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


@functools.lru_cache(maxsize=1 << 16)  # most texts stand in many rows, and in each drawing
def escape(value: str | None) -> str:
    """Text that Markdown, the HTML below it and a spreadsheet show as it is; only http and https addresses become links."""
    pieces = split_urls(harmless(value or ""))
    return "".join(_link(piece) if is_url else _literal(piece) for piece, is_url in pieces)


def code(value: str | None) -> str:
    """An id in monospace, where that can be done without losing a letter."""
    return f"`{value}`" if value and _CODE.fullmatch(value) and harmless(value) == value else escape(value)


def _literal(value: str) -> str:
    safe = _MARKUP.sub(lambda match: "\\" + match.group(), html.escape(value, quote=False))
    return re.sub(r"\s*\n\s*", "<br>", safe)


def _link(url: str) -> str:
    # Inside an autolink a backslash escapes nothing; split_urls lets neither brackets nor pipes through.
    return f"<{url}>"


def _counts(summary: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(words.verdict_label(word), str(count)) for word, count in words.by_rank(summary)]


def _part(title: str, content: str) -> list[str]:
    return [f"## {title}", content] if content else []


def _section(title: str, rows: Sequence[object], table: str) -> list[str]:
    return _part(f"{title} ({len(rows)})", table if rows else "")


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {escape(item)}" for item in items)


def _parameters(rows: Iterable[facts.Parameter]) -> str:
    return _table(
        ("Option", "Value", "Default"), [(escape(row.name), escape(row.value), escape(row.default)) for row in rows]
    )


def _failures(groups: Iterable[Mapping[str, Any]]) -> str:
    return _table(
        (">Servers", "Verdict", "Reason", "Which"),
        [
            (
                _number(group["count"]),
                _bold(words.verdict_label(group["verdict"]), group["verdict"] == "failed"),
                _short(group["reason"] or "no reason is told"),
                escape(_named(group["servers"])),
            )
            for group in groups
        ],
    )


def _named(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + rest


def _limits(document: Document) -> str:
    blocks = []
    for limit in limits(document["servers"]):
        left_out = f"; {limit.left_out} more have no name that can be written there" if limit.left_out else ""
        blocks.append(f"{words.in_words(limit.summary)}{left_out}:\n\n```text\n{','.join(limit.names)}\n```")
    return "\n\n".join(blocks)


def _versions_found(document: Document) -> str:
    return _table(
        (">Servers", "Driver", "Firmware"),
        [(_number(row.servers), code(row.driver), code(row.firmware)) for row in versions(document)],
    )


def _servers(servers: Iterable[Mapping[str, Any]]) -> str:
    return _table(
        ("Server", "Id", "Region", "Verdict", "Before", "Wanted", "After", "Super-node", ">Wave", "Job", "Message"),
        [
            (
                escape(row["name"] or row["id"]),
                code(row["id"]),
                escape(row["region"]),
                _bold(words.verdict_label(row["verdict"]), row["verdict"] == "failed"),
                _versions(row["version_before"], row["firmware_before"]),
                code(row["version_wanted"]),
                _versions(row["version_after"], row["firmware_after"]),
                escape(row["supernode"]),
                _number(row["wave"]),
                code(row["job_id"]),
                "<br>".join([part for part in (_short(says(row)), *map(escape, row["links"])) if part]),
            )
            for row in sorted(servers, key=server_order)
        ],
    )


def _waves(waves: Iterable[Mapping[str, Any]]) -> str:
    return _table(
        (">Wave", ">Servers", "Started", "Finished", "Duration", "Result"),
        [
            (
                _number(wave["number"]) + (" (canary)" if wave["canary"] else ""),
                _number(wave["servers"]),
                clock(wave["started"], date=True),
                clock(wave["finished"], date=True),
                duration(seconds_between(wave["started"], wave["finished"])),
                words.in_words(wave["summary"]),
            )
            for wave in waves
        ],
    )


def _jobs(jobs: Iterable[Mapping[str, Any]]) -> str:
    return _table(
        ("Job", "Name", "Type", ">Wave", ">Servers", "Created", "Updated", "Status"),
        [
            (
                code(job["id"]),
                escape(job["name"]),
                escape(job["type"]),
                _number(job["wave"]),
                _number(job["servers"]),
                clock(job["created"], date=True),
                clock(job["updated"], date=True),
                escape(job["status"]),
            )
            for job in jobs
        ],
    )


def _versions(driver: str | None, firmware: str | None) -> str:
    return "<br>".join(part for part in (code(driver), f"firmware {code(firmware)}" if firmware else "") if part)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _bold(value: str, really: bool) -> str:
    return f"**{value}**" if really else value


def _short(value: str) -> str:
    return escape(value if len(value) <= _MOST else value[:_MOST] + " ...")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table without the columns in which no row says anything; ``>`` before a heading aligns it right."""
    kept = [at for at in range(len(head)) if any(row[at] for row in rows)]
    lines = [
        [head[at].lstrip(">") for at in kept],
        ["---:" if head[at].startswith(">") else "---" for at in kept],
        *([row[at] for at in kept] for row in rows if any(row[1:])),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) if kept else ""
