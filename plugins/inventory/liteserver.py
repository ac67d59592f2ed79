# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: liteserver
short_description: ModelArts Lite Servers as inventory
version_added: 1.0.0
author:
  - The huaweicloud.modelarts authors (@huaweicloud)
description:
  - Makes a host of each Lite Server of a project. A server's name is its host name, unless O(hostnames) says otherwise.
    Letters and digits of any script, hyphens, dots and underscores are kept; other characters become underscores.
  - Where several servers share a name, C(-) and the first 8 characters of its ID are added to each, and a warning names them. The
    same is done where another source of the inventory has the name already for another server, for example of another project,
    and where the name means something else to Ansible, such as C(localhost), C(all) or a group.
  - A server that an earlier source of this plugin has added keeps the host name that it has there.
  - A host's name changes when its server is renamed, and when another server of the same name is added or removed.
    C(liteserver_id) never changes. O(hostnames) can make it part of the name.
  - All hosts are in the group C(liteservers).
  - The file's name ends in C(liteserver.yml), C(liteserver.yaml), C(modelarts.yml) or C(modelarts.yaml).
  - Every option can be a template with lookups and extra variables, as the examples show. O(compose), O(groups), O(hostnames) and
    O(keyed_groups) are filled in for each host from its variables, and know extra variables only with O(use_extra_vars=true).
