# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: report_json
author: The huaweicloud.modelarts authors (@huaweicloud)
version_added: 0.1.0
short_description: The report of an operation on the fleet as JSON
description:
  - Renders the document that describes an operation (an upgrade, a log collection, a query, a diagnosis) as JSON for
    other programs.
options:
  _input:
    description:
      - The report's document, as the collection's roles build it. C(docs/report.schema.json) describes it.
      - What is absent or cannot be read is left out of the result; counts that follow from the servers need not be
        given.
    type: dict
    required: true
seealso:
  - plugin: huaweicloud.modelarts.report_html
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write the report
  ansible.builtin.copy:
    content: "{{ document | huaweicloud.modelarts.report_json }}"
    dest: "{{ playbook_dir }}/report.json"
    mode: "0644"
  delegate_to: localhost
  vars:
    document:
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
_value:
  description: The report as JSON, with all keys of the schema.
  type: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report import render_json


def report_json(document: Mapping[str, Any]) -> str:
    """The document as JSON."""
    try:
        return render_json(document)
    except TypeError as exc:
        raise AnsibleFilterError(f"huaweicloud.modelarts.report_json: {exc}") from exc


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by its name."""
        return {"report_json": report_json}
