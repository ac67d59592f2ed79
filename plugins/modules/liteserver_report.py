#!/usr/bin/python
# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: liteserver_report
short_description: Write the report of an operation on the fleet
version_added: 1.0.0
author:
  - The huaweicloud.modelarts authors (@huaweicloud)
description:
  - Writes what an operation (an upgrade, a log collection, a query, a diagnosis) did as JSON for programs, as Markdown, and as one
    HTML page for people.
  - The page loads nothing from elsewhere, is complete without JavaScript, and adapts to dark screens, phones and paper. Its
    table of servers can be sorted and filtered, by a text as it is, or by several texts in quotes.
  - The page of an operation whose C(outcome) is C(running) shows how far it is, and reloads itself until the operation is over. Filter
    and order are kept, and are part of the page's address.
  - It shows the reasons of failures with the number of servers, names for C(--limit) to run again with, how much of the failure budget
    is used, and the options that differ from their defaults.
  - Names and messages are escaped; only http and https addresses become links. In Markdown no cell begins like a formula.
  - Only the owner may read the files, since they hold links to logs and what the platform said; their mode is C(0600), less
    what the umask takes away. They are written as a whole or not at all. Values of parameters whose name looks like that of a
    secret are hidden.
  - The collection's roles write their reports like this. It runs on the controller and connects to no host.
extends_documentation_fragment:
  - huaweicloud.modelarts.attributes
options:
  report:
    description:
      - The report's document, as the collection's roles build it. C(docs/report.schema.json) describes it.
      - Keys that are absent or cannot be read are left out. Counts are made from the servers where they are not given.
    type: dict
    required: true
  path:
    description:
      - Where to write, without the ending of the files. C(.json), C(.md) and C(.html) are added.
      - The folder is made if it is not there. A path that is not absolute begins in the folder that Ansible was started in.
    type: path
    required: true
  texts:
    description: Further files to write beside them, as a dictionary of ending, such as C(.csv), and text.
    type: dict
    default: {}
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
seealso:
  - module: huaweicloud.modelarts.liteserver_verdict
"""

EXAMPLES = r"""
- name: Write the report of an upgrade
  huaweicloud.modelarts.liteserver_report:
    path: "{{ playbook_dir }}/reports/upgrade"
    report:
      operation: hdk_upgrade
      title: HDK upgrade to 24.1.0.3
      started: "2026-11-21T22:00:00Z"
      finished: "2026-11-21T22:12:40Z"
      outcome: success
      message: The server was upgraded.
      servers:
        - id: 6f2ad2ae-1d5c-4d0b-9d1c-6f3f0e9c2a11
          name: node-1
          verdict: upgraded
          version_before: 24.1.rc3.10
          version_after: 24.1.0.3
"""

RETURN = r"""
files:
  description: The paths of the files, also of those that had this content before.
  returned: success
  type: list
  elements: str
  sample:
    - /srv/reports/upgrade.json
    - /srv/reports/upgrade.md
    - /srv/reports/upgrade.html
"""
