# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text and addresses as HTML. Only http and https addresses become links. Pure."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from .messages import split_urls


def linked(value: str) -> str:
    """Text in which addresses are links."""
    if "://" not in value:
        return escape(value)
    return "".join(_anchor(piece, piece) if is_url else escape(piece) for piece, is_url in split_urls(value))


def link(value: str) -> str:
    """An address by host and file, since most of a signed one means nothing to a reader."""
    if split_urls(value) != [(value, True)]:
        return escape(value)
    try:
        address = urlsplit(value)
    except ValueError:
        return escape(value)
    path = [part for part in address.path.split("/") if part]
    return _anchor(value, "/".join([address.hostname or "", *(["\u2026"] if path[1:] else []), *path[-1:]]))


def _anchor(url: str, shown: str) -> str:
    return f'<a href="{escape(url)}" title="{escape(url)}" rel="noopener noreferrer">{escape(shown)}</a>'
