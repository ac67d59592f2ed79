# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client with a token, and simulators whose time stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.simulator import Simulator

UPGRADE = [{"type": "HDK_UPGRADE", "spec": {"version": "25.2.1"}}]


class Client:
    """Speaks to a simulator without any code of the collection."""

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-Auth-Token"] = sim.auth_token

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        url = f"{self.sim.endpoint}/v1/{self.sim.project_id}/dev-servers{path}"
        return self.session.request(method, url, allow_redirects=False, **{"timeout": 5, **options})

    def get(self, path: str, **query: Any) -> Any:
        response = self("GET", path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def create(self, **changes: Any) -> Any:
        response = self.post(**changes)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, **changes: Any) -> requests.Response:
        body = {"name": "up", "type": "HDK_UPGRADE", "server_ids": self.sim.server_ids, "items": UPGRADE, **changes}
        return self("POST", "/jobs", json=body)


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(servers=4, speed=0) as made:
        yield made


@pytest.fixture
def connect() -> Iterator[Callable[[Simulator], Client]]:
    made: list[Client] = []

    def new(sim: Simulator) -> Client:
        made.append(Client(sim))
        return made[-1]

    yield new
    for client in made:
        client.session.close()


@pytest.fixture
def client(sim: Simulator, connect: Callable[[Simulator], Client]) -> Client:
    return connect(sim)
