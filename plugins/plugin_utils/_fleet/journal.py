# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of a run: a folder of JSON documents, each written whole or not at all.

A rollout of 10,000 servers in one document would be written some thousand times, 5 MB each time. So the head of the run
is one document, and the servers of each wave are one of their own. What no wave has is another one.

The folder and its files are for their owner alone: they hold what the platform said, links of logs and spec values.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, BinaryIO

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
RESERVE = "reserve"  # a file that is given up once the disk is full, so that the end can still be written


class JournalError(Exception):
    """The journal cannot be read or written. The text says which file, and why."""


class Journal:
    """The documents of one run, by their names. What did not change is not written again."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._known: dict[str, bytes] = {}

    def begin(self, reserve: int) -> None:
        """Make the folder, with room for C(reserve) bytes once the disk is full."""
        try:
            os.makedirs(self.folder, mode=PRIVATE_FOLDER)
            self._put(RESERVE, bytes(reserve))
        except OSError as error:
            raise self._problem(error) from None

    def read(self, name: str) -> Any:
        """The document of a name."""
        try:
            with open(self._path(name), "rb") as stream:
                content = stream.read()
            self._known[name] = content
            return json.loads(content)
        except OSError as error:
            raise self._problem(error) from None
        except ValueError as error:
            raise JournalError(f"The journal {self._path(name)} cannot be read: {error}") from None

    def write(self, name: str, document: Any) -> None:
        """Write the document, whole or not at all."""
        self._write(name, _json(document))

    def write_lines(self, name: str, values: Mapping[str, Any]) -> None:
        """Write values of which C(line) reads one alone."""
        self._write(name, b"".join(_json([key, values[key]]) + b"\n" for key in sorted(values)))

    def line(self, name: str, key: str) -> Any:
        """One value of those that C(write_lines) wrote, None where there is none; found without reading the others."""
        try:
            with open(self._path(name), "rb") as stream:
                return _bisect(stream, key)
        except OSError as error:
            raise self._problem(error) from None

    def _write(self, name: str, content: bytes) -> None:
        if self._known.get(name) == content:
            return
        try:
            try:
                self._put(name, content)
            except OSError:
                if not os.path.exists(self._path(RESERVE)):
                    raise
                os.unlink(self._path(RESERVE))
                self._put(name, content)
        except OSError as error:
            raise self._problem(error) from None
        self._known[name] = content

    def _put(self, name: str, content: bytes) -> None:
        part = f"{self._path(name)}.{os.getpid()}.part"
        try:
            # As private as the user's umask or more.
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(part, self._path(name))
        except OSError:
            if os.path.exists(part):
                os.unlink(part)
            raise

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, f"{name}.json")

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
