# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job templates. Only keys that the vendor has published are listed as parameters."""

from __future__ import annotations

import uuid
from typing import Any

from .versions import VERSION_REGEX

# The first two ids are those of the API pages' samples.
_IDS = {
    "HDK_UPGRADE": "6f02d33b-a5d6-485c-8d73-480da5870512",
    "ASCEND_SOFTWARE_QUERY": "2b087a09-e90d-414c-9b15-ffec45e400e7",
}
_ALIASES = {"ASCEND_SOFTWARE_UPGRADE": "HDK_UPGRADE"}


def _template(job_type: str, name: str, params: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "id": _IDS.get(job_type) or str(uuid.uuid5(uuid.NAMESPACE_URL, f"simulator:template:{job_type}")),
        "name": name,
        "description": name,
        "type": job_type,
        "flavor_type": "ASCEND_GENERIC",
        "params": params,
        "cmd": "",
        "timeout": "3600",
        "check_interval": "10",
        "status": "ACTIVE",
    }


def default_templates() -> dict[str, dict[str, Any]]:
    """Job type as requested -> template, as its detail shows it."""
    version = {
        "name": "version",
        "description": "Driver version",
        "value": "",
        "visible": "true",
        "regex": VERSION_REGEX,
    }
    return {
        "HDK_UPGRADE": _template("HDK_UPGRADE", "hdk-upgrade", [version]),
        "ASCEND_SOFTWARE_QUERY": _template("ASCEND_SOFTWARE_QUERY", "software-query", []),
        "ASCEND_DIAGNOSIS": _template("ASCEND_DIAGNOSIS", "diagnosis", []),
        "LOG_COLLECT": _template("LOG_COLLECT", "log-collect", []),
        "COMMON": _template("COMMON", "common", []),
        "SERVICE_DEPLOY": _template("SERVICE_DEPLOY", "service-deploy", []),
    }


def template_of(templates: dict[str, dict[str, Any]], job_type: str) -> dict[str, Any] | None:
    """The template of a job's type; types are open, so there may be none."""
    return templates.get(job_type) or templates.get(_ALIASES.get(job_type, ""))


def row(template: dict[str, Any]) -> dict[str, Any]:
    """A row of the list: a detail without cmd, timeout, check_interval and status."""
    return {k: v for k, v in template.items() if k not in ("cmd", "timeout", "check_interval", "status")}
