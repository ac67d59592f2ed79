# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role variables as what they mean: the answers of a survey and extra variables arrive as strings. Pure."""

from __future__ import annotations

from ansible.module_utils.parsing.convert_bool import boolean


def flag(value: object, option: str) -> bool:
    """True or false, also in words."""
    try:
        return bool(boolean(value))
    except TypeError:
        raise ValueError(f"{option} is {value!r}. Give true or false.") from None


def whole(value: object, option: str) -> int:
    """A whole number of 0 or more."""
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        raise ValueError(f"{option} is {value!r}. Give a whole number of 0 or more.")
    return int(text)
