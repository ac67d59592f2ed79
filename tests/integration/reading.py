# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of log_collection, software_query and diagnosis share, and what tests of any role read of its verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.integration.playbook import Result, rescued, task


def play_of(role: str, hosts: str = "localhost", goes_on: bool = True, **keywords: Any) -> dict[str, Any]:
    """A play of a role. goes_on: whether the plays after it come also where all its hosts fail, so that one run has many."""
    options = {"name": f"huaweicloud.modelarts.{role}", "rolespec_validate": False}
    work = task("work", "ansible.builtin.import_role", options)
    if goes_on:
        work = rescued(work)
    return {"name": role, "hosts": hosts, "gather_facts": False, "tasks": [work], **keywords}


def step(run: Result, name: str, host: str | None = None) -> dict[str, Any] | None:
    """The result of a role's task by its name without the role's; of the last host, or of one. None if it did not run."""
    found = [
        e["result"]
        for e in run.events
        if e["kind"] == "task" and e["task"].endswith(f" : {name}") and host in (None, e["host"])
    ]
    return found[-1] if found else None


def verdicts(run: Result, host: str = "localhost", role: str = "") -> list[str]:
    """What a host was told, once by each play; without those that it was left out of."""
    return [event["result"]["msg"] for event in _verdicts(run, role) if event["host"] == host]


def failed(run: Result, role: str = "") -> list[str]:
    """The hosts that a role failed on, whether the run went on or not; once for each time."""
    return [event["host"] for event in _verdicts(run, role) if event["status"] == "failed"]


def results_of(run: Result, role: str = "") -> list[dict[str, Any]]:
    """The results of all operations, or of those of a role, which are the facts that the role leaves."""
    operations = [e for e in run.events if e.get("action", "").endswith(".liteserver_operation")]
    return [e["result"]["result"] for e in operations if f".{role}" in e["task"] or not role]


def result_of(run: Result, role: str = "") -> dict[str, Any]:
    """The last of these."""
    return results_of(run, role)[-1]


def _verdicts(run: Result, role: str) -> list[Mapping[str, Any]]:
    found = [event for event in run.events if event["kind"] == "task" and event["status"] != "skipped"]
    return [event for event in found if event["task"].endswith(f"{role} : Verdict")]
