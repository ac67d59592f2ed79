# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a running report is drawn again."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report.pace import is_due


@pytest.mark.parametrize(
    ("since", "took", "wave_over", "wanted"),
    [
        (None, 0, False, True),
        (1, 0.01, False, False),
        (45, 0.01, False, True),
        (1, 0.01, True, True),
        (10, 1, True, False),
        (20, 1, True, True),
        (59, 3, False, False),
        (60, 3, False, True),
    ],
)
def test_each_minute_and_after_a_wave(since: float | None, took: float, wave_over: bool, wanted: bool) -> None:
    assert is_due(since, took, wave_over) == wanted
