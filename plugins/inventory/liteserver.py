# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: liteserver
short_description: ModelArts Lite Servers as inventory
version_added: 0.1.0
author:
  - The huaweicloud.modelarts authors (@huaweicloud)
description:
  - Makes a host of each Lite Server of a project. A server's name is its host name. Where several servers share a name, each
    has C(-) and the first 8 characters of its ID behind it; so does a server whose name stands for something else in Ansible,
    such as C(localhost) or C(all). Characters other than letters, digits, hyphens, dots and underscores become underscores.
  - All hosts are in the group C(liteservers).
  - The file's name ends in C(liteserver.yml), C(liteserver.yaml), C(modelarts.yml) or C(modelarts.yaml).
  - Every option can be a template with lookups and extra variables, as the examples show.
extends_documentation_fragment:
  - huaweicloud.modelarts.auth
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - The host variables are C(liteserver_id), C(liteserver_name), C(liteserver_status), C(liteserver_flavor),
    C(liteserver_category), C(liteserver_cloud_server) with C(id), C(type), C(hps_id) and C(hps_ecs_id),
    C(liteserver_supernode_id), C(liteserver_supernode_name), C(liteserver_image) with C(image_id), C(name), C(arch),
    C(server_type) and C(status), and C(liteserver_private_ip). What the platform does not say is null.
  - With O(cache=true) the servers of one project, as one identity sees them, are kept. A change of O(region), O(project_id) or
    credentials never meets the cache of another one. The filters and the constructed groups apply to what is kept.
  - Ansible goes on with an empty inventory where a source fails, unless C(unparsed_is_failed) in the section C([inventory]) of
    its settings, or E(ANSIBLE_INVENTORY_UNPARSED_FAILED), is true. AWX sets it.
options:
  plugin:
    description: Names this plugin.
    type: str
    required: true
    choices: [huaweicloud.modelarts.liteserver]
  names:
    description: Only servers whose name matches one of these shell patterns.
    type: list
    elements: str
  statuses:
    description: Only servers whose status matches one of these shell patterns, such as V(RUNNING). Case does not count.
    type: list
    elements: str
  flavors:
    description: Only servers whose flavor matches one of these shell patterns.
    type: list
    elements: str
  supernodes:
    description: Only members of super-nodes whose ID or name matches one of these shell patterns.
    type: list
    elements: str
  all_users:
    description: Whether to take the servers of the whole tenant in place of those of this user. The platform may want more
      permissions for it.
    type: bool
    default: false
  builtin_groups:
    description:
      - Whether to make, below C(liteservers), the groups C(liteserver_status_<status>), such as C(liteserver_status_running),
        C(liteserver_flavor_<flavor>) and C(liteserver_supernode_<name>). Characters other than letters, digits and underscores
        become underscores. Where several super-nodes share a name, the first 8 characters of the ID are behind it.
    type: bool
    default: true
  set_ansible_host:
    description: Whether to set C(ansible_host) to the private IP address.
    type: bool
    default: true
  software:
    description:
      - Whether to add what is installed, as the newest successful task of the software query jobs
        (C(ASCEND_SOFTWARE_QUERY)) says, in C(liteserver_driver), C(liteserver_firmware) and C(liteserver_software_at), the time
        of that answer such as C(2026-01-30T08:00:00Z). They are null where no job says.
      - Only reads what such jobs found before. An upgrade later than C(liteserver_software_at) is not known.
    type: bool
    default: false
  software_jobs:
    description: How many software query jobs to read at the most, the newest first. A job has 50 servers at the most.
    type: int
    default: 50
seealso:
  - module: huaweicloud.modelarts.liteserver_info
"""

EXAMPLES = r"""
---
# All servers, with the credentials from the environment or the SDK's credentials file
plugin: huaweicloud.modelarts.liteserver
region: cn-north-4

---
# Those that run, with what is installed on them, kept for 10 minutes
plugin: huaweicloud.modelarts.liteserver
region: cn-north-4
access_key: "{{ lookup('env', 'MY_ACCESS_KEY') }}"
secret_key: "{{ lookup('env', 'MY_SECRET_KEY') }}"
statuses: [RUNNING]
software: true
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/ansible-liteservers
cache_timeout: 600

---
# Groups and variables of one's own
plugin: huaweicloud.modelarts.liteserver
region: cn-north-4
names: [liteserver-*]
software: true
builtin_groups: false
strict: true
compose:
  ansible_user: "'root'"
groups:
  to_upgrade: liteserver_driver != '25.2.1'
keyed_groups:
  - key: liteserver_image.arch | lower
    prefix: arch
  - key: liteserver_driver or 'unknown'
    prefix: driver
