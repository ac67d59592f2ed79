#!/usr/bin/python
# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: liteserver_info
short_description: Read ModelArts Lite Servers
version_added: 1.0.0
author:
  - The huaweicloud.modelarts authors (@huaweicloud)
description:
  - Lists the Lite Servers of a project, however many, with few requests. Where there are super-nodes, one more lists them and
    one more for each reads its members.
  - The filters select the servers that match all of those given. Patterns are shell patterns, such as V(liteserver-*); a word
    without C(*), C(?) or C([) matches itself.
  - The platform's list does not show which driver and firmware a server has. Submit a job of the type
    C(ASCEND_SOFTWARE_QUERY) with M(huaweicloud.modelarts.liteserver_job) for that.
extends_documentation_fragment:
  - huaweicloud.modelarts.auth
  - huaweicloud.modelarts.in_process
  - huaweicloud.modelarts.attributes
  - huaweicloud.modelarts.attributes.action_group
  - huaweicloud.modelarts.attributes.info
options:
  ids:
    description:
      - Only the servers of these IDs. An ID that does not exist is returned in RV(missing).
      - One that the list does not show, such as another user's, is read by itself.
    type: list
    elements: str
  names:
    description: Only servers whose name matches one of these patterns.
    type: list
    elements: str
  statuses:
    description: Only servers whose status matches one of these patterns, such as V(RUNNING) or V(*_FAILED). Case does not count.
    type: list
    elements: str
  flavors:
    description: Only servers whose flavor matches one of these patterns.
    type: list
    elements: str
  supernodes:
    description: Only members of super-nodes whose ID or name matches one of these patterns.
    type: list
    elements: str
  all_users:
    description: Whether to list the servers of the whole tenant, not only those of this user. This may need more permissions.
    type: bool
    default: false
  software:
    description: Whether to read which versions of driver, firmware and other software the platform offers.
    type: bool
    default: false
seealso:
  - module: huaweicloud.modelarts.liteserver_job
  - plugin: huaweicloud.modelarts.liteserver
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Read the servers that run
  huaweicloud.modelarts.liteserver_info:
    statuses: [RUNNING]
  register: running

- name: Show name and address
  ansible.builtin.debug:
    msg: "{{ dict(running.servers | map(attribute='name') | zip(running.servers | map(attribute='private_ip'))) }}"

- name: Read which HDK versions are on offer
  huaweicloud.modelarts.liteserver_info:
    software: true
  register: offer

- name: Show them
  ansible.builtin.debug:
    msg: "{{ offer.software | default([], true) | selectattr('type', 'equalto', 'ASCEND_HDK') | map(attribute='version') }}"

- name: Read all members of one super-node
  huaweicloud.modelarts.liteserver_info:
    supernodes: [supernode-978c-001]
  register: members

- name: Look whether these servers exist
  huaweicloud.modelarts.liteserver_info:
    ids:
      - 66d210bc-023c-490a-8664-afd321a163ad
      - d8a4f2ba-6b1a-4c83-9d0c-0a5c6d6d5e0f
  register: wanted

- name: Name those that do not
  ansible.builtin.debug:
    var: wanted.missing
"""

RETURN = r"""
servers:
  description: The selected servers, by name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the Lite Server, which jobs want. Not the one in C(cloud_server).
      type: str
      returned: always
    name:
      description: The name, or null. Several servers may have the same.
      type: str
      returned: always
    status:
      description: The status, such as C(RUNNING), C(STOPPED) or C(REBOOTING), or null.
      type: str
      returned: always
    flavor:
      description: The flavor, or null.
      type: str
      returned: always
    category:
      description: C(HPS) for a member of a super-node, C(SPOD) for a rack, C(SERVER) for a server that stands alone, or null.
      type: str
      returned: always
    charging_mode:
      description: How it is charged, such as C(PRE_PAID) or C(POST_PAID), or null.
      type: str
      returned: always
    cloud_server:
      description: The server below it, C(id), C(type) (C(BMS), C(ECS) or C(HPS)), C(hps_id) and C(hps_ecs_id), each or null.
      type: dict
      returned: always
    supernode_id:
      description:
        - The ID of its super-node, or null. All members have the same.
        - Where the region lists super-nodes with their members, that list decides, else what the servers themselves show.
          The C(hps_id) of C(cloud_server) is another ID of the super-node. It stands here only where nothing shows the first.
      type: str
      returned: always
    supernode_name:
      description: The name of its super-node, or null.
      type: str
      returned: always
    image:
      description: Its image, C(image_id), C(name), C(arch), C(server_type) and C(status), each or null.
      type: dict
      returned: always
    private_ip:
      description: The private IP address, or null.
      type: str
      returned: always
    vpc_id:
      description: The ID of its VPC, or null.
      type: str
      returned: always
    subnet_id:
      description: The ID of its subnet, or null.
      type: str
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
software:
  description: The versions that the platform offers; null where the region has no such list.
  returned: with O(software=true)
  type: list
  elements: dict
  contains:
    flavor_type:
      description: The kind of server that it is for, such as C(ascend_snt9b23).
      type: str
      returned: always
    type:
      description: The kind of software, such as C(ASCEND_HDK).
      type: str
      returned: always
    id:
      description: The ID of the version, or null.
      type: str
      returned: always
    version:
      description: The version, such as C(24.1.0.3).
      type: str
      returned: always
    description:
      description: A text on it, or null.
      type: str
      returned: always
missing:
  description: Those of O(ids) that do not exist.
  returned: success
  type: list
  elements: str
truncated:
  description: Whether the platform has more servers than it gave. A warning says so, too. Never true with O(ids).
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
from ..module_utils._request import checked_ids
from ..module_utils._server import FILTERS, TRUNCATED, check_filters, matches, parse, software, sort_key
from ..module_utils._supernode import find_supernodes

SPEC: dict[str, dict[str, t.Any]] = {
    **AUTH_SPEC,
    "ids": {"type": "list", "elements": "str"},
    **{option: {"type": "list", "elements": "str"} for option in FILTERS},
    "all_users": {"type": "bool", "default": False},
    "software": {"type": "bool", "default": False},
}


def work(call: Call) -> Result:
    """The selected servers, with one list call and one more read for each ID that the list does not show.

    Then the super-nodes of all. Raises ModelArtsError.
    """
    params = call.params
    if params["ids"] is not None:
        checked_ids("ids", params["ids"])
    check_filters(params, call.warn)
    client = call.client()
    rows, complete = client.list_servers(params["all_users"])
    servers = {server["id"]: server for server in map(parse, rows)}
    wanted = list(dict.fromkeys(servers if params["ids"] is None else params["ids"]))
    found = client.get_servers(one for one in wanted if one not in servers)
    servers.update({one: parse(answer) for one, answer in found.items() if answer})
    # Of all servers, since one may show what another one of its super-node does not.
    for warning in find_supernodes(client, servers.values(), params["all_users"]):
        call.warn(warning)
    truncated = params["ids"] is None and not complete
    if truncated:
        call.warn(TRUNCATED)
    chosen = (servers[one] for one in wanted if one in servers)
    result = {
        "changed": False,
        "servers": sorted((server for server in chosen if matches(server, params)), key=sort_key),
        "missing": [one for one in wanted if one not in servers],
        "truncated": truncated,
    }
    return {**result, "software": software(client.list_software())} if params["software"] else result


def main() -> None:
    run(AnsibleModule(argument_spec=SPEC, supports_check_mode=True), work)


if __name__ == "__main__":
    main()
