# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Where the work of a module is done, and what it says meanwhile."""

    DOCUMENTATION = r"""
options: {}
notes:
  - The work is done in Ansible's own process where the module would run on the controller anyway, as the same user and with
    the same Python. That is where the connection is C(local), with neither C(become) nor C(async), and where
    C(ansible_python_interpreter) names no other Python. A call then costs what its requests cost. Everywhere else, and on macOS,
    Ansible starts a process for the module, as for any other module, with the same result.
  - Set the variable C(modelarts_in_process) to V(false) to start a process for each call everywhere.
  - In Ansible's own process lines show how far the work is, one when something changes, and one at least every 30 seconds.
    The lines go to standard error where the stdout callback writes JSON. Set the variable C(modelarts_progress) to V(false) to
    leave them out.
"""
