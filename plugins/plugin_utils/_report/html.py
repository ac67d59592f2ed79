# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of an operation as one HTML page that needs nothing else. Markup, style and script are files beside this.

What came from the API is escaped, by the template and by rows.py. Should that ever have a hole, the page's content security
policy lets no other script run than ours, and nothing be loaded.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from . import facts, times, words
from .axis import axis
from .columns import columns, grid, ordinals
from .document import Document
from .failures import limits
from .found import versions
from .links import linked
from .order import server_order
from .rows import rows, verdict_class

_HERE = Path(__file__).parent
# All messages together: what a page can carry that is still opened on a phone.
_ALL_MESSAGES = 700_000
_LARGE = 2000  # servers; a page of more takes a second to load
_RELOAD, _RELOAD_LARGE = 30, 60  # seconds after which the page of a running operation loads itself again
_STALE = 300  # seconds after which nobody seems to draw a running page any more


def draw(document: Document) -> str:
    """A document that build() has made as one self-contained page."""
    servers = sorted(document["servers"], key=server_order)
    shown = columns(servers, document["outcome"])
    asked, usual = facts.parameters(document)
    script = _source("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    total = sum(document["summary"].values())
    job_at = {job["id"]: at for at, job in enumerate(document["jobs"], start=1) if job["id"]}
    most = max(300, min(4000, _ALL_MESSAGES // max(len(servers), 1)))
    return _template().render(
        doc=document,
        outcome=words.outcome_of(document),
        running=document["outcome"] == words.RUNNING,
        planned=document["outcome"] == words.PLANNED,
        reload_after=_RELOAD_LARGE if total > _LARGE else _RELOAD,
        stale_after=_STALE,
        progress=facts.progress_text(document),
        facts=facts.of_run(document),
        asked=asked,
        usual=usual,
        limits=limits(servers),
        found=versions(document),
        rows=Markup(rows(servers, shown, ordinals(servers), job_at, most)),
        columns=shown,
        grid=grid(shown),
        axis=axis(document),
        total=total,
        tiles=_tiles(document, total),
        job_waves=any(job["wave"] is not None for job in document["jobs"]),
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
        clock=times.clock,
        duration=times.duration,
        seconds=times.seconds_between,
        in_words=words.in_words,
        by_rank=words.by_rank,
        label=words.verdict_label,
        vclass=verdict_class,
        operations=words.OPERATIONS,
        phrase=_phrase,
        linked=lambda text: Markup(linked(text)),
    )
    return environment.from_string(_source("report.html.j2"))


def _phrase(reason: str) -> str:
    """What to search for to find the servers of a group: the longest part of its reason that all of them say."""
    return max(re.split('\u2026|: |"', reason), key=len).strip()


def _tiles(document: Mapping[str, Any], total: int) -> list[dict[str, Any]]:
    """A count per verdict. That nothing failed is worth a tile too, once something was done."""
    counts = words.by_rank(document["summary"])
    feared = words.feared(document["summary"])
    if document["outcome"] != words.PLANNED and feared not in dict(counts):
        counts.insert(0, (feared, 0))
    return [
        {
            "verdict": word,
            "count": count,
            "share": _share(count, total),
            "meaning": _meaning(word, document["outcome"]),
        }
        for word, count in counts
    ]


def _meaning(verdict: str, outcome: str) -> str:
    known = words.VERDICTS.get(verdict)
    if known is None or outcome == words.PLANNED:
        return ""
    return words.MEANINGS_WHILE_RUNNING.get(verdict, known.meaning) if outcome == words.RUNNING else known.meaning


def _share(count: int, total: int) -> str:
    if not count:
        return "none"
    percent = 100 * count / total
    # 199 of 200 is not "100 %".
    return "< 1 %" if percent < 1 else "> 99 %" if 99 < percent < 100 else f"{percent:.0f} %"
