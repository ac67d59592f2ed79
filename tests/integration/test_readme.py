# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README shows what the demo prints, with the settings that it tells to use."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.demo.readme import block, blocks

ROOT = Path(__file__).resolve().parents[2]

# What differs from run to run
VARYING = (
    (r"about \S+ \w+ left, ", ""),
    (r"\b\d+ s$", "N s"),
    (r"\d+ of \d+ servers done(.*); in all \d+ of \d+, \d+ of", r"N of N servers done\1; in all N of N, N of"),
    (r"\S*hdk_upgrade-\d+T\d+Z-\w+", "hdk_upgrade-run"),
)


def normal(line: str) -> str:
    """A line without what differs from run to run."""
    for pattern, replacement in VARYING:
        line = re.sub(pattern, replacement, line)
    return line.rstrip()


def sections(lines: list[str]) -> list[list[str]]:
    """The lines by their headings: a command, a task, a play, a line of the demo's own."""
    found: list[list[str]] = [[]]
    for line in filter(None, map(normal, lines)):
        if line.startswith(("TASK [", "PLAY ", "### ", "$ ")):
            found.append([])
        found[-1].append(line)
    return [section for section in found if section]


def missing(excerpt: list[str], output: list[str]) -> str | None:
    """The first line of an excerpt that is not in the output, whose sections come in the same order.

    Hosts tell in any order, so that of the lines of a section does not count. A line that ends in ... is the start of one.
    """
    rest = iter(sections(output))
    for heading, *lines in sections(excerpt):
        section = next((section for section in rest if section[0] == heading), None)
        if section is None:
            return heading
        for line in lines:
            start = line.removesuffix("...")
            if not any(one.startswith(start) if line.endswith("...") else one == line for one in section):
                return line
    return None


def test_readme_shows_a_real_run_of_the_demo():
    run = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "demo" / "demo.py")],
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    output = run.stdout.splitlines()
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr
    command, *excerpt = next(text for text in blocks("console") if text.startswith("$ make demo")).splitlines()
    assert command == "$ make demo"
    assert len(excerpt) > 15 and missing(excerpt, output) is None
    # What it ends with can be opened.
    reports = [unquote(urlsplit(line.strip()).path) for line in output if line.strip().startswith("file://")]
    assert len(reports) == 2 and all("liteserver-978c-00007" in Path(report).read_text("utf-8") for report in reports)
    assert (ROOT / "build" / "demo" / "ansible.cfg").read_text(encoding="utf-8") == block("ini")


def test_what_the_demo_does_not_print_is_found():
    output = [
        "TASK [a]",
        "wave 2 of 2: 8 of 15 servers done; in all 9 of 16, 0 of 0 failures used, 4 s",
        "",
        "TASK [b]",
        "ok",
    ]
    progress = "wave 2 of 2: 3 of 15 servers done; in all 4 of 16, 0 of 0 failures used, 1 s"
    assert missing(["TASK [a]", progress, "wave 2 of...", "TASK [b]", "ok"], output) is None
    assert missing(["TASK [a]", "wave 2 of"], output) == "wave 2 of"
    assert missing(["TASK [a]", "ok"], output) == "ok"
    assert missing(["TASK [b]", "TASK [a]"], output) == "TASK [a]"
