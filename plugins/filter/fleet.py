# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters on servers and their versions. Each is documented in a file of its name beside this one."""

from __future__ import annotations

import typing as t

from ..plugin_utils import _versions
from ..plugin_utils._play.hosts import hosts_by_server
from ..plugin_utils._readable import readable


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filters by their names."""
        return {
            "server_hosts": readable(
                hosts_by_server,
                "server_hosts takes names of hosts, and hostvars in brackets, as in server_hosts(hostvars).",
            ),
            "software_versions": readable(
                _versions.of_servers,
                "software_versions takes the servers of a result of liteserver_job or liteserver_job_info, such as query.servers.",
            ),
        }
