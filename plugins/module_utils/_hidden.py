# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""What is secret among the options of a call, beside those that their specification marks: in specs, and in addresses."""

from __future__ import annotations

import typing as t

from ._job import wire
from ._text import is_secret, logins

SHORTEST = 4  # characters; hiding a value that is shorter would hide other text, too
PLACES = ("region", "cloud", "endpoint")  # options that somebody may write an address with a password into


def secrets_in(options: t.Any) -> list[str]:
    """The secrets in options of a call, however deep. The options may be of any type, since nobody has checked them yet."""
    if isinstance(options, dict):
        found = [one for value in options.values() for one in secrets_in(value)]
        found += [one for name in PLACES if isinstance(options.get(name), str) for one in logins(options[name])]
        return found + secrets_of([options.get("spec")])
    return [one for value in options for one in secrets_in(value)] if isinstance(options, list) else []


def secrets_of(specs: t.Iterable[t.Any]) -> list[str]:
    """The values in specs, as the API takes them, whose keys look like those of secrets."""
    found = [
        wire(value) for spec in specs if isinstance(spec, dict) for key, value in spec.items() if is_secret(str(key))
    ]
    return [value for value in found if len(value) >= SHORTEST]
