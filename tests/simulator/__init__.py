# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stateful stand-in for the ModelArts Lite Server API over real HTTP. See README.md."""

from __future__ import annotations

from . import faults
from .app import Request
from .clock import Clock
from .fault import Fault
from .fleet import Server
from .jobs import Job, Task
from .simulator import Simulator

__all__ = ["Clock", "Fault", "Job", "Request", "Server", "Simulator", "Task", "faults"]
