# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether version, changelog and tag of a release agree, and its notes. Started by `make release-check`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

VERSION = re.compile(r"\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?")


def main(root: Path, notes_file: Path, tag: str = "") -> int:
    """Print what is wrong with the collection in `root`, else write the notes. Without a tag the changelog is made first.

    That changes files, so `root` is to be a copy.
    """
    if not tag and version_of(root) not in releases(root):
        subprocess.run(["antsibull-changelog", "release"], cwd=root, check=True)
    found = problems(root, tag)
    print("\n".join(found) or f"{version_of(root)} can be released.")
    if not found:
        notes_file.write_text(notes(root), encoding="utf-8")
    return 1 if found else 0


def problems(root: Path, tag: str = "") -> list[str]:
    """What keeps the version in galaxy.yml from being released. `tag`: the one that is to be released, such as v1.0.0."""
    version, found = version_of(root), []
    if not VERSION.fullmatch(version):
        found.append(f"galaxy.yml: {version} is no semantic version, such as 1.2.3 or 1.2.3-rc.1.")
    transport = (root / "plugins" / "module_utils" / "_transport.py").read_text(encoding="utf-8")
    if f'\nVERSION = "{version}"' not in transport:
        found.append(f"plugins/module_utils/_transport.py: VERSION is not {version}, the version in galaxy.yml.")
    if tag and tag != f"v{version}":
        found.append(f"The tag is {tag}, and galaxy.yml has the version {version}. The tag has to be v{version}.")
    newest = max(releases(root), key=_order, default=None)
    if newest != version:
        found.append(f"changelogs/changelog.yaml: the newest release is {newest}, not {version}. {MAKE}")
    left = sorted(path.name for path in (root / "changelogs" / "fragments").glob("*.y*ml"))
    if left:
        found.append(f"changelogs/fragments: {', '.join(left)} did not go into the changelog. {MAKE}")
    if newest == version and not notes(root):
        found.append(f"CHANGELOG.md: it says nothing of {version}. {MAKE}")
    return found


MAKE = "Run build/venv/bin/antsibull-changelog release."


def version_of(root: Path) -> str:
    """The version in galaxy.yml."""
    return str(yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))["version"])


def releases(root: Path) -> dict[str, Any]:
    """The releases that the changelog knows, by version."""
    changelog = yaml.safe_load((root / "changelogs" / "changelog.yaml").read_text(encoding="utf-8"))
    return dict(changelog["releases"])


def notes(root: Path) -> str:
    """What CHANGELOG.md says of the version, without its heading."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = re.escape("v" + version_of(root)).replace(r"\.", r"\\?\.")
    found = re.search(rf"^## {heading}\n(.*?)(?=^## v|\Z)", text, re.DOTALL | re.MULTILINE)
    return found.group(1).strip() + "\n" if found and found.group(1).strip() else ""


def _order(version: str) -> tuple[Any, ...]:
    """Sorts versions. One with a suffix comes before the one without."""
    numbers, _dash, suffix = version.partition("-")
    kind, _dot, count = suffix.partition(".")
    return (*map(int, numbers.split(".")), not suffix, kind, int(count or 0))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]))
