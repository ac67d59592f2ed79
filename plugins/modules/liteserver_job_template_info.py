#!/usr/bin/python
# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: liteserver_job_template_info
short_description: Read the templates of jobs on ModelArts Lite Servers
version_added: 1.0.0
author:
  - The huaweicloud.modelarts authors (@huaweicloud)
description:
  - Lists the job templates of a region. They show which types of jobs it has, and which keys the C(spec) of their items takes.
extends_documentation_fragment:
  - huaweicloud.modelarts.auth
  - huaweicloud.modelarts.in_process
  - huaweicloud.modelarts.attributes
  - huaweicloud.modelarts.attributes.action_group
  - huaweicloud.modelarts.attributes.info
options:
  id:
    description: The ID of one template, which is read with details. An ID that does not exist gives an empty list.
    type: str
  name:
    description: Only templates of exactly this name.
    type: str
  type:
    description:
      - Only templates of exactly this type.
      - The platform has two words for an upgrade, V(HDK_UPGRADE) and V(ASCEND_SOFTWARE_UPGRADE). Each finds both.
    type: str
  details:
    description: Whether to read each template in full, with what it runs. This takes one more request for each.
    type: bool
    default: false
seealso:
  - module: huaweicloud.modelarts.liteserver_job
"""

EXAMPLES = r"""
- name: Read the templates for upgrades
  huaweicloud.modelarts.liteserver_job_template_info:
    type: HDK_UPGRADE
  register: upgrade

- name: Show the keys that the spec of an upgrade takes, and what their values must look like
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ dict(item.params | map(attribute='name') | zip(item.params | map(attribute='regex'))) }}"
  loop: "{{ upgrade.templates }}"
  loop_control:
    label: "{{ item.id }}"

- name: Read everything about all templates
  huaweicloud.modelarts.liteserver_job_template_info:
    details: true
"""

RETURN = r"""
templates:
  description: The selected templates, by type and name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the template.
      type: str
      returned: always
    name:
      description: The name, or null.
      type: str
      returned: always
    description:
      description: Its description, or null.
      type: str
      returned: always
    type:
      description: The type of the jobs that it is for, or null.
      type: str
      returned: always
    flavor_type:
      description: The kind of flavor that it is for, or null.
      type: str
      returned: always
    params:
      description: The keys that the C(spec) of a job's items takes.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: The key.
          type: str
          returned: always
        description:
          description: What it is, or null.
          type: str
          returned: always
        value:
          description: The default value, or null.
          type: str
          returned: always
        visible:
          description: Whether the console shows it, or null.
          type: bool
          returned: always
        regex:
          description: The regular expression that a value must match, or null.
          type: str
          returned: always
    cmd:
      description: The command that it runs, or null. Null without details.
      type: str
      returned: always
    timeout:
      description: How long it may take, as the platform says, or null. Null without details.
      type: str
      returned: always
    check_interval:
      description: How often the platform checks it, as the platform says, or null. Null without details.
      type: str
      returned: always
    status:
      description: The status of the template, such as C(ACTIVE), or null. Null without details.
      type: str
      returned: always
truncated:
  description: Whether the platform has more templates than it gave. A warning says so, too.
  returned: success
  type: bool
failure:
  description: The HTTP C(status) of the call that failed, null where no answer was read, and the API's C(code) and C(request_id).
  returned: failure of a call
  type: dict
  sample: {status: 401, code: APIGW.0301, request_id: 3b1d1c1b9d6d4ac39a3ea0b1ee51e2b0}
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._call import AUTH_SPEC, Call, Result
from ..module_utils._door import run
from ..module_utils._request import checked_id, checked_word
from ..module_utils._template import TRUNCATED, Template, parse, same_type, type_query

if t.TYPE_CHECKING:
    from ..module_utils._client import Client

SPEC: dict[str, dict[str, t.Any]] = {
    **AUTH_SPEC,
    "id": {"type": "str"},
    "name": {"type": "str"},
    "type": {"type": "str"},
    "details": {"type": "bool", "default": False},
}


def work(call: Call) -> Result:
    """The selected templates, from the list or, for one ID, from its detail. Raises ModelArtsError."""
    params, complete = call.params, True
    if params["id"] is not None:
        checked_id("id", params["id"])
    for option in ("name", "type"):
        if params[option] is not None:
            checked_word(option, params[option])
    client = call.client()
    if params["id"] is not None:
        selected = _details(client, [params["id"]])
    else:
        query = type_query(params["type"])
        if params["name"] is not None:
            query["name"] = params["name"]
        rows, complete = client.list_templates(query)
        selected = [template for template in map(parse, rows) if _matches(template, params)]
        if params["details"]:
            selected = _details(client, [template["id"] for template in selected])
    if not complete:
        call.warn(TRUNCATED)
    templates = sorted(
        (template for template in selected if _matches(template, params)),
        key=lambda template: (template["type"] or "", template["name"] or "", template["id"]),
    )
    return {"changed": False, "templates": templates, "truncated": not complete}


def _details(client: Client, ids: list[str]) -> list[Template]:
    return [parse(answer) for answer in client.get_templates(ids).values() if answer and answer.get("id")]


def _matches(template: Template, params: dict[str, t.Any]) -> bool:
    """The filters once more: the platform's may be fuzzy or ignored."""
    return params["name"] in (None, template["name"]) and (
        params["type"] is None or same_type(params["type"], template["type"])
    )


def main() -> None:
    run(AnsibleModule(argument_spec=SPEC, supports_check_mode=True), work)


if __name__ == "__main__":
    main()
