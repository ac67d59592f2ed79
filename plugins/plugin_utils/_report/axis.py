# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time axis of the waves on the page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from .times import moment_of
from .words import RUNNING

_TICKS = [s * n for s, many in ((60, (1, 2, 5, 10, 15, 30)), (3600, (1, 2, 3, 6, 12, 24, 48, 96))) for n in many]


def axis(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Ticks, and where each wave lies among them, in percent; None where no wave has begun."""
    waves = document["waves"]
    stated = [document["started"], document["drawn" if document["outcome"] == RUNNING else "finished"]]
    stated += [wave[key] for wave in waves for key in ("started", "finished")]
    moments = [moment for moment in map(moment_of, stated) if moment]
    if not any(wave["started"] for wave in waves):
        return None
    begin, end = min(moments), max(moments)
    span = max((end - begin).total_seconds(), 60)

    def at(stated: str | None) -> float:
        moment = moment_of(stated)
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
