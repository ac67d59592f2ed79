# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of large fleets in less memory."""

from __future__ import annotations

import json

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.sparing import spared


def test_the_value_stays_and_equal_texts_become_one():
    servers = {f"id-{n}": {"verdict": "upgraded", "wave": n, "links": None, "jobs": [["one job"]]} for n in range(3)}
    apart = json.loads("[" + ",".join(json.dumps({key: one}) for key, one in servers.items()) + "]")
    found = spared(apart)
    assert found == apart
    rows = [row for one in found for row in one.values()]
    assert len({id(row["verdict"]) for row in rows}) == 1
    assert len({id(row["jobs"][0][0]) for row in rows}) == 1
    assert len({id(key) for row in rows for key in row}) == 4
