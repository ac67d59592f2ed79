# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of an operation as one HTML page that needs nothing else. Markup, style and script are files beside this.

What came from the API reaches the template as text, which escapes it. Should that ever have a hole, the page's content
security policy lets no other script run than ours, and nothing be loaded.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from . import document as report
from . import words
from .._versions import parse

_HERE = Path(__file__).parent
# All messages together: what a page can carry that is still opened on a phone.
_ALL_MESSAGES = 700_000
_TICKS = [s * n for s, many in ((60, (1, 2, 5, 10, 15, 30)), (3600, (1, 2, 3, 6, 12, 24, 48, 96))) for n in many]


class Column(NamedTuple):
    """A column of the servers' table; width in rem, 0 for what takes the rest."""

    key: str
    label: str
    width: float


def render_html(doc: Mapping[str, Any]) -> str:
    """The report as one self-contained HTML page."""
    document = report.build(doc)
    servers = sorted(document["servers"], key=words.server_order)
    columns = _columns(servers)
    script = _source("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    total = sum(document["summary"].values())
    return _template().render(
        doc=document,
        servers=servers,
        columns=columns,
        grid=_grid(columns),
        versions=_ordinals(servers),
        axis=_axis(document),
        most=max(300, min(4000, _ALL_MESSAGES // max(len(servers), 1))),
        total=total,
        tiles=_tiles(document["summary"], total, document["outcome"]),
        job_waves=any(job["wave"] is not None for job in document["jobs"]),
        job_at={job["id"]: at for at, job in enumerate(document["jobs"], start=1) if job["id"]},
        style=Markup(_source("report.css")),
        script=Markup(script),
        digest=digest,
    )


@cache
def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(
        clock=words.clock,
        duration=words.duration,
        in_words=words.in_words,
        by_rank=words.by_rank,
        label=words.verdict_label,
        known=words.VERDICTS,
        rank=words.verdict_rank,
        outcomes=words.OUTCOMES,
        operations=words.OPERATIONS,
        parameter=report.parameter_text,
        says=words.says,
        seconds=words.seconds_between,
        linked=_linked,
        link=_link,
    )
    return environment.from_string(_source("report.html.j2"))


def _linked(value: str) -> Markup:
    """Text in which http and https addresses are links."""
    return Markup("").join(
        _anchor(piece, piece) if is_url else escape(piece) for piece, is_url in words.split_urls(value)
    )


def _link(value: str) -> Markup:
    """One of a server's links, by host and file, since most of a signed address means nothing to a reader."""
    if words.split_urls(value) != [(value, True)]:
        return escape(value)
    try:
        address = urlsplit(value)
    except ValueError:
        return escape(value)
    path = [part for part in address.path.split("/") if part]
    return _anchor(value, "/".join([address.hostname or "", *(["\u2026"] if path[1:] else []), *path[-1:]]))


def _anchor(url: str, shown: str) -> Markup:
    return Markup('<a href="{}" title="{}" rel="noopener noreferrer">{}</a>').format(url, url, shown)


def _columns(servers: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Those in which some server has something to show."""

    def some(*keys: str) -> bool:
        return any(server[key] for server in servers for key in keys)

    before, after = some("version_before", "firmware_before"), some("version_after", "firmware_after")
    wanted = [
        (True, Column("server", "Server", 0)),
        (True, Column("verdict", "Verdict", 7.5)),
        (before, Column("before", "Before" if after else "Version", 7)),
        (after, Column("after", "After" if before else "Version", 7.75)),
        (some("supernode"), Column("supernode", "Super-node", 6.5)),
        (any(server["wave"] is not None for server in servers), Column("wave", "Wave", 4)),
        (some("started", "finished"), Column("took", "Took", 6.75)),
        (some("job_id"), Column("job", "Job", 6.25)),
        (some("message", "reason", "links"), Column("message", "Message", 0)),
    ]
    return [column for is_wanted, column in wanted if is_wanted]


def _grid(columns: Sequence[Column]) -> str:
    """The columns' widths in CSS. Without messages, the others share what these would have taken."""
    if any(column.key == "message" for column in columns):
        sizes = [f"{column.width}rem" if column.width else "minmax(0,1fr)" for column in columns[1:]]
        return " ".join(["var(--server)", *sizes])
    return " ".join(f"minmax(0,{column.width or 16}fr)" for column in columns)


def _ordinals(servers: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Each driver version's place among them, so that the page's script need not know how versions compare."""

    def order(version: str) -> tuple[int, Any, Any]:
        try:
            return (0, parse(version), ())
        except ValueError:
            return (1, (), words.natural(version))

    found = {server[key] for server in servers for key in ("version_before", "version_after") if server[key]}
    places: dict[str, int] = {}
    place, last = 0, None
    for version in sorted(found, key=lambda version: (order(version), version)):
        place += order(version) != last
        last = order(version)
        places[version] = place
    return places


def _tiles(summary: Mapping[str, int], total: int, outcome: str) -> list[dict[str, Any]]:
    """A count per verdict. That nothing failed is worth a tile too, once something was done."""
    counts = words.by_rank(summary)
    if outcome != "planned" and "failed" not in dict(counts):
        counts.insert(0, ("failed", 0))
    return [{"verdict": word, "count": count, "share": _share(count, total)} for word, count in counts]


def _share(count: int, total: int) -> str:
    if not count:
        return "none"
    percent = 100 * count / total
    # 199 of 200 is not "100 %".
    return "< 1 %" if percent < 1 else "> 99 %" if 99 < percent < 100 else f"{percent:.0f} %"


def _axis(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """The time axis of the waves: ticks, and where each wave lies on it, in percent; None where no wave has begun."""
    waves = document["waves"]
    stated = [document["started"], document["finished"]] + [
        wave[key] for wave in waves for key in ("started", "finished")
    ]
    moments = [moment for moment in map(words.moment_of, stated) if moment]
    if not any(wave["started"] for wave in waves):
        return None
    begin, end = min(moments), max(moments)
    span = max((end - begin).total_seconds(), 60)

    def at(stated: str | None) -> float:
        moment = words.moment_of(stated)
        return 100.0 if moment is None else (moment - begin).total_seconds() / span * 100

    step = next((step for step in _TICKS if span / step <= 6), _TICKS[-1] * (1 + int(span / _TICKS[-1] / 6)))
    tick = begin - timedelta(seconds=begin.timestamp() % step)
    ticks = []
    # A label stands right of its tick; at the far end there is no room for one.
    while (tick - begin).total_seconds() <= span * 0.9:
        if tick >= begin:
            left = (tick - begin).total_seconds() / span * 100
            ticks.append({"left": round(left, 2), "label": tick.strftime("%d %b %H:%M" if span > 86400 else "%H:%M")})
        tick += timedelta(seconds=step)
    bars = [
        {
            "left": round(min(at(wave["started"]), 99.5), 2),
            "width": round(max(at(wave["finished"]) - at(wave["started"]), 0.5), 2),
            "open": not wave["finished"],
        }
        if wave["started"]
        else None
        for wave in waves
    ]
    return {"ticks": ticks, "bars": bars}
