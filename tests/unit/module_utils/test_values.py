# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times of answers, in both forms that modules return."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._values import LATEST, iso, milliseconds, times


@pytest.mark.parametrize(
    "epoch, shown",
    [
        (1755005748201, "2025-08-12T13:35:48Z"),
        (0, "1970-01-01T00:00:00Z"),
        (999, "1970-01-01T00:00:00Z"),
        (None, None),
        (-1, None),
        (10**30, None),
    ],
)
def test_iso_time(epoch, shown):
    assert iso(epoch) == shown


@given(st.integers(0, LATEST - 1))
def test_iso_time_reads_back_to_the_second(epoch):
    assert milliseconds(iso(epoch)) == epoch // 1000 * 1000


def test_both_forms_of_a_time():
    assert times(1000, None) == {
        "create_at": 1000,
        "update_at": None,
        "created": "1970-01-01T00:00:01Z",
        "updated": None,
    }
