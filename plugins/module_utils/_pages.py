# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Reads a paged list to its end, and finds out whether all rows were read. No I/O but the function passed in.

The paging of most lists is not documented: a server may ignore C(limit) and C(offset), refuse them, cap them, or leave out
C(total). So each page after the first begins with the last row of the page before. Where it does not, the list has changed
meanwhile, and a row may have been skipped.
"""

from __future__ import annotations

import typing as t

from ._answers import number
from ._errors import RequestError

PAGE_SIZES = (1024, 100)  # rows; the second is tried where the first is refused. The SDK allows the first for servers

MOST_PAGES = 5_000  # and rows, of one list; it is not read beyond them
MOST_ROWS = 500_000

Row = dict[str, t.Any]


class _Changed(Exception):
    """The list changed between two pages."""


def read_pages(
    read: t.Callable[[dict[str, str]], dict[str, t.Any]],
    first: dict[str, str],
    enough: t.Callable[[list[Row]], bool] | None = None,
) -> tuple[list[Row], bool, bool]:
    """The rows, each ID once; whether these are all; and whether the list changed while it was read.

    read: reads one page, given its paging parameters. first: those of the first page. enough: ends the reading early.
    """
    rows: dict[str, Row] = {}
    unreadable: list[t.Any] = []

    def look(paging: dict[str, str]) -> dict[str, t.Any]:
        page = read(paging)
        unreadable.extend(row for row in page.get("data") or [] if not _has_id(row))
        return page

    try:
        complete = _read_all(look, first, rows, enough)
    except _Changed:
        return list(rows.values()), False, True
    return list(rows.values()), complete and not unreadable, False


def _read_all(
    read: t.Callable[[dict[str, str]], dict[str, t.Any]],
    first: dict[str, str],
    rows: dict[str, Row],
    enough: t.Callable[[list[Row]], bool] | None,
) -> bool:
    sizes = list(PAGE_SIZES)
    page = read(first)
    total = _count(page, "total")
    data = _take(page, rows)
    said = total
    if total is not None and total < len(rows):
        total = None  # it counts something else
    for _page in range(MOST_PAGES):
        if total is not None and len(rows) >= total:
            return True
        if total is None and (not data or _count(page, "pages") in (0, 1)):
            return True
        if enough and enough(list(rows.values())):
            return False
        if len(rows) > MOST_ROWS:
            return False
        # Without a total only an empty page proves the end, so the last row is not asked for again.
        overlap = data[-1] if total is not None and data else None
        next_page = _read_on(read, len(rows) - (overlap is not None), sizes)
        if next_page is None:
            return False
        page = next_page
        known = len(rows)
        data = _take(page, rows)
        if _count(page, "total") != said:
            raise _Changed
        if len(rows) == known and (data or total is not None):
            return False  # the same again, or an end before the total
        if overlap is not None and data[0] != overlap:
            raise _Changed
    return False


def _read_on(
    read: t.Callable[[dict[str, str]], dict[str, t.Any]], offset: int, sizes: list[int]
) -> dict[str, t.Any] | None:
    """The page that begins at an offset, as large as the server allows; None where the server does not page."""
    while sizes:
        try:
            return read({"limit": str(sizes[0]), "offset": str(offset)})
        except RequestError as error:
            if error.status != 400:
                raise
            sizes.pop(0)
    return None


def _take(page: t.Mapping[str, t.Any], rows: dict[str, Row]) -> list[str]:
    """Add the new rows of a page. Returns the IDs of all its rows, as text."""
    ids = []
    for row in page.get("data") or []:
        if _has_id(row):
            row["id"] = str(row["id"])
            ids.append(row["id"])
            rows.setdefault(row["id"], row)
    return ids


def _has_id(row: t.Any) -> bool:
    """Whether a row says what it is of. A text, or a number in its place; anything else, such as true, is no id."""
    found = row.get("id") if isinstance(row, dict) else None
    return bool(found) and isinstance(found, (str, int)) and not isinstance(found, bool)


def _count(page: t.Mapping[str, t.Any], key: str) -> int | None:
    value = number(page.get(key), -1)
    return None if value < 0 else value
