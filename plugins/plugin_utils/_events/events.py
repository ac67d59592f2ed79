# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The events of a job that is over. Pure.

Each event is a dictionary that JSON can hold. C(id) is the same whenever the same event is made again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...module_utils._job import Job, as_dict
from ...module_utils._outcome import complaint, outcome
from .._operation import diagnosis, software

JOB_FINISHED, JOB_FAILED, SERVER_FAILED, DRIFT = "job_finished", "job_failed", "server_failed", "drift"
KINDS = (JOB_FINISHED, JOB_FAILED, SERVER_FAILED, DRIFT)

Event = dict[str, Any]

# The beginning of a template. A playbook would evaluate it, as ansible-rulebook hands an event on as variables.
_TEMPLATE = re.compile(r"\{(?=[{%#])")


@dataclass(frozen=True)
class Place:
    """Where the events come from: what each of them says of its project. Without a region, C(region) is the host of the endpoint."""

    region: str | None
    project_id: str
    endpoint: str


@dataclass(frozen=True)
class Reading:
    """How jobs are read: the types of queries and diagnoses, and the driver wanted on all servers, None for the most common one."""

    query_types: Collection[str]
    diagnosis_types: Collection[str]
    wanted: str | None


def events(job: Job, place: Place, reading: Reading) -> list[Event]:
    """The events of a job that is over: one of the job, one of each server that failed, and one of drift."""
    found = outcome(dict.fromkeys(sorted(job.server_ids), job))
    servers = {server_id: _server(server_id, server, job, reading) for server_id, server in found["servers"].items()}
    failed = [
        server for server in servers.values() if server["status"] != "SUCCESS" or server["health"] == diagnosis.FAIL
    ]
    reason = complaint(found["servers"], [job]) or _ill(failed)
    shown = {key: value for key, value in as_dict(job).items() if key != "tasks"}
    made = [
        _event(
            JOB_FAILED if reason else JOB_FINISHED,
            job.id,
            place,
            shown,
            reason=reason,
            summary=found["summary"],
            servers=failed,
        )
    ]
    made += [_event(SERVER_FAILED, f"{job.id}/{server['id']}", place, shown, server=server) for server in failed]
    if job.type in reading.query_types:
        made += _drift(job, found["servers"], place, shown, reading.wanted)
    return made


def gone(job: Job, place: Place) -> Event:
    """The event of a job whose record went before it was seen to be over."""
    reason = "Its record was deleted before it was seen to be over, so its outcome is not known."
    shown = {key: value for key, value in as_dict(job).items() if key != "tasks"}
    summary = outcome({})["summary"]
    return _event(JOB_FAILED, job.id, place, shown, reason=reason, summary=summary, servers=[])


def _event(kind: str, subject: str, place: Place, job: Mapping[str, Any], **more: Any) -> Event:
    event = {"kind": kind, "id": f"{kind}/{subject}", **vars(place), "job": dict(job), **more}
    return {key: untemplated(value) for key, value in event.items()}


def _server(server_id: str, server: Mapping[str, Any], job: Job, reading: Reading) -> dict[str, Any]:
    succeeded = job.type in reading.diagnosis_types and server["status"] == "SUCCESS"
    return {
        "id": server_id,
        "name": server["server_name"],
        "status": server["status"],
        "message": server["message"],
        "health": diagnosis.health(server["message"]) if succeeded else None,
    }


def _ill(failed: list[dict[str, Any]]) -> str | None:
    """Why a diagnosis failed that succeeded on each server; None where it found no failure."""
    names = [server["name"] or server["id"] for server in failed]
    rest = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"The diagnosis says FAIL of {', '.join(names[:5])}{rest}." if names else None


def _drift(
    job: Job, found: Mapping[str, Mapping[str, Any]], place: Place, shown: Mapping[str, Any], wanted: str | None
) -> Iterator[Event]:
    """The event of the servers whose versions differ, if there are any."""
    options = {"wanted": wanted, "fail_on_drift": False}
    servers = {
        server_id: {**server, "verdict": software.word(server["message"], options), "reason": None, "ok": True}
        for server_id, server in found.items()
    }
    drift = software.judge(servers, options)["drift"]
    differing = [
        {"id": server_id, **{key: servers[server_id][key] for key in ("name", "driver", "firmware", "reason")}}
        for server_id in drift["servers"]
    ]
    if differing:
        expected = drift["expected"] or {"driver": None, "firmware": None}
        yield _event(DRIFT, job.id, place, shown, basis=drift["basis"], expected=expected, servers=differing)


def untemplated(value: Any) -> Any:
    """The value with a blank within each text that begins a template, so that C({{) becomes C({ {)."""
    if isinstance(value, str):
        return _TEMPLATE.sub("{ ", value)
    if isinstance(value, dict):
        return {untemplated(key): untemplated(one) for key, one in value.items()}
    if isinstance(value, list):
        return [untemplated(one) for one in value]
    return value
