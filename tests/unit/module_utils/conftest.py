# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator, and a client of it whose pauses take no time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _lock
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._client import Client
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._endpoint import Target
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._identity import Credentials
from tests.simulator import Simulator

# A busy machine is no failure.
settings.register_profile("patient", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="module", autouse=True)
def folder_of_locks(tmp_path_factory):
    """Lock files go with the tests' other files."""
    before, _lock.SHARED_FOLDER = _lock.SHARED_FOLDER, str(tmp_path_factory.mktemp("locks"))
    yield
    _lock.SHARED_FOLDER = before


class Ticker:
    """A clock that only its own sleep moves, and with it that of a simulator. `on_sleep` is called after each pause."""

    def __init__(self, sim=None):
        self.now = 1000.0
        self.pauses = []
        self.sim = sim
        self.on_sleep = []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        assert seconds >= 0
        self.pauses.append(seconds)
        self.now += seconds
        if self.sim:
            self.sim.clock.advance(seconds)
        for call in self.on_sleep:
            call()


def connect(sim, ticker, *, endpoint=None, identity=None, **options):
    """A client of the simulator that lives by the ticker."""
    return Client(
        identity or Credentials(sim.access_key, sim.secret_key, sim.security_token),
        Target(endpoint or sim.endpoint, sim.project_id),
        clock=ticker.clock,
        sleep=ticker.sleep,
        **options,
    )


@pytest.fixture
def sim():
    """Four servers, and a clock that stands still unless the ticker moves it."""
    with Simulator(servers=4, speed=0) as simulator:
        yield simulator


@pytest.fixture
def ticker(sim):
    return Ticker(sim)


@pytest.fixture
def make_client(sim, ticker):
    """Makes clients of the simulator, and closes them."""
    made = []

    def make(**options):
        made.append(connect(sim, ticker, **options))
        return made[-1]

    yield make
    for client in made:
        client.session.close()


@pytest.fixture
def client(make_client):
    return make_client()
