# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Connections that give an answer no more time than its request has, and no more memory than any answer needs."""

from __future__ import annotations

import functools
import http.client
import io
import socket
import time
import typing as t

try:
    import requests
    from requests.adapters import HTTPAdapter
except ImportError:  # _transport reports it, with the interpreter's name
    HTTPAdapter = object  # type: ignore[misc, assignment]

LARGEST = 16 * 1024 * 1024  # bytes of a body, unpacked; a list of 10,000 servers has less
ENCODINGS = ("gzip", "deflate")  # each chunk of them unpacks to a thousand times its size at most
CHUNK = 16 * 1024  # bytes


class Adapter(HTTPAdapter):
    """Connects, also by proxies, so that the time-out for reading is that of a whole answer.

    In requests it is that of a single read, so a server that sends a byte now and then is listened to for ever.
    """

    def init_poolmanager(self, *args: t.Any, **options: t.Any) -> None:
        """See the base class."""
        super().init_poolmanager(*args, **options)
        _bound(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: t.Any) -> t.Any:
        """See the base class."""
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        if not known:
            _bound(manager)
        return manager


def body_of(response: requests.Response) -> bytes | None:
    """The body of an answer that was asked for with C(stream); None where it is too long, or packed in an unknown way."""
    with response:
        if response.headers.get("Content-Encoding", ENCODINGS[0]).strip().lower() not in ENCODINGS:
            return None
        body = bytearray()
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if len(body) > LARGEST:
                return None
        return bytes(body)


def _bound(manager: t.Any) -> None:
    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _bounded(pool) for scheme, pool in pools.items()}


@functools.cache
def _bounded(pool: t.Any) -> t.Any:
    """A class of connection pools, its connections' answers bounded."""
    connection = type(pool.ConnectionCls.__name__, (pool.ConnectionCls,), {"response_class": _Answer})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: t.Any, **options: t.Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock))


class _Timed(io.RawIOBase):
    """Reads from a socket as long as its time-out was when this was made, all reads together."""

    def __init__(self, stream: io.RawIOBase, sock: socket.socket) -> None:
        self._stream = stream
        self._sock = sock
        self._timeout = sock.gettimeout()
        self._end = time.monotonic() + (self._timeout or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int | None:
        if self._timeout is None:
            return self._stream.readinto(buffer)
        left = self._end - time.monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        self._sock.settimeout(left)
        try:
            return self._stream.readinto(buffer)
        finally:
            self._sock.settimeout(self._timeout)

    def close(self) -> None:
        self._stream.close()
        super().close()