extends_documentation_fragment:
  - huaweicloud.modelarts.auth
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - The host variables are C(liteserver_id), C(liteserver_name), C(liteserver_status), C(liteserver_flavor),
    C(liteserver_category), C(liteserver_cloud_server) with C(id), C(type), C(hps_id) and C(hps_ecs_id),
    C(liteserver_supernode_id), C(liteserver_supernode_name), C(liteserver_image) with C(image_id), C(name), C(arch),
    C(server_type) and C(status), and C(liteserver_private_ip). A value that the platform does not show is null.
  - C(liteserver_region), C(liteserver_project_id) and C(liteserver_endpoint), such as
    C(https://modelarts.cn-north-4.myhuaweicloud.com), say where a server is. The region is null where only O(endpoint) is given.
  - The region's lists of super-nodes and their members say which super-node a server belongs to; where there are none, what the
    servers themselves show. All members have the same C(liteserver_supernode_id). The C(hps_id) of C(liteserver_cloud_server)
    is another ID of the super-node.
  - With O(cache=true) the servers are kept, for each O(region), O(project_id) and identity separately. Filters and constructed
    groups are applied to the kept servers. A cache that cannot be read, such as a file that was cut short, is ignored.
  - Where a source fails, Ansible goes on without it unless C(any_unparsed_is_failed) in the section C([inventory]) of C(ansible.cfg)
    is true. With C(unparsed_is_failed) or E(ANSIBLE_INVENTORY_UNPARSED_FAILED), which AWX sets, it fails where all sources fail.
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
    description: Whether to list the servers of the whole tenant, not only those of this user. This may need more permissions.
    type: bool
    default: false
  hostnames:
    description:
      - How to name the hosts. Each entry is a host variable that holds a text, such as C(liteserver_private_ip), an expression of
        such variables, or a template. The first entry whose value has a letter or digit is used; where there is none, the server's
        name.
      - Variables made by O(compose) cannot be used.
      - An entry that cannot be evaluated is skipped, unless O(strict=true).
    type: list
    elements: str
  builtin_groups:
    description:
      - Whether to make, below C(liteservers), the groups C(liteserver_status_<status>), such as C(liteserver_status_running),
        C(liteserver_flavor_<flavor>) and C(liteserver_supernode_<name>). Characters other than letters and digits of any
        script and underscores become underscores.
      - No two super-nodes, flavors or statuses share such a group. Where they would, the first 8 characters of the super-node's ID, or
        of a digest of the flavor, are added to the group's name. The same is done where another source of the inventory has the group
        already for something else.
    type: bool
    default: true
  set_ansible_host:
    description: Whether to set C(ansible_host) to the private IP address.
    type: bool
    default: true
  software:
    description:
      - Whether to add the installed versions as C(liteserver_driver) and C(liteserver_firmware), from the newest successful task of the
        software query jobs (C(ASCEND_SOFTWARE_QUERY)), and the time of its answer as C(liteserver_software_at), such as
        C(2026-01-30T08:00:00Z). They are null for a server without such a task.
      - This only reads the results of earlier jobs. It does not see an upgrade made after C(liteserver_software_at).
    type: bool
    default: false
  software_jobs:
    description: How many software query jobs to read at most, the newest first. A job has at most 50 servers.
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

# In another file: those that run, with what is installed on them, kept for 10 minutes
#
# plugin: huaweicloud.modelarts.liteserver
# region: cn-north-4
# access_key: "{{ lookup('env', 'MY_ACCESS_KEY') }}"
# secret_key: "{{ lookup('env', 'MY_SECRET_KEY') }}"
# statuses: [RUNNING]
# software: true
# cache: true
# cache_plugin: ansible.builtin.jsonfile
# cache_connection: ~/.cache/ansible-liteservers
# cache_timeout: 600

# In another file: groups and variables of one's own
#
# plugin: huaweicloud.modelarts.liteserver
# region: cn-north-4
# names: [liteserver-*]
# software: true
# builtin_groups: false
# strict: true
# compose:
#   ansible_user: "'root'"
# groups:
#   to_upgrade: liteserver_driver != '25.2.1'
# keyed_groups:
#   - key: liteserver_image.arch | lower
#     prefix: arch
#   - key: liteserver_driver or 'unknown'
#     prefix: driver

# In another file: one of several projects or regions whose servers have the same names
#
# plugin: huaweicloud.modelarts.liteserver
# region: cn-north-4
# hostnames:
#   - liteserver_region ~ '-' ~ liteserver_name
#   - liteserver_id
"""

import os
import typing as t

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable, to_safe_group_name

from ..module_utils._call import AUTH_SPEC, Call
from ..module_utils._client import Client
from ..module_utils._errors import InputError, ModelArtsError
from ..module_utils._identity import SECRETS
from ..module_utils._server import FILTERS, check_filters, matches
from ..plugin_utils._inventory.fleet import Fleet, fetch, fingerprint, is_fleet, place
from ..plugin_utils._inventory.groups import PREFIXES, Key, group_names, groups_of
from ..plugin_utils._inventory.hostnames import check_hostnames, wanted_name
from ..plugin_utils._inventory.hosts import (
    GROUP,
    Others,
    Place,
    Variables,
    host_names,
    host_variables,
    naming_variables,
)
from ..plugin_utils._inventory.told import merged_groups, shared_names
from ..plugin_utils._play.refusals import library_problem
from ..plugin_utils._unsafe import plain, unsafe

SUFFIXES = ("liteserver.yml", "liteserver.yaml", "modelarts.yml", "modelarts.yaml")
PER_HOST = ("compose", "groups", "hostnames", "keyed_groups")  # their templates are filled in for each host
BOOLEANS = ("all_users", "builtin_groups", "cache", "set_ansible_host", "software", "strict", "validate_certs")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The inventory plugin huaweicloud.modelarts.liteserver."""

    NAME = "huaweicloud.modelarts.liteserver"

    def __init__(self) -> None:
        super().__init__()
        self._group_values: dict[str, set[str]] = {}  # by the name of each group, the values that Ansible made it of

    def verify_file(self, path: str) -> bool:
        """Whether a file may be a source for this plugin, by its name."""
        return bool(super().verify_file(path)) and path.endswith(SUFFIXES)

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Fill the inventory from the source file C(path). Without C(cache) the servers are fetched even where they are cached."""
        super().parse(inventory, loader, path, cache)
        problem = library_problem()
        if problem:
            raise AnsibleParserError(problem)
        config = self._read_config_data(path)
        try:
            options = self._checked_options(config)
            client = Call(options, environ=os.environ).client()
            fleet = self._fleet(client, options, path, cache)
        except ModelArtsError as error:
            raise AnsibleParserError(error.message) from None
        shared = self._populate(fleet, place(client, options, os.environ))
        for warning in [*fleet["warnings"], *shared_names(shared), *merged_groups(self._group_values)]:
            self.display.warning(warning)

    # Options

    def set_options(self, task_keys: t.Any = None, var_options: t.Any = None, direct: t.Any = None) -> None:
        """Fill in templates before Ansible converts the values. It would take a text that is no boolean for false."""
        filled = dict(direct or {})
        self.templar.available_variables = self._vars
        for option, value in filled.items():
            if option not in PER_HOST:
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
        check_hostnames(self.get_option("hostnames"), naming_variables(options["software"]))
        return options

    # The fleet

    def _fleet(self, client: Client, options: t.Mapping[str, t.Any], path: str, cache: bool) -> Fleet:
        """The servers of the source: from the cache where that is wanted and possible, else from the API."""
        if not self.get_option("cache"):
            return fetch(client, options)
        key = f"{self.get_cache_key(path)}_{fingerprint(client, options)}"
        kept = self._kept(key) if cache else None
        if kept is not None:
            return kept
        fleet = self._cache[key] = fetch(client, options)
        return fleet

    def _kept(self, key: str) -> Fleet | None:
        """What the cache has; None where it has nothing or cannot be read, such as a file that was cut short."""
        try:
            kept = self._cache[key]
        except KeyError:
            return None
        except Exception as error:  # each cache plugin fails in its own way
            self.display.vv(f"The cache cannot be read, so the servers are: {error}")
            return None
        return kept if is_fleet(kept) else None

    # The inventory

    def _populate(self, fleet: Fleet, where: Place) -> list[str]:
        """Add the servers that the filters select. Returns the hosts whose name had to be changed to be unique."""
        with_address = self.get_option("set_ansible_host")
        variables = {one["id"]: host_variables(one, where, fleet["software"], with_address) for one in fleet["servers"]}
        others = Others({name: host.vars for name, host in self.inventory.hosts.items()}, self.inventory.groups)
        # Of all servers, so that a filter never renames one.
        names, shared = host_names(variables, self._wanted_names(variables), others)
        groups = group_names(variables.values(), self._standing()) if self.get_option("builtin_groups") else {}
        filters = {option: self.get_option(option) for option in FILTERS}
        selected = [server["id"] for server in fleet["servers"] if matches(server, filters)]
        self.inventory.add_group(GROUP)
        for server_id in selected:
            self._add(names[server_id], variables[server_id], groups)
        # Only now: a constructed group of a host's name would get the variables that are meant for the host.
        for server_id in selected:
            self._construct(names[server_id])
        return [names[server_id] for server_id in selected if server_id in shared]

    def _wanted_names(self, fleet: t.Mapping[str, Variables]) -> dict[str, str | None]:
        entries = self.get_option("hostnames") or ()
        return {server_id: wanted_name(entries, variables, self._evaluated) for server_id, variables in fleet.items()}

    def _evaluated(self, entry: str, variables: Variables) -> t.Any:
        """An expression or template of hostnames; None where it cannot be evaluated, unless C(strict) is true."""
        marked = {name: unsafe(value) for name, value in variables.items()}
        try:
            if "{{" not in entry and "{%" not in entry:
                return self._compose(entry, marked)
            extra = self._vars if self.get_option("use_extra_vars") else {}
            self.templar.available_variables = {**marked, **extra}
            return self.templar.template(entry)
        except Exception as error:  # as Ansible does for compose
            if self.get_option("strict"):
                server_id = variables["liteserver_id"]
                raise AnsibleParserError(f"hostnames has {entry!r}, which fails for {server_id}: {error}") from error
            return None

    def _standing(self) -> dict[str, set[Key]]:
        """What each built-in group of other sources stands for."""
        return {
            name: {key for host in group.hosts for key in groups_of(host.vars) if name.startswith(key[0])}
            for name, group in self.inventory.groups.items()
            if name.startswith(PREFIXES)
        }

    def _add(self, name: str, variables: Variables, groups: t.Mapping[Key, str]) -> None:
        host = self.inventory.add_host(name, group=GROUP)
        for key in groups_of(variables):
            if key in groups:
                self.inventory.add_child(GROUP, self.inventory.add_group(groups[key]))
                self.inventory.add_child(groups[key], host)
        for variable, value in variables.items():
            self.inventory.set_variable(host, variable, unsafe(value))

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

    def _sanitize_group_name(self, name: str) -> str:
        """Ansible's own conversion. Notes which values a group's name was made of."""
        safe = str(to_safe_group_name(name))
        self._group_values.setdefault(safe, set()).add(str(name))
        return safe
