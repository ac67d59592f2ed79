# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real processes of a story end by each signal that a story sends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time

import pytest

from tests.chaos import processes


@pytest.fixture
def ignored():
    """As for what a shell starts in the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("name", processes.SIGNALS)
def test_a_playbook_ends_by_a_signal_also_where_it_was_ignored_before(name, ignored, monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "_work", lambda *_given: time.sleep(processes.LONGEST))
    run = multiprocessing.get_context("fork").Process(
        target=processes.ansible_playbook, args=("job", [], {}, tmp_path, None)
    )
    run.start()
    worker = tmp_path / "worker"
    processes._wait_for(lambda: worker.exists() and worker.read_text())
    os.kill(run.pid, processes.SIGNALS[name])
    processes._wait_for(lambda: not run.is_alive())
    ended = not run.is_alive()
    os.kill(int(worker.read_text()), signal.SIGKILL)
    assert ended
