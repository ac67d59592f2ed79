# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of README and guides: small, and drawn as the text or the plan says."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.docsite import plan, terminal
from tests.docsite.pictures import LARGEST, PICTURES, SCENES

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("picture", sorted(path.name for path in PICTURES.iterdir()))
def test_a_picture_is_small_and_made_by_a_scene(picture):
    assert (PICTURES / picture).stat().st_size <= LARGEST
    assert any(picture in (scene.__doc__ or "") for scene in SCENES.values())


def texts(svg):
    return list(ElementTree.fromstring(svg).iter(f"{SVG}text"))


def test_a_terminal_has_colors_and_columns():
    drawn = texts(
        terminal.picture("\x1b[1m$ a <b>\x1b[0m\n\x1b[0;31mfatal: x\x1b[0m y\n" + "z" * 30, "Title", columns=20)
    )
    assert [one.text for one in drawn] == ["$ a <b>", "fatal: x", " y", "z" * 19, "\u2026"]
    assert [one.get("font-weight") for one in drawn] == ["bold", None, None, None, None]
    assert [one.get("fill") for one in drawn][:3] == [None, terminal.COLORS["31"], None]
    assert len({one.get("y") for one in drawn}) == 3


def server(name, wave, version="2", supernode=None):
    return {"name": name, "wave": wave, "version_before": "1", "version_wanted": version, "supernode": supernode}


def test_a_plan_shows_waves_servers_super_nodes_versions_and_rules():
    members = [server(f"s{n}", 2, supernode="supernode-001") for n in range(3)]
    report = {
        "message": "5 servers to be upgraded in 2 waves.",
        "notes": ["stops at the first failure"],
        "waves": [{"number": 1, "canary": True}, {"number": 2, "canary": False}],
        "servers": [server("s7", 1), *members, server("s8", 2, version="3"), server("out", None, version="9")],
    }
    drawn = plan.picture(report)
    words = [one.text for one in texts(drawn)]
    assert words == [
        *("wave 1, canary", "1 server", "wave 2", "4 servers", "001"),
        *("1 \u2192 2", "1 \u2192 3", "stops at the first failure"),
    ]
    assert re.findall(r"<title>(s\d)</title>", drawn) == ["s7", "s0", "s1", "s2", "s8"]


def test_a_super_node_is_never_split_over_two_lines():
    blocks = [[server("a", 1)] * plan.PER_LINE, [server("b", 1, supernode="n")] * 3]
    assert [len(line) for line in plan._lines([one for block in blocks for one in block])] == [plan.PER_LINE, 1]
