# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a server, and the addresses in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_URL = re.compile(r"https?://[^\s<>\"'`\\^{|}]+", re.IGNORECASE)


def says(server: Mapping[str, Any]) -> str:
    """Reason and message as one text: the role's words first, then the platform's where they add something."""
    reason, message = server["reason"] or "", server["message"] or ""
    if not reason or reason in message:
        return str(message)
    return str(reason) if not message or message in reason else f"{reason}\n{message}"


def split_urls(value: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is an http or https address, and so may become a link."""
    if "://" not in value:
        return [(value, False)] if value else []
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in _URL.finditer(value):
        url = match.group().rstrip(".,;:!?)]*_")
        if len(url) <= len("https://"):
            continue
        pieces += [(value[end : match.start()], False), (url, True)]
        end = match.start() + len(url)
    pieces.append((value[end:], False))
    return [piece for piece in pieces if piece[0]]
