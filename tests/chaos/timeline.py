# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A story that was played, told in the order of its time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.chaos.stage import CONTROLLER, Stage

LONGEST = 250  # characters of a line


def timeline(stage: Stage) -> Iterator[str]:
    """Lines: when, by the story's clock, and what."""
    offset = stage.schedule.real() - stage.schedule.now
    events: list[tuple[float, str]] = []
    for job in stage.sim.jobs.values():
        tasks = [f"{task.server_id[:8]} {task.result} at {task.done - offset:.0f}" for task in job.tasks]
        events.append(
            (job.created - offset, f"      job {job.id[:8]} {job.name} {job.version or ''}: {', '.join(tasks)}")
        )
    for request in stage.sim.requests:
        whose = request.headers.get(CONTROLLER.lower())
        lost = f", lost: {request.lost}" if request.lost else ""
        query = f" {request.query}" if request.query else ""
        events.append(
            (request.at - offset, f"run {whose}   {request.method} {request.path}{query} -> {request.status}{lost}")
        )
    for number, told in enumerate(stage.told):
        me = told.controller
        events.append((me.began, f"run {number} begins: {told.run.kind}"))
        events.append((me.ended, f"run {number} ends{': ' + repr(me.error) if me.error else ''}"))
        events += [(when, f"run {number}   says: {text}") for when, text in told.lines]
    for when, text in sorted(events, key=lambda event: event[0]):
        yield f"{when:9.2f} {text}"[:LONGEST]
    for number, told in enumerate(stage.told):
        for server_id, server in _servers(told.result).items():
            yield f"run {number}: {server_id} {server}"[:LONGEST]
        if told.result and told.result.get("msg"):
            yield f"run {number}: {told.result['msg']}"


def _servers(result: dict[str, Any] | None) -> dict[str, Any]:
    return (result or {}).get("servers") or {}
