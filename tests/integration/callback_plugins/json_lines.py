# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints a playbook's results as JSON lines, for tests: standard output as a program reads it."""

from __future__ import annotations

import json

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: json_lines
type: stdout
short_description: Print results as JSON lines
description: For tests.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "json_lines"

    def _result(self, result):
        # ansible-core 2.19 renamed these.
        task = getattr(result, "task", None) or result._task
        content = getattr(result, "result", None) or result._result
        self._display.display(json.dumps({"task": task.get_name(), "changed": content.get("changed")}))

    v2_runner_on_ok = v2_runner_on_failed = _result
