# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes how long each task took, as JSON lines."""

from __future__ import annotations

import json
import os
import time

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

    def v2_runner_on_start(self, host, task):
        self.started = time.monotonic()

    def v2_runner_on_ok(self, result):
        task = getattr(result, "task", None) or result._task
        with open(os.environ["DURATIONS_FILE"], "a", encoding="utf-8") as record:
            record.write(json.dumps({"task": task.get_name(), "seconds": time.monotonic() - self.started}) + "\n")
