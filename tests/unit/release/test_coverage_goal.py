# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines and branches each have to reach the goal."""

from __future__ import annotations

import json

import pytest

from tests import coverage_goal


@pytest.mark.parametrize(("lines", "branches", "status"), [(95, 95, 0), (94, 100, 1), (100, 94, 1)])
def test_each_has_to_reach_the_goal(tmp_path, capsys, lines, branches, status):
    totals = {"covered_lines": lines, "num_statements": 100, "covered_branches": branches, "num_branches": 100}
    file = tmp_path / "coverage.json"
    file.write_text(json.dumps({"totals": totals}), encoding="utf-8")
    assert coverage_goal.main(str(file)) == status
    assert f"{lines}.0 % of the lines, {branches}.0 % of the branches" in capsys.readouterr().out
