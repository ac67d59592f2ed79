# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The jobs that a module's options ask for, checked before anything is sent. No I/O."""

from __future__ import annotations

import hashlib
import json
import math
import re
import typing as t
from dataclasses import dataclass

from ._errors import InputError
from ._job import Items, canonical, wire
from ._text import is_secret

WORD = re.compile(r"[-_.a-zA-Z0-9]{1,64}")  # name and type (seed page on creating, SDK)
ID = re.compile(r"[a-zA-Z0-9][-_.a-zA-Z0-9]{0,63}")


@dataclass(frozen=True)
class Request:
    """The jobs asked for: C(items) on the servers of each of the C(batches)."""

    name: str
    type: str
    items: Items
    batches: tuple[tuple[str, ...], ...]
    description: str | None = None
    is_reboot: bool | None = None

    @property
    def server_ids(self) -> tuple[str, ...]:
        return tuple(server_id for batch in self.batches for server_id in batch)

    def body(self, server_ids: t.Sequence[str]) -> dict[str, t.Any]:
        """The body of POST /jobs for some of the servers."""
        body: dict[str, t.Any] = {
            "name": self.name,
            "type": self.type,
            "server_ids": list(server_ids),
            "items": [item if item["spec"] else {"type": item["type"]} for item in self.items],
        }
        if self.description is not None:
            body["description"] = self.description
        if self.is_reboot is not None:
            body["is_reboot"] = self.is_reboot
        return body


def request(params: t.Mapping[str, t.Any]) -> Request:
    """The jobs that the options ask for, with spec values converted to strings as the API takes them.

    Raises InputError for whatever the API would refuse or misread.
    """
    job_type = checked_word("type", params["type"])
    items = _checked_items(params["items"])
    return Request(
        name=checked_word("name", params["name"]) if params["name"] is not None else default_name(job_type, items),
        type=job_type,
        items=items,
        batches=_checked_batches(params),
        description=params["description"],
        is_reboot=params["is_reboot"],
    )


def checked_word(option: str, value: str) -> str:
    """A job's name or type. Raises InputError where it is malformed."""
    if not WORD.fullmatch(value):
        raise InputError(f"{option} {value!r} is malformed: 1 to 64 letters, digits, hyphens, dots and underscores.")
    return value


def checked_id(option: str, value: str) -> str:
    """The ID of a job or server. Raises InputError where it is malformed."""
    if not ID.fullmatch(value):
        raise InputError(f"{option} {value!r} is not an ID: 1 to 64 letters, digits, hyphens, dots and underscores.")
    return value


def checked_ids(option: str, values: t.Sequence[str]) -> list[str]:
    """The ids, each once, in their order."""
    if not values:
        raise InputError(f"{option} is empty. Give at least one ID.")
    return list(dict.fromkeys(checked_id(f"{option}[{n}]", value) for n, value in enumerate(values)))


def _checked_batches(params: t.Mapping[str, t.Any]) -> tuple[tuple[str, ...], ...]:
    if params.get("batches") is None:
        return (tuple(checked_ids("server_ids", params["server_ids"])),)
    if not params["batches"]:
        raise InputError("batches is empty. Give at least one list of IDs.")
    for n, batch in enumerate(params["batches"]):
        if not all(isinstance(one, (str, int)) and not isinstance(one, bool) for one in batch):
            raise InputError(f"batches[{n}] is {batch!r}, which is no list of IDs. Give one, its IDs in quotes.")
    batches = [checked_ids(f"batches[{n}]", [str(one) for one in batch]) for n, batch in enumerate(params["batches"])]
    seen: dict[str, int] = {}
    for number, batch in enumerate(batches):
        for server_id in batch:
            if seen.setdefault(server_id, number) != number:
                raise InputError(
                    f"{server_id} is in batches[{seen[server_id]}] and in batches[{number}]. Leave it in one of them."
                )
    return tuple(tuple(batch) for batch in batches)


def _checked_items(values: t.Sequence[t.Mapping[str, t.Any]]) -> Items:
    if not values:
        raise InputError("items is empty. Give at least one item, such as {type: HDK_QUERY}.")
    return [
        {
            "type": checked_word(f"items[{n}].type", item["type"]),
            "spec": {
                _checked_key(f"items[{n}].spec", key): _checked_value(f"items[{n}].spec.{key}", value)
                for key, value in (item.get("spec") or {}).items()
            },
        }
        for n, item in enumerate(values)
    ]


def _checked_key(option: str, key: t.Any) -> str:
    if not isinstance(key, str) or not key.strip():
        raise InputError(f"{option} has the key {key!r}. Keys are non-empty strings; quote it.")
    return key


def _checked_value(option: str, value: t.Any) -> str:
    if value is None:
        raise InputError(f"{option} is null. Give a string, or leave the key out.")
    if not isinstance(value, (str, bool, int, float)) or (isinstance(value, float) and not math.isfinite(value)):
        shown = f"a {type(value).__name__}" if is_secret(option.rpartition(".")[2]) else repr(value)
        raise InputError(f"{option} is {shown}, but the API takes strings only. Give one string.")
    return wire(value)


def default_name(job_type: str, items: Items) -> str:
    """The type in lower case and 8 hex digits of the items' SHA-256, so that the same request has the same name."""
    digest = hashlib.sha256(json.dumps(canonical(items), separators=(",", ":")).encode()).hexdigest()
    return f"{job_type.lower()[:55]}-{digest[:8]}"
