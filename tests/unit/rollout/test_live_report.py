# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report while a rollout goes on."""

from __future__ import annotations

import json

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils import _rollout_report
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout import engine
from ansible_collections.huaweicloud.modelarts.tests.unit.fleet.made_up import Fleet
from ansible_collections.huaweicloud.modelarts.tests.unit.rollout.rollouts import machines, start
from tests.integration.playbook import until


def ended(folder):
    """How many waves have ended, says the report."""
    (file,) = folder.glob("*.json")
    return sum(wave["finished"] is not None for wave in json.loads(file.read_text(encoding="utf-8"))["waves"])


def prepared(folder, report_dir):
    """A rollout to three servers that is planned, and its waves."""
    rollout = start(Fleet(machines("abc")), folder, waves=[1, 1], report_dir=str(report_dir))
    return rollout, rollout.plan()["waves"]


def test_it_is_drawn_when_called_for_while_the_rollout_goes_on(tmp_path):
    reports = tmp_path / "reports"
    reports.mkdir()
    rollout, waves = prepared(tmp_path, reports)
    with _rollout_report.kept_up_to_date(rollout.tools, print) as draw:
        engine.wave(rollout.tools, waves[0])
        draw()
        until(lambda: list(reports.glob("*.json")))
        assert ended(reports) == 1
        engine.wave(rollout.tools, waves[1])
        engine.wave(rollout.tools, waves[2])
        draw()
    assert ended(reports) == 3


def test_it_is_drawn_where_the_rollout_breaks_off(tmp_path):
    reports = tmp_path / "reports"
    reports.mkdir()
    rollout, waves = prepared(tmp_path, reports)
    with pytest.raises(KeyboardInterrupt), _rollout_report.kept_up_to_date(rollout.tools, print):
        engine.wave(rollout.tools, waves[0])
        raise KeyboardInterrupt
    assert ended(reports) == 1


def test_what_goes_wrong_is_told(tmp_path):
    (tmp_path / "file").touch()
    rollout, _waves = prepared(tmp_path, tmp_path / "file")
    told = []
    with _rollout_report.kept_up_to_date(rollout.tools, told.append) as draw:
        draw()
    assert len(told) == 1 and str(tmp_path / "file") in told[0]
