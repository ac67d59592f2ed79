# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report directory on a disk that is full, or fills while a rollout goes on; and no room for a journal at all."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from tests.integration.playbook import task
from tests.integration.upgrading import (  # pylint: disable=unused-import
    rollouts,  # noqa: F401
    upgrades_of,
)

PREFIX = "huaweicloud.modelarts."
FILL = "cat /dev/zero > {}/fill"


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 1 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root mounts")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("sim", [{"servers": 3, "speed": 1000}], indirect=True)
def test_a_disk_that_is_full_is_refused_and_one_that_fills_takes_nobody_the_verdict(sim, rollouts, small_disk):  # noqa: F811
    """What was upgraded stays told as that, the rest is not started, and the end is in the report."""
    rollouts.reports = small_disk / "reports"
    fill = FILL.format(small_disk)
    hook = small_disk.parent / "fill.yml"
    when = "hdk_upgrade_wave | int == 2"
    hook.write_text(json.dumps([task("fill", "ansible.builtin.shell", {"cmd": f"{fill} || true"}, when=when)]))
    run = rollouts.start(options={"waves": [1], "after_wave": str(hook)}).wait()
    told = {one["host"]: one["result"]["msg"] for one in run.events if one.get("task", "").endswith("Verdict")}
    first, second, third = (told[server.name] for server in sim.servers.values())
    assert first.startswith("upgraded: ") and second.startswith("upgraded: "), run.output
    assert third.startswith("not started: The journal ") and "No space left on device" in third
    assert upgrades_of(sim) == {0: 1, 1: 1}
    (report,) = rollouts.reports.glob("*.json")
    assert json.loads(report.read_text(encoding="utf-8"))["outcome"] == "failed"  # in the room of the reserve
    assert run.custom_stats["hdk_upgrade_summary"] == {
        **dict.fromkeys(("current", "failed", "refused"), 0),
        "upgraded": 2,
        "not_started": 1,
    }

    subprocess.run(["sh", "-c", f"{fill}.again"], check=False, capture_output=True)
    sim.requests.clear()
    run = rollouts.start().wait()
    assert sim.requests == []
    told = {one["host"]: one["result"]["msg"] for one in run.events if one.get("task", "").endswith("Verdict")}
    words = f"not started: hdk_upgrade_report_dir: {small_disk}/reports cannot be written: No space left on device. Give another folder"
    assert set(told.values()) == {words}

    # The temporary folder of Ansible is there, too.
    include = "ansible.builtin.import_role"
    roles = [task(role, include, {"name": PREFIX + role}, ignore_errors=True) for role in ("diagnosis", "hdk_upgrade")]
    play = [{"hosts": "liteservers", "gather_facts": False, "tasks": roles}]
    given = {"hdk_upgrade_report_dir": "", "diagnosis_item_type": "CHECK"}
    full = {"ANSIBLE_LOCAL_TEMP": str(small_disk / "tmp")}
    run = rollouts.start(play=play, variables=given, env=full, anew=True).wait()
    told = [one["result"]["msg"] for one in run.events if one.get("task", "").endswith("Verdict")]
    assert len(told) == 6
    assert all("No space left on device. Make room there, or name another" in text for text in told), told
    assert sim.requests == []
