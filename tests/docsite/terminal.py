# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a terminal shows, as an SVG picture."""

from __future__ import annotations

import re
from html import escape

CELL, LINE, EDGE, BAR = 8.4, 19, 18, 34  # pixels: a character's width, a line's height, the margin, the title bar
COLORS = {  # of a dark terminal, by the number of SGR
    "30": "#6e7681",
    "31": "#ff7b72",
    "32": "#7ee787",
    "33": "#e3b341",
    "34": "#79c0ff",
    "35": "#d2a8ff",
    "36": "#76e3ea",
    "37": "#e6edf3",
}
PLAIN = COLORS["37"]
ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")
Span = tuple[str, str, bool]  # text, color, bold


def picture(text: str, title: str, columns: int = 118) -> str:
    """An SVG of the text, whose colors are ANSI escapes. Longer lines are cut."""
    lines = [_cut(spans, columns) for spans in _spans(text)]
    width, height = round(columns * CELL + 2 * EDGE), BAR + len(lines) * LINE + EDGE
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
        *(f'<circle cx="{20 + 18 * n}" cy="17" r="5.5" fill="#30363d"/>' for n in range(3)),
        f'<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="14" fill="{PLAIN}">',
    ]
    for number, line in enumerate(lines):
        at, top = 0, BAR + number * LINE + 14
        for words, color, bold in line:
            if words.strip():
                # The length is given, so that columns stay in line whatever font there is.
                look = (f' fill="{color}"' if color != PLAIN else "") + (' font-weight="bold"' if bold else "")
                left, length = round(EDGE + at * CELL, 1), round(len(words) * CELL, 1)
                drawn.append(
                    f'<text x="{left}" y="{top}" textLength="{length}" xml:space="preserve"{look}>{escape(words)}</text>'
                )
            at += len(words)
    return "\n".join([*drawn, "</g>", "</svg>", ""])


def _spans(text: str) -> list[list[Span]]:
    """The lines, each as pieces of one look."""
    color, bold = PLAIN, False
    lines: list[list[Span]] = []
    for line in text.rstrip("\n").split("\n"):
        spans: list[Span] = []
        for number, piece in enumerate(ESCAPE.split(line)):
            if number % 2:
                for code in piece.split(";"):
                    bold = code == "1" or (bold and code not in ("", "0"))
                    color = PLAIN if code in ("", "0") else COLORS.get(code, color)
            elif piece:
                spans.append((piece, color, bold))
        lines.append(spans)
    return lines


def _cut(spans: list[Span], columns: int) -> list[Span]:
    """The first so many characters of a line, the last of them an ellipsis where there are more."""
    if sum(len(text) for text, _color, _bold in spans) <= columns:
        return spans
    kept: list[Span] = []
    room = columns - 1
    for text, color, bold in spans:
        kept.append((text[:room], color, bold))
        room -= len(kept[-1][0])
    return [*kept, ("\u2026", PLAIN, False)]
