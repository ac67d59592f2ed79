# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure logic of log_collection, software_query and diagnosis, as filters. Each is documented in a file of its name."""

from __future__ import annotations

import typing as t

from ..plugin_utils import _findings, _operation, _role_options
from ..plugin_utils._readable import readable


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
            "operation_verdicts": _operation.verdicts,
            "role_options": _role_options.role_options,
            "software_csv": _findings.software_csv,
            "software_found": _findings.software,
            "software_table": _findings.software_table,
        }
        return {name: readable(function) for name, function in filters.items()}
