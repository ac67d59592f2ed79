# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the newest software query jobs found installed on each server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional, Protocol

from ...module_utils._job import FINISHED, SUCCESS, newest_first, parse
from ...module_utils._values import iso
from .._versions import installed

QUERY_TYPE = "ASCEND_SOFTWARE_QUERY"
SERVERS_PER_JOB = 50  # the platform's limit
AT_ONCE = 8
TRUNCATED = (
    "The list of software query jobs is incomplete: the platform says that there are more than it gives. "
    "The versions may not be the newest ones."
)

Installed = dict[str, Optional[str]]  # driver, firmware, at


class Source(Protocol):
    """What the search needs of a client."""

    def list_jobs(self, query: dict[str, str] | None = None) -> tuple[list[dict[str, Any]], bool]:
        """The list rows, and whether they are all."""

    def get_jobs(self, job_ids: Iterable[str]) -> dict[str, dict[str, Any] | None]:
        """The details by id, None where there is no such job."""


def installed_software(client: Source, server_ids: Iterable[str], most: int) -> tuple[dict[str, Installed], bool]:
    """Driver, firmware and the time of the answer by server id, and whether all jobs were listed.

    Details are read newest first, C(most) at the most, until no server is undecided: as many at once as the servers left
    need at least, and twice as many each time.
    """
    rows, complete = client.list_jobs({"type": QUERY_TYPE, "status": FINISHED})
    # Once more, as the platform's filter may be ignored.
    jobs = [job for job in map(parse, rows) if job.type == QUERY_TYPE and job.status == FINISHED]
    queue = [job.id for job in newest_first(jobs)[:most]]
    undecided, found, batch = set(server_ids), {}, 1
    while queue and undecided:
        batch = min(AT_ONCE, max(batch, -(-len(undecided) // SERVERS_PER_JOB)))
        details = client.get_jobs(queue[:batch])
        for job_id in queue[:batch]:
            found.update(_answers(details[job_id], undecided))
            undecided -= set(found)
        queue, batch = queue[batch:], batch * 2
    return found, complete


def _answers(detail: dict[str, Any] | None, undecided: set[str]) -> dict[str, Installed]:
    """What the tasks of one job say about servers that are still undecided."""
    found: dict[str, Installed] = {}
    for task in parse(detail).tasks if detail else ():
        versions = installed(task.message)
        if task.server_id in undecided and task.status == SUCCESS and any(versions.values()):
            found[task.server_id] = {**versions, "at": iso(task.update_at or task.create_at)}
    return found
