# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a report: their names, who may read them, and that they are whole or as they were."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report import files, names
from ansible_collections.huaweicloud.modelarts.tests.unit.report import samples

ENDINGS = {".json", ".md", ".html"}


@pytest.fixture(name="umask", params=[0o022, 0o000, 0o077, 0o277])
def fixture_umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def contents(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in folder.iterdir()}


def test_only_the_owner_may_read(umask: int, tmp_path: Path) -> None:
    written = files.write(str(tmp_path / "r"), samples.upgrade(2), {".csv": "a\n"})
    assert {Path(file).suffix for file in written.files} == ENDINGS | {".csv"}
    assert {os.stat(file).st_mode & 0o777 for file in written.files} == {0o600 & ~umask}


@pytest.mark.parametrize("place", ["file/r", "n" * 300, "folder"])
def test_check_mode_foresees_what_cannot_be_written(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder.md").mkdir()
    for check_mode in (True, False):
        with pytest.raises(files.ReportError, match="cannot be written"):
            files.write(str(tmp_path / place), samples.running(), check_mode=check_mode)
    assert contents(tmp_path / "folder.md") == {} and len(list(tmp_path.iterdir())) == 2


def test_it_is_written_again_where_it_differs(tmp_path: Path) -> None:
    path = str(tmp_path / "new" / "r")
    assert files.write(path, samples.running(), check_mode=True).changed
    assert not (tmp_path / "new").exists()
    assert files.write(path, samples.running()).changed
    assert not files.write(path, samples.running()).changed
    assert files.write(path, samples.within_budget()).changed
    assert json.loads((tmp_path / "new" / "r.json").read_text("utf-8"))["outcome"] == "within_budget"
    assert {file.suffix for file in (tmp_path / "new").iterdir()} == ENDINGS


def test_a_full_disk_leaves_it_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write(str(tmp_path / "r"), samples.running())
    before = contents(tmp_path)
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(files.ReportError, match=r"/r cannot be written: No space left on device$"):
        files.write(str(tmp_path / "r"), samples.within_budget())
    assert contents(tmp_path) == before


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "r.html").mkdir()
    with pytest.raises(files.ReportError, match=r"/r.html cannot be written: Is a directory$"):
        files.write(str(tmp_path / "r"), samples.upgrade(2))
    assert [file.name for file in tmp_path.iterdir()] == ["r.html"]


def test_a_folder_is_tried_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert files.check_writable(str(tmp_path / "new" / "reports")) is None
    assert list((tmp_path / "new" / "reports").iterdir()) == []
    (tmp_path / "file").write_text("")
    told = files.check_writable(str(tmp_path / "file" / "reports"))
    assert told == f"{tmp_path}/file cannot be written: Not a directory. Give another folder." or told == (
        f"{tmp_path}/file/reports cannot be written: Not a directory. Give another folder."
    )

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    told = files.check_writable(str(tmp_path))
    assert told == f"{tmp_path} cannot be written: No space left on device. Give another folder."


def test_runs_of_one_second_have_names_of_their_own() -> None:
    begun = "2026-11-21T22:00:00Z"
    assert names.stem("hdk_upgrade", begun, "3f9a-1c02-77") == "hdk_upgrade-20261121T220000Z-3f9a1c02"
    assert names.stem("diagnosis", begun, names.run_id()) != names.stem("diagnosis", begun, names.run_id())
    with pytest.raises(ValueError, match="'now' is no time"):
        names.stem("diagnosis", "now", "a")
