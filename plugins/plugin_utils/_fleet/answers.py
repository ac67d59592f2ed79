# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the platform's answers: its words, and whether it answered at all. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .surroundings import Result

SUCCESS, FAILED, SKIPPED, PROCESSING = "SUCCESS", "FAILED", "SKIPPED", "PROCESSING"  # the platform's words for tasks
MISSING = "MISSING"  # ours: the job is over and has no task for the server
ERROR = "ERROR"  # ours: no job could be submitted for the server, or nothing is known of one
HELD = "HELD"  # ours: nothing was submitted for it, since a job of somebody else holds it or a server of its batch
REFUSED = "REFUSED"  # ours: the platform refused the job that it was to be in
NOT_SENT = "NOT_SENT"  # ours: nothing was submitted for it, for a reason that is not its own
STALE = "STALE"  # ours: nothing was submitted for it, as too much time has passed since it was looked at
WITHOUT_JOB = (ERROR, HELD, REFUSED, NOT_SENT, STALE)
OVER = (SUCCESS, FAILED, SKIPPED, MISSING)
REASONS = {  # why a server is not done, for people
    FAILED: "the platform says failed",
    SKIPPED: "the platform skipped it",
    MISSING: "the job has no task for it",
    PROCESSING: "not over within the time to wait",
    REFUSED: "the platform refused its job",
    HELD: "nothing was submitted for it",
    NOT_SENT: "nothing was submitted for it",
    STALE: "nothing was submitted for it",
    ERROR: "no job, or its state is not known",
}
ENDED = ("FINISHED", "DELETED")  # the platform's words for jobs
DELETED = "DELETED"


class UntoldError(Exception):
    """The platform did not answer what has to be known. No answer does not mean that there is nothing."""


def text_of(result: Result) -> str | None:
    """The message of a call that failed."""
    return str(result.get("msg") or "no answer") if result.get("failed") else None


def jobs_of(result: Result) -> list[dict[str, Any]]:
    """The jobs in a call's result. Raises UntoldError where the call failed."""
    problem = text_of(result)
    if problem:
        raise UntoldError(f"the jobs could not be read: {problem}")
    return list(result.get("jobs") or [])


def unfinished(tasks: Iterable[Mapping[str, Any]]) -> set[str]:
    """The servers whose tasks are not over."""
    return {task["server_id"] for task in tasks if task["status"] not in OVER}
