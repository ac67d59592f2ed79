# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Driver and firmware versions, what software is on offer, and which plug-ins there are.

Pairs: the vendor's version mapping (https://support.huaweicloud.com/intl/en-us/bulletin-modelarts/bulletin-modelarts_0023.html
and its older editions). Shapes: the vendor's pages ShowSoftware and ListPlugins.
"""

from __future__ import annotations

import uuid
import zlib
from typing import Any

DEFAULT_DRIVER = "24.1.rc3.10"
DEFAULT_FIRMWARE = "7.5.0.3.220"

# driver version in lower case -> firmware version delivered with it
FIRMWARE = {
    "23.0.3": "7.1.0.5.220",
    "23.0.5": "7.1.0.7.220",
    "23.0.6": "7.1.0.9.220",
    "24.1.rc3.9": "7.5.0.108.220",
    "24.1.rc3.10": "7.5.0.109.220",
    "24.1.0.3": "7.5.0.5.220",
    "25.2.1": "7.7.0.9.220",
}

# flavour type (ShowSoftware) -> driver versions on offer
OFFERED = {
    "ascend_snt9b": ["23.0.6", "24.1.0.3"],
    "ascend_snt9b23": ["24.1.rc3.9", "24.1.rc3.10", "25.2.1"],
}

# A template's regular expression for a driver version: 24.1.rc3.10, 24.1.0.3, 25.2.1
VERSION_REGEX = r"^[0-9]+(\.[0-9A-Za-z]+){2,3}$"


def firmware_for(driver: str) -> str:
    """The firmware that comes with a driver; for a version not in the table a fixed one made up from its name."""
    known = FIRMWARE.get(driver.lower())
    return known or f"7.5.0.{zlib.crc32(driver.lower().encode()) % 200 + 10}.220"


def same(one: str, other: str) -> bool:
    """Versions are compared without regard to case: both 24.1.RC3.6 and 24.1.rc3.6 are found."""
    return one.lower() == other.lower()


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
                            "description": f"{firmware_for(version)}-{version}",
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
                    "version": "1.0.0",
                    "status": "ACTIVE",
                    "url": "",
                }
            ],
        }
    ]
