# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example in the modules' documentation runs as it stands."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.integration.playbook import MODULES, documentation

UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def rename_servers(sim, ids):
    """Give the first servers these ids."""
    servers = list(sim.world.servers.values())
    for server, new in zip(servers, ids):
        server.id = new
    sim.world.servers.clear()
    sim.world.servers.update((server.id, server) for server in servers)


def strings_of(value: Any):
    """All strings inside."""
    if isinstance(value, dict):
        for one in value.values():
            yield from strings_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings_of(one)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("sim", [{"servers": 8, "speed": 0}], indirect=True)
@pytest.mark.parametrize("module", sorted(path.stem for path in MODULES.glob("[!_]*.py")))
def test_the_examples_run_one_after_the_other(sim, playbook, module):
    """Without failure or warning, on servers with the ids that stand there; a job runs already."""
    examples = documentation(module, "EXAMPLES")
    ids = list(dict.fromkeys(found for text in strings_of(examples) for found in UUID.findall(text)))
    rename_servers(sim, ids)
    sim.add_job(server_ids=sim.server_ids[-1:])
    result = playbook.start(playbook.one_play(examples)).advance().wait()
    assert result.rc == 0, result.output
    assert list(result.tasks) == [example["name"] for example in examples]
    statuses = {event["task"]: event["status"] for event in result.events if event["kind"] == "task"}
    assert [name for name, status in statuses.items() if status != "ok"] == []
