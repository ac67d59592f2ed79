# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The region's job templates, and whether the items of a job match them.

The SDK says of a parameter: C(name), C(description), C(value), C(visible) (whether the console shows it) and C(regex). It does
not say which parameters are required, so only these are refused: a key that the template does not list, unless it lists none at
all; a value that the parameter's regex does not match as a whole; and a missing key whose parameter the console shows, that has
no default value, and whose regex does not match the empty value.

Several templates may have one type, each for another flavor. The platform chooses among them; here it is enough to match one.
"""

from __future__ import annotations

import re
import typing as t
import warnings

from ._errors import InputError
from ._job import ECHOED_TYPES
from ._text import is_secret
from ._values import mappings, text

Template = dict[str, t.Any]  # as parse makes it
Items = t.Sequence[t.Mapping[str, t.Any]]  # [{"type": str, "spec": {str: str}}]

TEXTS = ("name", "description", "type", "flavor_type")
DETAILS = ("cmd", "timeout", "check_interval", "status")
PARAMETER_TEXTS = ("name", "description", "value", "regex")
TRUNCATED = "The list is incomplete: the platform says that there are more templates than it gives. Narrow it with name or type."


class Source(t.Protocol):
    """What a search needs of a client."""

    def list_templates(self, query: dict[str, str] | None = None) -> tuple[list[dict[str, t.Any]], bool]:
        """The list rows, and whether they are all."""


def parse(answer: t.Mapping[str, t.Any]) -> Template:
    """A template as modules return it, from a list row or a full answer. What is absent is null."""
    template: Template = {"id": str(answer["id"])}
    template.update((key, text(answer.get(key))) for key in (*TEXTS, *DETAILS))
    template["params"] = [_parameter(param) for param in mappings(answer.get("params"))]
    return template


def _parameter(param: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    parsed: dict[str, t.Any] = {key: text(param.get(key)) for key in PARAMETER_TEXTS}
    # The SDK types it as a string.
    parsed["visible"] = {"true": True, "false": False}.get(str(param.get("visible")).strip().lower())
    return parsed


def same_type(one: str | None, other: str | None) -> bool:
    """Whether two words mean the same job type. The platform has two words for an upgrade."""
    return ECHOED_TYPES.get(one or "", one) == ECHOED_TYPES.get(other or "", other)


def type_query(job_type: str | None) -> dict[str, str]:
    """The filter for a list of templates. It is left out for an upgrade, as it is not known which of two words counts."""
    if job_type is None or job_type in ECHOED_TYPES or job_type in ECHOED_TYPES.values():
        return {}
    return {"type": job_type}


def find_templates(client: Source, job_type: str) -> list[Template]:
    """The region's templates for a job type, with one request. Those of exactly this word, else those of its synonym."""
    rows, _complete = client.list_templates(type_query(job_type))
    found = [parse(row) for row in rows]
    exact = [template for template in found if template["type"] == job_type]
    return exact or [template for template in found if same_type(template["type"], job_type)]


def check_spec(
    templates: t.Sequence[Template], items: Items, warn: t.Callable[[str], None] = lambda text: None
) -> None:
    """Refuse items that match none of the templates. Without templates nothing is refused.

    Raises InputError with the first mismatch of the first template. C(warn) is called for a regex that cannot be used.
    """
    complaints = []
    for template in templates:
        complaint = _complaint(template, items, warn)
        if complaint is None:
            return
        complaints.append(complaint)
    if complaints:
        rest = (
            f" The {len(complaints) - 1} other templates of this type do not fit either." if len(complaints) > 1 else ""
        )
        raise InputError(f"{complaints[0]} Correct it, or set validate_spec to false.{rest}")


def _complaint(template: Template, items: Items, warn: t.Callable[[str], None]) -> str | None:
    """A sentence on the first mismatch, or None."""
    params = {param["name"]: param for param in template["params"] if param["name"]}
    if not params:
        return None
    called = f"template {template['name'] or 'without a name'} (type {template['type']}, ID {template['id']})"
    patterns = {name: _pattern(param, called, warn) for name, param in params.items()}
    for n, item in enumerate(items):
        for key, value in item["spec"].items():
            option, pattern = f"items[{n}].spec.{key}", patterns.get(key)
            if key not in params:
                known = ", ".join(sorted(params))
                return f"{option}{'' if is_secret(key) else f' (value {value!r})'} is no parameter of {called}, which has {known}."
            if pattern and not pattern.fullmatch(value):
                shown = "a text" if is_secret(key) else repr(value)
                return f"{option} is {shown}, which does not match {pattern.pattern} of {called}{_told(params[key])}."
    given = {key for item in items for key in item["spec"]}
    for key, pattern in patterns.items():
        if key in given or pattern is None or pattern.fullmatch(""):
            continue
        if params[key]["visible"] and not params[key]["value"]:
            where = "items[0].spec" if len(items) == 1 else "The spec of every item"
            return f"{where} lacks {key}, required by {called}{_told(params[key])}. It must match {pattern.pattern}."
    return None


def _told(param: t.Mapping[str, t.Any]) -> str:
    return f", where it is the {param['description']!r}" if param["description"] else ""


def _pattern(param: t.Mapping[str, t.Any], called: str, warn: t.Callable[[str], None]) -> re.Pattern[str] | None:
    """The compiled regex of a parameter; None where there is none, or Python cannot read it."""
    if not param["regex"]:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(param["regex"])
    except (re.error, Warning, OverflowError, RecursionError) as error:
        warn(f"The regex {param['regex']!r} of {called}, parameter {param['name']}, is not applied: {error}.")
        return None
