# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Super-nodes: what they are, and the routes below /hyperinstance that show them with their members."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from . import answers, checks
from .clock import millis
from .fleet import Server

if TYPE_CHECKING:
    from .simulator import Simulator

PATH = "/v1/<project>/dev-servers/hyperinstance"
LIMIT = 10  # rows of a page unless the request says otherwise, as the SDK has it
MOST = 1024


@dataclass
class Supernode:
    """A super-node. `id` is its own as a Lite Server super-node, `hps_id` that of its resource: never the same."""

    id: str
    hps_id: str
    name: str
    created: float
    server_ids: list[str] = field(default_factory=list)
    status: str = "ACTIVE"

    def row(self) -> dict[str, Any]:
        """The shape of the vendor SDK's ServerHyperinstanceResponse, without the members."""
        return {
            "id": self.id,
            "hps_id": self.hps_id,
            "name": self.name,
            "status": self.status,
            "create_at": millis(self.created),
            "update_at": millis(self.created),
        }


def supernodes_of(servers: Iterable[Server]) -> dict[str, Supernode]:
    """The super-nodes by id, from what their members say of them."""
    found: dict[str, Supernode] = {}
    for server in servers:
        named = server.server_hps
        if named is not None:
            resource = server.cloud_server["hps_id"]
            supernode = found.setdefault(named["id"], Supernode(named["id"], resource, named["name"], server.created))
            supernode.server_ids.append(server.id)
    return found


def add_routes(app: Flask, sim: Simulator) -> None:
    """GET /hyperinstance, /hyperinstance/all, /hyperinstance/{id} and /hyperinstance/{id}/servers."""
    world = sim.world

    def known() -> dict[str, Supernode]:
        # A region without this API takes the word for the id of a server.
        if sim.supernodes is None:
            raise checks.not_found("Server hyperinstance")
        return sim.supernodes

    def page(path: str, rows: list[Any]) -> Response:
        limit = checks.number(request.args.get("limit"), "limit", LIMIT, MOST)
        offset = checks.number(request.args.get("offset"), "offset", 0) or 0
        return show(path, answers.paged(rows, sim.faults, path, limit, offset))

    def show(path: str, answer: dict[str, Any]) -> Response:
        return _json(answers.shown(answer, sim.faults, "GET", path))

    def members(supernode_id: str) -> tuple[Supernode, list[dict[str, Any]]]:
        if supernode_id not in known():
            raise checks.not_found(f"Super-node {supernode_id}")
        supernode = known()[supernode_id]
        world.catch_up()
        return supernode, [world.servers[one].as_json() for one in supernode.server_ids if one in world.servers]

    @app.get(PATH, defaults={"scope": ""})
    @app.get(f"{PATH}/<any(all):scope>")
    def list_supernodes(project: str, scope: str) -> Response:
        with world.lock:
            path = "/hyperinstance" + (f"/{scope}" if scope else "")
            return page(path, [supernode.row() for supernode in known().values()])

    @app.get(f"{PATH}/<supernode_id>")
    def show_supernode(project: str, supernode_id: str) -> Response:
        with world.lock:
            supernode, servers = members(supernode_id)
            return show(f"/hyperinstance/{supernode_id}", {**supernode.row(), "servers": servers})

    @app.get(f"{PATH}/<supernode_id>/servers")
    def list_members(project: str, supernode_id: str) -> Response:
        with world.lock:
            return page(f"/hyperinstance/{supernode_id}/servers", members(supernode_id)[1])


def _json(answer: Any) -> Response:
    return Response(json.dumps(answer), content_type="application/json")
