# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of a run: a folder of JSON documents, each written whole or not at all.

A rollout of 10,000 servers in one document would be written some thousand times, 5 MB each time. So the head of the run
is one document, and the servers of each wave are one of their own. What no wave has is another one.

The folder and its files are for their owner alone: they hold what the platform said, links of logs and spec values.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from typing import Any, BinaryIO

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
RESERVE = "reserve"  # a file that is given up once the disk is full, so that the end can still be written

REMEDY = "Make room there, or name another temporary folder for Ansible by ANSIBLE_LOCAL_TEMP."


class JournalError(Exception):
    """The journal cannot be read or written. The message says which file, and why."""


class Journal:
    """The documents of one run, by name. A document that has not changed is not written again."""

    def __init__(self, folder: str, spare: str | None = None) -> None:
        self.folder = folder
        self.spare = spare
        self._known: dict[str, bytes] = {}
        self._unsaved: dict[str, bytes] = {}
        self._trouble: str | None = None

    @property
    def trouble(self) -> str | None:
        """Why it could not be written where it belongs, now or earlier in the run; None where it could."""
        if self._trouble is None and not os.path.exists(self._place(self.folder, RESERVE)):
            self._trouble = f"The journal {self.folder} could not be written"
        return self._trouble

    def begin(self, reserve: int) -> None:
        """Create the folder, and reserve C(reserve) bytes for the case that the disk is full later."""
        try:
            os.makedirs(self.folder, mode=PRIVATE_FOLDER)
            self._put(self.folder, RESERVE, bytes(reserve))
        except OSError as error:
            raise self._problem(error) from None

    def read(self, name: str) -> Any:
        """The document of a name."""
        try:
            if name in self._unsaved:
                return json.loads(self._unsaved[name])
            with open(self._path(name), "rb") as stream:
                content = stream.read()
            self._known[name] = content
            return json.loads(content)
        except OSError as error:
            raise self._problem(error) from None
        except ValueError as error:
            raise JournalError(f"The journal {self._path(name)} cannot be read: {error}") from None

    def write(self, name: str, document: Any) -> None:
        """Write a document as a whole or not at all."""
        self._write(name, _json(document))

    def write_lines(self, name: str, values: Mapping[str, Any]) -> None:
        """Write values of which C(line) can read a single one."""
        self._write(name, b"".join(_json([key, values[key]]) + b"\n" for key in sorted(values)))

    def line(self, name: str, key: str) -> Any:
        """One of the values that C(write_lines) wrote, None where there is none. Does not read the others."""
        try:
            with open(self._path(name), "rb") as stream:
                return _bisect(stream, key)
        except OSError as error:
            raise self._problem(error) from None

    def _write(self, name: str, content: bytes) -> None:
        if self._known.get(name) == content:
            return
        self._unsaved[name] = content
        try:
            self._put_somewhere(name, content)
        except OSError as error:
            raise self._problem(error) from None
        del self._unsaved[name]
        self._known[name] = content

    def _put_somewhere(self, name: str, content: bytes) -> None:
        """Where it belongs, else in the room of the reserve, else in the spare folder."""
        folder = os.path.dirname(self._path(name))
        try:
            self._put(folder, name, content)
            return
        except OSError as error:
            first = error
        self._trouble = str(self._problem(first))
        if folder == self.folder:
            with contextlib.suppress(OSError):
                os.unlink(self._place(folder, RESERVE))
                self._put(folder, name, content)
                return
        if self.spare:
            with contextlib.suppress(OSError):
                os.makedirs(self.spare, mode=PRIVATE_FOLDER, exist_ok=True)
                self._put(self.spare, name, content)
                return
        raise first

    def _put(self, folder: str, name: str, content: bytes) -> None:
        place = self._place(folder, name)
        part = f"{place}.{os.getpid()}.part"
        try:
            # As private as the user's umask or more.
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(part, place)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(part)
            raise

    def _path(self, name: str) -> str:
        """Where a document is."""
        spare = self._place(self.spare, name) if self.spare else None
        return spare if spare and os.path.exists(spare) else self._place(self.folder, name)

    @staticmethod
    def _place(folder: str, name: str) -> str:
        return os.path.join(folder, f"{name}.json")

    def _problem(self, error: OSError) -> JournalError:
        where = error.filename or self.folder
        return JournalError(f"The journal {where} cannot be used: {error.strerror or error}")


def _json(document: Any) -> bytes:
    # A lone surrogate, which a platform's text may hold, is no UTF-8: so all is ASCII.
    return json.dumps(document, separators=(",", ":")).encode("ascii")


def _bisect(stream: BinaryIO, key: str) -> Any:
    """Find the line of a key among sorted ones."""
    low, high = 0, stream.seek(0, os.SEEK_END)
    while low < high:
        # Lines that begin in [low, high) are still to be considered.
        middle = (low + high) // 2
        stream.seek(low)
        if middle > low:
            stream.seek(middle - 1)
            stream.readline()
        begin = stream.tell()
        if begin >= high:
            high = middle
            continue
        line = stream.readline()
        found, value = json.loads(line)
        if found == key:
            return value
        low, high = (begin + len(line), high) if found < key else (low, begin)
    return None
