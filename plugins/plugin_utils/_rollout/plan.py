# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: servers that need no work, servers that are refused, and the waves of the others. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._secrets import quoted
from .installed import ABOVE, AT, standing
from .preflight import Findings
from .run import LEFT
from .servers import CURRENT, NOT_STARTED, REFUSED, Found, Server, Servers
from .waves import Wave, jobs_of, split, units_of

AT_WORK = "an earlier run's job is at work on it, and is waited for"


def make(
    servers: Servers, found: Mapping[str, Found], findings: Findings, options: Mapping[str, Any], check: bool
) -> list[Wave]:
    """The waves. Servers that need no work get their verdict first.

    found: what is installed. check: check mode, in which this comes from earlier queries. Servers of unknown version
    are planned for then, since the real run would query them.
    """
    to_do = []
    left: list[Server] = []
    for server in servers.values():
        one = found.get(server.id) or findings.known.get(server.id) or Found()
        server.version_before, server.firmware_before = one.driver, one.firmware
        if server.id in findings.at_work:
            server.reason, server.job_id = AT_WORK, findings.at_work[server.id]
            server.drained = bool(options["before_wave"])  # by the run that left it
            left.append(server)
        elif judge(server, one, options, check):
            to_do.append(server)
    waves = split(_fresh_first(to_do, findings.tried), options["canary"], options["waves"], options["servers_per_job"])
    if left:
        jobs = jobs_of(units_of(left), options["servers_per_job"])
        waves.insert(0, Wave(LEFT, False, [server.id for server in left], jobs))
    return waves


def judge(server: Server, found: Found, options: Mapping[str, Any], check: bool = False, later: str = "") -> bool:
    """Whether a server needs an upgrade, with verdict and reason. C(later) is added to the reason at a later look."""
    wanted = server.version
    if not found.drivers and check:
        server.reason = "to be upgraded, if the query of the real run finds another version"
        return True
    where = standing(found, wanted)
    server.downgrade = where == ABOVE
    if where is None:
        server.verdict, server.reason = REFUSED, f"its version is not known{later}: {quoted(found.message)}"
    elif where == AT and not options["force"]:
        server.verdict, server.reason = CURRENT, f"at {found.driver}{later}"
        server.version_after, server.firmware_after = found.driver, found.firmware
    elif where == ABOVE and not options["allow_downgrade"]:
        server.verdict = REFUSED
        server.reason = f"{found.driver} is newer than {wanted}{later}, and a downgrade is not allowed"
    else:
        server.verdict = NOT_STARTED
        server.reason = {ABOVE: "to be downgraded", AT: "at it, and to be upgraded all the same"}.get(
            where, "to be upgraded"
        )
        return True
    return False


def _fresh_first(to_do: Sequence[Server], tried: set[str]) -> list[Server]:
    """Put servers that failed in an earlier run last, as they would make a poor canary, each together with its
    super-node.
    """
    last = {server.supernode_id for server in to_do if server.supernode_id and server.id in tried}
    return sorted(to_do, key=lambda server: server.id in tried or server.supernode_id in last)
