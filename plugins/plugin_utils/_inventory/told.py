# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Warnings about names that had to be changed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

MOST_NAMED = 5


def shared_names(hosts: Sequence[str]) -> list[str]:
    """The warning about hosts that got a suffix, if there are any."""
    if not hosts:
        return []
    return [
        "Some names are also those of another server or a group of this inventory, so the start of the server's ID was "
        f"added to them: {_few(hosts)}. The option hostnames can give other names; liteserver_id stays the same, whatever the "
        "name."
    ]


def merged_groups(values: Mapping[str, Collection[str]]) -> list[str]:
    """The warning about groups that several values share, if there are any. C(values): by group name."""
    merged = [
        f"{name} of {' and '.join(map(repr, sorted(raw)))}" for name, raw in sorted(values.items()) if len(raw) > 1
    ]
    if not merged:
        return []
    return [
        "In names of groups Ansible replaces all characters but letters, digits and underscores, so several values became "
        "one: "
        f"{_few(merged)}. Change keyed_groups or groups to keep them apart."
    ]


def _few(words: Sequence[str]) -> str:
    rest = f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else ""
    return ", ".join(words[:MOST_NAMED]) + rest
