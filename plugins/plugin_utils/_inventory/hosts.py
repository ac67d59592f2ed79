# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers as hosts: their variables and names. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._server import Server, parse
from .groups import PREFIXES
from .names import SHORT, digest, distinct, group_part, host_name

GROUP = "liteservers"
NAMELESS = "liteserver"  # used for a name without a letter or digit; the ID is always added to it

# A server of such a name would take the place of the controller, or of a group.
RESERVED = ("localhost", "127.0.0.1", "all", "ungrouped", GROUP)

Variables = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where servers are. C(region) is None where only an endpoint was given."""

    endpoint: str
    project_id: str
    region: str | None = None


def host_variables(
    server: Server,
    place: Place,
    software: Mapping[str, Mapping[str, str | None]] | None,
    set_ansible_host: bool,
) -> Variables:
    """The variables of a server. C(software) is what is installed, by server id; None where it was not asked for."""
    variables = {
        "liteserver_id": server["id"],
        "liteserver_name": server["name"],
        "liteserver_status": server["status"],
        "liteserver_flavor": server["flavor"],
        "liteserver_category": server["category"],
        "liteserver_cloud_server": server["cloud_server"],
        "liteserver_supernode_id": server["supernode_id"],
        "liteserver_supernode_name": server["supernode_name"],
        "liteserver_image": server["image"],
        "liteserver_private_ip": server["private_ip"],
        "liteserver_region": place.region,
        "liteserver_project_id": place.project_id,
        "liteserver_endpoint": place.endpoint,
    }
    if set_ansible_host and server["private_ip"]:
        variables["ansible_host"] = server["private_ip"]
    if software is not None:
        installed = software.get(server["id"], {})
        variables["liteserver_driver"] = installed.get("driver")
        variables["liteserver_firmware"] = installed.get("firmware")
        variables["liteserver_software_at"] = installed.get("at")
    return variables


def naming_variables(software: bool) -> list[str]:
    """The variables that can name a host: those that are no dicts."""
    blank = parse({"id": ""})
    variables = host_variables(blank, Place("", ""), {} if software else None, False)
    return [name for name, value in variables.items() if not isinstance(value, dict)]


_IDENTITY = ("liteserver_id", "liteserver_project_id", "liteserver_endpoint")


def _identity(variables: Mapping[str, Any]) -> tuple[Any, ...]:
    """What identifies a server among those of all projects."""
    return tuple(variables.get(name) for name in _IDENTITY)


@dataclass
class Others:
    """What other sources have put into the inventory: the variables of each host, and the names of groups."""

    hosts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    groups: Collection[str] = ()

    def __post_init__(self) -> None:
        self._known = {_identity(variables): name for name, variables in self.hosts.items()}

    def name_of(self, variables: Variables) -> str | None:
        """The name that another source has given to the same server, if any."""
        return self._known.get(_identity(variables))

    def leaves(self, name: str, variables: Variables) -> bool:
        """Whether a server may have this name: no group has it, nor a host that is known to be another server.

        A host without these variables, such as one of an INI file that adds variables to the server, is taken for the same.
        """
        theirs = self.hosts.get(name, {})
        return name not in self.groups and all(theirs.get(key) in (None, variables[key]) for key in _IDENTITY)


def host_names(
    fleet: Mapping[str, Variables], wanted: Mapping[str, str | None], others: Others
) -> tuple[dict[str, str], set[str]]:
    """Host name by server id, and the ids of servers whose name another server or a group has, too.

    C(fleet): all servers' variables by id; C(wanted): what each is to be called. The start of the id is behind a name that
    servers share, or that another source has for another server, or that is reserved. The order of servers does not matter.
    """
    known = {server_id: others.name_of(variables) for server_id, variables in fleet.items()}
    first = {server_id: known[server_id] or host_name(wanted[server_id]) or NAMELESS for server_id in fleet}

    def suffixes(server_id: str) -> tuple[str, ...]:
        safe = host_name(server_id)
        return f"-{safe[:SHORT]}", f"-{safe}", f"-{digest(*_identity(fleet[server_id]))}"

    def is_free(server_id: str, name: str) -> bool:
        return name == known[server_id] or (not _is_reserved(name) and others.leaves(name, fleet[server_id]))

    names = distinct(first, suffixes, is_free)
    asked = Counter(first.values())
    told = {name for name, count in asked.items() if name != NAMELESS and (count > 1 or not _is_reserved(name))}
    return names, {one for one, name in names.items() if name != first[one] and first[one] in told}


def _is_reserved(name: str) -> bool:
    """Whether the name would mean something else to Ansible."""
    is_group = name.startswith(PREFIXES) and name == group_part(name)  # could be a built-in one
    return name == NAMELESS or name.lower() in RESERVED or is_group
