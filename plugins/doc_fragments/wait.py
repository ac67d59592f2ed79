# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How long to wait for jobs."""

    DOCUMENTATION = r"""
options:
  wait_timeout:
    description:
      - Seconds that the whole task may take. When they have passed the module fails, but the job goes on, since it cannot be
        interrupted. Running the same task again picks it up.
      - An outage of the API, or throttling, that is shorter than this does not end the wait. A creation that is throttled goes
        out again as long, each time after another look.
    type: float
    default: 3600
  wait_interval:
    description: Seconds between two looks. The first come sooner, from 1 second on.
    type: float
    default: 10
"""
