# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers as an inventory has them: host names, variables, built-in groups. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._server import Server

GROUP = "liteservers"
STATUS, FLAVOR, SUPERNODE = "liteserver_status_", "liteserver_flavor_", "liteserver_supernode_"

# A server of such a name would take the place of the controller, or of a group.
RESERVED = ("localhost", "127.0.0.1", "all", "ungrouped", GROUP)

_UNSAFE = re.compile(r"[^-_.a-zA-Z0-9]")  # in host names: what patterns and --limit give a meaning to
_UNSAFE_IN_GROUPS = re.compile(r"[^_a-zA-Z0-9]")


def host_names(servers: Iterable[Server]) -> dict[str, str]:
    """Host name by server id: the server's name, with the start of the id where several or none have it.

    The result depends on the set of servers alone, not on their order.
    """
    wanted = {server["id"]: _host_name(server["name"]) for server in servers}
    return _distinct(wanted, {id_ for id_, name in wanted.items() if _is_taken(name)})


def _host_name(name: str | None) -> str:
    safe = _UNSAFE.sub("_", name or "")
    return safe if re.search("[a-zA-Z0-9]", safe) else "liteserver"


def _is_taken(name: str) -> bool:
    return name == "liteserver" or name.lower() in RESERVED or name.startswith((STATUS, FLAVOR, SUPERNODE))


def _distinct(wanted: Mapping[str, str], marked: set[str]) -> dict[str, str]:
    """Name by id, with the start of the id where the name is shared or the id is marked; the whole id if need be."""
    ids = {id_: _UNSAFE.sub("_", id_) for id_ in wanted}
    shared = Counter(wanted.values())
    names = {
        id_: f"{name}-{ids[id_][:8]}" if shared[name] > 1 or id_ in marked else name for id_, name in wanted.items()
    }
    again = Counter(names.values())
    return {id_: f"{wanted[id_]}-{ids[id_]}" if again[name] > 1 else name for id_, name in names.items()}


def groups(servers: Iterable[Server]) -> dict[str, list[str]]:
    """The built-in groups of each server by its id: of its status, its flavor, its super-node."""
    servers = list(servers)
    supernodes = _distinct(
        {one["supernode_id"]: one["supernode_name"] or one["supernode_id"] for one in servers if one["supernode_id"]},
        set(),
    )
    found: dict[str, list[str]] = {}
    for server in servers:
        parts = (
            (STATUS, (server["status"] or "").lower()),
            (FLAVOR, server["flavor"]),
            (SUPERNODE, supernodes.get(server["supernode_id"])),
        )
        found[server["id"]] = [prefix + _UNSAFE_IN_GROUPS.sub("_", value) for prefix, value in parts if value]
    return found


def host_variables(
    server: Server, software: Mapping[str, Mapping[str, str | None]] | None, set_ansible_host: bool
) -> dict[str, Any]:
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
    }
    if set_ansible_host and server["private_ip"]:
        variables["ansible_host"] = server["private_ip"]
    if software is not None:
        installed = software.get(server["id"], {})
        variables["liteserver_driver"] = installed.get("driver")
        variables["liteserver_firmware"] = installed.get("firmware")
        variables["liteserver_software_at"] = installed.get("at")
    return variables
