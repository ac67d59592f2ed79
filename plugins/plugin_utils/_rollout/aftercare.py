# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done with the servers of a wave besides the upgrade: logs of failed servers, health of upgraded ones."""

from __future__ import annotations

from collections.abc import Sequence

from .._fleet import answers, jobs
from .._fleet.surroundings import Surroundings
from .._fleet.work import Ending, Work
from .._operation.diagnosis import FATAL, UNKNOWN, health
from .._operation.logs import links
from .._secrets import quoted
from .installed import by_connection
from .lines import reading
from .run import Run
from .servers import FAILED, Server

WHAT = {"logs": "collection of the logs of what failed", "diagnosis": "health check"}


def collect_logs(tools: Surroundings, run: Run, servers: Sequence[Server]) -> None:
    """Collect the logs of failed servers. Where that fails the rollout goes on: the server has failed in any case."""
    for done in _run(tools, run, "logs", servers):
        for server_id, ending in done.endings.items():
            found = links(ending.message)
            if found:
                next(server for server in servers if server.id == server_id).links = found
        if done.obstacle:
            tools.progress.tell(f"the logs could not be collected: {done.obstacle}")


def check_health(tools: Surroundings, run: Run, number: int, servers: Sequence[Server]) -> str | None:
    """Fail servers that are not healthy or were not diagnosed. Returns why the rollout stops: no server could be
    diagnosed.
    """
    endings: dict[str, Ending] = {}
    problems = []
    for done in _run(tools, run, "diagnosis", servers):
        endings.update(done.endings)
        problems += [done.problem] if done.problem else []
    answered = [ending for ending in endings.values() if ending.status in (answers.SUCCESS, answers.FAILED)]
    stop = None
    if not answered:
        answer = next((ending.message for ending in endings.values() if ending.message), "no answer")
        stop = f"the health check of wave {number} could not be made: {quoted(' '.join(problems) or answer)}"
    for server in servers:
        reason = stop or _unfit(endings[server.id], run.fail_on)
        if reason:
            server.verdict, server.reason = FAILED, f"upgraded, but {reason}"
    return stop


def _run(tools: Surroundings, run: Run, kind: str, servers: Sequence[Server]) -> list[Work]:
    """The jobs of a kind on servers, separately for each connection."""
    line = reading(WHAT[kind], servers)
    return [
        jobs.run(
            tools.platforms[connection],
            run.kinds[kind],
            [server.id for server in group],
            tools.clock,
            tools.progress,
            line=line,
        )
        for connection, group in by_connection(servers).items()
    ]


def _unfit(ending: Ending, fail_on: str) -> str | None:
    """Why a server is not healthy; None where it is."""
    answer = f": {quoted(ending.message)}" if ending.message else ""
    if ending.status == answers.FAILED:
        return f"the health check says fail{answer}"
    if ending.status in (answers.HELD, answers.ERROR):
        return f"it was not diagnosed{answer}"
    if ending.status != answers.SUCCESS:
        return f"its health is not known, since the diagnosis ended as {ending.status}{answer}"
    word = health(ending.message)
    if word not in (*FATAL[fail_on], UNKNOWN):
        return None
    if word == UNKNOWN:
        return f"the health check says neither PASS nor WARN nor FAIL{answer}"
    return f"the health check says {word}{answer}"
