# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Narrates the wait of M(huaweicloud.modelarts.liteserver_job_info). What is read here, the module reads."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._errors import ModelArtsError
from ..module_utils._job import parse
from ..module_utils._query import collect
from ..module_utils._wait import Wait
from ..plugin_utils._narrator import Narrator
from ..plugin_utils._slices import INFO, Slices, flag, seconds


class ActionModule(ActionBase):
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        args = self._task.args
        if self._task.async_val or not flag(args, "wait", False):
            return {**result, **self._execute_module(task_vars=task_vars, wrap_async=self._task.async_val)}
        slices = Slices(self, task_vars)
        result.update(self._narrated(slices, args))
        if slices.warnings:
            result["warnings"] = slices.warnings
        return result

    def _narrated(self, slices: Slices, args: dict[str, t.Any]) -> dict[str, t.Any]:
        """Select with the module, wait in slices, read the details that are still missing."""
        started = slices.clock()
        narrator = Narrator(Display().display, slices.clock)
        result = slices.run(INFO, {**args, "wait": False, "details": False})
        result.pop("invocation", None)  # of a slice, not of the task
        if result.get("failed"):
            return result
        wait = Wait(
            slices,
            seconds(args, "wait_timeout"),
            seconds(args, "wait_interval"),
            warn=slices.warnings.append,
            watch=narrator.jobs,
            started=started,
        )
        details = bool(flag(args, "details", False))
        try:
            return {**result, **collect(slices, [parse(job) for job in result["jobs"]], details, wait)}
        except ModelArtsError as error:
            return {**result, **error.details, "failed": True, "msg": error.message}
