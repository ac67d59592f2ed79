# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Runs a module's work as a module. The only file of module_utils that uses AnsibleModule."""

from __future__ import annotations

import os
import typing as t

from . import _caller
from ._call import Call, Result, perform

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule


def run(module: AnsibleModule, work: t.Callable[[Call], Result]) -> None:
    """Do the work with the module's options, and end the module with the result."""
    warned: set[str] = set()

    def warn(text: str) -> None:
        if text not in warned:
            warned.add(text)
            module.warn(text)

    call = Call(
        params=module.params,
        check_mode=module.check_mode,
        environ=os.environ,
        warn=warn,
        hide=module.no_log_values.update,
        wanted=_caller.watch(os.environ),
    )
    result = perform(work, call)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)
