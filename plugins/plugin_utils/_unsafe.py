# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks what the platform says, so that Ansible never takes it for a template."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var

try:
    from ansible.template import trust_as_template

    TRUSTED_UNLESS_WRAPPED = False
except ImportError:  # ansible-core < 2.19
    TRUSTED_UNLESS_WRAPPED = True

    def trust_as_template(value: str) -> str:
        """Nothing to do."""
        return value


# Neither a template nor, where Ansible evaluates it, an expression that calls anything.
_HARMLESS = re.compile(r"[-\w.:/+@ ]*")


def unsafe(value: Any) -> Any:
    """The value with each text marked as unsafe that could be a template or an expression, also inside dicts and lists.

    Not each and every text, since `ansible-inventory --list` writes a marked one as a dict, which AWX shows and uses as it
    is: even ``ansible_host`` (https://github.com/ansible-collections/community.general/issues/8212).
    """
    return _each_text(value, lambda text: trust_as_template(text) if _HARMLESS.fullmatch(text) else wrap_var(text))


def answer(value: Any) -> Any:
    """The value as the answer of a filter: never a template. A new core takes none for one, and marks cost it time."""
    return unsafe(value) if TRUSTED_UNLESS_WRAPPED else value


def plain(value: Any) -> Any:
    """The value with each harmless text made one that is not written as marked; all else stays as it is."""
    return _each_text(value, lambda text: trust_as_template(text) if _HARMLESS.fullmatch(text) else text)


def _each_text(value: Any, change: Callable[[str], Any]) -> Any:
    if isinstance(value, dict):
        return {key: _each_text(part, change) for key, part in value.items()}
    if isinstance(value, list):
        return [_each_text(part, change) for part in value]
    return change(value) if isinstance(value, str) else value
