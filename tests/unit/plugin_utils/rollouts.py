# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of rollouts share: options as the role gives them, and a rollout carried out on servers that are made up."""

from __future__ import annotations

from typing import Any

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils import _attempt, _plan, _rollout_old

VERSION = "24.1.rc3.10"
OLD = "24.1.rc3.9"
NOW = "2026-11-21T22:00:00Z"
LATER = "2026-11-21T22:10:00Z"


def options(**asked: Any) -> dict[str, Any]:
    """The defaults of the role, and what is asked."""
    return {
        "version": VERSION,
        "canary": 1,
        "canary_must_succeed": True,
        "waves": [50],
        "servers_per_job": 50,
        "max_failures": 0,
        "retries": 0,
        "allow_downgrade": False,
        "allow_mixed_flavors": False,
        "whole_supernodes": True,
        "verify": True,
        "health_gate": False,
        "collect_logs_on_failure": False,
        "before_wave": None,
        "after_wave": None,
        "after_wave_failed": False,
        "pause": 0,
        "wait_timeout": 3600,
        "wait_interval": 10,
        "job_type": "HDK_UPGRADE",
        "item_type": "HDK_UPGRADE",
        "extra_spec": {},
        "report_dir": None,
        **asked,
    }


def task(status: str, job_id: str | None = "job", message: str | None = "said") -> dict[str, Any]:
    """What the outcome of jobs has for a server."""
    return {
        "server_name": "name",
        "status": status,
        "message": message,
        "job_id": job_id,
        "started": NOW,
        "finished": NOW,
    }


class Fleet:
    """Servers of which each attempt ends as written: a status of the platform, ERROR, or UNCONFIRMED. Then SUCCESS."""

    def __init__(self, endings: dict[str, list[str]], versions: dict[str, str] | None = None) -> None:
        self.endings = {server_id: list(words) for server_id, words in endings.items()}
        self.versions = dict.fromkeys(endings, OLD) if versions is None else versions
        self.attempts: dict[str, int] = dict.fromkeys(endings, 0)
        self.stuck: set[str] = set()  # nobody knows what they are at

    def query(self) -> dict[str, dict[str, Any]]:
        return {i: {"driver": version, "firmware": None, "message": "said"} for i, version in self.versions.items()}

    def upgrade(self, jobs: list[list[str]]) -> dict[str, Any]:
        servers = {}
        for server_id in (one for job in jobs for one in job):
            assert server_id not in self.stuck, f"{server_id} may still be at work"
            self.attempts[server_id] += 1
            words = self.endings[server_id]
            word = words.pop(0) if words else "SUCCESS"
            if word == "SUCCESS":
                self.versions[server_id] = VERSION
            if word in ("PROCESSING", "ERROR", "QUEUEING"):
                self.stuck.add(server_id)
            servers[server_id] = task("SUCCESS" if word == "UNCONFIRMED" else word, None if word == "ERROR" else "job")
        return {"servers": servers, "jobs": []}


def carry_out(rollout: dict[str, Any], fleet: Fleet, check_wave: Any = lambda rollout, number: None) -> dict[str, Any]:
    """The steps of the role, from the plan to the end."""
    rollout = _plan.plan(rollout, fleet.query(), False)
    for number in _rollout_old.wave_numbers(rollout):
        if rollout["stopped"]:
            continue
        check_wave(rollout, number)
        for again in range(1 + rollout["options"]["retries"]):
            jobs = _attempt.due(rollout, number, again)
            if jobs:
                done = fleet.upgrade(jobs)
                found = fleet.query() if rollout["options"]["verify"] else None
                rollout = _attempt.judge(rollout, number, done, found)
        rollout = _rollout_old.close(rollout, number)
    return rollout
