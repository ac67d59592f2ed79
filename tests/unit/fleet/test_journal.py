# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of a run: whole or not at all, private, and written as far as a full disk allows."""

from __future__ import annotations

import errno
import json
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.journal import Journal, JournalError


@pytest.fixture
def journal(tmp_path):
    made = Journal(str(tmp_path / "runs" / "one"))
    made.begin(4096)
    return made


def test_what_was_written_is_read(journal):
    document = {"text": "ä {{ 7 * 7 }} \ud800 \x00", "list": [1, None, 2.5], "deep": {"a": {"b": True}}}
    journal.write("run", document)
    assert Journal(journal.folder).read("run") == document


def test_only_the_owner_reads_it(journal):
    previous = os.umask(0)
    try:
        journal.write("run", {})
    finally:
        os.umask(previous)
    assert stat.S_IMODE(os.stat(journal.folder).st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in os.scandir(journal.folder)} == {0o600}


def test_a_stricter_umask_holds(journal):
    previous = os.umask(0o277)
    try:
        journal.write("run", {})
    finally:
        os.umask(previous)
    assert stat.S_IMODE(os.stat(os.path.join(journal.folder, "run.json")).st_mode) == 0o400


def test_what_did_not_change_is_not_written(journal):
    journal.write("run", {"a": 1})
    before = os.stat(os.path.join(journal.folder, "run.json")).st_ino
    journal.write("run", {"a": 1})
    assert os.stat(os.path.join(journal.folder, "run.json")).st_ino == before
    other = Journal(journal.folder)
    other.read("run")
    other.write("run", {"a": 1})
    assert os.stat(os.path.join(journal.folder, "run.json")).st_ino == before


def test_whoever_reads_meanwhile_reads_a_whole_document(journal):
    journal.write("run", {"a": 1})
    with open(os.path.join(journal.folder, "run.json"), encoding="utf-8") as reader:
        journal.write("run", {"b": [2] * 1000})
        assert json.load(reader) == {"a": 1}


def break_disk(monkeypatch, fails):
    """A disk that is full for what C(fails) says, by the path."""
    fdopen, open_ = os.fdopen, os.open
    opened = {}

    def opening(path, *args):
        descriptor = open_(path, *args)
        opened[descriptor] = str(path)
        return descriptor

    def broken(descriptor, mode):
        if fails(opened[descriptor]):
            os.close(descriptor)
            raise OSError(errno.ENOSPC, "No space left on device")
        return fdopen(descriptor, mode)

    monkeypatch.setattr(os, "open", opening)
    monkeypatch.setattr(os, "fdopen", broken)


def test_a_full_disk_leaves_what_was_there_and_says_so(journal, monkeypatch):
    """Whoever tried to write still knows what is new."""
    journal.write("run", {"a": 1})
    assert journal.trouble is None
    break_disk(monkeypatch, lambda path: True)
    with pytest.raises(JournalError, match="No space left on device"):
        journal.write("run", {"a": 2})
    assert "No space left on device" in journal.trouble
    assert journal.read("run") == {"a": 2}
    assert Journal(journal.folder).read("run") == {"a": 1}
    assert [file for file in os.listdir(journal.folder) if file.endswith(".part")] == []
    with pytest.raises(JournalError, match="No space left on device"):
        journal.write("run", {"a": 2})
    monkeypatch.undo()
    journal.write("run", {"a": 2})
    assert Journal(journal.folder).read("run") == {"a": 2}


def test_the_reserve_is_given_up_for_the_end_and_later_steps_know(journal, monkeypatch):
    reserve = os.path.join(journal.folder, "reserve.json")
    assert os.path.getsize(reserve) == 4096
    break_disk(monkeypatch, lambda path: os.path.exists(reserve))
    journal.write("run", {"a": 2})
    assert Journal(journal.folder).read("run") == {"a": 2}
    assert Journal(journal.folder).trouble == f"The journal {journal.folder} could not be written"


def test_what_finds_no_room_goes_into_the_spare_folder_and_is_read_from_there(tmp_path, monkeypatch):
    folder, spare = str(tmp_path / "full"), str(tmp_path / "spare")
    journal = Journal(folder, spare)
    journal.begin(10)
    journal.write("run", {"a": 1})
    journal.write("wave-1", {"b": 1})
    break_disk(monkeypatch, lambda path: path.startswith(folder))
    journal.write("run", {"a": 2})
    journal.write_lines("verdicts", {"x": 1})
    later = Journal(folder, spare)
    later.write("run", {"a": 3})
    assert (later.read("run"), later.read("wave-1"), later.line("verdicts", "x")) == ({"a": 3}, {"b": 1}, 1)
    assert stat.S_IMODE(os.stat(spare).st_mode) == 0o700
    assert later.trouble is not None


def test_what_is_not_there_is_named(journal):
    for name, read in (("run", journal.read), ("verdicts", lambda name: journal.line(name, "a"))):
        with pytest.raises(JournalError, match=f"{name}.json cannot be used: No such file"):
            read(name)
    with open(os.path.join(journal.folder, "run.json"), "w", encoding="utf-8") as stream:
        stream.write("{")
    with pytest.raises(JournalError, match=r"run\.json cannot be read"):
        journal.read("run")


def test_a_folder_that_is_there_is_no_new_journal(journal):
    with pytest.raises(JournalError, match="File exists"):
        Journal(journal.folder).begin(0)


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=40), st.lists(st.text(max_size=5), max_size=9)
)
def test_each_line_is_found_and_no_other(tmp_path_factory, values, others):
    journal = Journal(str(tmp_path_factory.mktemp("lines") / "journal"))
    journal.begin(0)
    journal.write_lines("verdicts", values)
    for key in [*values, *others]:
        assert journal.line("verdicts", key) == values.get(key)


def test_a_line_is_found_without_reading_the_rest(journal, monkeypatch):
    journal.write_lines("verdicts", {f"server-{n:05}": {"msg": "x" * 100} for n in range(20_000)})
    read = []
    loads = json.loads
    monkeypatch.setattr(json, "loads", lambda text: read.append(text) or loads(text))
    assert journal.line("verdicts", "server-12345") == {"msg": "x" * 100}
    assert len(read) < 20
