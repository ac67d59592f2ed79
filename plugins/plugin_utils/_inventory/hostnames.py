# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option hostnames: variables, expressions or templates; the first one that gives a name is used. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from ...module_utils._errors import InputError
from .hosts import Variables
from .names import host_name

REMEDY = "a variable of the host, an expression such as liteserver_name ~ '-' ~ liteserver_region, or a template"


def check_hostnames(entries: Sequence[Any] | None, known: Collection[str]) -> None:
    """Refuse entries that never give a name. C(known): the variables that can."""
    if entries is not None and not entries:
        raise InputError(f"hostnames is empty. Give at least {REMEDY}, or leave the option out for the servers' names.")
    for n, entry in enumerate(entries or ()):
        if not isinstance(entry, str) or not entry.strip():
            raise InputError(f"hostnames[{n}] is {entry!r}. Give {REMEDY}.")
        if _is_variable(entry) and entry.strip() not in known:
            raise InputError(
                f"hostnames[{n}] is {entry!r}, which is no variable that can name a host. Give {REMEDY}. The variables are "
                f"{', '.join(known)}."
            )


def wanted_name(entries: Sequence[str], variables: Variables, evaluate: Callable[[str, Variables], Any]) -> Any:
    """The name for a server: from the first entry whose value has a letter or digit, else the server's own name."""
    for entry in entries:
        # Evaluated as it is: a copy, such as strip makes, is no template that a new Ansible trusts.
        value = variables.get(entry.strip()) if _is_variable(entry) else evaluate(entry, variables)
        if isinstance(value, (str, int, float)) and host_name(str(value)):
            return str(value)
    return variables["liteserver_name"]


def _is_variable(entry: str) -> bool:
    return entry.strip().isidentifier()
