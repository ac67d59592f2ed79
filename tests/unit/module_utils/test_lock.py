# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time on this machine: a lock that the kernel releases, and nothing that can hold it up for ever."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _lock
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import WaitTimeoutError

PROJECT = "https://modelarts.example.com/v1/project/dev-servers"
# Holds the lock until it is killed, as a user of its own if one is named.
HOLDER = """
import fcntl, os, sys, time
if sys.argv[3:]:
    os.setgid(int(sys.argv[3]))
    os.setuid(int(sys.argv[3]))
file = os.open(sys.argv[1], os.O_RDONLY | (os.O_CREAT if sys.argv[2] == "make" else 0), 0o644)
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(600)
"""


class Wait:
    """A wait that takes no time. `at_pause` is called at each pause with its number."""

    timeout = 30.0

    def __init__(self, at_pause=lambda number: None):
        self.at_pause = at_pause
        self.left = self.timeout
        self.pauses = 0
        self.told = []
        self.warned = []
        self.warn = self.warned.append

    def pause(self, seconds):
        self.pauses += 1
        self.at_pause(self.pauses)
        self.left -= seconds
        return self.left > 0

    def stall(self, reason):
        self.told.append(reason and reason())


@pytest.fixture
def path(monkeypatch):
    """The project's file, not made yet, in a folder that all can reach and write to."""
    folder = tempfile.mkdtemp()
    os.chmod(folder, 0o1777)
    monkeypatch.setattr(_lock, "SHARED_FOLDER", folder)
    yield _lock.path_of(PROJECT)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def held_elsewhere(path, make=True, user=()):
    """Another process holds the lock."""
    command = [sys.executable, "-c", HOLDER, path, "make" if make else "find", *user]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def is_free(path):
    """Whether nobody holds the lock."""
    command = [sys.executable, "-c", HOLDER.replace("LOCK_EX", "LOCK_EX | fcntl.LOCK_NB").replace("600", "0"), path, ""]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_lock_is_held_while_the_work_goes_on_and_no_longer(path):
    wait = Wait()
    with _lock.held(PROJECT, wait):
        assert not is_free(path)
    assert is_free(path) and wait.pauses == 0
    with pytest.raises(KeyError), _lock.held(PROJECT, wait):
        raise KeyError
    assert is_free(path)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o644


def test_projects_do_not_hold_up_each_other(path):
    assert _lock.path_of(PROJECT) == path != _lock.path_of(PROJECT + "2")
    with held_elsewhere(path), _lock.held(PROJECT + "2", Wait()):
        pass


def test_a_lock_that_is_never_released_ends_with_the_time_to_wait(path):
    wait = Wait()
    with held_elsewhere(path), pytest.raises(WaitTimeoutError) as caught, _lock.held(PROJECT, wait):
        raise AssertionError("not reached")
    message = caught.value.message
    assert all(word in message for word in ("Nothing was submitted", path, "for 30 s", "Run again", "wait_timeout"))
    assert caught.value.details == {"timed_out": True}
    assert set(wait.told) == {"waiting for another run on this machine to submit its job"}


def test_the_lock_of_a_run_that_is_killed_is_free(path):
    with held_elsewhere(path) as other:

        def kill(number):
            if number == 3:
                other.kill()
                other.wait()

        wait = Wait(kill)
        with _lock.held(PROJECT, wait):
            assert not is_free(path)
    assert wait.pauses == 3 and wait.told[-1] is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
@pytest.mark.parametrize("maker", ["us", "somebody else"])
def test_it_is_one_lock_for_all_users(maker, path):
    """Whoever has made the file."""
    if maker == "us":
        with _lock.held(PROJECT, Wait()):
            pass
    with (
        held_elsewhere(path, make=maker != "us", user=["65534"]),
        pytest.raises(WaitTimeoutError),
        _lock.held(PROJECT, Wait()),
    ):
        raise AssertionError("not reached")
    with _lock.held(PROJECT, Wait()):
        assert not is_free(path)


def make_link(path):
    os.symlink("/dev/null", path)


def make_folder_that_is_gone(path):
    os.rmdir(os.path.dirname(path))


@pytest.mark.parametrize("obstacle", [os.mkfifo, os.mkdir, make_link, make_folder_that_is_gone])
def test_whatever_is_in_the_place_of_the_file_holds_up_nobody(obstacle, path):
    obstacle(path)
    wait = Wait()
    with _lock.held(PROJECT, wait):
        pass
    assert wait.pauses == 0


def test_a_system_without_locks_goes_on_unguarded(path, monkeypatch):
    monkeypatch.setattr(_lock, "HAS_LOCKS", False)
    with _lock.held(PROJECT, Wait()):
        assert not os.path.exists(path)
