# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as a picture: a row for each wave, a square for each server. Drawn from a rollout's report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDTH, EDGE, LEFT = 860, 24, 190  # pixels: the picture, its margin, where squares begin
SIDE, GAP, ROW = 22, 6, 30  # a square, the gap to the next, a line of squares
PER_LINE = 20
VERSIONS = ("#2f6feb", "#b8860b", "#1a7f64", "#8250df")  # a color for each version wanted
CANARY = "#d4632a"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def picture(report: Mapping[str, Any]) -> str:
    """An SVG of the plan in a report of hdk_upgrade, made with --check."""
    wanted = sorted({server["version_wanted"] for server in report["servers"] if server["wave"]})
    colors = dict(zip(wanted, VERSIONS))
    top = EDGE
    drawn: list[str] = []
    for wave in report["waves"]:
        members = [server for server in report["servers"] if server["wave"] == wave["number"]]
        rows, height = _wave(wave, members, colors, top)
        drawn += rows
        top += height
    drawn += _legend(report, colors, top)
    height = top + 62
    look = f'font-family="{FONT}" font-size="14" fill="#24292f"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">',
            f"<title>{escape(report['message'])}</title>",
            f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#ffffff" stroke="#d0d7de"/>',
            f"<g {look}>",
            *drawn,
            "</g>",
            "</svg>",
            "",
        ]
    )


def _wave(
    wave: Mapping[str, Any], members: Sequence[Mapping[str, Any]], colors: Mapping[str, str], top: int
) -> tuple[list[str], int]:
    """The row of a wave, and its height."""
    lines = _lines(members)
    size = f"{len(members)} server{'s' * (len(members) != 1)}"
    color = CANARY if wave["canary"] else "#24292f"
    words = f"wave {wave['number']}{', canary' if wave['canary'] else ''}"
    drawn = [
        f'<text x="{EDGE}" y="{top + 16}" font-weight="600" fill="{color}">{words}</text>',
        f'<text x="{EDGE}" y="{top + 34}" font-size="12" fill="#57606a">{size}</text>',
    ]
    line_top = top
    for line in lines:
        named = any(block[0]["supernode"] for block in line)
        left = LEFT
        for block in line:
            node = block[0]["supernode"]
            width = len(block) * (SIDE + GAP) - GAP
            if node:
                drawn.append(
                    f'<rect x="{left - 4}" y="{line_top - 2}" width="{width + 8}" height="{SIDE + 24}" rx="5" '
                    'fill="#f6f8fa" stroke="#8c959f"/>'
                )
                # A name that is wider than its frame would run into the next one.
                text = node if width > 130 else node.rpartition("-")[2]
                drawn.append(
                    f'<text x="{left}" y="{line_top + SIDE + 16}" font-size="11" fill="#57606a">{escape(text)}</text>'
                )
            for number, server in enumerate(block):
                drawn.append(
                    f'<rect x="{left + number * (SIDE + GAP)}" y="{line_top + 2}" width="{SIDE}" height="{SIDE}" rx="3" '
                    f'fill="{colors[server["version_wanted"]]}"><title>{escape(server["name"])}</title></rect>'
                )
            left += width + GAP + (10 if node else 0)
        line_top += ROW + (26 if named else 0)
    return drawn, max(line_top - top, 40) + 16


def _lines(members: Sequence[Mapping[str, Any]]) -> list[list[list[Mapping[str, Any]]]]:
    """The servers of a wave in lines of blocks; a super-node is a block, never split, and so is each other server."""
    blocks: list[list[Mapping[str, Any]]] = []
    for server in members:
        if server["supernode"] and blocks and blocks[-1][0]["supernode"] == server["supernode"]:
            blocks[-1].append(server)
        else:
            blocks.append([server])
    lines: list[list[list[Mapping[str, Any]]]] = [[]]
    for block in blocks:
        if lines[-1] and sum(map(len, lines[-1])) + len(block) > PER_LINE:
            lines.append([])
        lines[-1].append(block)
    return lines


def _legend(report: Mapping[str, Any], colors: Mapping[str, str], top: int) -> list[str]:
    """Which color is which version, and by what rules the rollout stops."""
    drawn = [f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{top}" y2="{top}" stroke="#d0d7de"/>']
    left = EDGE
    for version, color in colors.items():
        before = sorted(
            {
                server["version_before"] or "unknown"
                for server in report["servers"]
                if server["version_wanted"] == version
            }
        )
        words = f"{', '.join(before)} \u2192 {version}"
        drawn.append(f'<rect x="{left}" y="{top + 11}" width="12" height="12" rx="2" fill="{color}"/>')
        drawn.append(f'<text x="{left + 18}" y="{top + 22}" font-size="13">{escape(words)}</text>')
        left += 40 + len(words) * 8
    rules = report["notes"][0] if report["notes"] else ""
    drawn.append(f'<text x="{EDGE}" y="{top + 46}" font-size="13" fill="#57606a">{escape(rules)}</text>')
    return drawn
