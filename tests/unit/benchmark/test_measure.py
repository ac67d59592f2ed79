# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark counts what it says, and what it compares with works."""

from __future__ import annotations

import json
import os
import sys

import pytest

from tests.benchmark import fleets
from tests.benchmark.fleet import covered
from tests.benchmark.jobs import ITEMS, SCRIPT, TYPE
from tests.benchmark.measure import MEASURES, Comparison, Cost, cost, median
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
    ways = {"ours": Cost(1.0, 0.5, 80.0, 3, 1), "theirs": Cost(2.0, 2.0, 40.0, 0, 0)}
    none = {"requests": None, "connections": None}
    told = Comparison("Reads", "theirs", ways).as_json()
    assert told["ways"]["ours"]["ratio"] == {
        "wall": 0.5,
        "cpu": 0.25,
        "memory": 2.0,
        "requests": None,
        "connections": None,
    }
    assert told["ways"]["theirs"] == {**vars(ways["theirs"]), "ratio": {**dict.fromkeys(MEASURES, 1.0), **none}}
    _title, _head, ours, _theirs = Comparison("Reads", "theirs", ways).table().splitlines()
    assert ours.split() == ["ours", "1.00", "0.50", "80", "3", "1", "x", "0.50", "x", "0.25"]


def test_medians_are_of_each_measure():
    assert median([Cost(1, 9, 5, 1, 1), Cost(2, 7, 4, 1, 2), Cost(3, 8, 6, 1, 3)]) == Cost(2, 8, 5, 1, 2)


@pytest.mark.parametrize("ending", ["SUCCESS", "FAILED"])
def test_the_script_on_the_sdk_submits_waits_and_judges(tmp_path, ending):
    pytest.importorskip("huaweicloudsdkmodelarts")
    with Simulator(servers=2, speed=1000) as sim:
        sim.outcome(sim.server_ids[0], ending, job_types="any")
        keys = {"AK": sim.access_key, "SK": sim.secret_key, "PROJECT_ID": sim.project_id}
        environment = {**os.environ, **{f"HUAWEICLOUD_SDK_{name}": value for name, value in keys.items()}}
        command = [sys.executable, str(SCRIPT), "--threads", "2", sim.endpoint, TYPE, json.dumps(ITEMS)]
        groups = json.dumps([[server_id] for server_id in sim.server_ids])
        if ending == "FAILED":
            with pytest.raises(SystemExit, match="liteserver-978c-00001: task failed"):
                cost(sim, command, environment, tmp_path, groups)
        else:
            assert cost(sim, command, environment, tmp_path, groups).requests == 4


def test_growth_is_what_ten_times_the_servers_cost():
    found = {
        size: {fleets.MODULE: Cost(wall=fleets.SECONDS + size, cpu=size**0.5, memory=60.0, requests=0, connections=1)}
        for size in (1, 50, 200)
    }
    factors = [fleets.growth(found, fleets.MODULE, name) for name in MEASURES]
    assert factors == [pytest.approx(10), pytest.approx(10**0.5), 1.0, None, 1.0]
    assert fleets.growth(found, fleets.SERVERS, "cpu") is None
    head, _role, module, *_others = fleets.tables(found)["CPU seconds"]
    assert head == ["CPU seconds", "1", "50", "200", "ten times the servers"]
    assert module == [fleets.MODULE, "1", "7.1", "14.1", "x 3.2"]


def test_jobs_side_by_side_count_once():
    assert covered([(5, 7), (0, 2), (1, 3), (1, 2), (7, 8)]) == 3 + 3
    assert covered([]) == 0
