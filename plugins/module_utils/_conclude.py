# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The end of a run: wait for the jobs, read the outcome, judge it. Shared by the module and its action plugin."""

from __future__ import annotations

import typing as t

from ._errors import ModelArtsError, TaskFailureError
from ._job import Coverage, Job, complaint, outcome
from ._wait import Wait


def conclude(
    wait: Wait | None,
    jobs: t.Iterable[Job],
    covered: t.Callable[[dict[str, Job]], Coverage],
    facts: dict[str, t.Any],
    fail_on_task_failure: bool,
) -> dict[str, t.Any]:
    """The result: C(facts) and the outcome of what is C(covered) by the jobs' last states.

    Waits first unless C(wait) is None. What is known so far goes into an error, too. A job that is not over is not judged.
    """
    states = {job.id: job for job in jobs}
    try:
        if wait:
            states = wait.until_over(states.values())
    except ModelArtsError as error:
        error.details = {**facts, **outcome(covered(error.states or states)), **error.details}
        raise
    result = {**facts, **outcome(covered(states))}
    text = complaint(result["servers"])
    if text and fail_on_task_failure and all(job.over for job in states.values()):
        raise TaskFailureError(text, **result)
    return result
