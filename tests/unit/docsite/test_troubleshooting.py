# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of messages has all that the code can show, and none that it cannot."""

from __future__ import annotations

import re

from tests.docsite.messages import VARIES, fragments, holds, messages
from tests.docsite.page import GUIDES

PAGE = (GUIDES / "troubleshooting.rst").read_text(encoding="utf-8")
ENTRIES = re.findall(r"^\* ``(.+)``$", PAGE, re.MULTILINE)
TEXTS = messages()
SEAM = re.compile(rf"{VARIES}|(?<=[.:;,]) ")

# What Ansible itself says, which our code only recognises.
FOREIGN = {"non-zero return code", "the command exited with a non-zero return code", "one or more items failed"}


def test_each_message_of_the_code_is_on_the_page():
    absent = {
        text: place
        for text, place in TEXTS.items()
        if text not in FOREIGN and fragments(text) and not any(holds(entry, text) for entry in ENTRIES)
    }
    assert not absent, "say on docs/docsite/rst/troubleshooting.rst what these mean, and what to do: " + "; ".join(
        f"{text!r} ({place})" for text, place in absent.items()
    )


def test_each_entry_of_the_page_is_in_the_code():
    """Piece by piece, since an entry may be made of several texts that the code puts together."""
    for entry in ENTRIES:
        pieces = [piece.strip(" ,.;:") for piece in SEAM.split(entry) if len(piece.split()) > 1]
        gone = [piece for piece in pieces if not any(piece in text for text in TEXTS)]
        assert pieces and not gone, f"no message has {gone}, which the page shows in {entry!r}"


def test_no_entry_stands_twice():
    assert len(set(ENTRIES)) == len(ENTRIES)
