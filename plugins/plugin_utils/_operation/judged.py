# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The result of each server in words, for all operations alike. Pure.

Servers are dictionaries by ID, as in results. Each gets C(ok), C(verdict) and C(reason).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._fleet.answers import ERROR, FAILED, REASONS, SUCCESS, WITHOUT_JOB
from .._fleet.work import Ending
from .._report.order import natural

Servers = dict[str, dict[str, Any]]

PLANNED = "planned"  # a verdict of check mode alone
# Verdicts on tasks that succeeded, but whose message shows nothing for it.
_WITHOUT_EVIDENCE = ("unknown", "no_link_named")


def judged(endings: Mapping[str, Ending], word: Callable[[object], str], check: bool) -> Servers:
    """The servers with verdict and reason. word: makes the verdict from the message of a task that succeeded."""
    return {server_id: _judged(ending, word, check) for server_id, ending in endings.items()}


def _judged(ending: Ending, word: Callable[[object], str], check: bool) -> dict[str, Any]:
    # Without a job all of them are one to those who read the result.
    status = ERROR if ending.status in WITHOUT_JOB else ending.status
    verdict, ok = "unknown", False
    reason: str | None = REASONS.get(ending.status, f"it ended as {status}")
    if check and status != ERROR:
        verdict, reason, ok = PLANNED, None, True
    elif status == SUCCESS:
        verdict, reason, ok = word(ending.message), None, True
        if ending.hidden and verdict in _WITHOUT_EVIDENCE:
            reason, ok = "its job counts more abnormal servers than it names", False
    elif status in (FAILED, ERROR):
        verdict = "failed"
    elif status in REASONS:
        verdict = status.lower()
    return {
        "server_name": ending.name,
        "status": status,
        "message": ending.message,
        "job_id": ending.job_id,
        "task_id": ending.task_id,
        "started": ending.started,
        "finished": ending.finished,
        "ok": ok,
        "verdict": verdict,
        "reason": reason,
    }


def failed(servers: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The servers that are not ok."""
    return [server_id for server_id, server in servers.items() if not server["ok"]]


def called(server_id: str, server: Mapping[str, Any]) -> str:
    """A server for people."""
    return f"{server['server_name']} ({server_id})" if server["server_name"] else server_id


def order(servers: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The servers' ids by name."""
    return sorted(servers, key=lambda server_id: natural(servers[server_id]["server_name"] or server_id))
