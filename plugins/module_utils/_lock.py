# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""A lock, so that only one run at a time on this machine looks for jobs and creates them in a project.

It is a kernel lock on a file that is never removed, so it ends with the process that holds it. It is shared by all users of the
machine: the file lies in a folder that all can write to, and is opened for reading only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import typing as t

from ._errors import WaitTimeoutError

try:
    import fcntl

    HAS_LOCKS = True
except ImportError:  # not on this system: the second look after a create is what is left
    HAS_LOCKS = False

if t.TYPE_CHECKING:
    from ._wait import Wait

PAUSE = 0.2  # seconds between two tries
SHARED_FOLDER = "/tmp"


def path_of(project: str) -> str:
    """The lock file of a project. C(project): the URL of its API."""
    folder = SHARED_FOLDER if os.access(SHARED_FOLDER, os.W_OK) else tempfile.gettempdir()
    digest = hashlib.sha256(project.encode()).hexdigest()[:16]
    return os.path.join(folder, f"huaweicloud.modelarts-{digest}.lock")


@contextlib.contextmanager
def held(project: str, wait: Wait) -> t.Iterator[None]:
    """Hold the lock of a project. Waits for it as long as C(wait) allows.

    Raises WaitTimeoutError where another run held it all that time. Where no file can be locked it warns and goes on without a
    lock.
    """
    path = path_of(project)
    file = _open(path)
    try:
        if file is None or not _take(file, path, wait):
            wait.warn(
                f"{path} cannot be locked, so another run on this machine may submit the same at the same moment."
            )
        yield
    finally:
        if file is not None:
            os.close(file)


def _take(file: int, path: str, wait: Wait) -> bool:
    """Try to take the lock; whether it was free."""
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        except OSError:  # a file system without locks
            return False
        else:
            wait.stall(None)
            return True
        wait.stall(lambda: "waiting for another run on this machine to submit its job")
        if not wait.pause(PAUSE):
            raise WaitTimeoutError(
                f"Nothing was submitted, since another run on this machine held {path} for {wait.timeout:g} s: it looks at the "
                "jobs of the same project, or submits one. Run again when it is over, or raise wait_timeout.",
                timed_out=True,
            )


def _open(path: str) -> int | None:
    """A descriptor of the file, which is created where it is missing; None where it cannot be opened."""
    if not HAS_LOCKS:
        return None
    # Do not follow a link, and do not block on a pipe, that somebody has put in its place.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    # Created separately: systems refuse O_CREAT for another user's file in a folder that all can write to.
    for more in (0, os.O_CREAT | os.O_EXCL, 0):
        try:
            file = os.open(path, flags | more, 0o644)
            if more:
                os.fchmod(file, 0o644)  # whatever the umask
            return file
        except (FileNotFoundError, FileExistsError):
            continue
        except OSError:
            return None
    return None
