# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters on what a software query found. Each is documented in a file of its name beside this one."""

from __future__ import annotations

import typing as t

from ..plugin_utils._operation.table import as_csv
from ..plugin_utils._readable import readable


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """The filters by their names."""
        wrong = "software_csv takes the result of the role software_query, which is software_query_result."
        return {"software_csv": readable(as_csv, wrong)}
