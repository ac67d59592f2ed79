#!/usr/bin/python
# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: liteserver_verdict
short_description: Tell each host what became of its Lite Server
version_added: 1.0.0
author:
  - The huaweicloud.modelarts authors (@huaweicloud)
description:
  - Gives each host the result of its own server, where one host has worked for all hosts. So the recap, C(--limit) with a retry file,
    and the status of hosts in AWX are right for each host.
  - A host's server is its variable C(liteserver_id), else its name in the inventory. A host that is a Lite Server, but not one of the run,
    is C(ok) and says so. A host that is no Lite Server, such as V(localhost), stands for all of them.
  - This is the last task of the collection's roles. It runs on the controller and connects to no host.
extends_documentation_fragment:
  - huaweicloud.modelarts.attributes
options:
  run:
    description:
      - The folder of a run, as the actions of this collection return it.
    type: str
  var:
    description:
      - The name of a variable with the result of M(huaweicloud.modelarts.liteserver_operation), or of a fact, set by
        M(ansible.builtin.set_fact), with a dictionary of what hosts are told, by the ID of their Lite Server. Each value has
        C(msg), C(changed) and C(failed). The key V(*) is for hosts that are no server of the dictionary.
      - Give the name, not a template. A template would copy the whole value for each host.
      - One of O(run) and O(var) is required.
    type: str
  reason:
    description: What a host is told where the run cannot be read. By default, why it cannot be read.
    type: str
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: N/A
    details:
      - It changes nothing itself. Each time it reports what an earlier task has changed.
seealso:
  - module: huaweicloud.modelarts.liteserver_job
"""

EXAMPLES = r"""
- name: Do something to the servers of all hosts, in one call
  ansible.builtin.set_fact:
    restarted:
      0e1e2e3e-1111-4222-8333-444455556666: {msg: "restarted in 80 s", changed: true, failed: false}
      7f7f2e3e-1111-4222-8333-444455556666: {msg: "did not come back", changed: true, failed: true}
      "*": {msg: "2 servers restarted, see each host", changed: true, failed: false}
  run_once: true

- name: Tell each host
  huaweicloud.modelarts.liteserver_verdict:
    var: restarted
"""

RETURN = r"""
msg:
  description: What the host is told.
  returned: always
  type: str
  sample: "upgraded: 24.1.rc3.10 -> 24.1.0.3, confirmed at 24.1.0.3"
"""
