# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a server after an attempt. Pure."""

from __future__ import annotations

from .._fleet.answers import PROCESSING, REASONS, SUCCESS
from .._fleet.work import Ending
from .._secrets import quoted
from .installed import ABOVE, AT, BELOW, standing
from .servers import FAILED, UPGRADED, Found, Server


def judge(server: Server, ending: Ending, found: Found | None, verify: bool) -> None:
    """Set the verdict by how the job ended and what a later query found; None where there was no query.

    Only SUCCESS is success; where it is to be verified, only if the query finds the version. A failure stays a
    failure whatever is installed, but C(behind) says whether another attempt makes sense. A server whose job may
    still run is not tried again.
    """
    server.verdict = FAILED
    server.sent = False
    server.attempts += 1
    server.status = ending.status
    server.name = server.name or ending.name
    server.job_id = ending.job_id or server.job_id
    server.message = ending.message
    server.started = server.started or ending.started
    server.finished = ending.finished
    server.version_after = found.driver if found else None
    server.firmware_after = found.firmware if found else None
    where = standing(found, server.version) if found else None
    server.behind = is_behind(server, where)
    if ending.status != SUCCESS:
        server.reason = _failure(ending)
        if found and where and not server.behind:
            server.reason += f"; the query found it at {found.driver}"
    elif not verify:
        _without_query(server, ending)
    elif found is None or where is None:
        answer = quoted(found.message) if found else "no answer"
        server.reason = f"the job succeeded, but the query did not confirm it: {answer}"
    elif where == AT:
        step = "a downgrade, " if server.downgrade else ""
        server.verdict, server.reason = UPGRADED, f"{step}confirmed at {found.driver}"
    else:
        server.reason = f"the job succeeded, but the query found {found.driver}"


def is_behind(server: Server, where: str | None) -> bool:
    """Whether another attempt would have something to do. What somebody has brought above the version is left alone."""
    return where == BELOW or (where == ABOVE and server.downgrade)


def _without_query(server: Server, ending: Ending) -> None:
    if ending.hidden:
        server.reason = "the job succeeded here, but counts more failures than its tasks show, and nothing was verified"
        return
    server.verdict, server.reason = UPGRADED, "the job succeeded; not verified"
    server.version_after = server.version


def _failure(ending: Ending) -> str:
    text = REASONS.get(ending.status, REASONS[PROCESSING])
    return f"{text}: {quoted(ending.message)}" if ending.message else text
