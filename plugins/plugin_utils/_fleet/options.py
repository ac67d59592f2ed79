# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a role, read from variables that may be text from a survey. Pure.

The role's argument spec and C(checks) say what is allowed. All mistakes are reported at once, each in a sentence with
the option's name and what to do. An empty text counts as not given, since surveys send it for an empty field.
"""

from __future__ import annotations

import difflib
import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import yaml
from ansible.module_utils.parsing.convert_bool import boolean

from . import rules
from .counts import MOST_NAMED, first_few

Options = dict[str, Any]  # by the names without the role's prefix
Spec = Mapping[str, Mapping[str, Any]]  # the options of a role's argument spec
Groups = list[tuple[Any, list[str]]]  # a value, and the hosts that have it

# Variables with a role's prefix that are no options: what the role itself leaves or hands to hooks.
OWN = (
    "result",
    "report",
    "summary",
    "outcome",
    "failed",
    "reasons",
    "plan",
    "cut",
    "wave",
    "wave_servers",
    "wave_hosts",
)


def read(
    role: str,
    spec: Spec,
    given: Mapping[str, Any],
    but: Iterable[str] = (),
    checks: Mapping[str, rules.Check] = rules.CHECKS,
) -> tuple[Options, list[str]]:
    """The options of a role, and what is wrong with them.

    given: variables by their names, of which those with the role's prefix count. but: options that are not read, by their
    names without the prefix, since another role that uses this one decides them. checks: by names without the prefix.
    """
    options: Options = {}
    problems = unknown(role, spec, given)
    for name, option in spec.items():
        short = name[len(role) + 1 :]
        if short in but:
            continue
        value = given.get(name)
        is_given = not is_blank(value)
        value = value if is_given else option.get("default")
        options[short] = None
        if value is None:
            if option.get("required"):
                problems.append(f"{name} is missing. {rules.REMEDIES.get(short, 'Give it')}.")
            continue
        try:
            options[short] = rules.checked(short, _READERS[_kind(short, option)](value), option, checks)
        except ValueError as error:
            problems.append(f"{name}: {str(error).rstrip('.')}.")
    return options, problems


def unknown(role: str, spec: Spec, given: Iterable[str]) -> list[str]:
    """A sentence for each variable whose name begins like an option of the role but is none."""
    prefix = f"{role}_"
    own = {prefix + name for name in OWN}
    strange = [name for name in given if name.startswith(prefix) and name not in spec and name not in own]
    problems = []
    for name in sorted(strange):
        near = difflib.get_close_matches(name[len(prefix) :], [one[len(prefix) :] for one in spec], n=1)
        way_out = f"Is {prefix}{near[0]} meant?" if near else "Correct its name, or leave it out."
        problems.append(f"{name} is no option of the role {role}. {way_out}")
    return problems


def agreed(by_host: Mapping[str, Mapping[str, Any]], spec: Spec, vary: Iterable[str] = ()) -> tuple[Options, list[str]]:
    """The variables that all hosts agree on, by full name, and a sentence for each that differs.

    by_host: the variables given, by host. vary: names of those that may differ; they are left out.
    """
    common: Options = {}
    problems = []
    names = dict.fromkeys(name for given in by_host.values() for name in given)
    for name in names:
        if name in vary:
            continue
        groups = _groups({host: given.get(name) for host, given in by_host.items()})
        if len(groups) == 1:
            common[name] = groups[0][0]
        else:
            told = _groups_told(groups)
            problems.append(f"{name} differs between the hosts of the play: {told}. Give all of them one value.")
    return common, problems


def of_one_server(name: str, by_server: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A sentence where hosts that stand for one server differ in a variable, which else the last of them would decide.

    by_server: its values, by host.
    """
    groups = {server_id: _groups(values) for server_id, values in by_server.items()}
    told = [f"{server_id} ({_groups_told(those)})" for server_id, those in groups.items() if len(those) > 1]
    if not told:
        return []
    return [
        f"{name} differs between hosts that stand for the same Lite Server: {first_few(told)}. Give the hosts of a server one "
        "value, or leave out all of them but one."
    ]


def _groups(values: Mapping[str, Any]) -> Groups:
    groups: Groups = []
    for host, given in values.items():
        value = None if is_blank(given) else given
        group = next((one for one in groups if one[0] is value or one[0] == value), None)
        if group is None:
            groups.append((value, [host]))
        else:
            group[1].append(host)
    return groups


def _groups_told(groups: Groups) -> str:
    return "; ".join(f"{shown(value)} for {first_few(hosts)}" for value, hosts in groups[:MOST_NAMED])


def is_blank(value: Any) -> bool:
    """Whether a value counts as not given."""
    return value is None or (isinstance(value, str) and not value.strip())


def shown(value: Any) -> str:
    """A value for a message. Of a list or dictionary, which may hold secrets, only its size or keys are shown."""
    if value is None:
        return "not given"
    if isinstance(value, Mapping):
        return f"a dictionary of {', '.join(map(str, value)) or 'nothing'}"
    return f"a list of {len(value)}" if isinstance(value, (list, tuple)) else repr(value)


def _kind(short: str, option: Mapping[str, Any]) -> str:
    # A number is refused as a version: YAML has turned 24.10 into 24.1 by then.
    return {"servers": "ids", "version": "raw", "wanted": "raw"}.get(short, str(option["type"]))


def _flag(value: Any) -> bool:
    try:
        return bool(boolean(value))
    except TypeError:
        raise ValueError(f"{shown(value)} is neither true nor false. Give one of them") from None


def _whole(value: Any) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(f"{shown(value)} is not a whole number of 0 or more. Give one")
    return int(text)


def _number(value: Any) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{shown(value)} is not a number. Give it in digits")
    return number


def _text(value: Any) -> str:
    if isinstance(value, (Mapping, list, tuple)):
        raise ValueError(f"{shown(value)} is not a text. Give one")
    return str(value).strip()


def _path(value: Any) -> str:
    return os.path.abspath(os.path.expanduser(_text(value)))


def _structure(value: Any) -> Any:
    """A survey's text read as YAML or JSON. Its content is not shown in errors, as it may hold a secret."""
    if not isinstance(value, str):
        return value
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" from line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ValueError(f"the text cannot be read as YAML or JSON{where}. Correct it") from None


def _dictionary(value: Any) -> dict[str, Any]:
    found = _structure(value)
    if not isinstance(found, Mapping):
        raise ValueError(f"a {type(found).__name__} is not a dictionary. Give one, such as {{key: value}}")
    return dict(found)


def _list(value: Any) -> list[Any]:
    found = _structure(value)
    if isinstance(found, Mapping):
        return [found]
    if not isinstance(found, (list, tuple)):
        raise ValueError(f"a {type(found).__name__} is not a list. Give one")
    return list(found)


def ids(value: Any) -> list[Any]:
    """IDs as people write them: one per line, or separated by commas or blanks; or a list, also as text."""
    if isinstance(value, str):
        listed = value.strip().startswith(("[", "-"))
        text = re.sub(r"""[\[\]"']|(?m:^\s*-\s)""", " ", value) if listed else value
        return [word for word in re.split(r"[\s,]+", text) if word]
    return list(value) if isinstance(value, (list, tuple)) else [value]


_READERS: dict[str, Callable[[Any], Any]] = {
    "bool": _flag,
    "int": _whole,
    "float": _number,
    "str": _text,
    "path": _path,
    "dict": _dictionary,
    "list": _list,
    "ids": ids,
    "raw": lambda value: value,
}
