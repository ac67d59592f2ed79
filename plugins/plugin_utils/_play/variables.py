# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of a role, as they are for each host of a play."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .hosts import Host

MOST_GROUPS = 20  # of hosts whose variables are written alike; more would tell nobody more
MOST_SAMPLED = 5  # hosts whose templates are carried out, since each may be dear: the first, the last, and some between

Variables = Mapping[str, Any]


def by_host(
    hosts: Sequence[Host],
    is_option: Callable[[str], bool],
    of_host: Callable[[str], Variables],
    carry_out: Callable[[Any, Variables], Any],
    each: Sequence[str] = (),
) -> dict[str, dict[str, Any]]:
    """The variables that are options, by host, templates carried out.

    each: options that may differ between hosts, so that their templates are carried out for each of them.

    of_host: all variables of a host in the task, as they were written. carry_out: the value of a template among variables;
    it may raise an exception. It takes long to make the variables of a host, so that is done once for all hosts of which the
    inventory says the same.
    """
    groups: dict[str, list[str]] = {}
    for host in hosts:
        groups.setdefault(json.dumps(host.given, sort_keys=True, default=repr), []).append(host.name)
    found: dict[str, dict[str, Any]] = {}
    for names in list(groups.values())[: None if each else MOST_GROUPS]:
        variables = of_host(names[0])
        written = {name: value for name, value in variables.items() if is_option(name)}
        shared = _carried_out(variables, written, carry_out)
        found.update(dict.fromkeys(names, shared))
        if any(_is_template(value) for value in written.values()):
            differ = any(_is_template(written.get(name)) for name in each)
            for name in names[1:] if differ else _sample(names):
                found[name] = _carried_out(of_host(name), written, carry_out)
    return found


def _carried_out(
    variables: Variables, written: Mapping[str, Any], carry_out: Callable[[Any, Variables], Any]
) -> dict[str, Any]:
    return {
        name: _plain(carry_out(value, variables) if _is_template(value) else value) for name, value in written.items()
    }


def _sample(names: Sequence[str]) -> list[str]:
    last = len(names) - 1
    return [names[n * last // (MOST_SAMPLED - 1)] for n in range(1, MOST_SAMPLED)] if last else []


def _is_template(value: Any) -> bool:
    return "{{" in (text := json.dumps(value, default=str)) or "{%" in text


def _plain(value: Any) -> Any:
    """Without Ansible's own kinds of texts, lists and dictionaries."""
    return json.loads(json.dumps(value, default=str))
