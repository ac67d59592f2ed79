# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers: what they are, and which driver and firmware each has installed."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from .clock import millis


def new_uuid(rng: random.Random) -> str:
    """A version 4 UUID from a seeded generator, so that a seed always gives the same fleet."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


@dataclass
class Server:
    """One Lite Server. `driver` and `firmware` are not in the API's answers; a query task reveals them. `elsewhere` is its
    true status where somebody acted on the page of its ECS or BMS, and `status` what the API still shows.
    """

    id: str
    name: str
    created: float
    driver: str
    firmware: str
    address: str
    cloud_server: dict[str, str]
    vpc_id: str
    subnet_id: str
    image_id: str
    category: str = "SERVER"
    flavor: str = "physical.kat2e.48xlarge.8.ei"
    status: str = "RUNNING"
    elsewhere: str | None = None
    key_pair_name: str = "KeyPair-simulator"
    charging_mode: str = "PRE_PAID"
    server_hps: dict[str, str] | None = None
    volumes: list[dict[str, Any]] = field(default_factory=list)
    restarts: float = 0.0  # until when it restarts after an upgrade
    before: tuple[str, str] = ("", "")  # driver and firmware before that upgrade

    def restart(self, until: float) -> None:
        """Restart with another driver: up to a simulated time queries tell what is installed now."""
        self.restarts, self.before = until, (self.driver, self.firmware)

    def told(self, now: float) -> tuple[str, str]:
        """Driver and firmware as a query tells them."""
        return self.before if now < self.restarts else (self.driver, self.firmware)

    @property
    def endpoints(self) -> list[dict[str, Any]]:
        """[{dev_service, service, uri: private IPv4 address, key_pair_names}]"""
        return [{"dev_service": "SSH", "service": "SSH", "uri": self.address, "key_pair_names": [self.key_pair_name]}]

    @property
    def image(self) -> dict[str, str]:
        """{arch, image_id, name, server_type, status}"""
        return {
            "arch": "ARM",
            "image_id": self.image_id,
            "name": "HCE2.0-Arm-64bit-for-Lite-Server",
            "server_type": self.cloud_server["type"],
            "status": "ACTIVE",
        }

    def as_json(self) -> dict[str, Any]:
        """The shape of the vendor SDK's ServerResponse; times in epoch milliseconds."""
        shown: dict[str, Any] = {
            "create_at": millis(self.created),
            "update_at": millis(self.created),
            "charging_mode": self.charging_mode,
            "cloud_server": dict(self.cloud_server),
            "flavor": self.flavor,
            "id": self.id,
            "key_pair_name": self.key_pair_name,
            "name": self.name,
            "status": self.status,
            "vpc_id": self.vpc_id,
            "subnet_id": self.subnet_id,
            "endpoints": self.endpoints,
            "volumes": list(self.volumes),
            "image": self.image,
            "category": self.category,
        }
        if self.server_hps is not None:
            shown["server_hps"] = dict(self.server_hps)
        return shown


def build_fleet(
    count: int, supernodes: int, supernode_size: int, driver: str, firmware: str, now: float, rng: random.Random
) -> dict[str, Server]:
    """`count` servers by id, in the order of their names; the first `supernodes` x `supernode_size` are members
    of super-nodes (category HPS), the others stand alone on bare metal.
    """
    if supernodes and not supernode_size:
        supernode_size = count // supernodes
    members = supernodes * supernode_size
    vpc_id, subnet_id, image_id = new_uuid(rng), new_uuid(rng), new_uuid(rng)
    hyper = [{"id": new_uuid(rng), "name": f"supernode-978c-{n + 1:03d}"} for n in range(supernodes)]
    resources = [new_uuid(rng) for _n in range(supernodes)]
    fleet: dict[str, Server] = {}
    for number in range(max(count, members)):
        server_id, cloud_id, ecs_id = new_uuid(rng), new_uuid(rng), new_uuid(rng)
        server = Server(
            id=server_id,
            name=f"liteserver-978c-{number + 1:05d}",
            created=now - 86400 * 30 - number,
            driver=driver,
            firmware=firmware,
            address=f"10.0.{number // 250}.{number % 250 + 2}",
            cloud_server={"id": cloud_id, "type": "BMS"},
            vpc_id=vpc_id,
            subnet_id=subnet_id,
            image_id=image_id,
            volumes=[{"size": 500, "type": "ROOT", "evs_type": "SSD", "evs_id": new_uuid(rng)}],
        )
        if number < members:
            server.category = "HPS"
            server.server_hps = hyper[number // supernode_size]
            server.cloud_server = {
                "id": cloud_id,
                "type": "HPS",
                "hps_id": resources[number // supernode_size],
                "hps_ecs_id": ecs_id,
            }
        fleet[server_id] = server
    return fleet
