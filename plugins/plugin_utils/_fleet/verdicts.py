# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each host of a play is told at the end, stored in the journal of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._play.hosts import Host, is_known_server
from .journal import Journal, JournalError

ALL = "*"  # stands for all servers, where a host is none of them; no server has this id
NOT_OF_THIS_RUN = {"msg": "not a server of this run", "changed": False, "failed": False}

_DOCUMENT = "verdicts"
MOST_TOLD = 5  # servers that a host fails for

Verdict = dict[str, Any]  # C(msg), C(changed) and C(failed)


def save(journal: Journal, verdicts: Mapping[str, Verdict]) -> None:
    """Store the verdicts, by server ID. Under C(ALL) is what a host is told that is no server."""
    journal.write_lines(_DOCUMENT, verdicts)


def are_there(journal: Journal) -> bool:
    """Whether hosts can be told from a journal."""
    try:
        return journal.line(_DOCUMENT, ALL) is not None
    except JournalError:
        return False


def failed(verdicts: Mapping[str, Verdict]) -> list[str]:
    """The servers that have failed."""
    return [server_id for server_id, verdict in verdicts.items() if verdict["failed"] and server_id != ALL]


def with_strangers(
    verdicts: Mapping[str, Verdict], strangers: Sequence[str], hosts: Sequence[Host]
) -> dict[str, Verdict]:
    """The verdicts, of which one fails for servers that have failed and are no hosts, C(strangers), unless some host fails anyway.

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
        text = f"{own['msg'].rstrip('.')}. It fails for servers that are no hosts of this play: {told}{more}"
        found[str(teller.server_id)] = {**own, "msg": text, "failed": True}
    return found


def at_hand(verdicts: Mapping[str, Verdict], server_id: str | None, is_server: bool) -> Verdict:
    """What a host is told, as C(of_host) does, of verdicts for which no journal has room."""
    found = verdicts.get(server_id) if server_id else None
    return found or (NOT_OF_THIS_RUN if is_server else verdicts[ALL])


def of_host(journal: Journal, server_id: str | None, is_server: bool) -> Verdict:
    """What a host is told. A host that is no server of the run stands for all servers, unless it is certainly a Lite
    Server. Raises JournalError.
    """
    found = journal.line(_DOCUMENT, server_id) if server_id else None
    if not found:
        found = NOT_OF_THIS_RUN if is_server else journal.line(_DOCUMENT, ALL)
    verdict: Verdict = found
    return verdict
