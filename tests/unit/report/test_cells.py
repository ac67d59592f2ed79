# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells that a spreadsheet opens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report.cells import harmless


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1", "=\n1"])
def test_a_formula_is_made_text(value: str) -> None:
    assert harmless(value) == f"'{value}"


@pytest.mark.parametrize("value", ["", "-", "=", "a=1", "24.1.0.3", "'=1", "node-1"])
def test_other_text_stays(value: str) -> None:
    assert harmless(value) == value


@given(st.text())
def test_what_is_harmless_stays(value: str) -> None:
    assert harmless(harmless(value)) == harmless(value)
    assert harmless(value).endswith(value)
