#!/usr/bin/python
# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: liteserver_job_info
short_description: Read jobs of ModelArts Lite Servers, and wait for them
version_added: 1.0.0
author:
  - The huaweicloud.modelarts authors (@huaweicloud)
description:
  - Lists the jobs of Lite Servers, if wanted with what they did on each server.
  - Waits for any number of jobs at once, with one request for each look and one more for each job that ends.
extends_documentation_fragment:
  - huaweicloud.modelarts.auth
  - huaweicloud.modelarts.wait
  - huaweicloud.modelarts.in_process
  - huaweicloud.modelarts.attributes
  - huaweicloud.modelarts.attributes.action_group
  - huaweicloud.modelarts.attributes.info
options:
  id:
    description:
      - The ID of one job. An ID that does not exist gives an empty list.
      - Mutually exclusive with O(ids).
    type: str
  ids:
    description: The IDs of several jobs. An ID that does not exist is left out.
    type: list
    elements: str
  name:
    description: Only jobs of exactly this name.
    type: str
  type:
    description:
      - Only jobs of exactly this type.
      - The platform calls a job submitted as C(HDK_UPGRADE) an C(ASCEND_SOFTWARE_UPGRADE). V(HDK_UPGRADE) finds both.
    type: str
  status:
    description: Only jobs of exactly this status, such as V(PROCESSING) or V(FINISHED).
    type: str
  visible:
    description: Passed on to the platform, which documents it as I(visible or not). Without it the platform decides.
    type: bool
  details:
    description: Whether to read for each job what it does, and how it goes on each server.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until all selected jobs are over. Jobs that come later are not waited for.
      - How they ended does not matter; see RV(summary).
    type: bool
    default: false
seealso:
  - module: huaweicloud.modelarts.liteserver_job
"""

EXAMPLES = r"""
- name: List the jobs that are running
  huaweicloud.modelarts.liteserver_job_info:
    status: PROCESSING
  register: running

- name: Wait for all of them, and read how they ended on each server
  huaweicloud.modelarts.liteserver_job_info:
    ids: "{{ running.jobs | map(attribute='id') }}"
    details: true
    wait: true
    wait_timeout: 7200
  register: ended
  when: running.jobs | length > 0

- name: Name the servers that failed
  ansible.builtin.debug:
    msg: "{{ ended.servers | dict2items | selectattr('value.status', 'equalto', 'FAILED') | map(attribute='key') }}"
  when: ended is not skipped
"""

RETURN = r"""
jobs:
  description: The selected jobs, the newest first.
  returned: success, and failure of a wait
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the job.
      type: str
      returned: always
    name:
      description: The name of the job.
      type: str
      returned: always
    type:
      description: The type as the platform calls it.
      type: str
      returned: always
    status:
      description: The status of the job, such as C(PROCESSING) or C(FINISHED). Finished does not mean succeeded.
      type: str
      returned: always
    description:
      description: Its description, or null.
      type: str
      returned: always
    user_name:
      description: Who submitted it, or null.
      type: str
      returned: always
    template_id:
      description: The ID of its template, or null. Read with O(details=true) only.
      type: str
      returned: always
    abnormal_count:
      description: The number of servers on which it failed, or null.
      type: int
      returned: always
    create_at:
      description: When it was created, in milliseconds since 1970-01-01 UTC, or null.
      type: int
      returned: always
    update_at:
      description: When it last changed, in milliseconds since 1970-01-01 UTC, or null.
      type: int
      returned: always
    created:
      description: C(create_at) as an ISO time in UTC, or null.
      type: str
      returned: always
      sample: "2026-11-21T22:00:00Z"
    updated:
      description: C(update_at) as an ISO time in UTC, or null.
      type: str
      returned: always
      sample: "2026-11-21T22:04:10Z"
    job_items:
      description: What it does, a list of C(type) and C(spec). Called C(items) in the API. Null without O(details).
      type: list
      elements: dict
      returned: always
    tasks:
      description: >-
        Its work on each server, a list of C(id), C(server_id), C(server_name), C(status), C(cloud_server), C(message),
        C(create_at), C(update_at), C(created) and C(updated). Null without O(details).
      type: list
      elements: dict
      returned: always
truncated:
  description: Whether the platform has more jobs than it gave. A warning says so, too.
  returned: success, and failure of a wait
  type: bool
servers:
  description: The outcome for each server of the jobs, by the server's ID. The newest job that has the server counts.
  returned: with O(details=true)
  type: dict
  sample:
    66d210bc-023c-490a-8664-afd321a163ad:
      server_name: liteserver-978c-00001
      status: SUCCESS
      message: the message
      job_id: 64e004ec-6cb0-401f-a7c0-ec2557626b16
      task_id: 64e004ec-ad30-4038-9af1-afd321a163ad
  contains:
    server_name:
      description: The name of the server, or null.
      type: str
      returned: always
    status:
      description: C(SUCCESS), C(FAILED), C(SKIPPED) or C(PROCESSING), as the platform says.
      type: str
      returned: always
    message:
      description: What the platform says about the server, or null.
      type: str
      returned: always
    job_id:
      description: The job that counts for this server.
      type: str
      returned: always
    task_id:
      description: The task of that job.
      type: str
      returned: always
summary:
  description: >-
    How many servers the jobs have (C(total)), and on how many the work was C(success), C(failed), C(skipped), is C(processing) or
    C(missing).
  returned: with O(details=true)
  type: dict
  sample: {total: 2, success: 1, failed: 1, skipped: 0, processing: 0, missing: 0}
timed_out:
  description: True where O(wait_timeout) was reached.
  returned: failure because of that
  type: bool
failure:
  description: The HTTP C(status) of the call that failed, null where no answer was read, and the API's C(code) and C(request_id).
  returned: failure of a call
  type: dict
  sample: {status: 400, code: ModelArts.6404, request_id: 3b1d1c1b9d6d4ac39a3ea0b1ee51e2b0}
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._call import AUTH_SPEC, WAIT_SPEC, Call, Result, check_positive
from ..module_utils._door import run
from ..module_utils._query import TRUNCATED, check_selection, query

SPEC: dict[str, dict[str, t.Any]] = {
    **AUTH_SPEC,
    **WAIT_SPEC,
    "id": {"type": "str"},
    "ids": {"type": "list", "elements": "str"},
    "name": {"type": "str"},
    "type": {"type": "str"},
    "status": {"type": "str"},
    "visible": {"type": "bool"},
    "details": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": False},
}


def work(call: Call) -> Result:
    """The selected jobs, after waiting for them if that is wanted. Raises ModelArtsError."""
    params = call.params
    check_positive(params, "wait_timeout", "wait_interval")
    check_selection(params)
    client = call.client()
    wait = call.wait(client) if params["wait"] else None
    result = query(client.within(wait.deadline) if wait else client, params, wait, call.line)
    if result["truncated"]:
        call.warn(TRUNCATED)
    return {"changed": False, **result}


def main() -> None:
    run(AnsibleModule(argument_spec=SPEC, supports_check_mode=True), work)


if __name__ == "__main__":
    main()
