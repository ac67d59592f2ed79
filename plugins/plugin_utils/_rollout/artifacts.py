# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a workflow hands on of a rollout: the plan to who approves it, the end to who goes on from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._fleet.artifacts import MOST, bounded
from .run import Part, WaveHead
from .servers import Server

PREFIX = "hdk_upgrade_"
HALF = MOST // 2 - 1024  # the plan and the end are handed on together
LONGEST = 200  # characters of a reason


def of_plan(parts: Sequence[tuple[WaveHead | None, Part]]) -> dict[str, Any]:
    """C(plan): the waves with the names of their servers, and what is left out with the reason; C(cut) where not all have room."""
    rest = [server for head, part in parts if head is None for server in part.servers.values()]
    members = [(head, server) for head, part in parts if head for server in part.servers.values()]
    left_out = [(_name(server), f"{server.word}: {server.reason}"[:LONGEST]) for server in rest]
    total = len(members) + len(left_out)

    def build(entries: int) -> dict[str, Any]:
        waves: dict[int, dict[str, Any]] = {}
        for head, server in members[:entries]:
            row = {"number": head.number, "canary": head.canary, "count": head.size, "servers": []}
            waves.setdefault(head.number, row)["servers"].append(_name(server))
        plan: dict[str, Any] = {"waves": list(waves.values())}
        plan["left_out"] = dict(left_out[: max(entries - len(members), 0)])
        if entries < total:
            plan["cut"] = f"{entries:,} of {total:,} servers are named"
        return {f"{PREFIX}plan": plan}

    return bounded(build, total, HALF)


def of_end(result: Mapping[str, Any]) -> dict[str, Any]:
    """C(summary), C(outcome), C(failed) with C(reasons), and C(report) of the result; C(cut) where not all that failed have room."""
    told = {f"{PREFIX}{key}": result[key] for key in ("summary", "outcome", "report")}
    failed = list(result["failed"])

    def build(entries: int) -> dict[str, Any]:
        servers = {server_id: result["servers"][server_id] for server_id in failed[:entries]}
        reasons = {server["name"] or server_id: server["reason"][:LONGEST] for server_id, server in servers.items()}
        cut = {f"{PREFIX}cut": f"{entries} of {len(failed)} failed servers are named"} if entries < len(failed) else {}
        return {**told, f"{PREFIX}failed": list(servers), f"{PREFIX}reasons": reasons, **cut}

    return bounded(build, len(failed), HALF)


def _name(server: Server) -> str:
    return server.host or server.name or server.id
