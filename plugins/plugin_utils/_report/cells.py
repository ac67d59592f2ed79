# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells of tables that a spreadsheet may open. Pure."""

from __future__ import annotations

import re

# What a spreadsheet takes for a formula, also in the wide letters of East Asia. A sign alone is no formula.
_FORMULA = re.compile("[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20].", re.DOTALL)


def harmless(value: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would carry it out."""
    return f"'{value}" if _FORMULA.match(value) else value
