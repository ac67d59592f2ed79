#!/usr/bin/python
# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: liteserver_rollout
short_description: Upgrade Lite Servers wave by wave, one step a task
version_added: 1.0.0
author:
  - The huaweicloud.modelarts authors (@huaweicloud)
description:
  - The steps of the role P(huaweicloud.modelarts.hdk_upgrade#role), for playbooks that put them in another order. The role itself is
    little more than these tasks.
  - V(plan) looks at the fleet and makes the waves. V(wave) looks at its servers again, upgrades and verifies them. V(hook) stands before
    and after the tasks of a hook. V(end) gives each server its verdict, shows the outcome and writes the report.
    M(huaweicloud.modelarts.liteserver_verdict) then gives each host its verdict.
  - No step fails. What goes wrong stops the rollout - nothing new starts, and at the end each host is told why.
  - Each step reads and writes the journal of the run, a folder on the controller that O(run) names.
  - It runs in Ansible's own process on the controller, whose Python needs C(requests), and connects to no host. Use it with C(run_once)
    and the strategy C(linear).
extends_documentation_fragment:
  - huaweicloud.modelarts.auth
  - huaweicloud.modelarts.attributes
  - huaweicloud.modelarts.attributes.action_group
options:
  step:
    description: Which step this is.
    type: str
    required: true
    choices: [plan, wave, hook, end]
  options:
    description:
      - For V(plan), the options of the role C(hdk_upgrade), by their names without C(hdk_upgrade_).
      - Options that are not given here are read from the role's variables of all hosts of the play. By default the servers are the
        hosts of the play.
    type: dict
    default: {}
  run:
    description: The journal of the run, as V(plan) returned it. Needed by all other steps. V(end) without it tells that there is no
      plan.
    type: path
  wave:
    description: The number of the wave, for V(wave) and V(hook). V(wave) without it carries out all waves, one after the other.
    type: int
  hook:
    description: Which hook it is. For V(hook).
    type: str
    choices: [before, after]
  state:
    description:
      - How far the hook is. V(begun) returns the servers that it is for. V(over) notes that it has ended. A hook that has begun and is not
        noted as over or failed stops the rollout.
      - V(failed) notes that it failed. Use it in the C(rescue) of the hook's tasks, where it reads Ansible's message about the failure.
    type: str
    choices: [begun, over, failed]
    default: begun
attributes:
  action_group:
    support: full
  check_mode:
    support: full
    details:
      - V(plan) then tells the plan, sends nothing but reads, and returns no waves.
  diff_mode:
    support: none
  idempotent:
    support: full
    details:
      - What is at the version is left alone.
seealso:
  - module: huaweicloud.modelarts.liteserver_verdict
  - module: huaweicloud.modelarts.liteserver_job
"""

EXAMPLES = r"""
- name: Plan the upgrade of two servers
  huaweicloud.modelarts.liteserver_rollout:
    step: plan
    options:
      version: 24.1.0.3
      servers:
        - 0e1e2e3e-1111-4222-8333-444455556666
        - 7f7f2e3e-1111-4222-8333-444455556666
      max_failures: 1
  register: rollout
  run_once: true

- name: Carry out the waves
  huaweicloud.modelarts.liteserver_rollout:
    step: wave
    run: "{{ rollout.run }}"
  run_once: true

- name: Tell the outcome
  huaweicloud.modelarts.liteserver_rollout:
    step: end
    run: "{{ rollout.run }}"
  register: ended
  run_once: true

- name: Tell each host
  huaweicloud.modelarts.liteserver_verdict:
    run: "{{ ended.run }}"
"""

RETURN = r"""
msg:
  description: What is told, line by line - the plan, what became of each wave, or the end.
  returned: for all steps but V(hook)
  type: list
  elements: str
  sample:
    - "wave 1 (canary) of 4 is over: 1 upgraded; in all 1 of 120, 0 of 3 failures used, about 50 min left"
run:
  description: The folder of the journal. V(end) moves it out of the directory of reports, to where it goes when the playbook ends.
  returned: for V(plan) and V(end)
  type: str
  sample: /srv/reports/.hdk_upgrade-2026-11-21T220000Z
waves:
  description: The numbers of the waves; empty in check mode, and where the rollout is stopped already. 0 is for jobs of an earlier run.
  returned: for V(plan)
  type: list
  elements: int
  sample: [1, 2, 3, 4]
stopped:
  description: Why nothing new starts, or null.
  returned: for all steps but V(end)
  type: str
before_wave:
  description: The file of the hook before each wave, or null.
  returned: for V(plan)
  type: str
after_wave:
  description: The file of the hook after each wave, or null.
  returned: for V(plan)
  type: str
at_end:
  description: The file of the tasks to run at the end, or null.
  returned: for V(plan)
  type: str
servers:
  description: The IDs of the servers that the hook is for. Where this is empty, do not run the hook.
  returned: for V(hook) with O(state=begun)
  type: list
  elements: str
hosts:
  description: The names of the hosts among them.
  returned: for V(hook) with O(state=begun)
  type: list
  elements: str
result:
  description: What the role C(hdk_upgrade) sets as the fact C(hdk_upgrade_result), and describes.
  returned: for V(end)
  type: dict
verdicts:
  description: What each host is told, by the ID of its server. Only where the folder of RV(run) had no room for it.
  returned: for V(end)
  type: dict
ansible_stats:
  description: What is handed to the next node of a workflow, as M(ansible.builtin.set_stats) does.
  returned: for V(plan) and V(end)
  type: dict
"""
