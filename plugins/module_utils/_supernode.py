# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Which super-node each server is a member of.

A super-node has two IDs: its own, C(server_hps.id) of a member, and the ID of its resource, C(cloud_server.hps_id). They are
never compared with one another. Only a row of the platform that shows both, of a super-node or a server, tells that they belong
together.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ._errors import RequestError
from ._server import Server
from ._values import text

INCOMPLETE = "The platform does not list all super-nodes or all their members. For the rest, what the servers themselves show is used."
FORBIDDEN = (
    "The platform refuses the list of super-nodes, so members are known only from what the servers themselves show."
)
SPLIT = (
    "The platform shows only the own ID of some super-nodes and only the resource ID of others. Those may be the same "
    "super-nodes, so their members may seem to be of two."
)
_ABSENT = (400, 404, 405)  # a region without the calls takes "hyperinstance" for the id of a server


class Source(t.Protocol):
    """What the search needs of a client."""

    def list_supernodes(self, everyone: bool) -> tuple[list[dict[str, t.Any]], bool]:
        """The super-nodes, and whether they are all."""

    def get_supernode_servers(self, supernode_ids: t.Iterable[str]) -> dict[str, dict[str, t.Any] | None]:
        """The servers of each super-node, and whether they are all."""


@dataclass
class Listed:
    """What the calls below /hyperinstance return: super-nodes {id, hps_id, name}, and the super-node ID by server ID."""

    supernodes: list[dict[str, t.Any]] = field(default_factory=list)
    members: dict[str, str] = field(default_factory=dict)


def find_supernodes(client: Source, servers: t.Collection[Server], everyone: bool) -> list[str]:
    """Set C(supernode_id) and C(supernode_name) of each server. Returns warnings.

    C(everyone): look at the super-nodes of the whole tenant. The region's lists of members count; where there are none, or they
    do not name a server, what the server itself shows. No request is sent where no server looks like a member.
    """
    if not any(map(_may_be_member, servers)):
        return []
    listed, warnings = _read(client, everyone)
    return warnings + set_supernodes(servers, listed)


def _may_be_member(server: Server) -> bool:
    below = server["cloud_server"]
    return bool("HPS" in (server["category"], below["type"]) or server["supernode_id"] or below["hps_id"])


def _read(client: Source, everyone: bool) -> tuple[Listed, list[str]]:
    """The super-nodes and members that the region lists, as far as these calls exist and are allowed; and warnings."""
    listed = Listed()
    try:
        listed.supernodes, complete = client.list_supernodes(everyone)
        answers = client.get_supernode_servers(row["id"] for row in listed.supernodes)
    except RequestError as error:
        if error.status not in (*_ABSENT, 403):
            raise
        return listed, [f"{FORBIDDEN} {error.message}"] if error.status == 403 else []
    for supernode_id, answer in answers.items():
        if answer is None:  # gone since, or a region that lists super-nodes only
            continue
        complete = complete and answer["complete"]
        for server in answer["servers"]:
            listed.members.setdefault(server["id"], supernode_id)
    return listed, [] if complete else [INCOMPLETE]


def set_supernodes(servers: t.Collection[Server], listed: Listed) -> list[str]:
    """Set C(supernode_id) and C(supernode_name) from what was read. Returns warnings.

    All members of a super-node get the same ID: its own where the platform shows it anywhere, else that of its resource.
    """
    names: dict[str, str] = {}  # by own id
    own: dict[str, str] = {}  # own id by resource id
    shown = [(row["id"], text(row.get("name")), text(row.get("hps_id"))) for row in listed.supernodes]
    for server in sorted(servers, key=lambda server: str(server["id"])):  # so that contradictions always end alike
        resource_id = server["cloud_server"]["hps_id"]
        shown.append((listed.members.get(server["id"]), None, resource_id))
        shown.append((server["supernode_id"], server["supernode_name"], resource_id))
    for supernode_id, name, resource_id in shown:
        if supernode_id and name:
            names.setdefault(supernode_id, name)
        if supernode_id and resource_id:
            own.setdefault(resource_id, supernode_id)
    with_resource = set(own.values())
    by_resource = without_resource = False
    for server in servers:
        resource_id = server["cloud_server"]["hps_id"]
        found = listed.members.get(server["id"]) or server["supernode_id"] or own.get(resource_id)
        by_resource = by_resource or bool(resource_id and not found)
        without_resource = without_resource or bool(found and found not in with_resource)
        server["supernode_id"] = found or resource_id
        server["supernode_name"] = names.get(found) if found else server["supernode_name"]
    return [SPLIT] if by_resource and without_resource else []
