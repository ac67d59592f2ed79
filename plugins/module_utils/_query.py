# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Select jobs, wait for them, read their details."""

from __future__ import annotations

import typing as t
from contextlib import suppress

from ._errors import InputError, ModelArtsError
from ._job import ECHOED_TYPES, Job, as_dict, newest_first, parse
from ._outcome import outcome
from ._progress import jobs_line
from ._request import checked_id, checked_ids, checked_word
from ._wait import Reader, States, Wait

FILTERS = ("name", "type", "status")
TRUNCATED = "The list is incomplete: the platform says that there are more jobs than it gives. Narrow it with name, type or status."


class Source(Reader, t.Protocol):
    """What a selection needs of a client."""

    def list_jobs(self, query: dict[str, str]) -> tuple[list[dict[str, t.Any]], bool]:
        """The list rows, and whether they are all."""


def check_selection(params: t.Mapping[str, t.Any]) -> None:
    """Refuse options that cannot be right."""
    if params["id"] is not None and params["ids"] is not None:
        raise InputError("id and ids contradict each other. Give one of them.")
    if params["id"] is not None:
        checked_id("id", params["id"])
    if params["ids"] is not None:
        checked_ids("ids", params["ids"])
    for option in FILTERS:
        if params[option] is not None:
            checked_word(option, params[option])


Line = t.Callable[[t.Mapping[str, t.Any]], t.Optional[str]]


def query(
    client: Source, params: t.Mapping[str, t.Any], wait: Wait | None, line: Line | None = None
) -> dict[str, t.Any]:
    """C(jobs), newest first, C(truncated), and with details C(servers) and C(summary), as the module returns them.

    line: makes the line that is shown after each look of the wait, from the servers known by then. By default it says how many
    jobs are over.
    """
    ids = _ids(params)
    if ids and params["details"] and not wait:
        selected, complete = _details(client, ids), True
    else:
        selected, complete = _rows(client, params, ids)
    wanted = set(ids)
    jobs = [job for job in selected if _matches(job, params, wanted)]
    try:
        return {**collect(client, jobs, params["details"], wait, line), "truncated": not complete}
    except ModelArtsError as error:
        error.details["truncated"] = not complete
        raise


def collect(
    client: Reader, jobs: list[Job], details: bool, wait: Wait | None, line: Line | None = None
) -> dict[str, t.Any]:
    """The result for some jobs, after waiting for them unless C(wait) is None. An error carries what is known by then."""
    try:
        states = _waited_for(wait, jobs, line) if wait else {job.id: job for job in jobs}
    except ModelArtsError as error:
        states = error.states or {}
        with suppress(ModelArtsError):
            _complete(client, states, details)
        error.details = {**_result(states, details), **error.details}
        raise
    _complete(client, states, details)
    return _result(states, details)


def _waited_for(wait: Wait, jobs: list[Job], line: Line | None) -> States:
    if line is None:
        return wait.until_over(jobs, line=jobs_line, in_full=0)
    tell = line
    return wait.until_over(jobs, line=lambda states: tell(_servers(newest_first(states.values()))["servers"]))


def _complete(client: Reader, states: dict[str, Job], details: bool) -> None:
    """Read in full, where details are wanted, the jobs of which only the list row is known."""
    rows = [job_id for job_id, job in states.items() if details and not job.detailed]
    states.update({job.id: job for job in _details(client, rows)})


def _ids(params: t.Mapping[str, t.Any]) -> list[str]:
    return list(params["ids"] or ([params["id"]] if params["id"] is not None else []))


def _rows(client: Source, params: t.Mapping[str, t.Any], ids: list[str]) -> tuple[list[Job], bool]:
    """The jobs as the list shows them. Those of C(ids) that the list does not show are read one by one."""
    if ids:
        rows = [parse(row) for row in client.rows_of(ids, params["name"])]
        shown = {job.id for job in rows}
        hidden = [job_id for job_id in ids if job_id not in shown]
        return rows + _details(client, hidden), True
    query = {option: params[option] for option in FILTERS if params[option] is not None}
    if query.get("type") in ECHOED_TYPES:
        # Which of the two words the platform filters by is not known, so it is left to us.
        del query["type"]
    if params["visible"] is not None:
        query["visible"] = "true" if params["visible"] else "false"
    found, complete = client.list_jobs(query)
    return [parse(row) for row in found], complete


def _details(client: Reader, ids: t.Iterable[str]) -> list[Job]:
    return [parse(answer) for answer in client.get_jobs(ids).values() if answer]


def _matches(job: Job, params: t.Mapping[str, t.Any], ids: set[str]) -> bool:
    """Whether a job meets the filters. They are applied again here, as the platform's may be fuzzy or ignored."""
    types = (params["type"], ECHOED_TYPES.get(params["type"]))
    return (
        (not ids or job.id in ids)
        and params["name"] in (None, job.name)
        and (params["type"] is None or job.type in types)
        and params["status"] in (None, job.status)
    )


def _result(states: dict[str, Job], details: bool) -> dict[str, t.Any]:
    jobs = newest_first(states.values())
    result: dict[str, t.Any] = {"jobs": [as_dict(job, details) for job in jobs]}
    return {**result, **_servers(jobs)} if details else result


def _servers(jobs: list[Job]) -> dict[str, t.Any]:
    """C(servers) and C(summary); for each server its newest job counts. C(jobs): newest first."""
    newest: dict[str, Job | None] = {}
    for job in jobs:
        for task in job.tasks:
            newest.setdefault(task.server_id, job)
    found = outcome(newest)
    return {key: found[key] for key in ("servers", "summary")}
