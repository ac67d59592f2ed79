# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does the work of M(huaweicloud.modelarts.liteserver_info) in Ansible's own process, where that is possible."""

from __future__ import annotations

from ..modules import liteserver_info
from ..plugin_utils._in_process import ModuleAction


class ActionModule(ModuleAction):
    """See the base class."""

    MODULE = liteserver_info
