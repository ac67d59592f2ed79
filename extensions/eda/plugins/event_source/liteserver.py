# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source of ModelArts Lite Servers, as ansible-rulebook loads it. Its work is done by the collection's plugin_utils/_events."""

from __future__ import annotations

import asyncio
import importlib
import sys
import types
import typing as t
from pathlib import Path

DOCUMENTATION = r"""
short_description: Events of the jobs of ModelArts Lite Servers
version_added: 1.0.0
author:
  - The huaweicloud.modelarts authors (@huaweicloud)
description:
  - Looks at the jobs of a project, and makes events of each job that has ended. These are C(job_finished) where all its servers
    succeeded, else C(job_failed), then C(server_failed) for each server that did not, and C(drift) where a query found servers whose
    versions differ.
  - Only what ends while the source runs is told, from the first answer of the platform on. With O(state_file) what ended while it did not
    run is told, too, and nothing twice.
  - Reads alone are sent. While the platform does not answer, the pauses grow up to 5 minutes. The source ends only where its arguments
    cannot be right, or the platform refuses the first look.
extends_documentation_fragment:
  - huaweicloud.modelarts.auth
options:
  events:
    description: The kinds of events to make.
    type: list
    elements: str
    choices: [job_finished, job_failed, server_failed, drift]
    default: [job_finished, job_failed, server_failed, drift]
  interval:
    description: Seconds between two looks at the jobs.
    type: float
    default: 30
  state_file:
    description:
      - A file in which the source notes what it has told. It is created where it is missing, and written whole or not at all.
      - The folder has to exist. Each source needs a file of its own, as the file belongs to one project and one set of rules.
      - A source that was killed while it told of a job tells of that job once more. The C(id) of such an event is the same again.
    type: path
  wanted:
    description:
      - The driver version that servers should have, in quotes. Others are C(drift).
      - Without it, servers differ from the most common driver and firmware among the servers of the same query job, at most 50.
    type: str
  query_types:
    description: The types of jobs, as the platform calls them, that ask for versions.
    type: list
    elements: str
    default: [ASCEND_SOFTWARE_QUERY]
  diagnosis_types:
    description: The types of jobs that check health. There a server has failed, too, whose message says FAIL.
    type: list
    elements: str
    default: [ASCEND_DIAGNOSIS]
"""

EXAMPLES = r"""
- name: Tell what fails
  hosts: localhost
  sources:
    - name: lite_servers
      huaweicloud.modelarts.liteserver:
        region: cn-north-4
        project_id: 0d1e2f3a4b5c4d6e8f90a1b2c3d4e5f6
        state_file: liteserver-events.json
  rules:
    - name: A server has failed
      condition: event.kind == "server_failed"
      action:
        debug:
          msg: "{{ event.server.name }}: {{ event.server.message }} ({{ event.job.name }})"
"""

# Samples of the events. Rules should use these fields alone. Where a text of the platform holds what begins a template, such as
# two braces, a blank stands between its signs.
EVENTS = r"""
job_finished:
  kind: job_finished
  id: job_finished/64e004ec-6cb0-401f-a7c0-ec2557626b16 # the same whenever this event is told again
  region: cn-north-4 # where none is named, the host of the endpoint
  project_id: 0d1e2f3a4b5c4d6e8f90a1b2c3d4e5f6
  endpoint: https://modelarts.cn-north-4.myhuaweicloud.com
  job: &job # as liteserver_job_info returns it, without its tasks
    id: 64e004ec-6cb0-401f-a7c0-ec2557626b16
    name: hdk_upgrade-4be0643f
    type: ASCEND_SOFTWARE_UPGRADE # as the platform calls it
    status: FINISHED
    description: null
    user_name: operator
    template_id: null
    abnormal_count: 0
    job_items:
      - type: HDK_UPGRADE
        spec:
          version: 24.1.0.3
    create_at: 1795644000000 # milliseconds since 1970-01-01 UTC
    update_at: 1795644250000
    created: "2026-11-25T22:00:00Z"
    updated: "2026-11-25T22:04:10Z"
  reason: null
  summary: {total: 2, success: 2, failed: 0, skipped: 0, processing: 0, missing: 0}
  servers: [] # those that failed
job_failed:
  kind: job_failed
  id: job_failed/64e004ec-6cb0-401f-a7c0-ec2557626b16
  region: cn-north-4
  project_id: 0d1e2f3a4b5c4d6e8f90a1b2c3d4e5f6
  endpoint: https://modelarts.cn-north-4.myhuaweicloud.com
  job: *job
  reason: "1 of 2 servers did not succeed: liteserver-978c-00001 (66d210bc-023c-490a-8664-afd321a163ad) FAILED: device 3 is not healthy."
  summary: {total: 2, success: 1, failed: 1, skipped: 0, processing: 0, missing: 0}
  servers: # none where the job does not show which have failed
    - &server
      id: 66d210bc-023c-490a-8664-afd321a163ad
      name: liteserver-978c-00001
      status: FAILED # SKIPPED, or as the platform says; SUCCESS where a diagnosis says FAIL
      message: device 3 is not healthy
      health: null # of a diagnosis that was made: fail, warn, pass or unknown
server_failed:
  kind: server_failed
  id: server_failed/64e004ec-6cb0-401f-a7c0-ec2557626b16/66d210bc-023c-490a-8664-afd321a163ad
  region: cn-north-4
  project_id: 0d1e2f3a4b5c4d6e8f90a1b2c3d4e5f6
  endpoint: https://modelarts.cn-north-4.myhuaweicloud.com
  job: *job
  server: *server
drift:
  kind: drift
  id: drift/64e004ec-6cb0-401f-a7c0-ec2557626b16
  region: cn-north-4
  project_id: 0d1e2f3a4b5c4d6e8f90a1b2c3d4e5f6
  endpoint: https://modelarts.cn-north-4.myhuaweicloud.com
  job: *job # the query
  basis: most common # or wanted
  expected: # both null where no server stated a version. The firmware is null where a driver is wanted
    driver: 24.1.0.3
    firmware: 7.5.0.5.220
  servers: # those that differ
    - id: 66d210bc-023c-490a-8664-afd321a163ad
      name: liteserver-978c-00001
      driver: 24.1.rc3.10 # null where its answer holds none that can be read
      firmware: 7.5.0.109.220
      reason: driver 24.1.rc3.10, while 24.1.0.3 is the most common
"""

ROOT = Path(__file__).resolve().parents[4]
# ansible-rulebook runs this file alone and cannot import from collections. So the collection's folder, wherever it lies, is made a
# package here.
PACKAGE = "huaweicloud_modelarts"


def _source() -> t.Any:
    package = types.ModuleType(PACKAGE)
    package.__path__ = [str(ROOT)]
    sys.modules.setdefault(PACKAGE, package)
    return importlib.import_module(f"{PACKAGE}.plugins.plugin_utils._events.source")


async def main(queue: asyncio.Queue[t.Any], args: dict[str, t.Any]) -> None:
    """Put events into the queue until it is cancelled."""
    await _source().run(queue, args)
