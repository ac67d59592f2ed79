# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions that a software query found, with the number of servers that have them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple


class Version(NamedTuple):
    """A pair of versions, None where one is not known, and how many servers have it."""

    driver: str | None
    firmware: str | None
    servers: int


def versions(document: Mapping[str, Any]) -> list[Version]:
    """The most common first; none where the operation is no query."""
    if document["operation"] != "software_query":
        return []
    found = Counter((row["version_after"], row["firmware_after"]) for row in document["servers"])
    found.pop((None, None), None)
    return [Version(driver, firmware, count) for (driver, firmware), count in found.most_common()]
