# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a release needs, and that the forge's workflows run what a developer runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests import release

ROOT = Path(__file__).resolve().parents[3]
FORGE = ROOT / ".github"

# The tarball has no files for the forge.
needs_checkout = pytest.mark.skipif(not FORGE.exists(), reason="not a checkout")


@pytest.fixture
def collection(tmp_path):
    """A collection that may be released as 1.2.3."""
    files = {
        "galaxy.yml": "version: 1.2.3\n",
        "plugins/module_utils/_transport.py": 'x = 1\nVERSION = "1.2.3"  # the same\n',
        "changelogs/changelog.yaml": "releases: {1.2.3: {}, 1.2.3-rc.1: {}, 1.2.0: {}, 0.10.0: {}}\n",
        "changelogs/fragments/README.md": "no fragment",
        "CHANGELOG.md": "# Notes\n\n## v1\\.2\\.3\n\n* new\n\n## v1\\.2\\.0\n\n* old\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_what_agrees_can_be_released_with_its_notes(collection, capsys):
    assert release.main(collection, collection / "notes", "v1.2.3") == 0
    assert (collection / "notes").read_text(encoding="utf-8") == "* new\n"
    assert capsys.readouterr().out == "1.2.3 can be released.\n"


@pytest.mark.parametrize(
    "file, text, told",
    [
        ("galaxy.yml", "version: 1.3\n", "1.3 is no semantic version"),
        ("galaxy.yml", "version: 1.3.0\n", "VERSION is not 1.3.0"),
        ("galaxy.yml", "version: 1.3.0\n", "The tag has to be v1.3.0"),
        ("galaxy.yml", "version: 1.2.3-rc.1\n", "the newest release is 1.2.3, not 1.2.3-rc.1"),
        ("changelogs/changelog.yaml", "releases: {}\n", "the newest release is None"),
        ("changelogs/fragments/late.yml", "bugfixes: [a]\n", "late.yml did not go into the changelog"),
        (
            "CHANGELOG.md",
            "# Notes\n\n## v1\\.2\\.3\n\n## v1\\.2\\.0\n\n* old\n",
            "CHANGELOG.md: it says nothing of 1.2.3",
        ),
    ],
)
def test_what_does_not_agree_is_told(file, text, told, collection, capsys):
    (collection / file).write_text(text, encoding="utf-8")
    assert release.main(collection, collection / "notes", "v1.2.3") == 1
    assert told in capsys.readouterr().out and not (collection / "notes").exists()


def test_versions_of_the_documentation_are_not_of_the_future():
    ours = release.version_of(ROOT)
    files = [
        path for folder in ("plugins", "roles") for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".yml")
    ]
    added = [
        one for path in files for one in re.findall(r"^ *version_added: (\S+)$", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert len(added) > 15
    assert [one for one in added if release._order(one) > release._order(ours)] == []


def test_fragments_mark_names_as_the_changelog_needs_it():
    """The changelog is reStructuredText, and does not know the marks of Ansible's documentation."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "changelogs" / "fragments").glob("*.yml")}
    assert {
        name: re.findall(r"\b(?:C|O|V|RV|M|P|E|I|B)\([^)]*\)", text) for name, text in texts.items()
    } == dict.fromkeys(texts, [])


@needs_checkout
def test_workflows_run_the_targets_of_the_makefile():
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    stages = re.search(r"^stages := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    steps = [
        step["run"]
        for path in (FORGE / "workflows").glob("*.yml")
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
        for step in job["steps"]
        if "run" in step
    ]
    made = [command.split()[1] for command in steps if command.startswith("make ")]
    assert set(made) <= targets and {"test", "unit", "integration", "release-check"} <= set(made)
    assert stages and set(stages.group(1).split()) <= targets


@needs_checkout
def test_workflows_cover_the_supported_cores():
    """From the lowest of meta/runtime.yml to the newest of the demo, without a gap, and a preview of the next; the README names both ends."""
    workflow = yaml.safe_load((FORGE / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    entries = workflow["jobs"]["cores"]["strategy"]["matrix"]["include"]
    cores = [entry["core"] for entry in entries if not entry.get("preview")]
    lowest = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["requires_ansible"]
    newest = re.findall(
        r"ansible-core==(\d+\.\d+)", (ROOT / "tests" / "requirements-demo.txt").read_text(encoding="utf-8")
    )[-1]
    assert lowest == f">={cores[0]}.0" and cores[-1] == newest
    assert cores == [f"2.{minor}" for minor in range(int(cores[0][2:]), int(cores[-1][2:]) + 1)]
    assert [entry["core"] for entry in entries if entry.get("preview")] == [f"2.{int(newest[2:]) + 1}"]
    for page in ("README.md", "SECURITY.md"):
        assert f"{cores[0]} to {cores[-1]}" in (ROOT / page).read_text(encoding="utf-8")
