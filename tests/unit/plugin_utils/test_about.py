# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says of a run beside its work."""

from __future__ import annotations

import getpass
import os
import socket

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._progress import Progress
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._about import about, is_job_of_controller, user
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._platform import Platform


def platform(**connection):
    return Platform(connection, Progress())


def test_each_place_is_told_once(monkeypatch):
    """By the options, else the environment; without a region by the address of the platform."""
    monkeypatch.setenv("HW_REGION_NAME", "r-env")
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "p-env")
    told = about({}, [platform(region="r1", project_id="p1"), platform(region="r1", project_id="p2"), platform()])
    assert (told["region"], told["project_id"]) == (["r1", "r-env"], ["p1", "p2", "p-env"])
    monkeypatch.delenv("HW_REGION_NAME")
    assert platform(endpoint="https://user:secret@there:8443").place == ("there", "p-env")
    monkeypatch.delenv("HUAWEICLOUD_SDK_PROJECT_ID")
    assert platform().place == (None, None)


@pytest.mark.parametrize(
    "variables, told, relaunches",
    [
        ({"awx_user_name": "alice", "awx_job_id": 42}, "alice on AWX, job 42", True),
        ({"tower_user_name": "bob"}, "bob on the automation controller", False),
        ({"tower_job_id": 1}, "carol on box", True),  # scheduled, so of no user
        ({}, "carol on box", False),
    ],
)
def test_who_runs_it(variables, told, relaunches, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "box")
    monkeypatch.setattr(getpass, "getuser", lambda: "carol")
    assert user(variables) == told
    assert is_job_of_controller(variables) is relaunches


def test_an_account_without_a_name(monkeypatch):
    def no_name():
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", no_name)
    assert user({}).startswith(f"user {os.getuid()} on ")
