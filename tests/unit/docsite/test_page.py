# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guides hold no code that no test runs; and how blocks and excerpts are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.docsite import page as pages
from tests.docsite.output import by_host, missing
from tests.docsite.page import ROOT, PageError, blocks, commands, simulator_arguments

MENU = yaml.safe_load((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", pages.pages())
def test_each_block_of_a_guide_is_run_or_says_why_not(page):
    found = blocks(page)
    lines = [command.line for block in found if block.kind == "commands" for command in commands(block)]
    for block in found:
        if block.kind == "file":
            others = [one.text for one in found if one is not block and one.kind != "output"]
            name = Path(block.caption).name
            used = any(name in text for text in (*lines, *others)) or name == "ansible.cfg" or "_vars/" in block.caption
            assert used, f"{block.where}: nothing on the page uses {block.caption}"
        if block.language in ("yaml", "yaml+jinja"):
            assert list(yaml.safe_load_all(block.text)), f"{block.where}: no YAML"


def test_each_guide_is_in_the_menu_once():
    listed = [page for section in MENU["sections"] for page in section["toctree"]]
    assert sorted(listed) == pages.pages()


def test_the_page_of_playbooks_has_all_of_them_and_their_variables():
    text = (pages.GUIDES / "playbooks.rst").read_text(encoding="utf-8")
    for playbook in (ROOT / "playbooks").glob("*.yml"):
        assert f"``huaweicloud.modelarts.{playbook.stem}``" in text
        variables = set(re.findall(r"\bmodelarts_\w+", playbook.read_text(encoding="utf-8")))
        assert all(f"``{variable}``" in text for variable in variables), variables


def read(text, monkeypatch, tmp_path):
    (tmp_path / "one.rst").write_text(text, encoding="utf-8")
    monkeypatch.setattr(pages, "GUIDES", tmp_path)
    return blocks("one")


PAGE = """
.. test: simulator --servers 4

Text.

.. code-block:: yaml
    :caption: site.yml

    a: 1
      b: 2

.. test: status=2

.. code-block:: console

    $ first \\
        --more
    out
    ...
    $ second

.. code-block:: ansible-output

    out

.. test: not run, it needs an account

.. code-block:: bash

    pip install x
"""


def test_blocks_have_a_kind(monkeypatch, tmp_path):
    found = read(PAGE, monkeypatch, tmp_path)
    assert [block.kind for block in found] == ["file", "commands", "output", "not run"]
    assert found[0].notes == ["simulator --servers 4"]
    assert found[0].text == "a: 1\n  b: 2\n"
    assert found[0].where == "one.rst:6"
    assert [(one.line, one.shown, one.status) for one in commands(found[1])] == [
        ("first \\\n    --more", ["out", "..."], 0),
        ("second", [], 2),
    ]


@pytest.mark.parametrize(
    "text",
    (
        ".. code-block:: yaml\n\n    a: 1\n",
        ".. code-block:: bash\n\n    rm x\n",
        ".. test: not run\n\n.. code-block:: bash\n\n    rm x\n",
        ".. literalinclude:: x\n",
        "Like this::\n\n    rm x\n",
    ),
)
def test_code_that_no_test_sees_is_refused(text, monkeypatch, tmp_path):
    with pytest.raises(PageError, match=r"^one\.rst:\d"):
        read(text, monkeypatch, tmp_path)


def test_what_starts_the_simulator_is_known():
    assert simulator_arguments('make simulator ARGS="--servers 4 --fail a"') == ["--servers", "4", "--fail", "a"]
    assert simulator_arguments("make simulator") == []
    assert simulator_arguments("ansible-playbook site.yml") is None


OUTPUT = """\
TASK [Plan] ********
wave 1: 1 server
wave 2: 15 servers: liteserver-978c-00002, liteserver-978c-00003
report: reports/hdk_upgrade-20261125T181221Z-a0856a0a.html after 12 s
"""


@pytest.mark.parametrize(
    "excerpt",
    (
        "wave 1: 1 server\nwave 2: 15 servers: liteserver-978c-00002, ...",
        "TASK [Plan] ***************\n...\nreport: reports/hdk_upgrade-20250101T000000Z-01234567.html after 3 min 2 s",
        "...\nwave 1: 1 server\n\n...",
    ),
)
def test_an_excerpt_may_leave_out_and_differ_in_time_and_ids(excerpt):
    assert missing(excerpt.splitlines(), OUTPUT) is None


@pytest.mark.parametrize(
    ("excerpt", "line"),
    (
        ("wave 1: 2 servers", "wave 1: 2 servers"),
        ("wave 1: 1", "wave 1: 1"),
        ("TASK [Plan] ***\nwave 2: ...", "TASK [Plan] ***"),
        ("wave 2: ...\n...\nwave 1: 1 server", "wave 1: 1 server"),
    ),
)
def test_an_excerpt_that_was_not_printed_so_is_told(excerpt, line):
    assert missing(excerpt.splitlines(), OUTPUT) == line


def test_results_are_put_in_the_order_of_the_hosts():
    printed = """\
TASK [Verdict] ***
changed: [b] =>
    msg: one
[ERROR]: Task failed

Origin: site.yml
fatal: [a]: FAILED! =>
    msg: two

PLAY RECAP ***
"""
    wanted = """\
TASK [Verdict] ***
[ERROR]: Task failed

Origin: site.yml
fatal: [a]: FAILED! =>
    msg: two
changed: [b] =>
    msg: one

PLAY RECAP ***
"""
    assert by_host(printed) == wanted
