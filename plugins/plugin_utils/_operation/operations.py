# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations, by the names of their roles, and how they differ. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._fleet import rules
from . import diagnosis, logs, plain, software
from .judged import Servers


@dataclass(frozen=True)
class Operation:
    """An operation. C(word) gives the verdict on a task that succeeded, by its message and the options.

    C(judge) adds to the servers what is read from all of them, and returns what it adds to the result. C(changes): its jobs may
    change servers, so that they are submitted as asked, and a server that failed fails no host as long as there is any job.
    """

    name: str
    title: str
    word: Callable[[object, Mapping[str, Any]], str]
    judge: Callable[[Servers, Mapping[str, Any]], dict[str, Any]]
    checks: Mapping[str, rules.Check] = field(default_factory=lambda: rules.CHECKS)
    changes: bool = False


OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation("log_collection", "Log collection", logs.word, logs.judge),
        Operation("software_query", "Software query", software.word, software.judge),
        Operation("diagnosis", "Diagnosis", diagnosis.word, diagnosis.judge),
        Operation("liteserver_jobs", "Jobs", plain.word, plain.judge, plain.CHECKS, changes=True),
    )
}
