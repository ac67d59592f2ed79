# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers of values from anywhere, for the report: what they give can be printed and written as UTF-8. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from .._secrets import without_user

# Control characters, those that turn the direction of writing around, and lone surrogates, which are no UTF-8.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_EPOCH_MS = re.compile(r"[0-9]{11,14}")
_COUNT = re.compile(r"([0-9]{1,9})(\.[0-9]*)?")


def text(value: object) -> str | None:
    """A plain string that can be printed and written; None where there is nothing to say."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (Mapping, list, tuple)):
        value = json.dumps(plain(value), ensure_ascii=False)
    stated = str(value)
    if not stated.isprintable():
        stated = _UNPRINTABLE.sub("\ufffd", stated.replace("\r\n", "\n").replace("\r", "\n"))
    return without_user(stated).strip() or None


def time(value: object) -> str | None:
    """A time as ``2026-11-21T22:00:00Z``, from ISO 8601 or the API's milliseconds."""
    return None if value is None else _time(str(value).strip())


# The servers of a wave share many times.
@lru_cache(maxsize=4096)
def _time(stated: str) -> str | None:
    try:
        if _EPOCH_MS.fullmatch(stated):
            moment = datetime.fromtimestamp(int(stated) // 1000, tz=timezone.utc)
        else:
            # Python before 3.11 reads neither Z nor fractions of other than 3 or 6 digits.
            moment = datetime.fromisoformat(re.sub(r"\.[0-9]+", "", re.sub(r"[zZ]$", "+00:00", stated)))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=timezone.utc)
            moment = moment.astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def flag(value: object) -> bool:
    """Whether it says yes."""
    return str(value).lower() in ("true", "yes", "1")


def word(value: object) -> str:
    """A verdict or an outcome in small letters, ``no_link_named`` for ``no link named``."""
    return re.sub(r"[^a-z0-9]+", "_", (text(value) or "").lower())[:32].strip("_") or "unknown"


def whole(value: object) -> int | None:
    """A count, or whole seconds; of a list, how many it holds."""
    if isinstance(value, (list, tuple)):
        return len(value)
    stated = _COUNT.fullmatch(str(value).strip())
    return int(stated.group(1)) if stated else None


def texts(value: object) -> list[str]:
    """The texts of a list, or the one text, without those that say nothing."""
    items = value if isinstance(value, (list, tuple)) else [value]
    return [item for item in (text(item) for item in items) if item]


def listed(value: object) -> str | None:
    """The texts of a list as one."""
    return ", ".join(texts(value)) or None


def mapping(value: object) -> dict[str, Any]:
    """A dictionary of plain values; an empty one for anything else."""
    return {text(key) or "": plain(item) for key, item in value.items()} if isinstance(value, Mapping) else {}


def counts(value: object) -> dict[str, int]:
    """Verdict to number."""
    if not isinstance(value, Mapping):
        return {}
    found = ((word(key), whole(number)) for key, number in value.items())
    return {verdict: number for verdict, number in found if number is not None}


def plain(value: object) -> Any:
    """Without Ansible's own string and container types, and without what JSON does not know."""
    if isinstance(value, Mapping):
        return mapping(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and abs(value) < float("inf"):
        return float(value)
    return text(value)


def shown(value: object) -> str:
    """A parameter as a person would write it."""
    if isinstance(value, list) and all(isinstance(item, (str, int, float)) for item in value):
        return ", ".join(shown(item) for item in value) or "-"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return text(value) or "-"
