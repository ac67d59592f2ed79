# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report while a rollout goes on."""

from __future__ import annotations

import json
import time

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils import _rollout_report
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout import engine
from ansible_collections.huaweicloud.modelarts.tests.unit.fleet.made_up import Fleet
from ansible_collections.huaweicloud.modelarts.tests.unit.rollout.rollouts import machines, start


def ended(folder):
    """How many waves have ended, says the report."""
    (file,) = folder.glob("*.json")
    return sum(wave["finished"] is not None for wave in json.loads(file.read_text(encoding="utf-8"))["waves"])


def test_it_is_drawn_when_called_for_and_at_the_end(tmp_path):
    reports = tmp_path / "reports"
    reports.mkdir()
    rollout = start(Fleet(machines("abc")), tmp_path, waves=[1, 1], report_dir=str(reports))
    first, second, third = rollout.plan()["waves"]
    _rollout_report.draw(rollout.tools)
    with _rollout_report.kept_up_to_date(rollout.tools, print) as draw:
        engine.wave(rollout.tools, first)
        draw()
        give_up = time.monotonic() + 10
        while ended(reports) < 1 and time.monotonic() < give_up:
            time.sleep(0.01)
        assert ended(reports) == 1
        engine.wave(rollout.tools, second)
        engine.wave(rollout.tools, third)
    assert ended(reports) == 3


def test_what_goes_wrong_at_the_end_is_told(tmp_path):
    (tmp_path / "file").touch()
    rollout = start(Fleet(machines("a")), tmp_path, report_dir=str(tmp_path / "file"))
    rollout.plan()
    told = []
    with _rollout_report.kept_up_to_date(rollout.tools, told.append):
        pass
    assert len(told) == 1 and str(tmp_path / "file") in told[0]
