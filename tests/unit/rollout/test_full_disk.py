# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that is full, or fills while a rollout goes on: nothing is sent that cannot be kept, and no verdict is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.journal import Journal
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout import engine, telling
from ansible_collections.huaweicloud.modelarts.tests.unit.fleet.made_up import Fleet
from ansible_collections.huaweicloud.modelarts.tests.unit.rollout.rollouts import Hooks, machines, start


def upgraded(fleet):
    return "".join(server for server, _version, _had in fleet.upgrades)


class Filling(Journal):
    """A journal on a disk that is full for what C(full) says, by folder and name."""

    full: Any = staticmethod(lambda folder, name: False)

    def _put(self, folder, name, content):
        if self.full(folder, name):
            raise OSError(28, "No space left on device")
        super()._put(folder, name, content)


def on_filling_disk(fleet, folder, spare=None, **asked):
    """A rollout that is planned, and what to call before each step to fill the disk: a process of its own has it."""
    journal = Filling(f"{folder}/journal", spare)
    rollout = start(fleet, folder, journal=journal, **asked)
    rollout.plan()

    def fill(full):
        rollout.tools = replace(rollout.tools, journal=Filling(journal.folder, spare))
        rollout.tools.journal.full = full

    return rollout, fill


def test_nothing_is_sent_that_the_journal_cannot_take(tmp_path):
    fleet = Fleet(machines("ab"))
    rollout, fill = on_filling_disk(fleet, tmp_path)
    fill(lambda folder, name: name.startswith("wave"))
    rollout.wave(1, Hooks())
    assert upgraded(fleet) == ""
    assert "No space left on device" in rollout.waves[0]["stopped"]
    fill(lambda folder, name: False)
    rollout.close()
    assert rollout.of("not_started") == "ab"
    assert "No space left on device" in rollout.reason("a")


@pytest.mark.parametrize("room", ["reserve", "spare"])
def test_a_disk_that_fills_stops_the_run_and_loses_no_verdict(tmp_path, room):
    """Once a job is at work, it is heard to its end, whatever becomes of the journal; nothing follows."""
    fleet = Fleet(machines("abc"))
    spare = f"{tmp_path}/spare" if room == "spare" else None
    rollout, fill = on_filling_disk(fleet, tmp_path, spare, waves=[1])
    reserve = Path(rollout.tools.journal.folder, "reserve.json")
    rollout.wave(1, Hooks())

    def full(where, name):
        return bool(fleet.upgrades[1:]) and (reserve.exists() if room == "reserve" else where != spare)

    fill(full)
    rollout.wave(2, Hooks())
    fill(full)
    rollout.wave(3, Hooks())
    fill(full)
    rollout.close()
    assert (rollout.of("upgraded"), rollout.of("not_started")) == ("ab", "c")
    assert "No space left on device" in rollout.reason("c")
    assert upgraded(fleet) == "ab"
    assert rollout.told("b")["msg"].startswith("upgraded: ") and rollout.told("c")["failed"]


def test_the_end_tells_what_no_disk_takes(tmp_path):
    rollout, fill = on_filling_disk(Fleet(machines("ab")), tmp_path)
    rollout.wave(1, Hooks())
    fill(lambda folder, name: True)
    of_hosts = engine.end(rollout.tools)
    assert of_hosts["a"]["changed"] and of_hosts["b"]["failed"]
    assert telling.told(rollout.tools, [])["result"]["summary"]["upgraded"] == 1
