# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx makes the site, from what `make docs` has put together in build/docs. Nothing is fetched."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import ansible_links  # noqa: E402
import home  # noqa: E402
import reference  # noqa: E402

project = "huaweicloud.modelarts"
author = "the huaweicloud.modelarts authors"
copyright = f"2026, {author}"
release = version = str(yaml.safe_load((HERE / "galaxy.yml").read_text(encoding="utf-8"))["version"])

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
root_doc = "index"
default_role = "any"
nitpicky = True
highlight_language = "yaml+jinja"
antsibull_ext_color_scheme = "none"  # site.css has it, by the theme that the reader has chosen

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


def adapt(_app: Any, page: str, content: list[str]) -> None:
    """Complete the home page, and take out of reference pages what is for another theme."""
    if page == root_doc:
        content[0] += home.contents(HERE)
    elif not page.startswith("docsite/"):
        content[0] = reference.adapted(content[0])


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", adapt)
