# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""What is secret among the options of a call, beside those that their specification marks: in specs, and in addresses."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.validation import check_type_dict

from ._job import wire
from ._text import is_secret, logins

SHORTEST = 4  # characters; hiding a value that is shorter would hide other text, too
PLACES = ("region", "cloud", "endpoint")  # options that somebody may write an address with a password into


def secrets_in(options: t.Any) -> list[str]:
    """The secrets in options of a call, however deep. The options may be of any type, since nobody has checked them yet."""
    if isinstance(options, list):
        return [one for value in options for one in secrets_in(value)]
    if not isinstance(options, dict):
        return []
    found = [one for value in options.values() for one in secrets_in(value)]
    found += [one for name in PLACES if isinstance(options.get(name), str) for one in logins(options[name])]
    items, spec = options.get("items"), options.get("spec")
    for item in items if isinstance(items, list) else [items]:
        if isinstance(item, str):
            found += _secrets_of_text(item, secrets_in)
    if isinstance(spec, str):
        return found + _secrets_of_text(spec, lambda read: secrets_of([read]))
    return found + secrets_of([spec])


def secrets_of(specs: t.Iterable[t.Any]) -> list[str]:
    """The values in specs, as the API takes them, whose keys look like those of secrets, and what they hold where they are lists or
    dictionaries, which the API does not take.
    """
    found = [one for spec in specs for one in _secrets_below(spec, False)]
    return [value for value in found if len(value) >= SHORTEST]


def _secrets_below(value: t.Any, is_one: bool) -> t.Iterator[str]:
    if isinstance(value, dict):
        label = value.get("name", value.get("key")) if "value" in value else None  # of a pair of name and value
        for key, one in value.items():
            says = str(key) if label is None else str(label) if key == "value" else ""
            yield from _secrets_below(one, is_one or is_secret(says))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _secrets_below(one, is_one)
    elif is_one and not isinstance(value, (bool, type(None))):
        yield wire(value)


def _secrets_of_text(text: str, secrets: t.Callable[[dict[str, t.Any]], list[str]]) -> list[str]:
    """Those of a dictionary given as text, as Ansible reads it: all of it where it cannot be read and may hold one."""
    try:
        return secrets(check_type_dict(text))
    except (TypeError, ValueError):
        return [text] if is_secret(text) else []
