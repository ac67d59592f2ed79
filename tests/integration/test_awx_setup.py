# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook awx_setup: against a stand-in that takes only what the modules of awx.awx take, and what AWX accepts."""

from __future__ import annotations

import pytest

from tests.awx.controller import Controller
from tests.conftest import COLLECTIONS

SETUP = "huaweicloud.modelarts.awx_setup"
KEYS = {"awx_setup_project_url": "https://git.example.com/fleet.git"}
SCHEDULED = {
    "awx_setup_prefix": "cn-north-4",
    "awx_setup_schedule_rule": "DTSTART;TZID=Asia/Shanghai:20260301T010000 RRULE:FREQ=WEEKLY;INTERVAL=1",
    "awx_setup_schedule_version": "24.1.0.3",
    "awx_setup_schedule_not_after": 14400,
}


@pytest.fixture
def controller(tmp_path):
    """An AWX in which there is nothing."""
    return Controller(tmp_path / "awx", str(COLLECTIONS))


@pytest.fixture
def setup(playbook, controller):
    """Runs the playbook against it."""

    def run(asked=None, **how):
        env = {**controller.environment, "ANSIBLE_LOCALHOST_WARNING": "false"}
        return playbook.play(SETUP, extra_vars={**KEYS, **(asked or {})}, env=env, **how)

    return run


def names(controller):
    """The names of all things."""
    return {name for things in controller.things.values() for name in things}


def changed(result):
    """How many tasks have changed something."""
    assert result.rc == 0, result.output
    return result.stats["localhost"]["changed"]


def test_it_is_set_up_once_and_removed_again_beside_another(setup, controller):
    foreseen = setup(check=True)
    assert changed(foreseen) == 1, "only what is foreseen"
    assert "job_templates Rollout verdict" in foreseen.output
    assert changed(setup()) > 5
    made = names(controller)
    assert changed(setup(check=True)) == 0
    assert changed(setup()) == 0
    assert changed(setup(SCHEDULED)) > 5
    schedule = controller.things["schedules"]["cn-north-4 Upgrade/cn-north-4 Upgrade window"]
    assert schedule["extra_data"] == {"hdk_upgrade_version": "24.1.0.3", "hdk_upgrade_not_after": "14400"}
    assert changed(setup({**SCHEDULED, "awx_setup_schedule_rule": ""})) == 1
    assert not controller.things.get("schedules")
    both = names(controller)
    assert changed(setup({"awx_setup_state": "absent"})) > 5
    assert names(controller) == both - made
    assert changed(setup({"awx_setup_state": "absent"})) == 0


def test_what_cannot_be_right_is_refused_all_at_once_before_anything_is_made(setup, controller):
    wrong = {
        "awx_setup_prefx": "two",
        "awx_setup_prefix": "one,two",
        "awx_setup_region": " ",
        "awx_setup_secret_key": "",
        "awx_setup_organization": " ",
        "awx_setup_upgrade_variables": "hooks",
        "awx_setup_update_secrets": "maybe",
        "awx_setup_schedule_rule": "DTSTART:20260301T010000Z RRULE:FREQ=WEEKLY;INTERVAL=1",
    }
    result = setup(wrong)
    assert result.rc != 0
    for name in [*wrong, "awx_setup_schedule_version", "or set HW_REGION_NAME"]:
        assert name in result.tasks["Refuse what cannot be right"]["msg"]
    result = setup({"awx_setup_state": "gone", "awx_setup_prefix": 5})
    assert "Give present or absent" in result.output and "awx_setup_prefix" not in result.output
    with pytest.raises(FileNotFoundError):
        names(controller)
