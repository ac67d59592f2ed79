# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of a run's journal: lines, the result, and the report's document."""

from __future__ import annotations

from typing import Any

from .._fleet.surroundings import Surroundings
from . import run, summary
from .servers import FAILED, VERDICTS

# The result of a run of which nothing is known, but for why.
NOTHING: dict[str, Any] = {
    "servers": {},
    "summary": dict.fromkeys(VERDICTS, 0),
    "jobs": [],
    "waves": [],
    "outcome": FAILED,
    "failed": [],
    "budget": {"allowed": 0, "used": 0},
    "drained": [],
    "report": [],
    "run": None,
}


def told(tools: Surroundings, files: list[str]) -> dict[str, Any]:
    """What is shown and returned at the end: C(lines) and C(result). files: those of the report."""
    rollout = run.load(tools.journal)
    parts = list(run.parts(tools.journal, rollout))
    servers = [server for _head, part in parts for server in part.servers.values()]
    return {"lines": summary.end(rollout, servers, files), "result": summary.result(rollout, parts, files)}


def document(tools: Surroundings) -> dict[str, Any]:
    """The report's document, at any time of the run."""
    rollout = run.load(tools.journal)
    return summary.document(rollout, list(run.parts(tools.journal, rollout)), tools.clock.time())
