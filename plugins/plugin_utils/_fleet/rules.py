# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the values of options that roles share may be, besides their types. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._versions import bare, parse
from .counts import first_few
from .kinds import MOST_PER_JOB, checked_items, is_id, is_word

Check = Callable[
    [Any], Any
]  # the value as it is meant, of one that has the type; ValueError: what is wrong, and the way out

REMEDIES = {
    "version": "Give the driver version wanted, in quotes, such as '24.1.0.3'",
    "servers": "Give the IDs of the Lite Servers, or run on an inventory group of Lite Servers",
    "item_type": "Nobody has published what the platform takes. Ask the vendor, or look at the templates with "
    "liteserver_job_template_info",
}


def checked(short: str, value: Any, option: Mapping[str, Any], checks: Mapping[str, Check]) -> Any:
    """The value in its final form. Raises ValueError with what is wrong and what to do."""
    choices = option.get("choices")
    if choices and value not in choices:
        raise ValueError(f"{value!r} is none of {', '.join(choices)}. Give one of them")
    return checks[short](value) if short in checks else value


def items_of(options: Mapping[str, Any], role: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The items that a role's jobs have, and what is wrong with them."""
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
    return bare(value)


def servers(ids: list[Any]) -> list[str]:
    """IDs of Lite Servers, each once."""
    if not ids:
        raise ValueError(f"it is empty. {REMEDIES['servers']}")
    if "localhost" in ids:
        raise ValueError(f"localhost is no Lite Server. {REMEDIES['servers']}")
    wrong = list(dict.fromkeys(repr(one) for one in ids if not isinstance(one, str) or not is_id(one)))
    if len(wrong) == 1:
        raise ValueError(f"{wrong[0]} is not the ID of a Lite Server. Give IDs, in quotes")
    if wrong:
        raise ValueError(f"{first_few(wrong)} are not IDs of Lite Servers. Give IDs, in quotes")
    return list(dict.fromkeys(ids))


def word(value: str) -> str:
    """The name or the type of a job, or the type of an item."""
    if not is_word(value):
        raise ValueError(f"{value!r} is not 1 to 64 letters, digits, hyphens, dots and underscores. Correct it")
    return value


def _servers_per_job(value: int) -> int:
    if not 1 <= value <= MOST_PER_JOB:
        raise ValueError(f"{value} is not from 1 to {MOST_PER_JOB}, the most that the platform takes in one job")
    return value


def _seconds_above_0(value: float) -> float:
    if value <= 0:
        raise ValueError(f"{value:g} is not above 0. Give seconds")
    return value


def _mib(value: float) -> float:
    if value <= 0:
        raise ValueError(f"{value:g} is not above 0. Give a size in MiB")
    return value


CHECKS: dict[str, Check] = {
    "version": _version,
    "wanted": _version,
    "servers": servers,
    "job_type": word,
    "item_type": word,
    "servers_per_job": _servers_per_job,
    "wait_timeout": _seconds_above_0,
    "wait_interval": _seconds_above_0,
    "fetch_timeout": _seconds_above_0,
    "fetch_max_size": _mib,
}
