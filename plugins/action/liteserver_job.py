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
from ..module_utils._job import Job, parse, summary
from ..module_utils._submit import holds
from ..module_utils._wait import Wait
from ..plugin_utils._narrator import Narrator
from ..plugin_utils._slices import Slices, flag, seconds

MODULE = "huaweicloud.modelarts.liteserver_job"
FEW_JOBS = 10  # whose details are read at each look, so that the lines can tell of servers


class ActionModule(ActionBase):
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        args = self._task.args
        whole = self._task.async_val or self._task.check_mode or args.get("state", "present") != "present"
        if whole or not flag(args, "wait", True):
            return {**result, **self._execute_module(task_vars=task_vars, wrap_async=self._task.async_val)}
        slices = Slices(self, task_vars)
        result.update(self._narrated(slices, args))
        if slices.warnings:
            result["warnings"] = slices.warnings
        return result

    def _narrated(self, slices: Slices, args: dict[str, t.Any]) -> dict[str, t.Any]:
        """Submit with the module, then wait in slices; a conflict is waited for in the same way."""
        narrator = Narrator(Display().display, slices.clock)
        started = slices.clock()

        def waiting(reader: Slices, result: dict[str, t.Any], watch: t.Callable[[dict[str, Job]], None]) -> Wait:
            timeout, interval = seconds(args, "wait_timeout"), seconds(args, "wait_interval")
            grace = seconds(args, "reconcile_timeout", 60.0) if result.get("submitted") else 0.0
            return Wait(reader, timeout, interval, grace, slices.warnings.append, watch, started)

        patient = args.get("on_conflict") == "wait"
        args = {**args, "wait": False, "on_conflict": "fail"} if patient else {**args, "wait": False}
        result: dict[str, t.Any] = {}
        while True:
            later = slices.run(MODULE, args)
            later.pop("invocation", None)  # of a slice, not of the task
            held = [parse(job) for job in later.get("conflicts") or []] if patient else []
            result = together(result, later, args)
            if not held:
                break
            if args.get("batches"):
                args["batches"] = left(args["batches"], later, held)
            try:
                wait = waiting(slices.looking_at_details(), result, narrator.conflicts)
                wait.until_over(held, any_one=bool(args.get("batches")))
            except ModelArtsError as error:
                result = together(result, {**error.details, "failed": True, "msg": error.message}, args)
                break
        if not result.get("jobs"):
            return result
        try:
            return self._concluded(waiting, slices, narrator, result, flag(args, "fail_on_task_failure", True))
        except ModelArtsError as error:
            return {**result, **error.details, "failed": True, "msg": error.message}

    def _concluded(
        self,
        waiting: t.Callable[[Slices, dict[str, t.Any], t.Callable[[dict[str, Job]], None]], Wait],
        slices: Slices,
        narrator: Narrator,
        result: dict[str, t.Any],
        fail_on_task_failure: bool | None,
    ) -> dict[str, t.Any]:
        """The module's result, with what the waiting has shown: of a few jobs server by server, of many job by job."""
        jobs = [parse(job) for job in result["jobs"]]
        covered = {server_id: server["job_id"] for server_id, server in result["servers"].items()}
        reasons = {sid: server["message"] for sid, server in result["servers"].items() if not server["job_id"]}
        if len(jobs) <= FEW_JOBS:
            wait = waiting(slices.looking_at_details(), result, lambda states: narrator.servers(states, covered))
        else:
            wait = waiting(slices, result, narrator.jobs)
        return conclude(
            wait,
            jobs,
            lambda states: {server_id: states.get(job_id) for server_id, job_id in covered.items()},
            {key: value for key, value in result.items() if key not in ("failed", "msg")},
            bool(fail_on_task_failure),
            reasons,
        )


def together(earlier: dict[str, t.Any], later: dict[str, t.Any], args: dict[str, t.Any]) -> dict[str, t.Any]:
    """The results of two runs of the module as one. The later one had C(args), some of the batches of the earlier one."""
    if not earlier.get("servers"):
        return later
    result = {key: value for key, value in earlier.items() if key not in ("conflicts", "failed", "msg")}
    result.update(later)
    asked = {server_id for batch in args["batches"] for server_id in batch}
    refused = {i: {**earlier["servers"][i], "message": later.get("msg")} for i in asked if later.get("failed")}
    result["servers"] = {**earlier["servers"], **later.get("servers", refused)}
    result["jobs"] = list({job["id"]: job for job in (*earlier["jobs"], *later.get("jobs", []))}.values())
    result["summary"] = summary(result["servers"])
    for key in ("changed", "submitted", "adopted"):
        result[key] = bool(earlier.get(key) or later.get(key))
    diffs = [one["diff"] for one in (earlier, later) if one.get("diff")]
    result["diff"] = {side: {k: v for diff in diffs for k, v in diff[side].items()} for side in ("before", "after")}
    return result


def left(batches: t.Any, result: dict[str, t.Any], held: list[Job]) -> list[list[str]]:
    """Of the batches what has no job yet and is held by one that is waited for; nothing else is ever sent again."""
    told = result.get("servers") or {}
    ids = [[str(one) for one in listed(batch)] for batch in listed(batches)]
    rest = [[one for one in batch if not (told.get(one) or {}).get("job_id")] for batch in ids]
    return [batch for batch in rest if batch and any(holds(job, batch) for job in held)]


def listed(value: t.Any) -> list[t.Any]:
    """A list as the module will read it."""
    return value if isinstance(value, list) else str(value).split(",")
