# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the values of a rollout's options may be, besides their types, and how they depend on each other. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._fleet import rules
from .._fleet.kinds import upgrade_to
from .._fleet.surroundings import stamp
from . import stops, waves

MOST_RETRIES = 100  # nobody means more
# A number below this may be what YAML makes of a time of day that is not quoted: 22:30 is 1350.
DOUBTFUL_SECONDS = 24 * 60
TOTAL = 100  # of shares, while it is not known how many servers there are


def of_upgrade(options: Mapping[str, Any], diagnosis_item_type: object, role: str = "hdk_upgrade") -> list[str]:
    """What is wrong with options that contradict each other."""
    problems = []
    if options["stop_after"] == stops.CANARY and not waves.count_of(options["canary"], TOTAL):
        problems.append(f"{role}_stop_after is canary, but {role}_canary is 0, so there is none. Change one of them.")
    if options["health_gate"] and not diagnosis_item_type:
        problems.append(
            f"{role}_health_gate needs diagnosis_item_type, which is missing. {rules.REMEDIES['item_type']}."
        )
    if "version" in options["extra_spec"]:
        problems.append(f"{role}_extra_spec has the key version. Set {role}_version in its place.")
    elif options["job_type"] and options["item_type"]:
        try:
            upgrade_to("0", options)
        except ValueError as error:
            problems.append(str(error).replace("items[0].spec", f"{role}_extra_spec"))
    return problems


def _count(value: Any) -> Any:
    waves.count_of(value, TOTAL)
    return value


def _waves(value: Any) -> Any:
    waves.sizes_of(value, TOTAL)
    return value


def _retries(value: int) -> int:
    if value > MOST_RETRIES:
        raise ValueError(f"{value} is more than {MOST_RETRIES}. Give less")
    return value


def _seconds(value: float) -> float:
    if value < 0:
        raise ValueError(f"{value:g} is below 0. Give seconds")
    return value


def _stop_after(value: Any) -> str | int:
    text = str(value).strip().lower()
    if text == stops.CANARY:
        return text
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0 and not isinstance(value, bool)):
        raise ValueError(f"{value!r} is neither canary nor the number of a wave. Give one of them")
    return int(text)


def _not_after(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value < DOUBTFUL_SECONDS:
        raise ValueError(
            f"{value} may be a time of day that YAML took for a number. Quote it: '22:30' for a time, '{value}' for seconds"
        )
    text = str(value).strip()
    try:
        stamp(stops.moment_of(text, 0.0))  # as the plan will show it: not beyond the year 9999
    except (ValueError, OverflowError, OSError):
        raise ValueError(
            f"{value!r} is no time. Give a time of day such as '05:30', one such as '2026-11-21T05:30', or seconds from the start"
        ) from None
    return text


CHECKS: dict[str, rules.Check] = {
    **rules.CHECKS,
    "canary": _count,
    "waves": _waves,
    "max_failures": _count,
    "retries": _retries,
    "verify_timeout": _seconds,
    "stop_after": _stop_after,
    "not_after": _not_after,
}
