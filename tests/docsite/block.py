# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables that a command writes into a guide, between the marks `.. NAME: begin` and `.. NAME: end`.

They are no files of their own to be included, since antsibull-docs checks each page alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "docsite" / "rst"


def read(page: Path, name: str) -> str:
    """The block of this name. Raises ValueError where the page has none."""
    return _parts(page, name)[1].strip()


def write(page: Path, name: str, block: str) -> None:
    """Put a block in the place of the one of this name. Raises ValueError where the page has none."""
    before, _old, after = _parts(page, name)
    page.write_text(
        f"{before}{_mark(name, 'begin')}\n\n{block.strip()}\n\n{_mark(name, 'end')}{after}", encoding="utf-8"
    )


def list_table(rows: Sequence[Sequence[str]], widths: str = "auto") -> str:
    """Rows, the first of them the head, as a table. widths: those of the columns, such as C(80 20)."""
    lines = [f"   {' ' if at else '*'} - {cell}" for row in rows for at, cell in enumerate(row)]
    return "\n".join([".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", "", *lines, ""])


def _parts(page: Path, name: str) -> tuple[str, str, str]:
    before, _begin, rest = page.read_text(encoding="utf-8").partition(_mark(name, "begin"))
    block, end, after = rest.partition(_mark(name, "end"))
    if not end:
        raise ValueError(f"{page} has no block between {_mark(name, 'begin')} and {_mark(name, 'end')}")
    return before, block, after


def _mark(name: str, which: str) -> str:
    return f".. {name}: {which}"
