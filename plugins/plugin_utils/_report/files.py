# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a report: JSON, Markdown, HTML and what goes with them, written whole or not at all.

They hold links to logs and what the platform said of servers. So only their owner may read them, and even that only as
far as the umask lets him.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from . import document, html, markdown

FORMS: dict[str, Callable[[document.Document], str]] = {
    ".json": document.as_json,
    ".md": markdown.draw,
    ".html": html.draw,
}


ROOM, ROOM_PER_SERVER = 128 * 1024, 4 * 1024  # bytes: three files, each twice while it is replaced
LONGEST_NAME = 255  # bytes
MARKED = 40  # characters of a name that the file it is first written to has, too
REMEDY = "Give another folder."


class ReportError(Exception):
    """The report cannot be written. The text names the file and says why."""


class Written(NamedTuple):
    """The paths of all files, and whether any of them is new or was another before."""

    files: list[str]
    changed: bool


def room_of(servers: int) -> int:
    """How many bytes the report of so many servers may need, with the one that it replaces."""
    return ROOM + servers * ROOM_PER_SERVER


def check_writable(folder: str, room: int = ROOM) -> str | None:
    """Why no report of so many bytes can be written to a folder, and the way out; None where one can.

    Makes the folder where it is missing.
    """
    try:
        os.makedirs(folder, exist_ok=True)
        _remove(_part(folder, "report", b"\n" * room))
    except OSError as error:
        return f"{_problem(folder, error)}. {REMEDY}"
    return None


def foreseen(folder: str, names: Sequence[str] = ()) -> str | None:
    """Why files of these names could not be written to a folder, which may be missing, as far as that shows without writing; None
    where nothing shows.
    """
    if any(len(os.fsencode(name)) > LONGEST_NAME for name in [*folder.split(os.sep), *names]):
        return "its name is too long"
    above = folder or "."
    while not os.path.lexists(above):
        above = os.path.dirname(above) or "."
    if not os.path.isdir(above):
        return f"{above} is no folder"
    if not os.access(above, os.W_OK | os.X_OK):
        return f"no permission for {above}"
    blocked = [name for name in names if os.path.isdir(os.path.join(folder, name))]
    return f"{blocked[0]} is a folder" if blocked else None


def write(
    path: str, doc: Mapping[str, Any], texts: Mapping[str, str] | None = None, check_mode: bool = False
) -> Written:
    """Write the report of a document, and further texts by their endings. Makes the folder where it is missing.

    path: of the files, without their endings. check_mode: only tell what would be written. Raises ReportError.
    """
    built = document.build(doc)
    drawn = {**{ending: draw(built) for ending, draw in FORMS.items()}, **(texts or {})}
    files = {path + ending: text.encode("utf-8") for ending, text in drawn.items()}
    try:
        changed = {file: content for file, content in files.items() if not _holds(file, content)}
        if check_mode:
            problem = foreseen(os.path.dirname(path), [os.path.basename(file) for file in files])
            if problem:
                raise ReportError(f"{path} cannot be written: {problem}")
        elif changed:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            _put(changed)
    except OSError as error:
        raise ReportError(_problem(path, error)) from None
    return Written(list(files), bool(changed))


def _holds(file: str, content: bytes) -> bool:
    if not os.path.exists(file) or os.path.getsize(file) != len(content):
        return False
    with open(file, "rb") as stream:
        return stream.read() == content


def _put(files: Mapping[str, bytes]) -> None:
    """All of them beside their places first; so a disk that is full leaves the report as it was."""
    parts: dict[str, str] = {}
    try:
        for file, content in files.items():
            if os.path.isdir(file):
                raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), file)
            parts[file] = _part(*os.path.split(file), content)
        for file in list(parts):
            os.replace(parts[file], file)
            del parts[file]
    finally:
        for part in parts.values():
            _remove(part)


def _part(folder: str, name: str, content: bytes) -> str:
    """The content in a file beside the place where it is to be. Raises OSError, which does not tell that file's name."""
    part = None
    try:
        # Made with mode 0600, less what the umask takes away.
        descriptor, part = tempfile.mkstemp(dir=folder or ".", prefix=f".{name[:MARKED]}.")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
    except OSError as error:
        if part:
            _remove(part)
        raise OSError(error.errno, error.strerror) from None
    return part


def _remove(file: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(file)


def _problem(path: str, error: OSError) -> str:
    return f"{error.filename or path} cannot be written: {error.strerror or error}"
