# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the home page lists: each guide by its first words, the roles, and the menu of all pages."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

REFERENCE = {"Roles": ("_role",), "Modules": ("_module",), "Inventory and filters": ("_inventory", "_filter")}
MORE = ["All on one page <reference>", "Environment variables <environment_variables>", "Changelog <changelog>"]
# A title with its line below, and the paragraph that follows, past comments for the tests.
TITLE = re.compile(r"^(\S.*)\n={3,}\n\n(?:\.\. test:.*\n+)*", re.MULTILINE)
PARAGRAPH = re.compile(r"(?:[\w`*:].*\n)+(?=\n)")
ROLE = re.compile(r"^huaweicloud\.modelarts\.(\w+) role -- (.*)\n\++$", re.MULTILINE)


def contents(site: Path) -> str:
    """The sources of the lists and of the menu. site: the folder of all pages."""
    index = yaml.safe_load((site / "extra-docs.yml").read_text(encoding="utf-8"))
    guides = {section["title"]: [f"docsite/{page}" for page in section["toctree"]] for section in index["sections"]}
    made = {
        title: [path.stem for ending in endings for path in sorted(site.glob(f"*{ending}.rst"))]
        for title, endings in REFERENCE.items()
    }
    lines: list[str] = []
    for title, pages in guides.items():
        lines += ["", title, "-" * len(title), ""]
        for page in pages:
            lines += _guide(page, (site / f"{page}.rst").read_text(encoding="utf-8"))
    lines += ["", "Roles", "-----", ""]
    for page in made["Roles"]:
        lines += _role(page, (site / f"{page}.rst").read_text(encoding="utf-8"))
    for title, pages in guides.items():
        lines += _menu(title, pages)
    for title, pages in made.items():
        lines += _menu(title, [f"{page.rpartition('_')[0]} <{page}>" for page in pages])
    return "\n".join([*lines, *_menu("More", MORE)])


def _guide(page: str, text: str) -> list[str]:
    title = TITLE.search(text)
    if not title:
        raise ValueError(f"{page}: a guide begins with its title")
    first = PARAGRAPH.match(text, title.end())
    words = re.sub(r":$", ".", first[0].strip()).splitlines() if first else []
    return [f":doc:`{title[1]} <{page}>`", *(f"    {line}" for line in words), ""]


def _role(page: str, text: str) -> list[str]:
    found = ROLE.search(text)
    if not found:
        raise ValueError(f"{page}: no title of a role")
    return [f":doc:`{found[1]} <{page}>`", f"    {found[2]}", ""]


def _menu(title: str, pages: list[str]) -> list[str]:
    return ["", ".. toctree::", f"   :caption: {title}", "   :hidden:", "", *(f"   {page}" for page in pages), ""]
