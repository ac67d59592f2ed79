# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role variables as what they mean: the answers of a survey and extra variables arrive as strings. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import yaml
from ansible.module_utils.parsing.convert_bool import boolean


def flag(value: object, option: str) -> bool:
    """True or false, also in words."""
    try:
        return bool(boolean(value))
    except TypeError:
        raise ValueError(f"{option} is {value!r}. Give true or false.") from None


def whole(value: object, option: str, most: int | None = None) -> int:
    """A whole number of 0 or more."""
    text = str(value).strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if isinstance(value, bool) or number < 0 or (most is not None and number > most):
        raise ValueError(
            f"{option} is {value!r}. Give a whole number {'of 0 or more' if most is None else f'from 0 to {most}'}."
        )
    return number


def seconds(value: object, option: str) -> float:
    """A number above 0."""
    try:
        number = float(str(value)) if not isinstance(value, bool) else math.nan
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise ValueError(f"{option} is {value!r}. Give a number of seconds above 0.")
    return number


def text(value: object, option: str) -> str | None:
    """A text; None where there is none, which is how a survey says that nothing was given."""
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{option} is {value!r}. Give a text.")
    return (value or "").strip() or None


def mapping(value: object, option: str) -> dict[str, Any]:
    """A dictionary, also as YAML or JSON; an empty one where nothing was given."""
    found = value
    if isinstance(value, str):
        try:
            found = yaml.safe_load(value)
        except yaml.YAMLError:
            found = value
    if not isinstance(found, Mapping) and found is not None:
        raise ValueError(f"{option} is {value!r}. Give a dictionary, such as {{key: value}}.")
    return dict(found or {})
