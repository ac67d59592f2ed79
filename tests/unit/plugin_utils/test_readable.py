# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a filter says of what is none of its input."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.huaweicloud.modelarts.plugins.filter import fleet, operation

FILTERS = {**fleet.FilterModule().filters(), **operation.FilterModule().filters()}
TAKES = {
    "server_hosts": "names of hosts, and hostvars in brackets",
    "software_versions": "the servers of a result of liteserver_job or liteserver_job_info, such as query.servers",
    "software_csv": "the result of the role software_query, which is software_query_result",
}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("server_hosts", (["one"],)),
        ("server_hosts", (["one"], {})),
        ("software_versions", ([{"status": "SUCCESS"}],)),
        ("software_versions", (None,)),
        ("software_versions", ({"id": {"message": "no status"}},)),
        ("software_csv", ({"id": {"driver": "24.1.0.3"}},)),
        ("software_csv", ("text",)),
    ],
)
def test_a_filter_names_what_it_takes(name: str, given: tuple[Any, ...]) -> None:
    with pytest.raises(AnsibleFilterError, match=f"^{name} takes {TAKES[name]}") as caught:
        FILTERS[name](*given)
    assert caught.value.__cause__ is None, "newer cores would add its words"
