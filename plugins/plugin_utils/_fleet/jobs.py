# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs of a kind that changes nothing on servers, on any number of them: submitted in batches, and waited for.

A server that hangs, or that somebody else's job holds, keeps none of the others waiting for its job.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import work
from .answers import HELD, text_of
from .counts import counted
from .kinds import Kind
from .surroundings import Clock, Line, Platform, Progress
from .work import MOST_REFUSALS, Work

LOOK = 15.0  # seconds after which it is looked again whether what is held has become free
MOST_ROUNDS = 3  # of submissions one right after the other
OTHER_HELD = "nothing was submitted for it, since other servers of its job are held"


def run(
    platform: Platform,
    kind: Kind,
    server_ids: Sequence[str],
    clock: Clock,
    progress: Progress,
    *,
    line: Line | None = None,
    fresh: bool = False,
) -> Work:
    """Run the jobs and wait for them. What of this kind runs already is taken up.

    It is taken up as a whole, also for the servers that it is done with. fresh: only for those that it is still at, where
    what it has found before is no answer.
    """
    began = clock.monotonic()
    done = Work(platform, kind) if fresh else work.running(platform, kind, server_ids)
    rest = [server_id for server_id in server_ids if server_id not in done.endings]
    rest = _submit(done, rest, kind.wait_timeout, line)
    refusals = 0
    while True:
        left = kind.wait_timeout - (clock.monotonic() - began)
        work.wait(done, clock, min(left, LOOK) if rest else left, line)
        left = kind.wait_timeout - (clock.monotonic() - began)
        if not rest or left <= 0:
            break
        if not done.pending:
            progress.tell(f"{len(rest):,} of {counted(len(server_ids))} wait: {done.endings[rest[0]].message}")
            clock.sleep(min(kind.wait_interval, LOOK, left))
        # Servers go on waiting where the platform does not answer for a moment.
        refusals = refusals + 1 if text_of(platform.jobs()) else 0
        left = kind.wait_timeout - (clock.monotonic() - began)
        if left > 0 and (not refusals or refusals > MOST_REFUSALS):
            rest = _submit(done, rest, left, line)
    done.endings = {server_id: done.endings[server_id] for server_id in server_ids}
    return done


def foresee(platform: Platform, kind: Kind, server_ids: Sequence[str]) -> Work:
    """What C(run) would begin with, found without sending anything but reads: C(platform) is one of check mode."""
    done = work.running(platform, kind, server_ids)
    rest = [server_id for server_id in server_ids if server_id not in done.endings]
    if rest:
        planned = work.submit(
            platform,
            kind,
            batches(rest, kind.servers_per_job),
            on_conflict="ignore",
            repeatable=True,
            timeout=kind.wait_timeout,
        )
        done.problem = planned.problem
        done.endings.update(planned.endings)
        done.jobs.update(planned.jobs)
    return done


def _submit(done: Work, server_ids: Sequence[str], timeout: float, line: Line | None) -> list[str]:
    """Submit for those that are free, and return the others, which are held. timeout: seconds, where it is throttled."""
    asked = list(server_ids)
    held: list[str] = []
    for _round in range(MOST_ROUNDS):
        if not asked:
            break
        sent = work.submit(
            done.platform,
            done.kind,
            batches(asked, done.kind.servers_per_job),
            on_conflict="fail",
            repeatable=True,
            timeout=timeout,
            line=line,
        )
        done.jobs.update(sent.jobs)
        done.endings.update(sent.endings)
        blocked = sent.having(HELD)
        held += [server_id for server_id in blocked if sent.endings[server_id].message]
        asked = [server_id for server_id in blocked if not sent.endings[server_id].message]
        done.problem = None if blocked else sent.problem or done.problem
    for server_id in asked:
        done.endings[server_id].message = OTHER_HELD
    return held + asked


def batches(server_ids: Sequence[str], size: int) -> list[list[str]]:
    """The servers of each job, in their order."""
    return [list(server_ids[n : n + size]) for n in range(0, len(server_ids), size)]
