# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine of the operations that run one kind of job: jobs over all connections, and a verdict for each server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any

from ...module_utils._outcome import summary
from .._fleet import jobs, work
from .._fleet.answers import OVER, SUCCESS
from .._fleet.kinds import Kind
from .._fleet.surroundings import Clock, Line, Platform, Progress, stamp
from .._fleet.work import Work
from .._report.words import verdict_label
from . import plain
from .judged import failed, judged
from .operations import Operation

Result = dict[str, Any]

SUCCEEDED, FAILED, PLANNED = "success", "failed", "planned"  # outcomes
AT_ONCE = 8  # connections
CONCERNS = ("failed", "fail", "warn", "differs", "skipped")  # the verdicts that progress names


@dataclass(frozen=True)
class Request:
    """What is asked for. C(servers): IDs by the name of their connection. C(options): the role's, checked."""

    operation: Operation
    servers: Mapping[str, Sequence[str]]
    options: Mapping[str, Any]
    kind: Kind
    check: bool = False


def run(request: Request, platforms: Mapping[str, Platform], clock: Clock, progress: Progress) -> Result:
    """The result. Each server is in it once, whatever the platforms answer. C(platforms): by connection."""
    started = stamp(clock.time())
    watched = _Watched(request)

    def do(connection: str) -> Work:
        platform, kind, server_ids = platforms[connection], request.kind, request.servers[connection]
        if request.operation.changes:
            return plain.run(platform, kind, server_ids, request.options, clock, watched.line(), request.check)
        if request.check:
            return jobs.foresee(platform, kind, server_ids)
        return jobs.run(platform, kind, server_ids, clock, progress, line=watched.line())

    names = list(request.servers)
    if len(names) == 1:
        done = [do(names[0])]
    else:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            done = list(pool.map(do, names))
    return _result(request, done, started, stamp(clock.time()))


def nothing(problems: list[str], now: str) -> Result:
    """The result where nothing was done."""
    times = {"started": now, "finished": now}
    result: Result = {"servers": {}, "summary": summary({}), "jobs": [], "errors": problems, **times, "report": []}
    return {**result, "failed_servers": [], "outcome": FAILED}


def conclude(result: Result, check: bool) -> None:
    """Set the outcome, once the servers are final."""
    bad = failed(result["servers"])
    result["failed_servers"] = bad
    result["outcome"] = FAILED if bad else PLANNED if check else SUCCEEDED


class _Watched:
    """Counts finished servers over all connections, for the lines of progress."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._total = sum(map(len, request.servers.values()))
        self._words: dict[str, str] = {}
        self._lock = Lock()

    def line(self) -> Line:
        """What makes the lines of one connection."""
        asked = {server_id for server_ids in self._request.servers.values() for server_id in server_ids}

        def line(states: Mapping[str, Mapping[str, Any]]) -> str:
            with self._lock:
                for server_id, state in states.items():
                    if server_id in asked and server_id not in self._words and state["status"] in OVER:
                        self._words[server_id] = self._word(state)
                return self._text()

        return line

    def _word(self, state: Mapping[str, Any]) -> str:
        if state["status"] == SUCCESS:
            return self._request.operation.word(state["message"], self._request.options)
        return str(state["status"]).lower()

    def _text(self) -> str:
        counts = Counter(self._words.values())
        concerns = [f"{counts[word]:,} {verdict_label(word)}" for word in CONCERNS if counts[word]]
        servers = "server" if self._total == 1 else "servers"
        done = f"{len(self._words):,} of {self._total:,} {servers} done"
        return ", ".join([f"{self._request.operation.name}: {done}", *concerns])


def _result(request: Request, done: Sequence[Work], started: str, finished: str) -> Result:
    operation = request.operation
    endings = {server_id: ending for one in done for server_id, ending in one.endings.items()}
    servers = judged(endings, lambda message: operation.word(message, request.options), request.check)
    more = operation.judge(servers, request.options)
    told = dict if operation.changes else work.row
    hidden = {ending.job_id for ending in endings.values() if ending.hidden}
    errors = [one.problem for one in done if one.problem]
    errors += [f"The job {job_id} counts more abnormal servers than it names." for job_id in sorted(map(str, hidden))]
    result = {
        "servers": servers,
        "summary": summary(servers),
        "jobs": [told(job) for one in done for job in one.jobs.values() if job],
        "errors": list(dict.fromkeys(errors)),
        "started": started,
        "finished": finished,
        **more,
    }
    conclude(result, request.check)
    return result
