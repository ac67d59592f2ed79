# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A launch by AWX's rules: which answers a survey takes, and which extra variables the job gets. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

TEXTS = ("text", "textarea")


class LaunchRefused(Exception):
    """AWX does not launch the template with these answers."""


class _Unsafe(yaml.SafeDumper):
    """Marks all texts, as AWX does, so that no template in them is carried out."""

    def represent_data(self, data: Any) -> yaml.Node:
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


def extra_vars(template: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The extra variables of a job or a workflow. Answers to no question are dropped, as nothing else is asked on launch."""
    spec = template["survey_spec"]["spec"]
    problems = [problem for question in spec if (problem := problem_of(question, answers))]
    if problems:
        raise LaunchRefused("; ".join(problems))
    defaults = {question["variable"]: question["default"] for question in spec if "default" in question}
    asked = {question["variable"] for question in spec}
    given = {name: value for name, value in answers.items() if name in asked}
    return {**template.get("extra_vars", {}), **defaults, **given}


def problem_of(question: Mapping[str, Any], answers: Mapping[str, Any]) -> str | None:
    """What AWX has against the answer to a question."""
    name, kind = question["variable"], question["type"]
    if name not in answers:
        return f"{name} value missing" if question["required"] else None
    answer = answers[name]
    if kind in TEXTS:
        good = isinstance(answer, str) and len(answer) >= question.get("min", 0)
    elif kind == "integer":
        whole = isinstance(answer, int) and not isinstance(answer, bool)
        good = whole and question.get("min", answer) <= answer <= question.get("max", answer)
    else:
        good = answer in question["choices"]
    return None if good else f"{name} takes no {answer!r}"


def as_file(variables: Mapping[str, Any], template: Mapping[str, Any]) -> str:
    """The file of extra variables. Only what the template itself says may be a template."""
    safe = template.get("extra_vars", {})
    return "".join(
        yaml.dump({name: value}, Dumper=yaml.SafeDumper if name in safe and safe[name] == value else _Unsafe)
        for name, value in variables.items()
    )
