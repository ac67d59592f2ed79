# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wait in slices: the reads that a wait needs, each made by a short run of the info module.

So the controller needs neither requests nor credentials, and delegate_to, environment, become and the interpreter work as
for any module.
"""

from __future__ import annotations

import copy
import time
import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ..module_utils._errors import LostAnswerError, ModelArtsError, RequestError
from ..module_utils._module import AUTH_SPEC, WAIT_SPEC

if t.TYPE_CHECKING:
    from ansible.plugins.action import ActionBase

INFO = "huaweicloud.modelarts.liteserver_job_info"
SHORT_TIMEOUT = 20.0  # seconds


class Slices:
    """Reads jobs by running the info module with the connection options of the action's task."""

    clock = staticmethod(time.monotonic)
    sleep = staticmethod(time.sleep)

    def __init__(self, action: ActionBase, task_vars: dict[str, t.Any] | None) -> None:
        self._action = action
        self._details = False
        self._task_vars = task_vars
        self._connection = {name: action._task.args[name] for name in AUTH_SPEC if name in action._task.args}
        self.warnings: list[str] = []

    def run(self, module: str, args: dict[str, t.Any]) -> dict[str, t.Any]:
        """One run of a module, its warnings kept for the end."""
        result: dict[str, t.Any] = self._action._execute_module(
            module_name=module, module_args=args, task_vars=self._task_vars
        )
        for warning in result.pop("warnings", None) or []:
            if warning not in self.warnings:
                self.warnings.append(warning)
        return result

    def looking_at_details(self) -> Slices:
        """The same, but each look of a wait is at the details, which tell of each server, in place of the list."""
        detailed = copy.copy(self)
        detailed._details = True
        return detailed

    def until(self, deadline: float) -> Slices:
        """The same for a wait, which bears with outages itself: so a slice comes back soon, and lines go on."""
        patient = copy.copy(self)
        timeout = min(float(self._connection.get("request_timeout", SHORT_TIMEOUT)), SHORT_TIMEOUT)
        patient._connection = {**self._connection, "retries": 0, "request_timeout": timeout}
        return patient

    def rows_of(self, job_ids: t.Collection[str], name: str | None) -> list[dict[str, t.Any]]:
        """The list rows of some jobs; none, so that the details are read, where those are wanted."""
        return [] if self._details else self._jobs(ids=list(job_ids))

    def get_jobs(self, job_ids: t.Iterable[str]) -> dict[str, dict[str, t.Any] | None]:
        """The details by id, None where there is no such job."""
        wanted = list(job_ids)
        found = {job["id"]: job for job in self._jobs(ids=wanted, details=True)} if wanted else {}
        return {job_id: found.get(job_id) for job_id in wanted}

    def _jobs(self, **selection: t.Any) -> list[dict[str, t.Any]]:
        result = self.run(INFO, {**self._connection, **selection})
        if not result.get("failed"):
            return t.cast("list[dict[str, t.Any]]", result["jobs"])
        message, failure = str(result.get("msg")), result.get("failure")
        if not isinstance(failure, dict):
            raise ModelArtsError(message)
        status = failure.get("status")
        lost = status is None or status < 300 or status >= 500
        raise (LostAnswerError if lost else RequestError)(
            message, status, failure.get("code"), failure.get("request_id")
        )


def seconds(args: t.Mapping[str, t.Any], name: str, default: float = 0.0) -> float:
    """A time among the options of a task that the module has accepted."""
    value = args.get(name)
    return float(WAIT_SPEC.get(name, {}).get("default", default) if value is None else value)


def flag(args: t.Mapping[str, t.Any], name: str, default: bool) -> bool | None:
    """A boolean option of a task as the module will read it, or None where the module will refuse it."""
    value = args.get(name)
    try:
        return bool(boolean(default if value is None else value))
    except TypeError:
        return None
