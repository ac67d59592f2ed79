# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Markdown says, and that nothing the platform says becomes markup."""

from __future__ import annotations

import re

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report.markdown import escape
from ansible_collections.huaweicloud.modelarts.tests.unit.report import samples
from ansible_collections.huaweicloud.modelarts.tests.unit.report.drawing import render_markdown


def cells(line: str) -> list[str]:
    """The cells of a table's row, as a reader of GitHub flavoured Markdown splits it."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_the_facts_of_an_upgrade() -> None:
    document = {**samples.upgrade(60, 20), "finished": "2026-11-21T23:12:40Z"}
    lines = render_markdown(document).splitlines()
    assert lines[0] == "# HDK upgrade to 24.1.0.3"
    assert lines[2] == f"**Failed.** {document['message']}"
    assert f"| failed | {document['summary']['failed']} |" in lines
    assert "| Duration | 1 h 12 min |" in lines
    assert "| Allow downgrade | no |" in lines
    assert "## Servers (60)" in lines
    assert "## Waves (4)" in lines
    assert "## Jobs (3)" in lines
    assert any(line.startswith("| 1 (canary) | 1 | 2026-11-21 22:02:11 UTC |") for line in lines)
    verdicts = [cells(line)[2] for line in lines[lines.index("## Servers (60)") + 4 :][:60]]
    assert verdicts[0] == "**failed**"
    assert verdicts == sorted(verdicts, key=["**failed**", "refused", "not started", "upgraded", "current"].index)


def test_every_table_is_rectangular() -> None:
    for document in (samples.upgrade(200), samples.log_collection(), samples.planned(), {}):
        tables = re.findall(r"(?m)(?:^\|.*\n)+", render_markdown(document))
        assert all(len({len(cells(line)) for line in table.splitlines()}) == 1 for table in tables)


def test_what_nobody_knows_has_no_column() -> None:
    text = render_markdown(samples.log_collection())
    assert "| Server | Id | Verdict | Job | Message |" in text
    assert "Waves" not in text
    assert "<https://logs.obs.cn-north-4.myhuaweicloud.com/npu/2026/train-1.tar.gz?Expires=1764>" in text


def test_names_for_limit_and_reasons() -> None:
    lines = render_markdown(samples.drift()).splitlines()
    assert lines[2] == "**Done: 9 of 16 differ.** All servers answered."
    at = lines.index("9 differs:")
    assert lines[at + 2 : at + 5] == ["```text", ",".join(f"train-{n}" for n in range(1, 10)), "```"]
    assert [cells(line)[0] for line in lines if "is wanted: " in line] == ["5", "4"]


def test_no_cell_is_a_formula() -> None:
    bad = '=HYPERLINK("https://a.example")'
    text = render_markdown({"servers": [{"id": "-1+1", "name": "@x", "verdict": "failed", "reason": bad}]})
    found = [cell for line in text.splitlines() if line.startswith("|") for cell in cells(line)]
    assert not [cell for cell in found if re.match(r"[=+@`]|-[^-]", cell)]
    assert "'=HYPERLINK" in text


def test_an_empty_report() -> None:
    assert render_markdown({"operation": "diagnosis", "outcome": "success", "message": "Nothing to do."}) == (
        "# Diagnosis\n\n**Succeeded.** Nothing to do.\n\n"
        "## Facts\n\n|  |  |\n| --- | --- |\n| Operation | Diagnosis |\n"
    )


def test_escaping() -> None:
    assert escape("a|b\nc") == "a\\|b<br>c"
    assert escape("<img src=x onerror=alert(1)>") == "&lt;img src=x onerror=alert(1)&gt;"
    assert escape("[x](javascript:alert(1))") == "\\[x\\](javascript:alert(1))"
    assert escape("*b* `c` # ~s~ $m$") == "\\*b\\* \\`c\\` \\# \\~s\\~ \\$m\\$"
    assert escape("node_1 _i_ a\\|b") == "node_1 \\_i\\_ a\\\\\\|b"
    assert escape("see https://a.example/x_y?b=1&c=*2.") == "see <https://a.example/x_y?b=1&c=*2>."


def test_a_hostile_server_stays_in_its_row() -> None:
    hostile = "x | y`|`\r\n| a |\n# no heading <script>alert(1)</script> [a](javascript:b)"
    text = render_markdown(
        {
            "title": hostile,
            "message": hostile,
            "parameters": {hostile: hostile},
            "servers": [dict.fromkeys(("id", "name", "verdict", "reason", "version_before", "job_id"), hostile)],
            "jobs": [{"id": hostile, "name": hostile}],
        }
    )
    assert "<script" not in text
    assert len([line for line in text.splitlines() if line.startswith("# ")]) == 1
    tables = re.findall(r"(?m)(?:^\|.*\n)+", text)
    assert [len(table.splitlines()) for table in tables] == [3, 3, 3, 3, 3, 3]
    assert all(len({len(cells(line)) for line in table.splitlines()}) == 1 for table in tables)
