# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The health of a server, read from a diagnosis message. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from .judged import Servers

PASS, WARN, FAIL, UNKNOWN = "pass", "warn", "fail", "unknown"
FATAL = {"FAIL": (FAIL,), "WARN": (FAIL, WARN)}  # by the option fail_on

# A word counts only where no letter touches it: the FAIL of NPU_FAIL does, that of failover does not.
_HEALTH = {
    FAIL: re.compile(r"(?<![a-z])fail(?:ed|ures?|s)?(?![a-z])", re.IGNORECASE),
    WARN: re.compile(r"(?<![a-z])warn(?:ed|ings?|s)?(?![a-z])", re.IGNORECASE),
    PASS: re.compile(r"(?<![a-z])pass(?:ed|es)?(?![a-z])", re.IGNORECASE),
}
# A count of zero is no finding, as in "10 passed, 0 failed" and "PASS: 10 | FAIL: 0".
_NONE = re.compile(
    r"(?:(?<![^,;|(\n])\s*0\s+(?:pass|warn|fail)[a-z]*|(?<![a-z])(?:pass|warn|fail)[a-z]*\s*[:=]\s*0)\s*(?=[,;|)\n]|\.?\s*$)",
    re.IGNORECASE,
)


def health(message: object) -> str:
    """C(fail), C(warn), C(pass) or C(unknown): the worst of the words PASS, WARN and FAIL in a text."""
    text = _NONE.sub(" ", message) if isinstance(message, str) else ""
    return next((word for word, pattern in _HEALTH.items() if pattern.search(text)), UNKNOWN)


def word(message: object, options: Mapping[str, Any]) -> str:
    """The verdict on a server whose task succeeded."""
    return health(message)


def judge(servers: Servers, options: Mapping[str, Any]) -> dict[str, Any]:
    """Give each server its C(health), which may make it fail. Returns how many servers have which health.

    A server that was not diagnosed is C(unknown), or C(fail) where the job failed on it.
    """
    for server in servers.values():
        status, verdict = server["status"], server["verdict"]
        server["health"] = verdict if status == "SUCCESS" and verdict in (*_HEALTH, UNKNOWN) else UNKNOWN
        if status == "FAILED":
            server["health"] = FAIL
        if verdict in FATAL[options["fail_on"]]:
            server["ok"] = False
        if verdict in (FAIL, WARN):
            server["reason"] = f"the diagnosis says {verdict.upper()}"
        elif verdict == UNKNOWN and status == "SUCCESS" and server["reason"] is None:
            server["reason"] = "the diagnosis says neither PASS nor WARN nor FAIL"
    found = Counter(server["health"] for server in servers.values())
    return {"health": {name: found[name] for name in (*_HEALTH, UNKNOWN)}}
