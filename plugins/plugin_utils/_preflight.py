# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold before a rollout sends anything: each finding is a sentence, and refuses the servers it names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..module_utils import _job
from . import _versions

RUNNING = "RUNNING"
HDK = "ASCEND_HDK"  # the type of software that drivers are, in the platform's list of what it offers
MOST_NAMED = 10
MOST_TRIED = 100  # of the newest upgrade jobs that are over, how many are asked which servers failed


def to_read(rollout: Mapping[str, Any], jobs: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of the jobs whose details a preflight wants: those not over, and its own, the newest ones.

    jobs: as the list shows them, newest first.
    """
    rows = [job for job in jobs if job["status"] != _job.DELETED]
    running = [job["id"] for job in rows if job["status"] != _job.FINISHED]
    tried = [job["id"] for job in rows if job["status"] == _job.FINISHED and job["name"] == rollout["job_name"]]
    return running + tried[:MOST_TRIED]


def inspect(
    rollout: Mapping[str, Any],
    fleet: Sequence[Mapping[str, Any]],
    jobs: Iterable[Mapping[str, Any]],
    own_names: Sequence[str],
    software: Sequence[Mapping[str, Any]] | None,
    known: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The rollout with names and super-nodes, and with what was found.

    fleet: the servers as liteserver_info returns them; jobs: those of C(to_read), with details; own_names: names of other
    jobs that a rollout makes; software: what the platform offers, None where it does not say; known: the versions that
    finished queries found.

    Found are C(problems) and C(warnings); C(in_flight), the ids of the jobs that a run which ended early has left running,
    to be waited for; C(at_work), the servers that its upgrades are at; C(tried), those that its upgrades failed on.
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
            servers[server_id].update(verdict="refused", reason=reason)

    refuse((i for i in servers if i not in found), "No such server in this project", "Give Lite Server IDs, not names.")
    for status in sorted({str(found[i]["status"]) for i in servers if i in found} - {RUNNING}):
        ids = [i for i in servers if i in found and str(found[i]["status"]) == status]
        refuse(ids, f"The server is {status}, not {RUNNING}", "Start them, or leave them out.")
    in_flight: list[str] = []
    at_work: list[str] = []
    tried: dict[str, bool] = {}
    for job in _job.newest_first(map(_job.parse, jobs)):
        own = job.name == rollout["job_name"]
        held = [task.server_id for task in job.tasks if task.server_id in servers]
        if job.over:
            if own:
                for task in job.tasks:
                    tried.setdefault(task.server_id, task.status != _job.SUCCESS)
        elif own or job.name in own_names:
            # One that names no servers yet may hold ours.
            if held or not job.tasks:
                in_flight.append(job.id)
                at_work += held if own else []
        else:
            refuse(held, f"The job {job.name} ({job.id}) holds it", "Wait until it is over.")
    if options["whole_supernodes"]:
        for supernode, missing in _partial(servers, fleet, known or {}, rollout["version"]).items():
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
    return {
        **rollout,
        "servers": servers,
        "problems": problems,
        "warnings": _not_offered(rollout["version"], software),
        "in_flight": in_flight,
        "at_work": list(dict.fromkeys(at_work)),
        "tried": [server_id for server_id, in_vain in tried.items() if in_vain],
    }


def partial(rollout: Mapping[str, Any], fleet: Iterable[Mapping[str, Any]]) -> bool:
    """Whether some super-node is selected in part, so that it takes the versions of the rest to judge."""
    return rollout["options"]["whole_supernodes"] and bool(_partial(rollout["servers"], fleet, {}, rollout["version"]))


def _not_offered(version: str, software: Sequence[Mapping[str, Any]] | None) -> list[str]:
    if software is None:
        return []
    offered = list(dict.fromkeys(str(one["version"]) for one in software if one["type"] == HDK))
    if any(_same(one, version) for one in offered):
        return []
    listed = f"It offers {', '.join(offered)}." if offered else "It offers none."
    return [f"The platform does not list {version} among the versions on offer. {listed}"]


def _same(one: object, wanted: str) -> bool:
    try:
        return _versions.same(one, wanted)
    except ValueError:
        return False


def _described(server: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"name": server["name"], "supernode": server["supernode_name"] or server["supernode_id"]} if server else {}


def _partial(
    servers: Mapping[str, Any], fleet: Iterable[Mapping[str, Any]], known: Mapping[str, Mapping[str, Any]], version: str
) -> dict[str, list[str]]:
    """The super-nodes of which some servers are selected and some are not, with the latter.

    Those that are at the version already may stay out: so a run on the hosts that failed needs no others.
    """
    members: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for server in fleet:
        supernode = server["supernode_id"] or server["supernode_name"]
        if supernode:
            members.setdefault(supernode, []).append(server["id"])
            names[supernode] = server["supernode_name"] or supernode
    found: dict[str, list[str]] = {}
    for supernode, ids in members.items():
        missing = [i for i in ids if i not in servers and not _same((known.get(i) or {}).get("driver"), version)]
        if missing and len(missing) < len(ids) and any(i in servers for i in ids):
            found[names[supernode]] = missing
    return found


def _family(flavor: str | None) -> str:
    """A flavor without its size: C(physical.kat2e) of C(physical.kat2e.48xlarge.8.ei)."""
    return ".".join((flavor or "unknown").split(".")[:2])


def _names(ids: Sequence[str], servers: Mapping[str, Any]) -> str:
    told = [f"{servers[i]['name']} ({i})" if i in servers and servers[i]["name"] else i for i in ids[:MOST_NAMED]]
    return ", ".join(told) + (f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else "")
