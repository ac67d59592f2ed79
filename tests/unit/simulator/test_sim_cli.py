# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line starts, says where it is, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.simulator import cli

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "tests.simulator"]


def wait_for(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if os.path.exists(f"/proc/{pid}") else True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_start_and_stop(tmp_path, number):
    ready, inventory = tmp_path / "ready.json", tmp_path / "hosts.yml"
    command = [*COMMAND, "--servers", "3", "--fail", "1", "--ready-file", str(ready), "--inventory", str(inventory)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(ready.exists)
        told = json.loads(ready.read_text())
        assert requests.get(f"{told['endpoint']}/_simulator/record", timeout=5).json()["violations"] == []
        first = told["servers"][0]
        assert f"    {first['name']}:\n      liteserver_id: {first['id']}\n" in inventory.read_text()
        assert inventory.read_text().startswith("---\nliteservers:\n  hosts:\n")
    finally:
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "export HUAWEICLOUD_SDK_AK=" in out
    assert told["endpoint"] in out
    assert err == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hosts.yml", "ready.json"]


def test_it_ends_with_its_parent(tmp_path):
    ready, pid_file = tmp_path / "ready.json", tmp_path / "pid"
    script = f'"$@" --quiet --with-parent --ready-file {ready} & echo $! > {pid_file}; read -r _'
    shell = subprocess.Popen(["bash", "-c", script, "bash", *COMMAND], cwd=ROOT, stdin=subprocess.PIPE)
    try:
        wait_for(ready.exists)
        pid = int(pid_file.read_text())
        assert alive(pid)
    finally:
        shell.communicate(b"\n", timeout=10)
    wait_for(lambda: not alive(pid))


def test_a_region_can_lack_calls():
    sim = cli.build(cli.parser().parse_args(["--supernodes", "1", "--no-software", "--no-hyperinstance"]))
    assert (sim.software, sim.supernodes) == (None, None)


def test_a_fleet_can_be_mixed():
    words = ["--servers", "6", "--flavor", "physical.a.1:2", "--flavor", "physical.b.1:1", "--installed", "24.1.0.3:3"]
    servers = list(cli.build(cli.parser().parse_args(words)).servers.values())
    assert [server.flavor for server in servers[3:]] == ["physical.b.1", "physical.a.1", "physical.a.1"]
    assert len({server.flavor for server in servers[:3]}) == 1
    assert [server.driver for server in servers] == ["24.1.rc3.10"] * 3 + ["24.1.0.3"] * 3


def test_marked_servers_are_different_ones():
    arguments = ["--servers", "10", "--fail", "2", "--skip", "3", "--missing", "liteserver-978c-00001", "--times", "1"]
    sim = cli.build(
        cli.parser().parse_args([*arguments, "--unconfirmed", "1", "--hang", "1", "--fault", "refuse:429:times=3"])
    )
    job = sim.add_job(server_ids=sim.server_ids)
    results = [task.result for task in job.tasks]
    assert (results.count("FAILED"), results.count("SKIPPED"), results.count("HUNG"), len(results)) == (2, 3, 1, 9)
    assert sum(not task.confirmed for task in job.tasks) == 1
    assert job.tasks[0].server_name == "liteserver-978c-00002"
    assert [fault.kind for fault in sim.faults.all()] == ["refuse"]
    assert len(sim.add_job(server_ids=sim.server_ids).tasks) == 10


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fail", "liteserver-0"], "no server"),
        (["--servers", "2", "--fail", "3"], "not so many"),
        (["--servers", "2", "--flavor", "a:3"], "not so many"),
        (["--installed", "24.1.0.3"], "number of servers"),
        (["--fault", "nonsense"], "a fault is one of"),
        (["--speed", "-1"], "negative"),
    ],
)
def test_wrong_options_are_explained(arguments, words, capsys):
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        assert cli.main(arguments) == 2
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), handlers):
            signal.signal(number, handler)
    assert words in capsys.readouterr().err
