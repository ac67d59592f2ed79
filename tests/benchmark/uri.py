# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job with ansible.builtin.uri, as people write it."""

from __future__ import annotations

from typing import Any

from tests.benchmark.playbook import url
from tests.simulator import Simulator

TIMEOUT = 10  # seconds that it gives a request


def job(sim: Simulator, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Three tasks: submit the body, look each second until the job and its tasks are over, judge."""
    post = {"method": "POST", "body": body, "body_format": "json", "timeout": TIMEOUT}
    return [
        {"name": "submit", "ansible.builtin.uri": {**url(sim, "/jobs"), **post}, "register": "made"},
        {
            "name": "wait",
            "ansible.builtin.uri": {**url(sim, "/jobs/{{ made.json.id }}"), "timeout": TIMEOUT},
            "register": "job",
            "until": [
                "job.status == 200",
                "job.json is defined",
                "job.json.status == 'FINISHED'",
                "'PROCESSING' not in job.json.tasks | map(attribute='status')",
            ],
            "retries": 600,
            "delay": 1,
        },
        {
            "name": "judge",
            "ansible.builtin.assert": {"that": "job.json.tasks | map(attribute='status') | unique == ['SUCCESS']"},
        },
    ]
