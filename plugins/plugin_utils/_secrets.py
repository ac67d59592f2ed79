# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be shown of values that can hold secrets. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..module_utils._text import is_secret, shortened

HIDDEN = "(hidden)"

_USER = re.compile(r"(?<=://)[^/?#\s@]+@")
_LABELS, _VALUE = ("name", "key"), "value"


def masked(value: Any, key: str = "") -> Any:
    """The value with secrets hidden: under keys that look like a secret's, in pairs of name and value, and in
    addresses.
    """
    if isinstance(value, Mapping):
        return _masked_mapping(value, key)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [masked(item, key) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if is_secret(key):
        return HIDDEN
    return without_user(value) if isinstance(value, str) else value


def quoted(message: object) -> str:
    """What the platform said, in a text for people: not too long, and without logins."""
    return shortened(without_user(str(message)))


def without_user(text: str) -> str:
    """The text with the user and password of each address in it hidden."""
    return _USER.sub(f"{HIDDEN}@", text) if "://" in text and "@" in text else text


def _masked_mapping(value: Mapping[Any, Any], key: str) -> dict[Any, Any]:
    # All below a key such as credentials is as secret as it.
    outer = key if is_secret(key) else ""
    label = next((str(value[name]) for name in _LABELS if _VALUE in value and name in value), None)
    if label is None:
        return {name: masked(item, outer or str(name)) for name, item in value.items()}
    return {name: masked(item, outer or label) if name == _VALUE else item for name, item in value.items()}
