# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of log_collection, software_query and diagnosis share."""

from __future__ import annotations

from typing import Any

from tests.integration.playbook import Result


def step(run: Result, name: str, host: str | None = None) -> dict[str, Any] | None:
    """The result of a role's task by its name without the role's; of the last host, or of one. None if it did not run."""
    found = [
        e["result"]
        for e in run.events
        if e["kind"] == "task" and e["task"].endswith(f" : {name}") and host in (None, e["host"])
    ]
    return found[-1] if found else None


def result_of(run: Result, role: str = "") -> dict[str, Any]:
    """The result of the last operation, or of that of a role, which is the fact that the role leaves."""
    operations = [e for e in run.events if e.get("action", "").endswith(".liteserver_operation")]
    return [e["result"]["result"] for e in operations if f".{role}" in e["task"] or not role][-1]
