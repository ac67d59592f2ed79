# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a simulator for each test, and playbooks against it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.awx import kit
from tests.integration.playbook import Playbook
from tests.simulator import Simulator


@pytest.fixture
def sim(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """A simulator on a free port. `@pytest.mark.parametrize("sim", [{"servers": 8}], indirect=True)` sets it up otherwise."""
    with Simulator(**{"servers": 3, "speed": 1000, **getattr(request, "param", {})}) as simulator:
        yield simulator


@pytest.fixture
def playbook(tmp_path: Path, sim: Simulator) -> Playbook:
    """Runs playbooks against the simulator of this test."""
    return Playbook(tmp_path, sim)


@pytest.fixture(scope="session")
def awx_things(tmp_path_factory: pytest.TempPathFactory) -> kit.Things:
    """What the kit for AWX makes."""
    return kit.made(tmp_path_factory.mktemp("kit"))
