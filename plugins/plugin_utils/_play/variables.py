# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of a role, for each host of a play."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from jinja2 import Environment, TemplateSyntaxError
from jinja2.meta import find_undeclared_variables

from .hosts import Host

MOST_GROUPS = 20  # of hosts whose variables are written alike; more would tell nobody more
# Of the play, so the same for all hosts, and some of them long.
OF_PLAY = frozenset(
    [
        "ansible_check_mode",
        "ansible_play_batch",
        "ansible_play_hosts",
        "ansible_play_hosts_all",
        "ansible_play_name",
        "ansible_version",
        "groups",
        "hostvars",
        "lookup",
        "now",
        "omit",
        "play_hosts",
        "playbook_dir",
        "q",
        "query",
        "role_name",
        "role_path",
        "undef",
    ]
)
LOOKUPS = ("vars", "varnames", "template")  # what they read does not stand in the template

Variables = Mapping[str, Any]


def by_host(
    hosts: Sequence[Host],
    is_option: Callable[[str], bool],
    of_host: Callable[[str], Variables],
    raw_of: Callable[[str], Variables],
    carry_out: Callable[[str, Any, Variables], Any],
    each: Sequence[str] = (),
) -> dict[str, dict[str, Any]]:
    """The variables that are options, by host, templates carried out.

    of_host: all variables of a host in the task, as they were written; it takes long. raw_of: those that the inventory and facts
    give a host, which is quick. carry_out: the value of an option of this name that is a template, among variables; it may raise
    an exception. each: options that may differ between hosts.

    What takes long is done once for all hosts of which the inventory says the same, and the same of all that templates read.
    """
    groups = _grouped({host.name: dict(host.given) for host in hosts})
    found: dict[str, dict[str, Any]] = {}
    # Hosts, and the variables that they are known to have alike. Those that turn out to differ in others are read after them.
    todo: list[tuple[list[str], set[str]]] = [(group, set()) for group in groups[: None if each else MOST_GROUPS]]
    for names, alike in todo:
        variables = of_host(names[0])
        written = {name: value for name, value in variables.items() if is_option(name)}
        read = {
            name: carry_out(name, value, variables) if is_template(value) else value for name, value in written.items()
        }
        found.update(dict.fromkeys(names, {name: _plain(value) for name, value in read.items()}))
        used = _used(written.values(), variables)
        if used is None:
            todo += [([name], alike) for name in names[1:]]
        elif used - alike and names[1:]:
            asked = sorted(used - alike)
            parts = _grouped({name: _of(raw_of(name), asked) for name in names})
            todo += [(part, alike | used) for part in parts[1:]]
    return found


def _of(variables: Variables, names: Iterable[str]) -> list[Any]:
    return [variables.get(name) for name in names]


def _grouped(values: Mapping[str, Any]) -> list[list[str]]:
    """The names of which the values are alike."""
    groups: dict[str, list[str]] = {}
    for name, value in values.items():
        groups.setdefault(json.dumps(value, sort_keys=True, default=repr), []).append(name)
    return list(groups.values())


def _used(values: Iterable[Any], variables: Variables) -> set[str] | None:
    """The variables that templates read, also by way of other variables. None where that cannot be told."""
    environment = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])  # it only parses
    used: set[str] = set()
    todo = list(values)
    while todo:
        value = todo.pop()
        for text in _texts(value) if is_template(value) else []:
            try:
                names = find_undeclared_variables(environment.parse(text)) - used
            except TemplateSyntaxError:
                return None
            if "vars" in names or (
                {"lookup", "query", "q"} & names and any(f"{one}'" in text.replace('"', "'") for one in LOOKUPS)
            ):
                return None
            used |= names
            todo += [variables.get(name) for name in names]
    return used - OF_PLAY


def _texts(value: Any) -> list[str]:
    """All texts in a value."""
    if isinstance(value, Mapping):
        return [text for pair in value.items() for one in pair for text in _texts(one)]
    if isinstance(value, (list, tuple)):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


def is_template(value: Any) -> bool:
    """Whether there are templates in a value, however deep."""
    return "{{" in (text := json.dumps(value, default=str)) or "{%" in text


def _plain(value: Any) -> Any:
    """The value without Ansible's own types of texts, lists and dictionaries."""
    return json.loads(json.dumps(value, default=str))
