# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module of the stand-in for awx.awx: checks its arguments by the argument spec of the module of its name."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase

from ..plugin_utils.store import Refused, Store


class ActionModule(ActionBase):
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        module = self._task.action.rpartition(".")[2]
        with open(os.environ["AWX_SPECS"], encoding="utf-8") as stream:
            spec = json.load(stream)[module]
        checked = ArgumentSpecValidator(spec.pop("argument_spec"), **spec).validate(
            json.loads(json.dumps(self._task.args))
        )
        if checked.error_messages:
            return {**result, "failed": True, "msg": "; ".join(checked.error_messages)}
        try:
            changed = Store().apply(module, checked.validated_parameters, self._task.check_mode)
        except Refused as error:
            return {**result, "failed": True, "msg": str(error)}
        return {**result, "changed": changed}
