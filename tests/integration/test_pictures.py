# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of plans show what the plans are today. Those of a terminal and of reports differ from run to run."""

from __future__ import annotations

import pytest

from tests.docsite import pictures
from tests.docsite.session import Session


@pytest.mark.parametrize("scene", [name for name in pictures.SCENES if name.startswith("plan_")])
def test_a_picture_of_a_plan_is_up_to_date(scene, tmp_path, monkeypatch):
    committed, made = pictures.PICTURES, tmp_path / "pictures"
    made.mkdir()
    (tmp_path / "session").mkdir()
    monkeypatch.setattr(pictures, "PICTURES", made)
    with Session(tmp_path / "session") as session:
        pictures.SCENES[scene](session)
    (picture,) = made.iterdir()
    same = picture.read_text(encoding="utf-8") == (committed / picture.name).read_text(encoding="utf-8")
    assert same, f"{picture.name} shows another plan: make pictures ARGS={scene}"
