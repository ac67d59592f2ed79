# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes how long each task took, as JSON lines."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: durations
type: aggregate
short_description: Write how long tasks take
description: For the benchmark. The file is named by the environment variable DURATIONS_FILE.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "durations"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.task: str | None = None
        self.task_started = 0.0

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._next(task.get_name())

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._next(None)

    def _next(self, task: str | None) -> None:
        """Write how long the task before this one took, on all its hosts."""
        now = time.monotonic()
        if self.task:
            self._write(task=self.task, seconds=now - self.task_started)
        self.task, self.task_started = task, now

    def _write(self, **line: Any) -> None:
        with open(os.environ["DURATIONS_FILE"], "a", encoding="utf-8") as record:
            record.write(json.dumps(line) + "\n")
