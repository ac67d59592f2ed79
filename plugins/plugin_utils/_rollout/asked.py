# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a rollout, read from the variables of the hosts: its options, servers and versions. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._fleet import options
from .._fleet.counts import first_few
from .._fleet.kinds import Kind, kind_of
from .._fleet.options import Options, Spec
from .._fleet.rules import REMEDIES, items_of
from .._play.connections import place_problems, places
from .._play.hosts import Host
from .._play.ids import id_problems
from .._play.refusals import connection_problems
from .._versions import bare
from . import rules
from .servers import Server

ROLE = "hdk_upgrade"
VERSION, SERVERS = f"{ROLE}_version", f"{ROLE}_servers"
# The kinds of job beside the upgrade, by the roles whose options hold for them.
READING = {"query": "software_query", "logs": "log_collection", "diagnosis": "diagnosis"}


@dataclass
class Asked:
    """What is asked. C(problems): a sentence for each thing that is wrong. Where there are any, all servers of the
    play are in it.
    """

    options: Options
    servers: list[Server]
    kinds: dict[str, Kind] = field(default_factory=dict)
    fail_on: str = "FAIL"
    connections: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def is_wanted(name: str) -> bool:
    """Whether a host variable is an option of the rollout."""
    role = next((role for role in (ROLE, *READING.values()) if name.startswith(f"{role}_")), None)
    return role is not None and name[len(role) + 1 :] not in options.OWN


def read(
    rows: Mapping[str, Mapping[str, Any]], hosts: Sequence[Host], specs: Mapping[str, Spec], more: Mapping[str, Any]
) -> Asked:
    """Read what is asked, and find all that is wrong.

    rows: the wanted variables of each host, by its name. specs: the options of each role. more: options by their
    names without the prefix, which take precedence over the variables.
    """
    by_id = {host.server_id: host for host in hosts if host.server_id is not None}
    given = {VERSION: more["version"]} if "version" in more else {}
    more = {f"{ROLE}_{name}": value for name, value in more.items()}
    those = servers_among(hosts)
    names = {name for host in those for name in rows.get(host.name, {})}
    left_out = [VERSION, *(name for name in names if name.startswith(f"{ROLE}_") and name not in specs[ROLE])]
    rows = {host.name: {**rows.get(host.name, {}), **more} for host in those}
    common, problems = options.agreed(rows, {}, left_out)
    problems += options.unknown(ROLE, specs[ROLE], names)
    versions = {name: _bare(given.get(VERSION, row.get(VERSION))) for name, row in rows.items()}
    by_hosts = options.is_blank(common.get(SERVERS)) and bool(by_id)
    if by_hosts:
        problems += id_problems(hosts)
    elif options.is_blank(common.get(SERVERS)):
        common[SERVERS] = []
    chosen, wrong = _options(common, versions, specs[ROLE], by_hosts)
    if by_hosts:
        chosen["servers"] = list(by_id)
    asked = Asked(chosen, [], problems=problems + wrong)
    _read_kinds(asked, common, specs)
    asked.problems += connection_problems(ROLE, chosen["connection"] or {})
    ids = list(chosen["servers"] or [])
    asked.problems += _of_twins(hosts, versions, ids)
    strangers = [server_id for server_id in ids if server_id not in by_id]
    if len({str(version) for version in versions.values()}) > 1 and strangers:
        asked.problems.append(
            f"{VERSION} differs between the hosts of the play, so it is not known for servers that are no hosts of it: "
            f"{first_few(strangers)}. Give them one version, or make them hosts."
        )
    told = places(hosts)
    for server_id in ids:
        host = by_id.get(server_id)
        place = dict(told.get(server_id, {}))
        connection = " ".join(place.values())
        asked.connections[connection] = place
        version = versions[host.name] if host else chosen["version"]
        asked.servers.append(Server(server_id, str(version or ""), host.name if host else None, connection))
    return asked


def _bare(version: Any) -> Any:
    # What is no text is refused as it is.
    return bare(version) if isinstance(version, str) else version


def servers_among(hosts: Sequence[Host]) -> list[Host]:
    """The hosts whose options are used: the Lite Servers, or all hosts where none is a Lite Server."""
    return [host for host in hosts if host.server_id is not None] or list(hosts)


def _of_twins(hosts: Sequence[Host], versions: Mapping[str, Any], ids: Sequence[str]) -> list[str]:
    """Where hosts that stand for one server want different things of it."""
    wanted: dict[str, dict[str, Any]] = {server_id: {} for server_id in ids}
    for host in hosts:
        if host.server_id in wanted and not options.is_blank(versions[host.name]):
            wanted[host.server_id][host.name] = versions[host.name]
    return [*options.of_one_server(VERSION, wanted), *place_problems(ids, hosts)]


def _options(common: Options, versions: Mapping[str, Any], spec: Spec, by_hosts: bool) -> tuple[Options, list[str]]:
    """The options, the version that each host wants, and all that is wrong with them. by_hosts: the servers are the hosts."""
    distinct = list({str(one): one for one in versions.values() if not options.is_blank(one)}.values())
    lacking = [host for host, one in versions.items() if options.is_blank(one)]
    first, *others = distinct or [None]
    but = ("servers",) if by_hosts else ()
    chosen, problems = options.read(ROLE, spec, {**common, VERSION: first}, but, rules.CHECKS)
    for version in others:
        problems += options.read(ROLE, {VERSION: spec[VERSION]}, {VERSION: version})[1]
    if distinct and lacking:
        problems.append(f"{VERSION} is missing for {first_few(lacking)}. {REMEDIES['version']}.")
    return chosen, problems


def _read_kinds(asked: Asked, common: Options, specs: Mapping[str, Spec]) -> None:
    """The kinds of job besides the upgrade. Only those that this rollout uses are checked."""
    uses = {"query": True, "logs": asked.options["collect_logs_on_failure"], "diagnosis": asked.options["health_gate"]}
    item_type = None
    for kind, role in READING.items():
        found, problems = options.read(role, specs[role], common, but=("servers", "report_dir"))
        if kind == "diagnosis":
            asked.fail_on = found["fail_on"] or asked.fail_on
            item_type = found["item_type"] or found["items"]
        found["items"], wrong = items_of(found, role) if not problems else ([], [])
        if not problems and not wrong:
            found["wait_interval"] = asked.options["wait_interval"] or found["wait_interval"]
            asked.kinds[kind] = kind_of(found)
        if uses[kind]:
            # A gate without a type is told by the rule below, in the words of this role.
            asked.problems += problems + (wrong if kind != "diagnosis" or item_type else [])
    if not asked.problems:
        asked.problems += rules.of_upgrade(asked.options, item_type)
