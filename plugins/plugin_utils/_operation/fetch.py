# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads the files that links of logs name: each whole or not at all, without our credentials, under a safe name.

The links come from the platform's messages, so they may lead anywhere.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from .._fleet.surroundings import Clock, Progress

try:
    import requests

    REQUESTS_ERROR = None
except ImportError:
    REQUESTS_ERROR = traceback.format_exc()

AT_ONCE = 8
PIECE = 64 * 1024  # bytes
MOST_REDIRECTS = 5
LONGEST_NAME = 120  # characters
MIB = 1024 * 1024
SCHEMES = ("http", "https")
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "ansible-huaweicloud.modelarts"}  # a file as it is
TIME_OVER = "the time for downloads was over"

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class FetchError(Exception):
    """A file could not be downloaded. The message does not show the address, which may be signed."""


@dataclass(frozen=True)
class Limits:
    """How it is downloaded. Times are seconds: C(timeout) for all files, C(request_timeout) until a server answers, or goes on.

    C(largest) is in bytes. C(verify) is whether certificates are, or with which authorities.
    """

    largest: float
    timeout: float
    request_timeout: float = 30
    verify: bool | str = True


@dataclass(frozen=True)
class File:
    """A link of a server, and where its file is to be."""

    server_id: str
    link: str
    path: str


Download = Callable[[str, str, Limits, float], None]


def planned(folder: str, names: Mapping[str, str | None], links: Mapping[str, Iterable[str]]) -> list[File]:
    """The files to fetch, each in the folder of its server's name. names, links: by the id of the server."""
    folders = _folders(names)
    files = []
    for server_id, found in links.items():
        taken: set[str] = set()
        for link in found:
            scheme, path = _parts(link)
            if scheme not in SCHEMES:
                continue
            name = _free(safe(unquote(path.rsplit("/", 1)[-1]), "log"), taken)
            taken.add(name.lower())
            files.append(File(server_id, link, os.path.join(folder, folders[server_id], name)))
    return files


def _parts(link: str) -> tuple[str, str]:
    """Scheme and path. Of what is no address the path is empty, and its download says so."""
    try:
        address = urlsplit(link)
    except ValueError:
        return link.partition(":")[0].lower(), ""
    return address.scheme.lower(), address.path


