# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure logic of the roles, as filters. Each is documented in a file of its name beside this one."""

from __future__ import annotations

import typing as t

from ..plugin_utils import _attempt, _jobs, _packed, _plan, _preflight, _rollout_old, _rollout_told, _versions
from ..plugin_utils._readable import readable

STEPS: dict[str, t.Callable[..., t.Any]] = {
    "begin": _rollout_old.begin,
    "ids": _rollout_old.ids,
    "to_read": _preflight.to_read,
    "partial": _preflight.partial,
    "inspect": _preflight.inspect,
    "adopt": _plan.adopt,
    "left_failed": _plan.left_failed,
    "left_with_links": _plan.left_with_links,
    "versions": _attempt.versions,
    "plan": _plan.plan,
    "outline": _rollout_told.outline,
    "wave_numbers": _rollout_old.wave_numbers,
    "steps": _rollout_old.steps,
    "with_verdict": _rollout_old.with_verdict,
    "due": _attempt.due,
    "failed": _attempt.failed,
    "verifiable": _attempt.verifiable,
    "tried": _attempt.tried,
    "gate": _rollout_old.gate,
    "blame": _rollout_old.blame,
    "close": _rollout_old.close,
    "stop": _rollout_old.stop,
    "result": _rollout_told.result,
    "ending": _rollout_told.ending,
    "report": _rollout_told.report,
    "verdicts": _rollout_told.verdicts,
}


def rollout(value: t.Any, step: str, *args: t.Any) -> t.Any:
    """One step of a rollout, which is packed between two of them."""
    if step not in STEPS:
        raise ValueError(f"step {step!r} is none of {', '.join(STEPS)}")
    return _packed.pack(STEPS[step](_packed.unpack(value), *args))


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filters by their names."""
        filters: dict[str, t.Callable[..., t.Any]] = {
            "job_name": _jobs.name,
            "jobs_outcome": _jobs.outcome,
            "rollout": rollout,
            "server_batches": _jobs.batches,
            "server_hosts": _jobs.server_hosts,
            "server_ids": _jobs.server_ids,
            "software_versions": _versions.of_servers,
        }
        return {name: readable(function) for name, function in filters.items()}
