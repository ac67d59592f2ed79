# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a play cannot run an operation in which one host works for all. Checked before anything is sent."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

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
