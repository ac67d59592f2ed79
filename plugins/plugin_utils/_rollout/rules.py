# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each option of the roles may be, beside its type, and what options ask of one another. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._versions import parse
from . import stops, waves
from .kinds import checked_items, is_id, is_word, upgrade_to

MOST_RETRIES = 100  # nobody means more
MOST_SERVERS_PER_JOB = waves.MOST_PER_JOB
# A number below this may be what YAML makes of a time of day that is not quoted: 22:30 is 1350.
DOUBTFUL_SECONDS = 24 * 60
TOTAL = 100  # of shares, while it is not known how many servers there are

REMEDIES = {
    "version": "Give the driver version wanted, in quotes, such as '24.1.0.3'",
    "servers": "Give the IDs of the Lite Servers, or run on an inventory group of Lite Servers",
    "item_type": "Nobody has published what the platform takes. Ask the vendor, or look at the templates with "
    "liteserver_job_template_info",
}


def checked(short: str, value: Any, option: Mapping[str, Any]) -> Any:
    """The value as it is meant. Raises ValueError: what is wrong, and the way out."""
    choices = option.get("choices")
    if choices and value not in choices:
        raise ValueError(f"{value!r} is none of {', '.join(choices)}. Give one of them")
    return _CHECKS[short](value) if short in _CHECKS else value


def of_upgrade(options: Mapping[str, Any], diagnosis_item_type: object, role: str = "hdk_upgrade") -> list[str]:
    """What is wrong with options that are each for itself as they may be."""
    problems = []
    if options["stop_after"] == stops.CANARY and not waves.count_of(options["canary"], TOTAL):
        problems.append(f"{role}_stop_after is canary, but {role}_canary is 0, so there is none. Change one of them.")
    if options["health_gate"] and not diagnosis_item_type:
        problems.append(f"{role}_health_gate needs diagnosis_item_type, which is missing. {REMEDIES['item_type']}.")
    if "version" in options["extra_spec"]:
        problems.append(f"{role}_extra_spec has the key version. Set {role}_version in its place.")
    elif options["job_type"] and options["item_type"]:
        try:
            upgrade_to("0", options)
        except ValueError as error:
            problems.append(str(error).replace("items[0].spec", f"{role}_extra_spec"))
    return problems


def items_of(options: Mapping[str, Any], role: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The items that a reading role's jobs have, and what is wrong with them."""
    own = not options["items"]
    if own and not options["item_type"]:
        return [], [f"{role}_item_type is missing. {REMEDIES['item_type']}, and give it, or give {role}_items."]
    items = [{"type": options["item_type"], "spec": options["spec"] or {}}] if own else options["items"]
    for number, item in enumerate(items):
        name = f"{role}_items[{number}]"
        if not isinstance(item, Mapping) or not isinstance(item.get("type"), str):
            return [], [f"{name} has no type. Give each item its type, and a spec if it takes one."]
        if set(item) - {"type", "spec"} or not isinstance(item.get("spec") or {}, Mapping):
            return [], [f"{name} has more than a type and a spec, which is a dictionary. Leave out the rest."]
    try:
        return checked_items(items), []
    except ValueError as error:
        text = str(error).replace("items[0].spec", f"{role}_spec") if own else f"{role}_{error}"
        return [], [text]


def _version(value: Any) -> str:
    parse(value)
    return str(value).strip()


def _servers(ids: list[Any]) -> list[str]:
    if not ids:
        raise ValueError(f"it is empty. {REMEDIES['servers']}")
    if "localhost" in ids:
        raise ValueError(f"localhost is no Lite Server. {REMEDIES['servers']}")
    for one in ids:
        if not isinstance(one, str) or not is_id(one):
            raise ValueError(f"{one!r} is not the ID of a Lite Server. Give IDs, in quotes")
    return list(dict.fromkeys(ids))


def _word(value: str) -> str:
    if not is_word(value):
        raise ValueError(f"{value!r} is not 1 to 64 letters, digits, hyphens, dots and underscores. Correct it")
    return value


def _count(value: Any) -> Any:
    waves.count_of(value, TOTAL)
    return value


def _waves(value: Any) -> Any:
    waves.sizes_of(value, TOTAL)
    return value


def _servers_per_job(value: int) -> int:
    if not 1 <= value <= MOST_SERVERS_PER_JOB:
        raise ValueError(
            f"{value} is not from 1 to {MOST_SERVERS_PER_JOB}, the most that the platform takes in one job"
        )
    return value


def _retries(value: int) -> int:
    if value > MOST_RETRIES:
        raise ValueError(f"{value} is more than {MOST_RETRIES}. Give less")
    return value


def _seconds_above_0(value: float) -> float:
    if value <= 0:
        raise ValueError(f"{value:g} is not above 0. Give seconds")
    return value


def _seconds(value: float) -> float:
    if value < 0:
        raise ValueError(f"{value:g} is below 0. Give seconds")
    return value


def _mib(value: float) -> float:
    if value <= 0:
        raise ValueError(f"{value:g} is not above 0. Give a size in MiB")
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
        stops.moment_of(text, 0.0)
    except (ValueError, OverflowError, OSError):
        raise ValueError(
            f"{value!r} is no time. Give a time of day such as '05:30', one such as '2026-11-21T05:30', or seconds from the start"
        ) from None
    return text


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "version": _version,
    "wanted": _version,
    "servers": _servers,
    "job_type": _word,
    "item_type": _word,
    "canary": _count,
    "waves": _waves,
    "max_failures": _count,
    "servers_per_job": _servers_per_job,
    "retries": _retries,
    "wait_timeout": _seconds_above_0,
    "wait_interval": _seconds_above_0,
    "verify_timeout": _seconds,
    "stop_after": _stop_after,
    "not_after": _not_after,
    "fetch_timeout": _seconds_above_0,
    "fetch_max_size": _mib,
}
