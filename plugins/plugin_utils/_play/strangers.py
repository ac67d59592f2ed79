# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that fails for servers that no host of the play stands for, so that the play does not end well. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._fleet.verdicts import NOT_OF_THIS_RUN, Verdict
from .hosts import Host, is_known_server

MOST_TOLD = 5  # servers


def without_host(failed: Mapping[str, str | None], hosts: Sequence[Host]) -> list[str]:
    """Those of the failed servers that no host stands for. C(failed) has the host that each had when the run began, if any; a task
    may have given that host another ID since.
    """
    now = {host.name: host.server_id for host in hosts}
    return [server_id for server_id, host in failed.items() if host is None or now.get(host, server_id) != server_id]


def with_strangers(
    verdicts: Mapping[str, Verdict], strangers: Sequence[str], hosts: Sequence[Host]
) -> dict[str, Verdict]:
    """The verdicts, of which one fails for servers that have failed and have no host, C(strangers), unless some host fails anyway.

    C(hosts): those of the play.
    """
    found = dict(verdicts)
    others = [host for host in hosts if host.server_id not in verdicts]
    fails = any(verdicts[str(host.server_id)]["failed"] for host in hosts if host.server_id in verdicts)
    if not strangers or fails or any(not is_known_server(host) for host in others):
        return found
    teller = next((host for host in [*others, *hosts] if host.server_id), None)
    if teller:
        own = found.get(str(teller.server_id), NOT_OF_THIS_RUN)
        told = "; ".join(f"{server_id} {verdicts[server_id]['msg'].rstrip('.')}" for server_id in strangers[:MOST_TOLD])
        more = f"; and {len(strangers) - MOST_TOLD} more" if len(strangers) > MOST_TOLD else ""
        text = f"{own['msg'].rstrip('.')}. It fails for servers that no host of this play stands for: {told}{more}"
        found[str(teller.server_id)] = {**own, "msg": text, "failed": True}
    return found
