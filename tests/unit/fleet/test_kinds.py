# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of job: what of them must never be shown."""

from __future__ import annotations

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.kinds import Kind, secrets


def test_values_of_specs_whose_keys_read_like_secrets_are_to_be_hidden():
    items = [
        {"type": "DEVICE_LOG_COLLECT", "spec": {"bucket": "logs", "sk": "hunter22"}},
        {"type": "OTHER", "spec": {}},
    ]
    kinds = [Kind("LOG_COLLECT", items), Kind("ASCEND_SOFTWARE_QUERY")]
    upgrade = {"extra_spec": {"api_token": 12345, "reason": "security", "pwd": "no"}}
    assert secrets(kinds, upgrade) == ["hunter22", "12345"]
    assert secrets([], {"extra_spec": None}) == secrets([], {}) == []
