# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""By what a play comes to a task: whether all its hosts do, so that one can work for all. Checked before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible.playbook.handler import Handler
from ansible.playbook.task_include import TaskInclude

from .._fleet.counts import first_few
from .variables import is_template

CHOOSE = "choose the hosts with hosts or a limit"
FOR_ALL = f"One host works for all, so take it out of there, and {CHOOSE}."
INCLUDES = ("include_tasks", "include_role")

# The hosts for which a value with templates has another value than for the first one.
Differing = Callable[[Any], list[str]]


def way_problems(role: str, task: Any, several: bool, differing: Differing) -> Iterator[str]:
    """Why one host may not work for all where a task stands. C(several): whether the play has more hosts than one."""
    conditions = _conditions(task)
    if conditions:
        yield (
            f"{role} has the condition {' and '.join(conditions)}, which cannot leave out single hosts, since one host works "
            f"for all. Remove it, and {CHOOSE}."
        )
    if several and any(_runs_once(above) for _below, above in _steps(task)):
        yield f"{role} has run_once, so only one host would hear what became of its server. Remove it: one host works for all anyway."
    for below, above in _steps(task):
        if isinstance(above, Handler):
            yield f"{role} is run by a handler, which not all hosts come to. {FOR_ALL}"
        if _is_rescue(below, above):
            yield f"{role} stands in a rescue, which not all hosts come to. {FOR_ALL}"
    for value in _included_by(task):
        others = differing(value)
        if others:
            yield (
                f"{role} is included by {value}, which is not the same for all hosts, but another for {first_few(others)}. One host works "
                f"for all, so include it for all, and {CHOOSE}."
            )


def _steps(task: Any) -> Iterator[tuple[Any, Any]]:
    """Each part of the play with what it stands in, from the task to the outermost."""
    above = getattr(task, "_parent", None)
    while above is not None:
        yield task, above
        task, above = above, getattr(above, "_parent", None)


def _runs_once(above: Any) -> bool:
    # As it was written, since Ansible reads it for a task alone.
    return str(getattr(above, "run_once", None) or False).lower() not in ("false", "no", "0")


def _conditions(task: Any) -> list[str]:
    """The conditions on a task and on everything that includes it."""
    found: list[str] = []
    for one in (task, *(above for _below, above in _steps(task))):
        conditions = getattr(one, "when", None) or []
        # Of a role that is included it is as it was written.
        found += [conditions] if isinstance(conditions, str) else [str(condition) for condition in conditions]
    return list(dict.fromkeys(found))


def _is_rescue(below: Any, above: Any) -> bool:
    # Ansible copies blocks, and keeps their ids.
    return any(below is one or below._uuid == one._uuid for one in getattr(above, "rescue", None) or [])


def _included_by(task: Any) -> Iterator[Any]:
    """The values with templates that say what is included, and how often, on the way to a task."""
    for _below, above in _steps(task):
        if isinstance(above, TaskInclude):
            # As it was written: Ansible has put the name that was found in its place.
            for key, value in dict(above.get_ds() or {}).items():
                if key.rpartition(".")[2] in INCLUDES and isinstance(value, Mapping):
                    yield from (one for name, one in value.items() if name != "apply" and is_template(one))
                elif (key.rpartition(".")[2] in INCLUDES or key == "loop" or key.startswith("with_")) and is_template(
                    value
                ):
                    yield value
