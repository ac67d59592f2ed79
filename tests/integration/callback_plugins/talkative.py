# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets the lines about work that stands still come each second rather than each half a minute, for tests."""

from __future__ import annotations

from ansible.plugins.callback import CallbackBase

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils import _progress

DOCUMENTATION = r"""
name: talkative
type: aggregate
short_description: Shorten the longest silence
description: For tests. It is loaded before the first task, so that all workers have it.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "talkative"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        _progress.LONGEST_SILENCE = 1.0
