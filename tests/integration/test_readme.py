# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the README shows is what the demo prints, what it tells to type works, and what it lists is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from tests.demo.readme import README, block, blocks
from tests.integration.playbook import documentation

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


@pytest.mark.parametrize("sim", [{"servers": 3, "driver": "24.1.rc3.10"}], indirect=True)
def test_the_commands_for_a_project_of_ones_own_work_as_they_stand(sim, tmp_path):
    """From the inventory to the upgrade, without a warning. What has no value in the README has the simulator's."""
    text = next(text for text in blocks("console") if "export" in text)
    for name, value in {"AK": sim.access_key, "SK": sim.secret_key, "PROJECT_ID": sim.project_id}.items():
        assert f"_{name}=..." in text
        text = text.replace(f"_{name}=...", f"_{name}={value}")
    assert "..." not in text
    (tmp_path / "ansible.cfg").write_text(block("ini"), encoding="utf-8")
    environment = {**os.environ, "HUAWEICLOUD_MODELARTS_ENDPOINT": sim.endpoint}
    del environment["ANSIBLE_CONFIG"]
    run = subprocess.run(
        ["bash", "-e"],
        input="".join(line.removeprefix("$ ") for line in text.splitlines(keepends=True)),
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr
    assert "WARNING" not in run.stdout + run.stderr
    assert {server.driver for server in sim.servers.values()} == {"24.1.0.3"} and sim.violations == []
    assert run.stdout.count("PLAY RECAP") == 3 and "|--@liteservers:" in run.stdout
    assert len(list((tmp_path / "reports").glob("*.html"))) == 1


def test_the_playbook_is_the_first_example_of_the_module():
    """A test of its own runs the examples."""
    (play,) = yaml.safe_load(blocks("yaml")[0])
    assert play["tasks"] == documentation("liteserver_job", "EXAMPLES")[:2]


def names(title: str) -> set[str]:
    """What the README lists below a title of its table of contents."""
    part = README.read_text(encoding="utf-8").partition("## What is included")[2].partition("\n## ")[0]
    rows = part.partition(f"| **{title}**")[2].partition("\n| **")[0].splitlines()[1:]
    return {name for row in rows if row.startswith("|") for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def stems(pattern: str) -> set[str]:
    """The names of files of ours, without what is private."""
    return {path.stem for path in ROOT.glob(pattern) if not path.stem.startswith("_")}


def test_what_is_included_is_listed_and_nothing_else():
    assert names("Modules") == stems("plugins/modules/*.py")
    assert names("Inventory plugin") == stems("plugins/inventory/*.py")
    assert names("Filters") == stems("plugins/filter/*.yml")
    assert names("Event source") == stems("extensions/eda/plugins/event_source/*.py")
    assert names("Rulebooks") == stems("extensions/eda/rulebooks/*.yml")
    assert names("Roles") == {path.parent.parent.name for path in ROOT.glob("roles/*/tasks/main.yml")}
    assert names("Roles") - stems("playbooks/*.yml") == {"liteserver_jobs"}
    assert names("Other playbooks") == stems("playbooks/*.yml") - names("Roles")
    known = {"action", "doc_fragments", "filter", "inventory", "module_utils", "modules", "plugin_utils"}
    assert {path.name for path in (ROOT / "plugins").iterdir() if path.is_dir()} - {"__pycache__"} == known


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "tests/simulator/README.md"])
def test_links_lead_somewhere(page):
    """Also to headings, by the anchors that the forge makes of them."""
    found = re.findall(r"\]\((?!https?://)([^)#]*)(?:#([^)]*))?\)", (ROOT / page).read_text(encoding="utf-8"))
    for path, anchor in found:
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), path
        headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE) if anchor else []
        anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert not anchor or anchor in anchors, f"{path}#{anchor}"
