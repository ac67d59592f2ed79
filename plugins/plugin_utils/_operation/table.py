# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions that a software query found, as a table for people and as CSV. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from .._report import values
from .._report.cells import harmless
from .judged import called, order
from .software import WANTED

MOST_ROWS = 200


def table(result: Mapping[str, Any]) -> list[str]:
    """The versions as lines of text. Servers that differ are marked, and come first where there are many."""
    servers = result["servers"]
    ids = order(servers)
    if len(ids) > MOST_ROWS:
        ids.sort(key=lambda server_id: (servers[server_id]["ok"], not servers[server_id]["drift"]))
    rows = [("server", "driver", "firmware", "verdict", ""), *(_row(i, servers[i]) for i in ids[:MOST_ROWS])]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join((*(cell.ljust(width) for cell, width in zip(row, widths)), row[4])).rstrip() for row in rows]
    if len(ids) > MOST_ROWS:
        lines.append(f"and {len(ids) - MOST_ROWS:,} more")
    return [*lines, *_counted(result)]


def as_csv(result: Mapping[str, Any]) -> str:
    """The versions as CSV (RFC 4180), with a head. No cell is a formula to a spreadsheet."""
    columns = ("id", "name", "driver", "firmware", "status", "drift", "message")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for server_id in order(result["servers"]):
        server = {**result["servers"][server_id], "id": server_id}
        server["drift"] = "yes" if server["drift"] else "no"
        writer.writerow([harmless(values.text(server[column]) or "") for column in columns])
    return text.getvalue()


def _counted(result: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{group['servers']:,} x driver {group['driver']}, firmware {group['firmware'] or 'unknown'}"
        for group in result["found"]
    ]
    drift = result["drift"]
    if drift["servers"]:
        wanted = "the driver wanted" if drift["basis"] == WANTED else "the most common versions"
        lines.append(f"{len(drift['servers']):,} of {len(result['servers']):,} differ from {wanted}")
    return lines


def _row(server_id: str, server: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    verdict = str(server["verdict"]).replace("_", " ")
    return (
        called(server_id, server),
        server["driver"] or "-",
        server["firmware"] or "-",
        verdict,
        str(server["reason"] or ""),
    )
