# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the site makes of pages: the home page's list, the menu, the reference pages, and the list of Ansible's own pages."""

from __future__ import annotations

import importlib.util
import zlib

import pytest

from tests.docsite.page import ROOT

SITE = ROOT / "docs" / "docsite" / "site"


def load(name):
    spec = importlib.util.spec_from_file_location(f"docsite_{name}", SITE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(name="site")
def fixture_site(tmp_path):
    """A folder of pages, as make docs puts it together."""
    (tmp_path / "docsite").mkdir()
    (tmp_path / "extra-docs.yml").write_text("sections: [{title: Guides, toctree: [one, two]}]\n")
    (tmp_path / "docsite" / "one.rst").write_text(
        ".. _label:\n\nThe first\n=========\n\n.. test: files x\n.. test: simulator\n\nIt shows\n``this``:\n\nMore.\n"
    )
    (tmp_path / "docsite" / "two.rst").write_text("The second\n==========\n\nSection\n-------\n\nText.\n")
    (tmp_path / "a_role.rst").write_text(
        "huaweicloud.modelarts.a role -- Do it\n+++++++++++++++++++++++++++++++++++++\n"
    )
    (tmp_path / "b_module.rst").write_text("")
    return tmp_path


def test_the_home_page_lists_guides_by_their_first_words_and_has_the_menu(site):
    made = load("home").contents(site)
    assert ":doc:`The first <docsite/one>`\n    It shows\n    ``this``.\n\n:doc:`The second <docsite/two>`\n\n" in made
    assert ":doc:`a <a_role>`\n    Do it\n" in made
    assert "   :caption: Guides\n   :hidden:\n\n   docsite/one\n   docsite/two\n" in made
    assert "   :caption: Modules\n   :hidden:\n\n   b <b_module>\n" in made


def test_a_reference_page_gets_short_titles_and_sections():
    text = """\
:orphan:

.. contents::
   :local:
   :depth: 2

huaweicloud.modelarts.a role -- Do it
+++++++++++++++++++++++++++++++++++++

Entry point ``main`` -- Do it
------------------------------

- It does it.
- :strong:`Verdicts.` Each server ends with one.
- :literal:`upgraded` yes
"""
    made = load("reference").adapted(text)
    assert ":orphan:" not in made
    assert "contents::" not in made
    assert "\na role -- Do it\n+++" in made
    assert "\nEntry point ``main``\n-----" in made
    assert "\n\nVerdicts\n^^^^^^^^\n\nEach server ends with one.\n\n- :literal:" in made


def test_the_list_of_guides_is_left_to_the_menu():
    text = """\
Changelog
---------

.. toctree::
   :maxdepth: 1

   changelog

Guides
------

.. toctree::
   :maxdepth: 1

   docsite/one

.. _plugin_index:

Plugin Index
------------

These are the plugins:
"""
    assert (
        load("reference").adapted(text).strip()
        == ".. _plugin_index:\n\nPlugin Index\n------------\n\nThese are the plugins:"
    )


def test_the_list_of_ansible_s_pages_is_what_sphinx_reads(tmp_path):
    links = load("ansible_links")
    head, _newline, packed = links.write_inventory(tmp_path / "ansible.inv").read_bytes().partition(b"zlib.\n")
    assert head.startswith(b"# Sphinx inventory version 2\n# Project: ")
    lines = zlib.decompress(packed).decode().splitlines()
    assert len(lines) == len(links.LABELS) + len(links.VARIABLES)
    assert all(line.split(" ")[1].startswith("std:") and ".html" in line.split(" ")[3] for line in lines)
