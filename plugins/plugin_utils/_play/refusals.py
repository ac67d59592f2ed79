# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a play cannot run an operation in which one host works for all. Checked before anything is sent."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from ...module_utils import _transport
from ...module_utils._call import AUTH_SPEC

LINEAR = ("linear", "debug")  # the second is the first one with a debugger


def strategy_problem(strategy: str) -> str | None:
    """Why the operation cannot be done under a strategy."""
    if strategy.rpartition(".")[2] in LINEAR:
        return None
    return (
        f"The play's strategy is {strategy}, under which each host would run the whole operation. "
        "Give the play strategy: linear."
    )


def condition_problem(role: str, conditions: list[str]) -> str | None:
    """Why the role, or a task in its place, must not have a condition."""
    if not conditions:
        return None
    return (
        f"{role} has the condition {' and '.join(conditions)}, which cannot leave out single hosts, since one host works for "
        "all. Remove it, and choose the hosts with hosts or a limit."
    )


def library_problem() -> str | None:
    """Why nothing can be done in this Python."""
    if not _transport.REQUESTS_ERROR:
        return None
    return (
        f"The Python that runs Ansible, {sys.executable}, has no library requests. Install it there: "
        f"{sys.executable} -m pip install requests."
    )


def connection_problems(role: str, options: Iterable[object]) -> Iterator[str]:
    """What cannot be among the connection options of a role."""
    for name in options:
        if name not in AUTH_SPEC:
            yield f"{role}_connection has {name}, which is none of {', '.join(AUTH_SPEC)}. Correct it."


def conditions_of(task: Any) -> list[str]:
    """The conditions on a task and on everything that includes it."""
    found: list[str] = []
    while task is not None:
        conditions = getattr(task, "when", None) or []
        # Of a role that is included it is as it was written.
        found += [conditions] if isinstance(conditions, str) else [str(condition) for condition in conditions]
        task = getattr(task, "_parent", None)
    return list(dict.fromkeys(found))
