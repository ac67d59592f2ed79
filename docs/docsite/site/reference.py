# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference pages that antsibull-docs makes, adapted to this site."""

from __future__ import annotations

import re

# What is for another theme: Furo has a page's contents at its side, and the menu is made from the home page.
FOREIGN = re.compile(r"^:orphan:\n|^\.\. (?:contents|toctree)::\n(?:\n* +.*\n)*", re.MULTILINE)
# A part of a role's description, such as "B(Verdicts.) Each server ...", becomes a section.
PART = re.compile(r"^- :strong:`([^`]+)\.` (.*)$", re.MULTILINE)
# The menu has the guides, there is one collection only, and its roles have one entry point.
SHORTER = (
    (re.compile(r"^.+\n-{3,}\n+(?=(?:\.\. _.*\n+)?.+\n-{3,}\n)", re.MULTILINE), ""),  # a section without content
    (re.compile(r"^Huaweicloud\.Modelarts\n=+$", re.MULTILINE), "All on one page\n==============="),
    (re.compile(r"^huaweicloud\.modelarts\.(?=\w+ \w+ -- )", re.MULTILINE), ""),
    (
        re.compile(r"^The changelog of \S+ is empty\.$", re.MULTILINE),
        "Changelog\n=========\n\nNothing has been released yet.",
    ),
    (re.compile(r"^(Entry point ``main``) -- .*\n-+$", re.MULTILINE), r"\1\n--------------------"),
)


def adapted(text: str) -> str:
    """The source of a page as this site has it."""
    text = FOREIGN.sub("", text)
    text = PART.sub(lambda part: f"\n{part[1]}\n{'^' * len(part[1])}\n\n{part[2]}\n", text)
    for pattern, words in SHORTER:
        text = pattern.sub(words, text)
    return text
