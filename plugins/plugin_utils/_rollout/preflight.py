# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be true before a rollout sends anything. Each finding is a sentence and refuses the servers it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from .._fleet import answers
from .._fleet.surroundings import Platform, Surroundings
from .._versions import same
from .installed import AT, UPGRADES, by_connection, history, standing
from .run import Run
from .servers import REFUSED, Found, Server, Servers, named

RUNNING = "RUNNING"
HDK = "ASCEND_HDK"  # the type of software that drivers are, in the platform's list of what it offers
MOST_TRIED = 100  # of the newest upgrade jobs that are over, how many are asked which servers failed
PATIENCE = 60.0  # seconds that a job of ours is given to show its servers

Row = Mapping[str, Any]


@dataclass
class Findings:
    """What was found: sentences on what is wrong, and what an earlier run left."""

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    at_work: dict[str, str] = field(default_factory=dict)  # by server, the job that an earlier run left running
    tried: set[str] = field(default_factory=set)  # servers that this upgrade failed on when it was tried last
    known: dict[str, Found] = field(default_factory=dict)  # what finished queries found, where it was needed
    elsewhere: dict[str, int] = field(default_factory=dict)  # abnormal servers by job of this upgrade
    usual: float | None = None  # seconds that an upgrade job takes


def inspect(tools: Surroundings, run: Run, servers: Servers) -> Findings:
    """Look at the servers and jobs of each connection. Servers get names and super-nodes, or are refused."""
    findings = Findings()
    took: list[float] = []
    families: dict[str, list[Server]] = {}
    for connection, members in by_connection(servers.values()).items():
        platform = tools.platforms[connection]
        mine = {server.id: server for server in members}
        fleet, offers = _fleet(platform, mine, findings)
        if findings.problems and not fleet:
            continue
        _inspect_servers(findings, mine, fleet, families)
        try:
            rows = answers.jobs_of(platform.jobs())
            _inspect_jobs(tools, findings, run, connection, mine, rows)
        except answers.UntoldError as error:
            findings.problems.append(f"The running jobs are not known: {error}")
            continue
        took += [(row["update_at"] - row["create_at"]) / 1000 for row in rows if _tells_time(row)]
        if run.options["whole_supernodes"]:
            _inspect_supernodes(findings, platform, run, mine, fleet, rows)
        if run.check or findings.at_work:
            findings.known.update(history(platform, run.kinds["query"], rows, len(mine)))
        findings.warnings += _not_offered(sorted({server.version for server in members}), offers)
    if len(families) > 1 and not run.options["allow_mixed_flavors"]:
        findings.problems.append(
            f"The servers are of {len(families)} flavor families: {', '.join(sorted(families))}. Upgrade one at a time, or "
            "set hdk_upgrade_allow_mixed_flavors to true."
        )
    findings.usual = median(took) if took else None
    return findings


def _fleet(platform: Platform, mine: Servers, findings: Findings) -> tuple[dict[str, Row], list[Row] | None]:
    """The servers of the project, by ID, and the software that it offers."""
    found = platform.servers(software=True)
    fleet = {row["id"]: row for row in found.get("servers") or []}
    problem = answers.text_of(found)
    unlisted = [server_id for server_id in mine if server_id not in fleet]
    if unlisted and not problem:
        # Such as those of another user.
        more = platform.servers(ids=unlisted)
        problem = answers.text_of(more)
        fleet.update({row["id"]: row for row in more.get("servers") or []})
    if problem:
        findings.problems.append(f"The servers could not be read: {problem}")
    return fleet if not problem else {}, found.get("software")


def _refuse(findings: Findings, members: list[Server], reason: str, remedy: str) -> None:
    if members:
        findings.problems.append(f"{reason}: {named(members)}. {remedy}")
    for server in members:
        server.verdict, server.reason = REFUSED, reason


def _inspect_servers(
    findings: Findings, mine: Servers, fleet: Mapping[str, Row], families: dict[str, list[Server]]
) -> None:
    """Refuse servers that do not exist or do not run; note names, super-nodes and flavors."""
    strange: dict[str, list[Server]] = {}
    for server_id, server in mine.items():
        row = fleet.get(server_id)
        if row is None:
            continue
        server.name = row["name"]
        server.supernode_id = row["supernode_id"] or row["supernode_name"]
        server.supernode = row["supernode_name"] or row["supernode_id"]
        if str(row["status"]) != RUNNING:
            strange.setdefault(str(row["status"]), []).append(server)
        families.setdefault(_family(row["flavor"]), []).append(server)
    absent = [server for server_id, server in mine.items() if server_id not in fleet]
    _refuse(findings, absent, "No such server in this project", "Give Lite Server IDs, not names.")
    for status, members in sorted(strange.items()):
        reason = f"The server is {status}, not {RUNNING}"
        _refuse(findings, members, reason, "Start them, or leave them out.")


