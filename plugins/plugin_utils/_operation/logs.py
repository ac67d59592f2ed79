# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a server's logs are, read from the message of a log collection. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .judged import Servers

COLLECTED, NO_LINK = "collected", "no_link_named"

_LINK = re.compile(r"\b(?:https?|obs)://[^\s<>\"'`\\^{|}]+", re.IGNORECASE)


def links(message: object) -> list[str]:
    """The http, https and obs addresses in a text, each once."""
    found = (address.rstrip(".,;:!?)]*_") for address in _LINK.findall(message if isinstance(message, str) else ""))
    return list(dict.fromkeys(address for address in found if not address.endswith("//") and ":" in address))


def word(message: object, options: Mapping[str, Any]) -> str:
    """The verdict on a server whose task succeeded."""
    return COLLECTED if links(message) else NO_LINK


def judge(servers: Servers, options: Mapping[str, Any]) -> dict[str, Any]:
    """Give each server its C(links) and C(files), which are those downloaded."""
    for server in servers.values():
        server["links"] = links(server["message"])
        server["files"] = []
    return {}
