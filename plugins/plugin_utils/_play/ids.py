# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether hosts stand for their servers by what can be an ID. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from .._fleet.counts import first_few
from .._fleet.kinds import is_id
from .hosts import LOCAL, Host


def id_problems(hosts: Iterable[Host]) -> list[str]:
    """What is wrong with the IDs that hosts have by their variable C(liteserver_id), else by their name."""
    bad = [host for host in hosts if host.server_id is not None and not _may_be_id(host.server_id)]
    given = [f"{host.name} ({host.server_id!r})" for host in bad if host.server_id != host.name]
    names = [repr(host.name) for host in bad if host.server_id == host.name]
    problems = []
    if given:
        problems.append(
            f"The liteserver_id of some hosts is not the ID of a Lite Server: {first_few(given)}. Give each its ID alone, in quotes."
        )
    if names:
        problems.append(
            f"Some hosts have no liteserver_id, and a name that is not the ID of a Lite Server: {first_few(names)}. Give each its ID "
            "as liteserver_id, or leave it out."
        )
    return problems


def _may_be_id(server_id: str) -> bool:
    return is_id(server_id) and server_id not in LOCAL
