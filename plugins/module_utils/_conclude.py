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
    reasons: t.Mapping[str, str],
) -> dict[str, t.Any]:
    """The result: C(facts) and the outcome of what is C(covered) by the jobs' last states.

    Waits first unless C(wait) is None. What is known so far goes into an error, too. A job that is not over is not judged.
    C(reasons) say by server id why it could not be submitted, which is a failure in any case.
    """
    states = {job.id: job for job in jobs}
    unsubmitted = list(dict.fromkeys(reasons.values()))
    try:
        if wait:
            states = wait.until_over(states.values())
    except ModelArtsError as error:
        error.details = {**facts, **outcome(covered(error.states or states), reasons), **error.details}
        error.message = " ".join([*unsubmitted, error.message])
        raise
    result = {**facts, **outcome(covered(states), reasons)}
    text = complaint({key: server for key, server in result["servers"].items() if key not in reasons})
    judged = fail_on_task_failure and all(job.over for job in states.values())
    failures = [*unsubmitted, *([text] if text and judged else [])]
    if failures:
        raise TaskFailureError(" ".join(failures), **result)
    return result
