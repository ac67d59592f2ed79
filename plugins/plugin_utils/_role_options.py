# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What roles are asked for, read from variables that may be a survey's texts, and checked before anything is sent. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Callable

import yaml

from ..module_utils import _request
from ..module_utils._errors import InputError
from . import _jobs, _versions
from ._coerce import flag, whole

MOST_PER_JOB = 50  # the platform's limit


def role_options(values: Sequence[Any], spec: Mapping[str, Mapping[str, Any]], role: str, hosts: Any) -> dict[str, Any]:
    """``options`` by their names without the role's prefix, and ``problems``: sentences, none where all is well.

    values: of the options of spec, in its order; spec: the options of the role's argument spec; hosts: the servers where
    none are given. A text that is empty counts as not given, since that is how a survey says so.
    """
    read: dict[str, Any] = {}
    problems: list[str] = []
    for (name, option), value in zip(spec.items(), values):
        short = name[len(role) + 1 :]
        if value is None or (isinstance(value, str) and not value.strip()):
            value = hosts if short == "servers" else option.get("default")
        try:
            read[short] = None if value is None else _read(value, option["type"], name)
            if read[short] is not None:
                _check(short, read[short], option)
        except (ValueError, InputError) as error:
            text = str(error).rstrip(".")
            problems.append(f"{text}." if text.startswith(f"{name} ") else f"{name}: {text}.")
    if not problems:
        problems += _checked_items(read, role)
    return {"options": read, "problems": problems}


def _read(value: Any, kind: str, name: str) -> Any:
    if kind == "bool":
        return flag(value, name)
    return whole(value, name) if kind == "int" else _READERS[kind](value)


def _number(value: Any) -> float:
    try:
        number = float(value) if not isinstance(value, bool) else float("nan")
    except (TypeError, ValueError):
        number = float("nan")
    if not abs(number) < float("inf"):
        raise ValueError(f"{value!r} is not a number. Give it in digits")
    return number


def _text(value: Any) -> str:
    if isinstance(value, (Mapping, list, tuple)):
        raise ValueError(f"{value!r} is not a text. Give a single word")
    return str(value).strip()


def _path(value: Any) -> str:
    return os.path.abspath(os.path.expanduser(_text(value)))


def _structure(value: Any) -> Any:
    """What a survey's text says as YAML or JSON."""
    if not isinstance(value, str):
        return value
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise ValueError(f"{value!r} is neither YAML nor JSON. Correct it") from error


def _mapping(value: Any) -> dict[str, Any]:
    found = _structure(value)
    if not isinstance(found, Mapping):
        raise ValueError(f"{value!r} is not a dictionary. Give one, such as {{key: value}}")
    return dict(found)


def _list(value: Any) -> list[Any]:
    """A list; a text may also be ids as people write them."""
    found = _structure(value) if isinstance(value, str) and value.strip()[0] in "[{-" else value
    if isinstance(found, Mapping):
        return [found]
    if isinstance(found, str):
        return list(_jobs.server_ids(found, "the text"))
    if not isinstance(found, (list, tuple)):
        raise ValueError(f"{value!r} is not a list. Give one")
    return list(found)


_READERS: dict[str, Callable[[Any], Any]] = {
    "float": _number,
    "str": _text,
    "path": _path,
    "dict": _mapping,
    "list": _list,
}


def _check(short: str, value: Any, option: Mapping[str, Any]) -> None:
    choices = option.get("choices")
    if choices and value not in choices:
        raise ValueError(f"{value!r} is none of {', '.join(choices)}. Give one of them")
    if short == "servers":
        _check_servers(value)
    elif short == "servers_per_job" and not 1 <= value <= MOST_PER_JOB:
        raise ValueError(
            f"{value} is not from 1 to {MOST_PER_JOB}, the most that the platform takes in one job. Give less"
        )
    elif short in ("wait_timeout", "wait_interval") and value <= 0:
        raise ValueError(f"{value} is not above 0. Give seconds")
    elif short in ("job_type", "item_type") and not _request.WORD.fullmatch(value):
        raise ValueError(f"{value!r} is not 1 to 64 letters, digits, hyphens, dots and underscores. Correct it")
    elif short == "wanted":
        _versions.parse(value)


def _check_servers(servers: list[Any]) -> None:
    if "localhost" in servers:
        raise ValueError(
            "localhost is no Lite Server. Give a list of Lite Server IDs, or run on an inventory group of Lite Servers"
        )
    _jobs.server_ids(servers, "the list")


def _checked_items(read: dict[str, Any], role: str) -> list[str]:
    """Completes the items, and tells what is wrong with them."""
    own = not read["items"]
    if own:
        if not read["item_type"]:
            return [
                f"{role}_item_type: not set, and nobody has published what the platform takes. Ask the vendor, look at the "
                f"templates with liteserver_job_template_info, and give it, or give {role}_items."
            ]
        read["items"] = [{"type": read["item_type"], "spec": read["spec"] or {}}]
    servers = read["servers"] = _jobs.server_ids(read["servers"], f"{role}_servers")
    try:
        for number, item in enumerate(read["items"]):
            if not isinstance(item, Mapping) or not isinstance(item.get("type"), str):
                raise InputError(
                    f"items[{number}] {item!r} has no type. Give each item its type, and a spec if it takes one"
                )
            if set(item) - {"type", "spec"} or not isinstance(item.get("spec") or {}, Mapping):
                raise InputError(
                    f"items[{number}] {item!r} has more than a type and a spec, a dictionary. Leave out the rest"
                )
        request = {"name": None, "type": read["job_type"], "items": read["items"], "server_ids": servers}
        read["items"] = _request.request({**request, "description": None, "is_reboot": None}).items
    except InputError as error:
        text = str(error).rstrip(".")
        return [f"{text.replace('items[0].spec', f'{role}_spec') if own else f'{role}_{text}'}."]
    return []
