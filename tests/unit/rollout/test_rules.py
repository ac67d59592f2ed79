# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the options of a rollout ask of one another, and the times that they may name."""

from __future__ import annotations

import time

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout import rules, stops
from ansible_collections.huaweicloud.modelarts.tests.unit.rollout.rollouts import options


@pytest.mark.parametrize(
    "given, item_type, words",
    [
        (
            {"stop_after": "canary", "canary": "0%"},
            None,
            "hdk_upgrade_stop_after is canary, but hdk_upgrade_canary is 0",
        ),
        (
            {"health_gate": True},
            None,
            "hdk_upgrade_health_gate needs diagnosis_item_type, which is missing. Nobody has published",
        ),
        ({"health_gate": True}, "CHECK", None),
        ({"extra_spec": {"version": "1"}}, None, "hdk_upgrade_extra_spec has the key version. Set hdk_upgrade_version"),
        ({"extra_spec": {"a": None}}, None, "hdk_upgrade_extra_spec.a is null. Give a string"),
        ({}, None, None),
    ],
)
def test_options_that_do_not_go_together(given, item_type, words):
    problems = rules.of_upgrade(options(**given), item_type)
    assert len(problems) == (1 if words else 0)
    assert not words or problems[0].startswith(words)


@pytest.fixture
def shanghai(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "value, seconds",
    [
        ("0", 0),
        ("7200", 7200),
        ("05:30", 600),
        ("05:10", 24 * 3600 - 600),
        ("5:30", 600),
        ("2025-11-21T21:30:00Z", 600),
        ("2025-11-22T05:30:00", 600),
    ],
)
def test_times(shanghai, value, seconds):
    """The run begins at 21:20 UTC, which is 05:20 of the next day in Shanghai."""
    begun = 1_763_760_000.0
    assert stops.moment_of(value, begun) - begun == seconds
