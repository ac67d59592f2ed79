# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the tasks of chosen servers end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

UPGRADES = frozenset({"HDK_UPGRADE", "ASCEND_SOFTWARE_UPGRADE"})
ENDINGS = ("SUCCESS", "FAILED", "SKIPPED", "MISSING", "UNCONFIRMED", "HUNG")


@dataclass
class Ending:
    """One rule: the next `left` tasks (None: all) of a server, of these job types (None: any), end so."""

    status: str
    left: int | None
    message: str | None
    job_types: frozenset[str] | None


class Outcomes:
    """The rules of all servers. Earlier rules are used up before later ones apply."""

    def __init__(self) -> None:
        self._rules: dict[str, list[Ending]] = {}

    def add(
        self,
        server_id: str,
        status: str,
        times: int | None = None,
        message: str | None = None,
        job_types: Iterable[str] | None = None,
    ) -> None:
        """`job_types`: request or echoed types; None means upgrades only, "any" means all."""
        if status not in ENDINGS:
            raise ValueError(f"an outcome is one of {', '.join(ENDINGS)}, not {status!r}")
        types: frozenset[str] | None = UPGRADES
        if isinstance(job_types, str):
            types = None if job_types == "any" else frozenset({job_types})
        elif job_types is not None:
            types = frozenset(job_types)
        self._rules.setdefault(server_id, []).append(Ending(status, times, message, types))

    def clear(self) -> None:
        self._rules.clear()

    def take(self, server_id: str, types: Iterable[str]) -> Ending | None:
        """Use up one application of the first rule that fits a job of these types (request and echoed)."""
        names = set(types)
        for rule in self._rules.get(server_id, ()):
            if rule.left == 0 or (rule.job_types is not None and not rule.job_types & names):
                continue
            if rule.left is not None:
                rule.left -= 1
            return rule
        return None
