# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the site, from what `make docs` has put together in build/docs. Nothing is fetched."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import ansible_links  # noqa: E402

project = "huaweicloud.modelarts"
author = "the huaweicloud.modelarts authors"
copyright = f"2026, {author}"
release = version = str(yaml.safe_load((HERE / "galaxy.yml").read_text(encoding="utf-8"))["version"])

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
root_doc = "index"
default_role = "any"
nitpicky = True
highlight_language = "yaml+jinja"
antsibull_ext_color_scheme = "default-autodark"

# Links to Ansible's own pages are known by a list that is kept here. One that is missing there is a warning, so an error.
intersphinx_mapping = {"ansible": (ansible_links.SITE, str(ansible_links.write_inventory(HERE / "ansible.inv")))}

html_theme = "furo"
html_title = f"huaweicloud.modelarts {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False
html_theme_options = {
    "source_repository": "https://github.com/huaweicloud/ansible-modelarts/",
    "top_of_page_buttons": [],
    "light_css_variables": {"color-brand-primary": "#b3261e", "color-brand-content": "#0b57a4"},
    "dark_css_variables": {"color-brand-primary": "#ff8a80", "color-brand-content": "#82b8f5"},
}


# What antsibull-docs makes for another theme: Furo has a page's contents at its side, and the menu is made below.
FOREIGN = re.compile(r"^:orphan:\n|^\.\. (?:contents|toctree)::\n(?:\n* +.*\n)*", re.MULTILINE)
# A part of a role's description, such as "B(Verdicts.) Each server ...", becomes a section.
PART = re.compile(r"^- :strong:`([^`]+)\.` (.*)$", re.MULTILINE)
# The guides are in the menu, there is one collection only, and its roles have one entry point.
SHORTER = (
    (re.compile(r"^Guides\n------\n", re.MULTILINE), ""),
    (re.compile(r"^Huaweicloud\.Modelarts\n=+$", re.MULTILINE), "All on one page\n==============="),
    (re.compile(r"^huaweicloud\.modelarts\.(?=\w+ \w+ -- )", re.MULTILINE), ""),
    (re.compile(r"^(Entry point ``main``) -- .*\n-+$", re.MULTILINE), r"\1\n--------------------"),
)
REFERENCE = {"Roles": ("_role",), "Modules": ("_module",), "Inventory and filters": ("_inventory", "_filter")}


def menu() -> str:
    """The guides as extra-docs.yml lists them, and the pages that antsibull-docs has made."""
    index = yaml.safe_load((HERE / "extra-docs.yml").read_text(encoding="utf-8"))
    sections = {section["title"]: [f"docsite/{page}" for page in section["toctree"]] for section in index["sections"]}
    for title, endings in REFERENCE.items():
        pages = [path.stem for ending in endings for path in sorted(HERE.glob(f"*{ending}.rst"))]
        sections[title] = [f"{page.rpartition('_')[0]} <{page}>" for page in pages]
    sections["More"] = ["All on one page <reference>", "Environment variables <environment_variables>"]
    lines = []
    for title, pages in sections.items():
        lines += [".. toctree::", f"   :caption: {title}", "   :hidden:", "", *(f"   {page}" for page in pages), ""]
    return "\n".join(lines)


def adapt(_app: Any, page: str, content: list[str]) -> None:
    """Fill in the menu, and take out what is for another theme."""
    if page == root_doc:
        content[0] += menu()
    elif not page.startswith("docsite/"):
        text = FOREIGN.sub("", content[0])
        text = PART.sub(lambda part: f"\n{part[1]}\n{'^' * len(part[1])}\n\n{part[2]}\n", text)
        for pattern, words in SHORTER:
            text = pattern.sub(words, text)
        content[0] = text


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", adapt)
