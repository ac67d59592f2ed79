# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of an operation as Markdown: for a ticket, a merge request or a chat. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import document as report
from . import words

# In these letters, and only in these, a code span means what it says, also inside a table.
_CODE = re.compile(r"[\w.:/@+-]+", re.ASCII)
# An underscore inside a word is not markup, and host names are full of them.
_MARKUP = re.compile(r"[\\`*{}\[\]#|~$]|(?<![^\W_])_|_(?![^\W_])")
_MOST = 1000  # characters of a message in a table


def render_markdown(doc: Mapping[str, Any]) -> str:
    """The report as GitHub flavoured Markdown."""
    document = report.build(doc)
    took = words.duration(words.seconds_between(document["started"], document["finished"]))
    asked = [(_name(key), escape(report.parameter_text(value))) for key, value in document["parameters"].items()]
    parts = [
        f"# {escape(document['title'])}",
        f"**{words.OUTCOMES[document['outcome']]}.** {escape(document['message'])}".strip(),
        _table(("Verdict", ">Servers"), _counts(document["summary"])),
        "## Facts",
        _table(
            ("", ""),
            [
                ("Operation", escape(words.OPERATIONS.get(document["operation"], document["operation"]))),
                ("Started", words.clock(document["started"], date=True)),
                ("Finished", words.clock(document["finished"], date=True)),
                ("Duration", took),
                *asked,
            ],
        ),
        *_section("Servers", document["servers"], _servers(document["servers"])),
        *_section("Waves", document["waves"], _waves(document["waves"])),
        *_section("Jobs", document["jobs"], _jobs(document["jobs"])),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escape(value: str | None) -> str:
    """Text that Markdown and the HTML below it show as it is; only http and https addresses become links."""
    return "".join(_link(piece) if is_url else _literal(piece) for piece, is_url in words.split_urls(value or ""))


def code(value: str | None) -> str:
    """An id in monospace, where that can be done without losing a letter."""
    return f"`{value}`" if value and _CODE.fullmatch(value) else escape(value)


def _literal(value: str) -> str:
    safe = _MARKUP.sub(lambda match: "\\" + match.group(), html.escape(value, quote=False))
    return re.sub(r"\s*\n\s*", "<br>", safe)


def _link(url: str) -> str:
    # Inside an autolink a backslash escapes nothing; split_urls lets neither brackets nor pipes through.
    return f"<{url}>"


def _name(key: str) -> str:
    return escape(key.replace("_", " ").capitalize())


def _counts(summary: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(words.verdict_label(word), str(count)) for word, count in words.by_rank(summary)]


def _section(title: str, rows: Sequence[object], table: str) -> list[str]:
    return [f"## {title} ({len(rows)})", table] if rows else []


def _servers(servers: Iterable[Mapping[str, Any]]) -> str:
    return _table(
        ("Server", "Id", "Verdict", "Before", "After", "Super-node", ">Wave", "Job", "Message"),
        [
            (
                escape(row["name"] or row["id"]),
                code(row["id"]),
                _bold(words.verdict_label(row["verdict"]), row["verdict"] == "failed"),
                _versions(row["version_before"], row["firmware_before"]),
                _versions(row["version_after"], row["firmware_after"]),
                escape(row["supernode"]),
                _number(row["wave"]),
                code(row["job_id"]),
                "<br>".join([part for part in (_short(words.says(row)), *map(escape, row["links"])) if part]),
            )
            for row in sorted(servers, key=words.server_order)
        ],
    )


def _waves(waves: Iterable[Mapping[str, Any]]) -> str:
    return _table(
        (">Wave", ">Servers", "Started", "Finished", "Duration", "Result"),
        [
            (
                _number(wave["number"]) + (" (canary)" if wave["canary"] else ""),
                _number(wave["servers"]),
                words.clock(wave["started"], date=True),
                words.clock(wave["finished"], date=True),
                words.duration(words.seconds_between(wave["started"], wave["finished"])),
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
                words.clock(job["created"], date=True),
                words.clock(job["updated"], date=True),
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