def fetch(
    files: list[File], limits: Limits, clock: Clock, progress: Progress, download: Download | None = None
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The paths of the files that are there now, and what went wrong with the others, each by the id of the server."""
    there: dict[str, list[str]] = {}
    wrong: dict[str, list[str]] = {}
    deadline = clock.monotonic() + limits.timeout
    carry_out = download or download_file

    def one(file: File) -> str | None:
        if clock.monotonic() >= deadline:
            return TIME_OVER
        try:
            carry_out(file.link, file.path, limits, deadline)
        except FetchError as error:
            return str(error)
        except OSError as error:
            return f"it cannot be written: {error.strerror or error}"
        return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number, (file, problem) in enumerate(zip(files, pool.map(one, files)), 1):
            if problem:
                wrong.setdefault(file.server_id, []).append(f"{os.path.basename(file.path)}: {problem}")
            else:
                there.setdefault(file.server_id, []).append(file.path)
            bad = sum(map(len, wrong.values()))
            told = f", {bad:,} failed" if bad else ""
            progress.tell(f"log_collection: {number:,} of {len(files):,} downloads over{told}")
    return there, wrong


def safe(name: str, otherwise: str) -> str:
    """A name for a file or folder that is valid on any file system and cannot lead out of its folder."""
    text = _UNSAFE.sub("_", name)[-LONGEST_NAME:].strip(".")
    return text if text.strip("_") else otherwise


def _folders(names: Mapping[str, str | None]) -> dict[str, str]:
    """The folder of each server: its name, with its id where another one has the same."""
    first = {server_id: safe(name or server_id, "server") for server_id, name in names.items()}
    count: dict[str, int] = {}
    for name in first.values():
        count[name.lower()] = count.get(name.lower(), 0) + 1
    return {i: name if count[name.lower()] == 1 else f"{name}-{safe(i, 'server')}" for i, name in first.items()}


def _free(name: str, taken: set[str]) -> str:
    number, found = 1, name
    while found.lower() in taken:
        number += 1
        found = f"{number}-{name}"
    return found


def download_file(link: str, path: str, limits: Limits, deadline: float) -> None:
    """Download one file. Raises FetchError, and OSError where it cannot be written. deadline: on the monotonic clock."""
    with requests.Session() as session:
        # Neither ~/.netrc nor anything else that may hold credentials; the proxies are looked up for each address.
        session.trust_env = False
        try:
            with _opened(session, link, limits) as answer:
                _save(answer, path, limits, deadline)
        except (requests.RequestException, ValueError, FetchError) as error:
            if Clock().monotonic() < deadline:
                raise error if isinstance(error, FetchError) else FetchError(_reason(error)) from None
    if Clock().monotonic() >= deadline:
        raise FetchError(TIME_OVER)


def _opened(session: Any, link: str, limits: Limits) -> Any:
    """The answer of an address, after redirects to other http and https addresses."""
    for _hop in range(MOST_REDIRECTS + 1):
        answer = session.get(
            link,
            stream=True,
            allow_redirects=False,
            timeout=limits.request_timeout,
            verify=limits.verify,
            proxies=requests.utils.get_environ_proxies(link),
            headers=HEADERS,
        )
        if answer.status_code == 200:
            return answer
        location = answer.headers.get("Location")
        answer.close()
        session.close()  # a connection that is kept may be closed by the server just when it is used again
        if not (300 <= answer.status_code < 400 and location):
            raise FetchError(f"HTTP {answer.status_code}")
        link = urljoin(link, location)
        if urlsplit(link).scheme.lower() not in SCHEMES:
            raise FetchError("it is redirected to what is neither http nor https")
    raise FetchError(f"it is redirected more than {MOST_REDIRECTS} times")


def _save(answer: Any, path: str, limits: Limits, deadline: float) -> None:
    """Write to a temporary file, and rename it once it is complete."""
    too_large = FetchError(f"it is larger than {limits.largest / MIB:g} MiB")
    promised = str(answer.headers.get("Content-Length", ""))
    if promised.isdigit() and int(promised) > limits.largest:
        raise too_large
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    descriptor, part = tempfile.mkstemp(dir=folder, prefix=".part-")  # for its owner alone
    # A server may send a byte now and then, which no time-out of a single read ends.
    watch = threading.Timer(max(deadline - Clock().monotonic(), 0), _cut, [answer])
    watch.daemon = True
    watch.start()
    try:
        size = 0
        with os.fdopen(descriptor, "wb") as stream:
            for piece in answer.iter_content(PIECE):
                size += len(piece)
                if size > limits.largest:
                    raise too_large
                stream.write(piece)
        if promised.isdigit() and answer.raw.tell() != int(promised):
            raise FetchError(f"it broke off after {size:,} of {int(promised):,} bytes")
        if Clock().monotonic() < deadline:
            os.replace(part, path)
    finally:
        watch.cancel()
        if os.path.exists(part):
            os.unlink(part)


def _cut(answer: Any) -> None:
    """End a read that another thread is waiting in."""
    with contextlib.suppress(AttributeError, OSError):
        answer.raw._fp.fp.raw._sock.shutdown(socket.SHUT_RDWR)


def _reason(error: Exception) -> str:
    """What went wrong, without the address, which may be signed."""
    if isinstance(error, requests.exceptions.SSLError):
        return "the certificate was refused"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        return "no connection, or it broke"
    if isinstance(error, ValueError):
        return "its address, or one that it is redirected to, cannot be used"
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return "what came cannot be unpacked"
    return "the request failed"
