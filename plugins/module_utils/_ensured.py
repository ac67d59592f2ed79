# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The result of a submission: which job each server of a request has, or why it has none. No I/O."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ._errors import ModelArtsError
from ._job import Job, as_dict
from ._match import Found
from ._outcome import Coverage, outcome
from ._request import Request

# Why a server has no job: another one holds it, the platform refused it, nobody knows whether there is one, or nothing was sent.
HELD, REFUSED, UNKNOWN, NOT_SENT, STALE = "held", "refused", "unknown", "not_sent", "stale"

Batch = list[str]  # the servers of one job


@dataclass
class Ensured:
    """The result of C(ensure): which jobs cover the request now, and what was done for it."""

    coverage: Coverage = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)  # in words, for the diff
    to_submit: list[str] = field(default_factory=list)  # what this run submitted, or would in check mode
    adopted: bool = False
    conflicts: list[Job] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)  # by server id, why it could not be submitted
    refusals: dict[str, str] = field(default_factory=dict)  # the same in a word
    refused: list[ModelArtsError] = field(default_factory=list)

    @property
    def submitted(self) -> bool:
        return bool(self.to_submit)

    def take(self, found: Found) -> None:
        """Take over the jobs that were found."""
        self.coverage.update(found.coverage)
        self.before.update(found.before)
        for server_id, job in found.coverage.items():
            task = job.task_of(server_id) if job else None
            self.adopted = self.adopted or bool(task and not task.over)

    def cover(self, batch: Batch, job: Job) -> None:
        """Note the job that was created for a batch."""
        self.coverage.update(dict.fromkeys(batch, job))
        self.to_submit += batch

    def refuse(self, batch: Batch, error: ModelArtsError, why: str) -> None:
        """Leave the servers of a batch without a job, and note why."""
        self.refused.append(error)
        self.reasons.update(dict.fromkeys(batch, error.message))
        self.refusals.update(dict.fromkeys(batch, why))

    @property
    def details(self) -> dict[str, t.Any]:
        """What a result says about refused batches."""
        told: dict[str, t.Any] = {}
        for error in self.refused:
            told.update(error.details)
        if self.conflicts:
            told["conflicts"] = [as_dict(job) for job in self.conflicts]
        if self.refusals:
            told["refusals"] = self.refusals
        return told

    def failure(self, several: bool) -> ModelArtsError:
        """The error for the refused batches. C(several): there was more than one batch."""
        error = self.refused[0]
        error.message = " ".join(dict.fromkeys(self.reasons.values()))
        covered = any(self.coverage.values())
        error.details = {
            **({"submitted": self.submitted, "adopted": self.adopted} if covered else {}),
            **self.details,
            **(outcome(self.coverage, self.reasons) if several or covered else {}),
        }
        return error


def describe(ensured: Ensured, request: Request) -> dict[str, dict[str, str]]:
    """The state of each server before and after, in the same words for check mode and the real run."""
    before = {sid: ensured.before.get(sid, "no job") for sid in request.server_ids}
    return {
        "before": before,
        "after": {**before, **dict.fromkeys(ensured.to_submit, f"job {request.name}")},
    }
