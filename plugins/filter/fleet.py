# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure logic of the roles, as filters. Each is documented in a file of its name beside this one."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils import _jobs, _preflight, _rollout, _versions

STEPS: dict[str, t.Callable[..., t.Any]] = {
    "begin": _rollout.begin,
    "inspect": _preflight.inspect,
    "adopt": _rollout.adopt,
    "plan": _rollout.plan,
    "opened": _rollout.opened,
    "attempt": _rollout.attempt,
    "verifiable": _rollout.verifiable,
    "with_links": _rollout.with_links,
    "judge": _rollout.judge,
    "gate": _rollout.gate,
    "close": _rollout.close,
    "stop": _rollout.stop,
    "with_verdict": _rollout.with_verdict,
    "result": _rollout.result,
    "report": _rollout.report,
    "outline": _rollout.outline,
    "verdict": _rollout.verdict,
}


def rollout(value: t.Any, step: str, *args: t.Any, **options: t.Any) -> t.Any:
    """One step of a rollout."""
    if step not in STEPS:
        raise ValueError(f"step {step!r} is none of {', '.join(STEPS)}")
    return STEPS[step](value, *args, **options)


def readable(function: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """The function, its refusals turned into what Ansible shows without a traceback."""

    def filtered(*args: t.Any, **options: t.Any) -> t.Any:
        try:
            return function(*args, **options)
        except (ValueError, InputError) as error:
            raise AnsibleFilterError(str(error)) from error

    return filtered


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        filters = {
            "job_name": _jobs.name,
            "jobs_outcome": _jobs.outcome,
            "rollout": rollout,
            "server_ids": _jobs.server_ids,
            "server_hosts": _jobs.server_hosts,
            "software_versions": _versions.of_servers,
        }
        return {name: readable(function) for name, function in filters.items()}
