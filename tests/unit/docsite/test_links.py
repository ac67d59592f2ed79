# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What guides link to in the repository is there, and what they name of it."""

from __future__ import annotations

import re

from tests.docsite.page import GUIDES, ROOT

LINK = re.compile(r"<https://github\.com/huaweicloud/ansible-modelarts/blob/main/([^>#]+)[^>]*>")
ROOM = re.compile(r"``(module_utils|plugin_utils)/([\w/]+(?:\.py|/))``")
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in GUIDES.glob("*.rst")}


def test_links_into_the_repository_lead_to_files():
    links = {(page, path) for page, text in PAGES.items() for path in LINK.findall(text)}
    assert len(links) > 10
    assert not [(page, path) for page, path in links if not (ROOT / path).is_file()]


def test_the_rooms_that_the_architecture_names_are_there():
    rooms = ROOM.findall(PAGES["architecture"])
    assert len(rooms) > 5
    assert not [(floor, room) for floor, room in rooms if not (ROOT / "plugins" / floor / room).exists()]
