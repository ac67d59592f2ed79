# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark counts what it says, and what it compares with works."""

from __future__ import annotations

import json
import os
import sys

import pytest

from tests.benchmark.jobs import SCRIPT
from tests.benchmark.measure import Comparison, Cost, cost, median
from tests.simulator import Simulator

BURN = "import time\nwhile time.process_time() < 0.2: pass"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}], check=True)"


def test_the_cpu_of_grandchildren_counts(tmp_path):
    spent = cost(Simulator(servers=1), [sys.executable, "-c", PARENT], os.environ, tmp_path)
    assert spent.cpu >= 0.2
    assert spent.requests == 0


def test_what_fails_is_not_measured(tmp_path):
    with pytest.raises(SystemExit, match="no such thing"):
        cost(Simulator(servers=1), [sys.executable, "-c", "raise SystemExit('no such thing')"], os.environ, tmp_path)


def test_a_comparison_is_with_its_reference():
    ways = {"ours": Cost(1.0, 0.5, 3), "theirs": Cost(2.0, 2.0, 0)}
    told = Comparison("Reads", "theirs", ways).as_json()
    assert told["ways"]["ours"]["ratio"] == {"wall": 0.5, "cpu": 0.25, "requests": None}
    assert told["ways"]["theirs"] == {**vars(ways["theirs"]), "ratio": {"wall": 1.0, "cpu": 1.0, "requests": None}}
    _title, _head, ours, _theirs = Comparison("Reads", "theirs", ways).table().splitlines()
    assert ours.split() == ["ours", "1.00", "0.50", "3", "x", "0.50", "x", "0.25", "-"]


def test_medians_are_of_each_measure():
    assert median([Cost(1, 9, 5), Cost(2, 7, 4), Cost(3, 8, 6)]) == Cost(2, 8, 5)


@pytest.mark.parametrize("ending", ["SUCCESS", "FAILED"])
def test_the_script_on_the_sdk_submits_waits_and_judges(tmp_path, ending):
    pytest.importorskip("huaweicloudsdkmodelarts")
    with Simulator(servers=2, speed=1000) as sim:
        sim.outcome(sim.server_ids[0], ending, job_types="any")
        keys = {"AK": sim.access_key, "SK": sim.secret_key, "PROJECT_ID": sim.project_id}
        environment = {**os.environ, **{f"HUAWEICLOUD_SDK_{name}": value for name, value in keys.items()}}
        command = [sys.executable, str(SCRIPT), sim.endpoint, json.dumps([sim.server_ids])]
        if ending == "FAILED":
            with pytest.raises(SystemExit, match="liteserver-978c-00001: task failed"):
                cost(sim, command, environment, tmp_path)
        else:
            assert cost(sim, command, environment, tmp_path).requests == 2
