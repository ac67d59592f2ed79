# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Ansible's own documentation has what our pages refer to. Sphinx would fetch this list; here it is kept."""

from __future__ import annotations

import zlib
from pathlib import Path

SITE = "https://docs.ansible.com/ansible/latest/"

# Label, page below SITE, and the words that a link without words of its own shows.
LABELS = {
    "action_plugins": ("plugins/action.html#action-plugins", "Action plugins"),
    "ansible_collections.ansible.builtin.set_fact_module": (
        "collections/ansible/builtin/set_fact_module.html",
        "ansible.builtin.set_fact",
    ),
    "ansible_collections.ansible.builtin.set_stats_module": (
        "collections/ansible/builtin/set_stats_module.html",
        "ansible.builtin.set_stats",
    ),
    "ansible_configuration_settings": ("reference_appendices/config.html", "Ansible Configuration Settings"),
    "common_return_values": ("reference_appendices/common_return_values.html", "Return Values"),
}

# Ansible's environment variables, all on one page.
VARIABLES = (
    "ANSIBLE_CACHE_PLUGIN",
    "ANSIBLE_CACHE_PLUGIN_CONNECTION",
    "ANSIBLE_CACHE_PLUGIN_PREFIX",
    "ANSIBLE_CACHE_PLUGIN_TIMEOUT",
    "ANSIBLE_INVENTORY_UNPARSED_FAILED",
)


def write_inventory(path: Path) -> Path:
    """Write the list in the form that Sphinx reads, its inventory version 2."""
    lines = [f"{label} std:label -1 {page} {words}" for label, (page, words) in LABELS.items()]
    lines += [f"{name} std:envvar 1 reference_appendices/config.html#envvar-{name} -" for name in VARIABLES]
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: latest\n# The remainder is compressed using zlib.\n"
    path.write_bytes(head.encode() + zlib.compress("\n".join(lines).encode() + b"\n"))
    return path
