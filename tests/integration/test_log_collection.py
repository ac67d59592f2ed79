# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role log_collection in real playbooks: what it has of its own. The rest is in test_reading_roles.py."""

from __future__ import annotations

import json

from tests.integration.reading import result_of


def test_links_are_kept_and_reported(sim, playbook, tmp_path):
    said = "Collected: obs://logs/a.tar.gz and https://logs.example/a.tar.gz?k=1&s={{ 1 + 1 }}."
    sim.outcome(sim.server_ids[0], "SUCCESS", message=said, job_types="any")
    given = {
        "log_collection_servers": sim.server_ids,
        "log_collection_wait_interval": 0.2,
        "log_collection_report_dir": str(tmp_path),
    }
    run = playbook.play("huaweicloud.modelarts.log_collection", extra_vars=given)
    assert run.rc == 0, run.output
    result = result_of(run)
    first = result["servers"][sim.server_ids[0]]
    assert first["message"] == said
    assert first["links"] == ["obs://logs/a.tar.gz", "https://logs.example/a.tar.gz?k=1&s="]
    assert result["servers"][sim.server_ids[1]]["links"] == []
    assert set(first) >= {"status", "message", "links", "job_id", "server_name", "started", "finished"}
    assert set(result) >= {"servers", "summary", "jobs"}
    (report,) = tmp_path.glob("*.json")
    rows = {row["id"]: row for row in json.loads(report.read_text(encoding="utf-8"))["servers"]}
    assert rows[sim.server_ids[0]]["links"] == first["links"]
    (page,) = tmp_path.glob("*.md")
    assert "obs://logs/a.tar.gz" in page.read_text(encoding="utf-8")
