#!/usr/bin/python
# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: liteserver_operation
short_description: Collect logs, query versions, diagnose or run another kind of job, on any number of Lite Servers
version_added: 1.0.0
author:
  - The huaweicloud.modelarts authors (@huaweicloud)
description:
  - Runs one kind of job on any number of Lite Servers, of one or of several projects and regions, waits for all of them together,
    and returns for each server what the platform's answer means. Nothing on the servers changes, except by jobs of
    O(operation=liteserver_jobs).
  - The roles P(huaweicloud.modelarts.log_collection#role), P(huaweicloud.modelarts.software_query#role),
    P(huaweicloud.modelarts.diagnosis#role) and P(huaweicloud.modelarts.liteserver_jobs#role) are this task and
    M(huaweicloud.modelarts.liteserver_verdict). Use it directly to do the same in a play of your own.
  - One host works for all hosts of the play, so the task has C(run_once=true). It runs on the controller, in Ansible's own
    process, and connects to no host.
  - A job of the same kind that still runs is adopted, so a run that was killed can be started again. A server that another job
    holds is waited for without holding up the other servers. What is not over after C(wait_timeout) is left. With
    O(operation=liteserver_jobs) the options C(reuse), C(on_conflict) and C(repeatable) say what is done instead.
  - The task does not fail where servers failed. RV(outcome) says so, and M(huaweicloud.modelarts.liteserver_verdict) fails
    the hosts of those servers only. With O(operation=liteserver_jobs) it fails hosts only where there is no job at all.
extends_documentation_fragment:
  - huaweicloud.modelarts.attributes
  - huaweicloud.modelarts.attributes.action_group
  - huaweicloud.modelarts.auth
options:
  operation:
    description: What to do, by the name of the role that does the same.
    type: str
    required: true
    choices: [diagnosis, liteserver_jobs, log_collection, software_query]
  options:
    description:
      - The variables of that role without the name of the role before them, such as C(servers), C(item_type) and C(report_dir).
        Messages call them by the names of the role's variables. Without C(servers) every host of the play is meant.
      - Where something is wrong with them nothing is sent, and the task fails with all that is wrong.
      - Without this option the role's variables are used, as in the role. They have to be the same for all hosts of the play. Where
        something is wrong with them, M(huaweicloud.modelarts.liteserver_verdict) fails each host with the reason, and this task does
        not fail.
    type: dict
  broke_off:
    description:
      - Why the same task could not be done to its end, such as that its C(timeout) was over.
      - With this option nothing is sent, and M(huaweicloud.modelarts.liteserver_verdict) fails each host with this reason. It is for a
        C(rescue).
    type: str
attributes:
  check_mode:
    support: full
    details:
      - Nothing is sent but reads, and it says what would be done. It looks at jobs alone. Whether the servers exist, and whether the
        platform takes the items, is found out when a job is submitted.
  diff_mode:
    support: N/A
    details:
      - Nothing is known of what changes on the servers.
  idempotent:
    support: N/A
    details:
      - Each run asks the servers again, since their answers may have changed. It never reports a change.
notes:
  - Ansible's own Python needs the library requests.
  - The play's strategy has to be C(linear), since under others each host would do everything for itself.
  - Lines show how far the work is and how it ended. Set the variable C(modelarts_progress) to V(false) to see the end only. The lines
    go to standard error where the stdout callback writes JSON.
  - A small summary is handed on to a workflow as by M(ansible.builtin.set_stats), under the name of the operation - C(outcome),
    C(summary), the IDs of the servers that failed as C(failed), of a software query C(drift) and C(versions), of a diagnosis
    C(health). Lists that would make it larger than 64 KiB are cut, and C(left_off) says how much is missing.
seealso:
  - module: huaweicloud.modelarts.liteserver_verdict
  - module: huaweicloud.modelarts.liteserver_job
"""

EXAMPLES = r"""
- name: Query the versions of two servers, and fail where one differs from what is wanted
  huaweicloud.modelarts.liteserver_operation:
    operation: software_query
    options:
      servers:
        - 66d210bc-023c-490a-8664-afd321a163ad
        - 3fca2b40-4c52-4b9c-8f0c-1b1b3ef4a7d2
      wanted: 24.1.rc3.10
      fail_on_drift: true
  register: versions
  failed_when: versions is failed or versions.outcome == 'failed'
  run_once: true

- name: Collect the logs of some servers
  huaweicloud.modelarts.liteserver_operation:
    operation: log_collection
    options:
      servers: "{{ versions.result.servers | list }}"
  register: logs
  run_once: true

- name: Give each host the result of its server
  huaweicloud.modelarts.liteserver_verdict:
    var: logs
"""

RETURN = r"""
outcome:
  description: V(failed) where a server did not end well or an option was wrong, V(planned) in check mode, else V(success).
  returned: always
  type: str
  sample: success
result:
  description: What was done and found, which the roles leave as a fact. Where an option was wrong no server is in it.
  returned: always
  type: dict
  contains:
    servers:
      description:
        - The result of each server, by its ID.
        - C(status) is the platform's word, V(MISSING) where the job has no task for the server, V(PROCESSING) where it was not over
          in time, V(ERROR) where there is no job, or its state is not known. C(message) is what the platform said.
        - C(ok), C(verdict) and C(reason) say what this means. Verdicts are V(collected) and V(no_link_named), V(as_wanted) and
          V(differs), or V(pass), V(warn), V(fail) and V(unknown), or V(success); for all operations V(failed), V(skipped),
          V(missing), V(processing) and, in check mode, V(planned).
        - Of a log collection also C(links), and as C(files) the paths of what was downloaded; of a software query C(driver),
          C(firmware) and C(drift); of a diagnosis C(health).
      returned: always
      type: dict
      sample:
        66d210bc-023c-490a-8664-afd321a163ad:
          server_name: node-1
          status: SUCCESS
          message: 'npu: PASS'
          health: pass
          ok: true
          verdict: pass
          reason: null
          job_id: 0c6e24a6-4c8e-4dd0-b21c-4b9a4e9d8a53
          task_id: 5f0c1f58-2f5f-4a0e-9a51-0c8f6f1d7a11
          started: "2026-11-21T22:00:00Z"
          finished: "2026-11-21T22:04:10Z"
    outcome:
      description: V(failed) where a server did not end well or an option was wrong, V(planned) in check mode, else V(success).
      returned: always
      type: str
      sample: success
    failed_servers:
      description: The IDs of the servers that did not end well.
      returned: always
      type: list
      elements: str
      sample: []
    summary:
      description: How many servers there are (C(total)), and how many of each status.
      returned: always
      type: dict
      sample: {total: 3, success: 3, failed: 0, skipped: 0, processing: 0, missing: 0}
    jobs:
      description: The jobs that were submitted or taken up, with the number of their C(servers).
      returned: always
      type: list
      elements: dict
    errors:
      description: What went wrong with submissions, the wait and the report.
      returned: always
      type: list
      elements: str
      sample: []
    started:
      description: When it began.
      returned: always
      type: str
      sample: "2026-11-21T22:00:00Z"
    finished:
      description: When it was over.
      returned: always
      type: str
      sample: "2026-11-21T22:04:10Z"
    versions:
      description: Of a software query, C(driver), C(firmware) and C(message) by the ID of the server.
      returned: where O(operation=software_query)
      type: dict
    found:
      description: Of a software query, how many servers have which versions, the most common first.
      returned: where O(operation=software_query)
      type: list
      elements: dict
      sample: [{driver: 24.1.0.3, firmware: 7.5.0.5.220, servers: 3}]
    drift:
      description:
        - Of a software query, as C(servers) the IDs of those that differ from what is C(expected), and as C(basis) whether that was
          V(wanted) or is the V(most common).
      returned: where O(operation=software_query)
      type: dict
    health:
      description: Of a diagnosis, how many servers have which health.
      returned: where O(operation=diagnosis)
      type: dict
      sample: {fail: 0, warn: 0, pass: 3, unknown: 0}
    report:
      description: The files of the report, in C(report_dir).
      returned: always
      type: list
      elements: str
      sample: []
verdicts:
  description: What each host is told, by the ID of its server. Only where the folder of RV(run) had no room; otherwise it is there.
  returned: always
  type: dict
  sample: {}
problems:
  description: What is wrong with the options or the play. Nothing was sent then.
  returned: always
  type: list
  elements: str
  sample: []
msg:
  description: How it ended, in a line.
  returned: always
  type: str
  sample: 3 pass
run:
  description: The folder with what M(huaweicloud.modelarts.liteserver_verdict) tells the hosts, which is gone when Ansible has ended.
  returned: always
  type: str
"""
