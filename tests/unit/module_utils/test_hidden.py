# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets in options that nobody has checked yet."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._hidden import secrets_in

UNREADABLE = "password=hunter22 and more"
ITEMS_AS_TEXT = '[{"type": "COMMON", "spec": {"token": "hunter22"}}]'


@pytest.mark.parametrize(
    ("options", "secrets"),
    [
        ({"items": [{"spec": {"password": "hunter22", "days": 7}}]}, ["hunter22"]),
        ({"items": [{"spec": {"password": 12345}}]}, ["12345"]),
        (
            {"items": [{"spec": {"password": ["hunter22", {"deep": "er-still"}], "days": [7]}}]},
            ["hunter22", "er-still"],
        ),
        ({"items": [{"spec": {"outer": {"token": "hunter22"}}}]}, ["hunter22"]),
        ({"items": [{"spec": {"password": True, "token": None, "key": "abc"}}]}, []),
        ({"items": [{"spec": "password=hunter22 days=7"}]}, ["hunter22"]),
        ({"items": [{"spec": '{"password": "hunter22"}'}]}, ["hunter22"]),
        ({"items": [{"spec": UNREADABLE}]}, [UNREADABLE]),
        ({"items": ITEMS_AS_TEXT}, [ITEMS_AS_TEXT]),
        ({"items": ['{"type": "COMMON", "spec": {"token": "hunter22"}}']}, ["hunter22"]),
        ({"items": '{"type": "COMMON", "spec": "token=hunter22"}'}, ["hunter22"]),
        (
            {
                "items": [
                    {"spec": {"more": [{"name": "password", "value": "hunter22"}, {"key": "days", "value": 1234}]}}
                ]
            },
            ["hunter22"],
        ),
        ({"items": [{"spec": "seven days"}], "name": "a token of thanks"}, []),
    ],
)
def test_secrets_are_found_however_they_are_given(options, secrets):
    assert sorted(secrets_in(options)) == sorted(secrets)