"""

import hashlib
import json
import os
import sys
import typing as t
from contextlib import suppress

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._call import AUTH_SPEC, Call
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._client import REQUESTS_ERROR, VERSION, Client
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError, ModelArtsError
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._identity import SECRETS
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._server import (
    FILTERS,
    TRUNCATED,
    check_filters,
    matches,
    parse,
    sort_key,
)
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._inventory import (
    GROUP,
    groups,
    host_names,
    host_variables,
)
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._software import TRUNCATED as JOBS_TRUNCATED
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._software import installed_software
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._unsafe import plain, unsafe

SUFFIXES = ("liteserver.yml", "liteserver.yaml", "modelarts.yml", "modelarts.yaml")
CONSTRUCTED = ("compose", "groups", "keyed_groups")  # their templates are filled in for each host
BOOLEANS = ("all_users", "builtin_groups", "cache", "set_ansible_host", "software", "strict", "validate_certs")

# What is fetched, and cached: servers (a list), complete, software (by server id, or null), jobs_complete.
Data = dict[str, t.Any]


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The inventory plugin huaweicloud.modelarts.liteserver."""

    NAME = "huaweicloud.modelarts.liteserver"

    def verify_file(self, path: str) -> bool:
        """Whether a file may be a source for this plugin, by its name."""
        return bool(super().verify_file(path)) and path.endswith(SUFFIXES)

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Fill the inventory from the source file C(path). Without C(cache) what is kept is fetched anew."""
        super().parse(inventory, loader, path, cache)
        if REQUESTS_ERROR:
            raise AnsibleParserError(
                f"{sys.executable}, which runs Ansible, has no library requests. Install it there: "
                f"{sys.executable} -m pip install requests."
            )
        config = self._read_config_data(path)
        try:
            data = self._data(config, path, cache)
        except ModelArtsError as error:
            raise AnsibleParserError(error.message) from None
        self._warn_of_gaps(data)
        self._populate(data)

    # Options

    def set_options(self, task_keys: t.Any = None, var_options: t.Any = None, direct: t.Any = None) -> None:
        """Fill in templates before Ansible casts the values: it takes a text that is no boolean for false."""
        filled = dict(direct or {})
        self.templar.available_variables = self._vars
        for option, value in filled.items():
            if option not in CONSTRUCTED:
                filled[option] = self._filled(option, value)
            if option in BOOLEANS:
                try:
                    filled[option] = boolean(filled[option])
                except TypeError:
                    raise AnsibleParserError(f"{option} is {filled[option]!r}. Give true or false.") from None
        super().set_options(task_keys=task_keys, var_options=var_options, direct=filled)

    def _filled(self, option: str, value: t.Any) -> t.Any:
        try:
            filled = self.templar.template(value)
        except AnsibleError as error:
            # The text of the error may quote what was looked up.
            told = type(error).__name__ if option in SECRETS else str(error)
            raise AnsibleParserError(f"{option} is a template that cannot be filled in: {told}.") from None
        # A vaulted text is decrypted by str; a key of digits may come out of a template as a number.
        is_text = option in AUTH_SPEC and AUTH_SPEC[option]["type"] in ("str", "path")
        return str(filled) if is_text and filled is not None else filled

    def _checked_options(self, config: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """The options of the client and of the filters. Raises InputError where one cannot be right."""
        options = {name: self.get_option(name) for name in (*AUTH_SPEC, *FILTERS, "all_users", "software")}
        unknown = sorted(set(config) - set(self._options))
        if unknown:
            raise InputError(
                f"{unknown[0]} is no option of {self.NAME}. The options are {', '.join(sorted(self._options))}."
            )
        options["software_jobs"] = self.get_option("software_jobs")
        if options["software_jobs"] < 1:
            raise InputError(f"software_jobs is {options['software_jobs']}. Give 1 or more.")
        check_filters(options, self.display.warning)
        return options

    # Data

    def _data(self, config: t.Mapping[str, t.Any], path: str, cache: bool) -> Data:
        """What the source asks for: from the cache where that is wanted and has it, else from the API."""
        options = self._checked_options(config)
        client = Call(options, environ=os.environ).client()
        if not self.get_option("cache"):
            return fetch(client, options)
        key = f"{self.get_cache_key(path)}_{_fingerprint(client, options)}"
        data: Data | None = None
        if cache:
            with suppress(KeyError):
                data = self._cache[key]
        if data is None:
            data = self._cache[key] = fetch(client, options)
        return data

    def _warn_of_gaps(self, data: Data) -> None:
        if not data["complete"]:
            self.display.warning(TRUNCATED)
        if not data["jobs_complete"]:
            self.display.warning(JOBS_TRUNCATED)

    # The inventory

    def _populate(self, data: Data) -> None:
        # Of all servers, so that a filter never renames one.
        names = host_names(data["servers"])
        builtin = groups(data["servers"]) if self.get_option("builtin_groups") else {}
        filters = {option: self.get_option(option) for option in FILTERS}
        self.inventory.add_group(GROUP)
        for server in data["servers"]:
            if not matches(server, filters):
                continue
            host = self.inventory.add_host(names[server["id"]], group=GROUP)
            for name in builtin.get(server["id"], ()):
                self.inventory.add_child(GROUP, self.inventory.add_group(name))
                self.inventory.add_child(name, host)
            variables = host_variables(server, data["software"], self.get_option("set_ansible_host"))
            for name, value in variables.items():
                self.inventory.set_variable(host, name, unsafe(value))
            self._construct(host)

    def _construct(self, host: str) -> None:
        strict = self.get_option("strict")
        compose = self.get_option("compose")
        self._set_composite_vars(compose, self._variables(host), host, strict=strict)
        variables = self._variables(host)
        for name in set(compose) & set(variables):
            variables[name] = plain(variables[name])
            self.inventory.set_variable(host, name, variables[name])
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict, fetch_hostvars=False)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict, fetch_hostvars=False)

    def _variables(self, host: str) -> dict[str, t.Any]:
        return dict(self.inventory.get_host(host).get_vars())


def fetch(client: Client, options: t.Mapping[str, t.Any]) -> Data:
    """All servers of the project, in a fixed order, and what is installed on them if that is wanted."""
    rows, complete = client.list_servers(options["all_users"])
    servers = sorted(map(parse, rows), key=sort_key)
    data: Data = {"servers": servers, "complete": complete, "software": None, "jobs_complete": True}
    if options["software"]:
        server_ids = [server["id"] for server in servers]
        data["software"], data["jobs_complete"] = installed_software(client, server_ids, options["software_jobs"])
    return data


def _fingerprint(client: Client, options: t.Mapping[str, t.Any]) -> str:
    """Tells apart what is fetched from other places, by other people, or with other options."""
    parts = [VERSION, client.base, client.signer.identity.name]
    parts += [options["all_users"], options["software"] and options["software_jobs"]]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
