# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in groups: of a status, a flavor, a super-node. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from .names import SHORT, digest, distinct, group_part

PREFIXES = STATUS, FLAVOR, SUPERNODE = "liteserver_status_", "liteserver_flavor_", "liteserver_supernode_"

Key = tuple[str, ...]  # the prefix, and what tells the group from others of that prefix


def groups_of(variables: Mapping[str, Any]) -> dict[Key, str]:
    """The built-in groups of a host, and what the name of each is made of."""
    status, flavor = str(variables.get("liteserver_status") or "").lower(), variables.get("liteserver_flavor")
    supernode_id = variables.get("liteserver_supernode_id")
    place = [str(variables.get(f"liteserver_{name}") or "") for name in ("endpoint", "project_id")]
    found: dict[Key, str] = {}
    if status:
        found[(STATUS, status)] = status
    if flavor:
        found[(FLAVOR, str(flavor))] = str(flavor)
    if supernode_id:
        found[(SUPERNODE, *place, str(supernode_id))] = str(variables.get("liteserver_supernode_name") or supernode_id)
    return found


def group_names(fleet: Iterable[Mapping[str, Any]], others: Mapping[str, Collection[Key]]) -> dict[Key, str]:
    """The name of each group that the hosts are in. C(others): which ones groups of the inventory stand for already.

    Different things never share a group: where their names would be the same, the start of the super-node's id, or of a
    digest of the value, is behind the name.
    """
    wanted = {key: key[0] + group_part(label) for variables in fleet for key, label in groups_of(variables).items()}

    def suffixes(key: Key) -> tuple[str, ...]:
        stem = group_part(key[-1]) if key[0] == SUPERNODE else digest(key[-1])
        return f"_{stem[:SHORT]}", f"_{stem}", f"_{digest(*key)}"

    return distinct(wanted, suffixes, lambda key, name: set(others.get(name, ())) <= {key})
