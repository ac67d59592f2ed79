# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An operation on all hosts of a play, done once. The work is in plugin_utils/_operation."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ..plugin_utils._hiding import hidden
from ..plugin_utils._in_process import PROGRESS, environment_of, plain, refusal
from ..plugin_utils._operation.operations import OPERATIONS
from ..plugin_utils._operation.task import SPEC, Task
from ..plugin_utils._play.play import Play
from ..plugin_utils._unsafe import answer


class ActionModule(ActionBase):
    """Reads the options, runs the operation, and leaves each host's verdict where liteserver_verdict finds it."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        environment: dict[str, t.Any] = {}
        self._compute_environment_string(environment)
        with environment_of(environment):
            checked = ArgumentSpecValidator(SPEC).validate(plain(self._task.args))
            params = checked.validated_parameters
            problem = _broken_off(params.get("broke_off"))
            if checked.error_messages:
                problem = f"{refusal(checked, self._task.action)}."
            if params.get("operation") not in OPERATIONS:
                return {**result, "failed": True, "msg": problem}
            # Without options it is a task of a role, which gives nothing wrong itself.
            if checked.error_messages and params.get("options") is None:
                problem = f"{problem} Correct module_defaults, or {params['operation']}_connection."
            task = Task(Play(self, variables), params, set(checked._no_log_values), problem)
            shows = boolean(self._templar.template(variables.get(PROGRESS, True)), strict=False)
            done = task.run(silent=bool(self._task.no_log) or not shows)
        # People have seen the lines; the result is for programs, and may have thousands of servers.
        return {**result, **answer(hidden(done, task.secrets)), "_ansible_verbose_override": True}


def _broken_off(reason: str | None) -> str | None:
    """What hosts are told where the work was not done to its end."""
    if reason is None:
        return None
    return (
        f"It was broken off: {reason.rstrip('.')}. Jobs that it has submitted go on, and running again takes them up."
    )
