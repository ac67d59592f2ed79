# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure logic of log_collection, software_query and diagnosis, as filters. Each is documented in a file of its name."""

from __future__ import annotations

import functools
import typing as t

from ansible.errors import AnsibleFilterError

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils import _findings, _operation, _role_options
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._unsafe import unsafe


def readable(function: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """The function, its refusals without a traceback, and what the platform said never taken for a template."""

    @functools.wraps(function)
    def filtered(*args: t.Any, **options: t.Any) -> t.Any:
        try:
            return unsafe(function(*args, **options))
        except (ValueError, InputError) as error:
            raise AnsibleFilterError(str(error)) from error

    return filtered


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filters by their names."""
        filters: dict[str, t.Callable[..., t.Any]] = {
            "collected_logs": _findings.collected_logs,
            "diagnosed": _findings.diagnosed,
            "operation_document": _operation.document,
            "operation_outline": _operation.outline,
            "operation_summary": _operation.summary,
            "operation_verdict": _operation.verdict,
            "role_options": _role_options.role_options,
            "software_csv": _findings.software_csv,
            "software_found": _findings.software,
            "software_table": _findings.software_table,
        }
        return {name: readable(function) for name, function in filters.items()}
