# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what happens in a playbook as JSON lines, for tests: task results as modules return them, and the recap."""

from __future__ import annotations

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: record
type: aggregate
short_description: Write results as JSON lines
description: For tests. The file is named by the environment variable RECORD_FILE.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, **line):
        with open(os.environ["RECORD_FILE"], "a", encoding="utf-8") as record:
            record.write(json.dumps(line, default=str) + "\n")

    def _result(self, status, result):
        # ansible-core 2.19 renamed these.
        host = getattr(result, "host", None) or result._host
        task = getattr(result, "task", None) or result._task
        content = getattr(result, "result", None) or result._result
        self._write(
            kind="task",
            host=host.get_name(),
            task=task.get_name(),
            action=task.action,
            status=status,
            # Core leaves out failed, and leaves in its own keys or not, by version.
            result={
                **{key: value for key, value in content.items() if not key.startswith("_ansible")},
                "failed": status in ("failed", "ignored", "unreachable"),
            },
        )

    def v2_runner_on_ok(self, result):
        self._result("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._result("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result):
        self._result("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._result("unreachable", result)

    def v2_playbook_on_stats(self, stats):
        self._write(kind="stats", hosts={host: stats.summarize(host) for host in stats.processed}, custom=stats.custom)
