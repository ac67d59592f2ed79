# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that Ansible accepts, unique for each host or group. Pure."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Hashable)

SHORT = 8  # characters of an ID or a digest that are added to a name


def host_name(text: str | None) -> str:
    """A text as a host name: letters and digits of any script, hyphens, dots and underscores stay.

    All else becomes an underscore: what patterns and --limit give a meaning to, control characters, and a hyphen in front,
    which ssh would take for an option. Empty where there is no letter and no digit.
    """
    normal = unicodedata.normalize("NFC", text or "")
    name = "".join(one if one in "-_." or unicodedata.category(one)[0] in "LMN" else "_" for one in normal)
    name = re.sub("^-", "_", name)
    return name if any(map(str.isalnum, name)) else ""


def group_part(text: str) -> str:
    """A text as part of a group name: all characters but letters and digits become underscores."""
    return re.sub(r"\W", "_", unicodedata.normalize("NFC", text))


def digest(*parts: Any) -> str:
    """16 hexadecimal digits that differ for other values."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def distinct(
    wanted: Mapping[Key, str], suffixes: Callable[[Key], Sequence[str]], is_free: Callable[[Key, str], bool]
) -> dict[Key, str]:
    """A name of its own for each key: the wanted one, else with the first of its suffixes that does it.

    Of several keys that want one name each gets a suffix, so the result does not depend on their order.
    """
    names, tried = dict(wanted), dict.fromkeys(wanted, 0)
    while True:
        uses = Counter(names.values())
        shared = [key for key, name in names.items() if uses[name] > 1 or not is_free(key, name)]
        shared = [key for key in shared if tried[key] < len(suffixes(key))]
        if not shared:
            return names
        for key in shared:
            names[key] = wanted[key] + suffixes(key)[tried[key]]
            tried[key] += 1
