# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold before a rollout sends anything: each finding is a sentence, and refuses the servers it names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

RUNNING = "RUNNING"
MOST_NAMED = 10


def inspect(
    rollout: Mapping[str, Any],
    fleet: Sequence[Mapping[str, Any]],
    active: Iterable[Mapping[str, Any]],
    own_names: Sequence[str],
    offered: Sequence[str] | None,
) -> dict[str, Any]:
    """The rollout with names and super-nodes, and with C(problems), C(warnings) and C(in_flight).

    fleet: the servers as liteserver_info returns them; active: the jobs not yet over, with details; own_names: names of
    jobs that a rollout makes itself, so that one found running was left by a run that ended early: C(in_flight), their
    ids. offered: the driver versions that the platform offers, None where it does not say.
    """
    found = {server["id"]: server for server in fleet}
    servers = {
        server_id: {**record, **_described(found.get(server_id))} for server_id, record in rollout["servers"].items()
    }
    problems: list[str] = []
    options = rollout["options"]

    def refuse(ids: Iterable[str], reason: str, remedy: str) -> None:
        named = list(ids)
        if named:
            problems.append(f"{reason}: {_names(named, servers)}. {remedy}")
        for server_id in named:
            if server_id in servers:
                servers[server_id].update(verdict="refused", reason=reason)

    refuse((i for i in servers if i not in found), "No such server in this project", "Give Lite Server IDs, not names.")
    for status in sorted({str(found[i]["status"]) for i in servers if i in found} - {RUNNING}):
        ids = [i for i in servers if i in found and found[i]["status"] == status]
        refuse(ids, f"The server is {status}, not {RUNNING}", "Start them, or leave them out.")
    in_flight: list[str] = []
    for job in active:
        held = [task["server_id"] for task in job["tasks"] or [] if task["server_id"] in servers]
        if held and job["name"] in own_names:
            in_flight.append(job["id"])
        else:
            refuse(held, f"The job {job['name']} ({job['id']}) holds it", "Wait until it is over.")
    if options["whole_supernodes"]:
        for supernode, missing in _partial(servers, fleet).items():
            problems.append(
                f"Of the super-node {supernode} these servers are not selected: {_names(missing, found)}. All nodes of a "
                "super-node share one driver version. Select them too, or set hdk_upgrade_whole_supernodes to false."
            )
    families = sorted({_family(found[i]["flavor"]) for i in servers if i in found})
    if len(families) > 1 and not options["allow_mixed_flavors"]:
        problems.append(
            f"The servers are of {len(families)} flavor families: {', '.join(families)}. Upgrade one at a time, or set "
            "hdk_upgrade_allow_mixed_flavors to true."
        )
    warnings = []
    if offered is not None and rollout["version"].lower() not in [version.lower() for version in offered]:
        listed = f"It offers {', '.join(offered)}." if offered else "It offers none."
        warnings.append(f"The platform does not list {rollout['version']} among the versions on offer. {listed}")
    return {**rollout, "servers": servers, "problems": problems, "warnings": warnings, "in_flight": in_flight}


def _described(server: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"name": server["name"], "supernode": server["supernode_name"] or server["supernode_id"]} if server else {}


def _partial(servers: Mapping[str, Any], fleet: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The super-nodes of which some servers are selected and some are not, with the latter."""
    members: dict[str, list[str]] = {}
    for server in fleet:
        if server["supernode_id"]:
            members.setdefault(server["supernode_name"] or server["supernode_id"], []).append(server["id"])
    return {
        supernode: [i for i in ids if i not in servers]
        for supernode, ids in members.items()
        if any(i in servers for i in ids) and not all(i in servers for i in ids)
    }


def _family(flavor: str | None) -> str:
    """A flavor without its size: C(physical.kat2e) of C(physical.kat2e.48xlarge.8.ei)."""
    return ".".join((flavor or "unknown").split(".")[:2])


def _names(ids: Sequence[str], servers: Mapping[str, Any]) -> str:
    told = [f"{servers[i]['name']} ({i})" if i in servers and servers[i]["name"] else i for i in ids[:MOST_NAMED]]
    return ", ".join(told) + (f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else "")
