# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each host of a play is told at the end, stored in the journal of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .journal import Journal, JournalError

ALL = "*"  # stands for all servers, where a host is none of them; no server has this id
NOT_OF_THIS_RUN = {"msg": "not a server of this run", "changed": False, "failed": False}

_DOCUMENT = "verdicts"

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
