# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Driver and firmware versions, what software is on offer, and which plug-ins there are.

Pairs: the vendor's version mapping (https://support.huaweicloud.com/intl/en-us/bulletin-modelarts/bulletin-modelarts_0023.html
and its older editions). Shapes: the vendor's pages ShowSoftware and ListPlugins.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

DEFAULT_DRIVER = "24.1.rc3.10"

# driver version in lower case -> firmware version delivered with it; no other pair is published
FIRMWARE = {
    "23.0.3": "7.1.0.5.220",
    "23.0.5": "7.1.0.7.220",
    "23.0.6": "7.1.0.9.220",
    "24.1.rc3.9": "7.5.0.108.220",
    "24.1.rc3.10": "7.5.0.109.220",
    "24.1.0.3": "7.5.0.5.220",
    "24.1.0.6": "7.5.0.5.220",
    "25.2.1": "7.7.0.9.220",
}
DEFAULT_FIRMWARE = FIRMWARE[DEFAULT_DRIVER]

# flavour type (ShowSoftware) -> driver versions on offer for that card, newest first, spelt as published
OFFERED = {
    "ascend_snt9b": ["24.1.0.6", "24.1.0.3", "23.0.6"],
    "ascend_snt9b23": ["25.2.1", "24.1.RC3.10", "24.1.RC3.9", "24.1.RC3.6", "24.1.RC3.5"],
}

# A template's regular expression for a driver version: 24.1.rc3.10, 24.1.0.3, 25.2.1
VERSION_REGEX = r"^[0-9]+(\.[0-9A-Za-z]+){2,3}$"


def firmware_for(driver: str) -> str | None:
    """The firmware delivered with a driver; None where no pair is published."""
    return FIRMWARE.get(driver.lower())


def same(one: str, other: str) -> bool:
    """Versions are compared without regard to case: both 24.1.RC3.6 and 24.1.rc3.6 are found."""
    return one.lower() == other.lower()


def is_older(one: str, other: str) -> bool:
    """Whether `one` precedes `other`; a release candidate precedes its release (24.1.rc3.10 < 24.1.0)."""
    first, second = _parts(one), _parts(other)
    length = max(len(first), len(second))
    nought = (1, 0)
    return first + [nought] * (length - len(first)) < second + [nought] * (length - len(second))


def _parts(version: str) -> list[tuple[int, int]]:
    """Each part of a version as (0, n) for rcN, (1, n) for a number n; what is neither counts as 0."""
    parts = []
    for part in version.lower().split("."):
        candidate = re.fullmatch(r"rc(\d+)", part)
        if candidate:
            parts.append((0, int(candidate[1])))
        else:
            parts.append((1, int(part) if part.isdecimal() else 0))
    return parts


def default_software() -> list[dict[str, Any]]:
    """The `data` of GET /software: [{flavor_type, support: [{type, info: [{id, version, description, url}]}]}]."""
    return [
        {
            "flavor_type": flavor,
            "support": [
                {
                    "type": "ASCEND_HDK",
                    "info": [
                        {
                            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"simulator:hdk:{flavor}:{version}")),
                            "version": version,
                            "description": f"{firmware}-{version}" if (firmware := firmware_for(version)) else "",
                            "url": "",
                        }
                        for version in versions
                    ],
                }
            ],
        }
        for flavor, versions in OFFERED.items()
    ]


def default_plugins() -> list[dict[str, Any]]:
    """The `data` of GET /plugins: [{name, infos: [{id, version, status, url}]}]."""
    return [
        {
            "name": "NodeTaskHub",
            "infos": [
                {
                    "id": str(uuid.uuid5(uuid.NAMESPACE_URL, "simulator:plugin:NodeTaskHub")),
                    "version": "1.1.0",
                    "status": "ACTIVE",
                    "url": "",
                }
            ],
        }
    ]
