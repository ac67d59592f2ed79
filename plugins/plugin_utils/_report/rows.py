# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the servers' table on the page. Written without the template, which takes three times as long for 10,000."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

from .columns import Column
from .links import link, linked
from .messages import says
from .times import clock, duration, seconds_between
from .words import VERDICTS, verdict_label, verdict_rank

Server = Mapping[str, Any]
Cell = Callable[[Server], str]


def rows(
    servers: Iterable[Server],
    columns: Sequence[Column],
    versions: Mapping[str, int],
    job_at: Mapping[str, int],
    most: int,
) -> str:
    """All rows. versions: see ordinals(). job_at: the place of each job in its table. most: characters of a message."""
    cells = _cells(versions, job_at, most)
    shown = [cells[column.key] for column in columns]
    return "\n".join(f"<tr{_about(server)}>{''.join([cell(server) for cell in shown])}</tr>" for server in servers)


def verdict_class(verdict: str) -> str:
    """The style of a verdict."""
    return f"v-{verdict if verdict in VERDICTS else 'unknown'}"


def _about(server: Server) -> str:
    host = server["host"]
    named = f' data-host="{escape(host)}"' if host and host != server["name"] else ""
    return f' data-v="{server["verdict"]}"{named}'


def _cells(versions: Mapping[str, int], job_at: Mapping[str, int], most: int) -> dict[str, Cell]:
    """What writes the cell of each column. data-s is what the page's script sorts by."""

    def version(driver: str | None, firmware: str | None, before: str | None) -> str:
        style = ""
        if driver and before:
            style = ' class="same"' if versions[driver] == versions[before] else ' class="new"'
        place = versions[driver] if driver else ""
        return f'<td data-s="{place}"{style}>{escape(driver or "")}{_small(firmware)}</td>'

    def job(server: Server) -> str:
        if not server["job_id"]:
            return "<td></td>"
        shown, at = escape(server["job_id"]), job_at.get(server["job_id"])
        return f'<td><code><a href="#job-{at}">{shown}</a></code></td>' if at else f"<td><code>{shown}</code></td>"

    def message(server: Server) -> str:
        said = says(server)
        more = "&hellip; <em>(whole in the JSON report)</em>" if len(said) > most else ""
        links = "".join([f'<span class="link">{link(url)}</span>' for url in server["links"]])
        return f'<td class="wide">{linked(said[:most])}{more}{links}</td>'

    return {
        "server": _name,
        "region": lambda server: _text(server["region"]),
        "verdict": _verdict,
        "before": lambda server: version(server["version_before"], server["firmware_before"], None),
        "wanted": lambda server: version(server["version_wanted"], None, server["version_before"]),
        "after": lambda server: version(server["version_after"], server["firmware_after"], server["version_before"]),
        "supernode": lambda server: _text(server["supernode"]),
        "wave": lambda server: '<td data-s="{0}">{0}</td>'.format("" if server["wave"] is None else server["wave"]),
        "took": _took,
        "job": job,
        "message": message,
    }


def _name(server: Server) -> str:
    name = f"<b>{escape(server['name'])}</b>" if server["name"] and server["name"] != server["id"] else ""
    own_id = f'<code class="id">{escape(server["id"])}</code>' if server["id"] else ""
    return f'<th scope="row">{name}{own_id}</th>'


def _verdict(server: Server) -> str:
    word = server["verdict"]
    return f'<td data-s="{verdict_rank(word)}"><span class="v {verdict_class(word)}">{verdict_label(word)}</span></td>'


def _took(server: Server) -> str:
    started, finished = server["started"], server["finished"]
    lasted = seconds_between(started, finished)
    span = f"<small>{clock(started) or '?'} &ndash; {clock(finished) or '?'}</small>" if started or finished else ""
    return f'<td data-s="{"" if lasted is None else lasted}">{duration(lasted)}{span}</td>'


def _text(value: str | None) -> str:
    return f"<td>{escape(value or '')}</td>"


def _small(value: str | None) -> str:
    return f"<small>{escape(value)}</small>" if value else ""
