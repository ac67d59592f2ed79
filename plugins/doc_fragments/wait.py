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
      - Seconds that the whole task may take. After that the module fails. The job goes on, since it cannot be interrupted. Run the
        same task again to pick it up.
      - The wait goes on through an outage of the API, and through throttling, as long as this time allows. The creation of a job that
        is throttled is repeated, each time after another look at the jobs.
    type: float
    default: 3600
  wait_interval:
    description: Seconds between two looks at the jobs. The first looks follow sooner, beginning with 1 second.
    type: float
    default: 10
"""
