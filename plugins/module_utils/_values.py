# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Values of an answer, whatever type they come in: numbers may be text, and optional fields may be absent."""

from __future__ import annotations

import functools
import typing as t
from datetime import datetime, timezone

LATEST = 1 << 47  # milliseconds, in the year 6429; datetime refuses what is beyond the year 9999


def text(value: t.Any) -> str | None:
    """A value as text; None where it is absent or empty."""
    return None if value is None or value == "" else str(value)


def integer(value: t.Any) -> int | None:
    """A whole number, from a number or a text of digits; None where it is neither."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def milliseconds(value: t.Any) -> int | None:
    """Epoch milliseconds from a number, a text of digits, or an ISO time, which is UTC unless it names a zone."""
    number = integer(value)
    if number is not None or not isinstance(value, str):
        return number
    try:
        moment = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
        return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


@functools.lru_cache(maxsize=1 << 12)  # the tasks of a job have much the same times, and are read at each look
def iso(epoch: int | None) -> str | None:
    """Epoch milliseconds as an ISO time in UTC, such as C(2026-11-21T22:00:00Z); None where absent or out of range."""
    if epoch is None or not 0 <= epoch < LATEST:
        return None
    return datetime.fromtimestamp(epoch // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def times(create_at: int | None, update_at: int | None) -> dict[str, t.Any]:
    """The two times of a job, a task or a server as modules return them: epoch milliseconds, and the same as ISO times."""
    return {
        "create_at": create_at,
        "update_at": update_at,
        "created": iso(create_at),
        "updated": iso(update_at),
    }


def mapping(value: t.Any) -> dict[str, t.Any]:
    """A dict; an empty one in place of anything else."""
    return dict(value) if isinstance(value, dict) else {}


def mappings(value: t.Any) -> list[dict[str, t.Any]]:
    """The dicts among the entries of a list."""
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []
