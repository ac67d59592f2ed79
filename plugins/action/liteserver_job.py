# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Narrates the wait of M(huaweicloud.modelarts.liteserver_job). The module submits; what is read here, modules read."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._conclude import conclude
from ..module_utils._errors import ModelArtsError
from ..module_utils._job import parse
from ..module_utils._wait import Wait
from ..plugin_utils._narrator import Narrator
from ..plugin_utils._slices import Slices, flag, seconds

MODULE = "huaweicloud.modelarts.liteserver_job"


class ActionModule(ActionBase):
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        args = self._task.args
        whole = self._task.async_val or self._task.check_mode or args.get("state", "present") != "present"
        if whole or not flag(args, "wait", True):
            return {**result, **self._execute_module(task_vars=task_vars, wrap_async=self._task.async_val)}
        slices = Slices(self, task_vars, details=True)
        result.update(self._narrated(slices, args))
        if slices.warnings:
            result["warnings"] = slices.warnings
        return result

    def _narrated(self, slices: Slices, args: dict[str, t.Any]) -> dict[str, t.Any]:
        """Submit with the module, then wait in slices; a conflict is waited for in the same way."""
        started = slices.clock()
        narrator = Narrator(Display().display, slices.clock)
        patient = args.get("on_conflict") == "wait"
        while True:
            now = {**args, "wait": False, "on_conflict": "fail"} if patient else {**args, "wait": False}
            result = slices.run(MODULE, now)
            result.pop("invocation", None)  # of a slice, not of the task
            if result.get("failed") and not (patient and result.get("conflicts")):
                return result
            wait = Wait(
                slices,
                seconds(args, "wait_timeout"),
                seconds(args, "wait_interval"),
                seconds(args, "reconcile_timeout", 60.0) if result.get("submitted") else 0.0,
                slices.warnings.append,
                narrator.conflicts,
                started,
            )
            try:
                if not result.get("failed"):
                    return self._concluded(wait, narrator, result, bool(flag(args, "fail_on_task_failure", True)))
                wait.until_over(parse(job) for job in result["conflicts"])
            except ModelArtsError as error:
                return {**result, **error.details, "failed": True, "msg": error.message}

    def _concluded(
        self, wait: Wait, narrator: Narrator, result: dict[str, t.Any], fail_on_task_failure: bool
    ) -> dict[str, t.Any]:
        """The module's result, with what the waiting has shown."""
        jobs = {job["id"]: parse(job) for job in result["jobs"]}
        covered = {server_id: server["job_id"] for server_id, server in result["servers"].items()}
        wait.watch = lambda states: narrator.servers(states, covered)
        return conclude(
            wait,
            jobs.values(),
            lambda states: {server_id: states.get(job_id) for server_id, job_id in covered.items()},
            result,
            fail_on_task_failure,
        )
