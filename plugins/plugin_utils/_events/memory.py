# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an event source remembers: which jobs it has told, and which it still waits for. Kept in a file where one is named.

It never holds more than the platform lists, but for the jobs that an incomplete list leaves out: of those the newest C(MOST_UNLISTED).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Collection
from typing import Any

from ...module_utils._errors import InputError
from ...module_utils._job import Job, as_dict, parse

FORMAT = 1
PRIVATE = 0o600
MOST_UNLISTED = 10_000  # jobs


class Memory:
    """The jobs of one project. C(told): IDs of jobs that are over and told; C(pending): the others by ID, as their list rows are.

    C(fresh): nothing was remembered, so that jobs which are over by now are none of ours.
    """

    def __init__(self, path: str | None, endpoint: str, project_id: str) -> None:
        self.path = path  # as it was given
        self._file = os.path.realpath(path or "")
        self.place = {"endpoint": endpoint, "project_id": project_id}
        self.told: dict[str, None] = {}
        self.pending: dict[str, Job] = {}
        self.fresh = True
        self._lock: int | None = None
        self._saved = ""

    def open(self) -> None:
        """Take the file for this source alone, and read it if it is there. Raises InputError where that cannot be."""
        if self.path is None:
            return
        try:
            # A file of its own, since the other one is replaced at each change. The kernel lets go of it with the process.
            self._lock = os.open(f"{self._file}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with open(self._file, encoding="ascii") as stream:
                self._take(json.load(stream))
        except BlockingIOError:
            raise InputError(
                f"state_file {self.path!r} is in use by another event source. Give each source a file of its own."
            ) from None
        except FileNotFoundError as error:
            if error.filename != self._file:
                raise self._problem(error) from None
        except OSError as error:
            raise self._problem(error) from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise InputError(
                f"state_file {self.path!r} is not one of this event source. Give another file, or remove it to begin anew."
            ) from None

    def close(self) -> None:
        """Leave the file to others."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def save(self) -> None:
        """Write the file as a whole or not at all, where it would change. Raises InputError where it cannot be written."""
        if self.path is None:
            return
        pending = [as_dict(job, details=False) for job in self.pending.values()]
        content = json.dumps({"format": FORMAT, **self.place, "told": list(self.told), "pending": pending})
        if content == self._saved:
            return
        part = f"{self._file}.part"
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(part, self._file)
            self._saved = content
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(part)
            raise self._problem(error) from None

    def note(self, job: Job) -> None:
        """Remember a job that is listed, unless it is told already."""
        if job.id not in self.told:
            self.pending[job.id] = job

    def tell(self, job_id: str) -> None:
        """Remember that a job needs no further look."""
        self.pending.pop(job_id, None)
        self.told[job_id] = None

    def forget(self, listed: Collection[str], complete: bool) -> None:
        """Forget the jobs told that the platform does not list any more; where its list is incomplete, the oldest of them."""
        unlisted = [job_id for job_id in self.told if job_id not in listed]
        for job_id in unlisted if complete else unlisted[:-MOST_UNLISTED]:
            del self.told[job_id]

    def _take(self, content: dict[str, Any]) -> None:
        if content["format"] != FORMAT or not isinstance(content["told"], list):
            raise ValueError("another format")
        place = {key: content[key] for key in self.place}
        if place != self.place:
            raise InputError(
                f"state_file {self.path!r} belongs to project {place['project_id']} at {place['endpoint']}. Give each project a "
                "file of its own."
            )
        self.told = dict.fromkeys(map(str, content["told"]))
        self.pending = {job.id: job for job in map(parse, content["pending"])}
        self.fresh = False

    def _problem(self, error: OSError) -> InputError:
        return InputError(
            f"state_file {self.path!r} cannot be used: {error.strerror}. Give a file in a folder that exists and can be written to."
        )