def _inspect_jobs(
    tools: Surroundings, findings: Findings, run: Run, connection: str, mine: Servers, rows: Iterable[Row]
) -> None:
    """Tell jobs left by an earlier run from jobs of others that hold servers, and note which servers failed earlier."""
    names = run.names()
    own = [row for row in rows if row["name"] in names and row["status"] != answers.DELETED]
    over = [row for row in own if row["status"] in answers.ENDED]
    findings.elsewhere.update({row["id"]: row["abnormal_count"] or 0 for row in over})
    running = [row["id"] for row in rows if row["status"] not in answers.ENDED]
    details = _details(tools, connection, running, set(names))
    others = {run.kinds[kind].name for kind in run.kinds}
    held: dict[str, list[Server]] = {}
    for job in details:
        tasks = job["tasks"] or []
        at = {task["server_id"] for task in tasks} & set(mine)
        same = {i for i in at if mine[i].version == names.get(job["name"])}
        if answers.unfinished(tasks):
            for server_id in same:
                findings.at_work.setdefault(server_id, job["id"])
        if job["name"] in names and not tasks and job["status"] not in answers.ENDED:
            findings.problems.append(
                f"The job {job['name']} ({job['id']}) of this upgrade does not show its servers yet. Run again when it does."
            )
        elif job["name"] not in others:
            foreign = [mine[i] for i in answers.unfinished(tasks) & set(mine) if i not in same]
            held.setdefault(f"The job {job['name']} ({job['id']}) holds it", []).extend(foreign)
    for reason, members in held.items():
        _refuse(findings, members, reason, "Wait until it is over.")
    platform = tools.platforms[connection]
    ids = [row["id"] for row in over[:MOST_TRIED]]
    newest: dict[str, str] = {}
    for job in (platform.jobs(ids=ids, details=True).get("jobs") or []) if ids else []:
        for task in job["tasks"] or []:
            newest.setdefault(task["server_id"], task["status"])
    findings.tried |= {server_id for server_id, status in newest.items() if status != answers.SUCCESS}


def _details(tools: Surroundings, connection: str, ids: list[str], own: set[str]) -> list[dict[str, Any]]:
    """Running jobs, the newest first. A job of ours that does not show its servers yet is given some time."""
    if not ids:
        return []
    began = tools.clock.monotonic()
    while True:
        found = answers.jobs_of(tools.platforms[connection].jobs(ids=ids, details=True))
        silent = [
            job for job in found if job["name"] in own and not job["tasks"] and job["status"] not in answers.ENDED
        ]
        if not silent or tools.clock.monotonic() - began >= PATIENCE:
            return found
        tools.progress.tell(f"the job {silent[0]['name']} ({silent[0]['id']}) does not say yet which servers it is at")
        tools.clock.sleep(5.0)


def _inspect_supernodes(
    findings: Findings, platform: Platform, run: Run, mine: Servers, fleet: Mapping[str, Row], rows: Iterable[Row]
) -> None:
    """Refuse a super-node that is not selected as a whole (unless the rest is at the version), or is to get two
    versions.
    """
    members: dict[str, list[Row]] = {}
    for row in fleet.values():
        if row["supernode_id"] or row["supernode_name"]:
            members.setdefault(row["supernode_id"] or row["supernode_name"], []).append(row)
    partial: list[tuple[str, str, list[Row]]] = []
    for all_of_it in members.values():
        selected = [mine[row["id"]] for row in all_of_it if row["id"] in mine]
        called = all_of_it[0]["supernode_name"] or all_of_it[0]["supernode_id"]
        versions = sorted({server.version for server in selected})
        if len(versions) > 1:
            findings.problems.append(
                f"The super-node {called} is to get {' and '.join(versions)}, but all its nodes share one driver version. Give its "
                "hosts one hdk_upgrade_version."
            )
        elif selected and len(selected) < len(all_of_it):
            partial.append((called, versions[0], [row for row in all_of_it if row["id"] not in mine]))
    if not partial:
        return
    known = history(platform, run.kinds["query"], rows, len(mine))
    for called, version, others in partial:
        missing = [row for row in others if standing(known.get(row["id"], Found()), version) != AT]
        if missing:
            told = [Server(row["id"], version, name=row["name"]) for row in missing]
            findings.problems.append(
                f"Of the super-node {called} these servers are not selected: {named(told)}. All nodes of a super-node share one "
                "driver version. Select them too, or set hdk_upgrade_whole_supernodes to false."
            )


def _not_offered(versions: Iterable[str], offers: Iterable[Row] | None) -> list[str]:
    if offers is None:
        return []
    offered = list(dict.fromkeys(str(one["version"]) for one in offers if one["type"] == HDK))
    listed = f"It offers {', '.join(offered)}." if offered else "It offers none."
    return [
        f"The platform does not list {version} among the versions on offer. {listed}"
        for version in versions
        if not any(_same(one, version) for one in offered)
    ]


def _same(one: str, wanted: str) -> bool:
    try:
        return same(one, wanted)
    except ValueError:
        return False


def _tells_time(row: Row) -> bool:
    """Whether a job is an upgrade whose list row shows how long it took."""
    return row["type"] in UPGRADES and row["status"] == "FINISHED" and None not in (row["create_at"], row["update_at"])


def _family(flavor: str | None) -> str:
    """A flavor without its size: C(physical.kat2e) of C(physical.kat2e.48xlarge.8.ei)."""
    return ".".join((flavor or "unknown").split(".")[:2])
