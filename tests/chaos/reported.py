# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the record bears out what our runs reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.chaos.record import Record, same
from tests.chaos.stage import Stage, Told

GOOD = ("upgraded", "current")


def contradicted(stage: Stage, record: Record) -> Iterator[str]:
    """Nothing is reported that the record contradicts."""
    checks: dict[str, Callable[[Stage, Record, int, Told], Iterator[str]]]
    checks = {"job": _of_job, "rollout": _of_rollout, "read": _of_read}
    for number, told in enumerate(stage.told):
        if told.whole and told.result is not None:
            for text in checks[told.run.kind](stage, record, number, told):
                yield f"run {number}: {text}"


def _of_job(stage: Stage, record: Record, number: int, told: Told) -> Iterator[str]:
    result = told.result or {}
    made = [post for post in record.of_run(number) if post.job is not None]
    if not result.get("failed") and "msg" in result and not result.get("servers"):
        yield f"it did not fail, and says only {result['msg']}"
    for server_id, server in (result.get("servers") or {}).items():
        job = record.jobs.get(str(server["job_id"]))
        if server["job_id"] and job is None and "wrong" not in stage.story.fault_kinds:
            yield f"{server_id} has the job {server['job_id']}, which does not exist"
        task = next((one for one in job.tasks if one.server_id == server_id), None) if job else None
        if server["status"] in ("SUCCESS", "FAILED", "SKIPPED") and (task is None or task.result != server["status"]):
            yield f"{server_id} is said to be {server['status']}, and is {task and task.result}"
    said = str(result.get("msg", ""))
    if said.lower().startswith("nothing was submitted,") and made:
        yield f"it says that nothing was submitted, and made {made[0].job and made[0].job.id}"
    if result.get("submitted") is False and not result.get("adopted") and not result.get("failed") and made:
        yield "it says that it submitted nothing, and did"
    if result.get("submitted") and not told.run.check and not record.of_run(number):
        yield "it says that it submitted, and did not"
    options = told.run.options
    if options["wait"] and options["fail_on_task_failure"] and not result.get("failed") and not told.run.check:
        uncounted = [job["id"] for job in result["jobs"] if record.jobs[job["id"]].miscount]
        if uncounted and _told_whole(result, record):
            yield f"it is a success, and the jobs {uncounted} count more failures than their tasks show"
        bad = [one for one, server in result["servers"].items() if server["status"] != "SUCCESS"]
        missing = set(told.ids) - set(result["servers"])
        if bad or missing:
            yield f"it is a success, and {bad} did not succeed, {missing} are not told of"


def _told_whole(result: dict[str, Any], record: Record) -> bool:
    """Whether the jobs were seen to be over. One whose servers are done is waited for no longer."""
    return all(job["status"] == "FINISHED" and job["abnormal_count"] for job in result["jobs"])


def _of_rollout(stage: Stage, record: Record, number: int, told: Told) -> Iterator[str]:
    result = told.result or {}
    offset = stage.schedule.real() - stage.schedule.now
    began, ended = told.controller.began + offset, told.controller.ended + offset
    for server_id, server in result["servers"].items():
        verdict, version = server["verdict"], told.run.version
        had = record.ever_installed(server_id, began, ended)
        spans = [one for one in record.spans[server_id] if one.job.version and one.done <= ended]
        upgraded = any(one.task.result == "SUCCESS" and same(one.job.version, version) for one in spans)
        mine = [one for one in record.spans[server_id] if one.post and one.post.run == number and one.job.version]
        lied = stage.story.lied_about(stage.ids.index(server_id))
        if verdict == "upgraded" and not upgraded:
            yield f"{server_id} is said to be upgraded, and no upgrade succeeded"
        checked = verdict == "current" or (verdict == "upgraded" and told.run.options["verify"])
        job = record.jobs.get(str(server["job_id"]))
        if verdict == "upgraded" and not told.run.options["verify"] and job and job.miscount and job.ends <= ended:
            yield f"{server_id} is said to be upgraded, unverified, and its job counts a failure that is not shown"
        if checked and not lied and not stage.story.outlasts(told.run) and not any(same(one, version) for one in had):
            yield f"{server_id} is said to be {verdict}, and had {had}"
        if verdict in ("not_started", "refused", "current") and mine:
            yield f"{server_id} is said to be {verdict}, and was upgraded by {mine[0].job.id}"
        if verdict not in GOOD and result["outcome"] == "success":
            yield f"{server_id} is {verdict}, and the outcome success"
        words = told.verdicts[server_id][0]
        if (
            words["failed"] is (verdict in GOOD) or words["changed"] is not (verdict == "upgraded")
        ) and not told.run.check:
            yield f"{server_id} is {verdict}, and its host is told {words}"
    counts = dict.fromkeys(result["summary"], 0)
    for server in result["servers"].values():
        counts[server["verdict"]] += 1
    if counts != result["summary"]:
        yield f"the summary is {result['summary']}, and the servers are {counts}"


def _of_read(stage: Stage, record: Record, number: int, told: Told) -> Iterator[str]:
    for server_id, server in (told.result or {})["servers"].items():
        ended = {one.task.result for one in record.spans[server_id] if not one.job.version}
        if server["status"] in ("SUCCESS", "FAILED") and server["status"] not in ended:
            yield f"{server_id} is said to be {server['status']}, and no job of the kind ended so"


def one_verdict(stage: Stage, record: Record) -> Iterator[str]:
    """Each host has one verdict."""
    for number, told in enumerate(stage.told):
        if told.whole and told.run.kind != "job":
            if set(told.ids) != set((told.result or {})["servers"]):
                yield f"run {number} tells of other servers than it was asked for"
            if any(len(told.verdicts.get(one, [])) != 1 or not told.verdicts[one][0] for one in told.ids):
                yield f"run {number} has not one verdict for each host"
