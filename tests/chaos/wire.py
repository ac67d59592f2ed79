# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's HTTP server, answering in the thread that asks: on a busy machine two threads wait for each other for long."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from typing import Any
from unittest import mock

from urllib3.connection import HTTPConnection

from tests.simulator.server import Handler, Server


class Answerer(Handler):
    """One connection. Its requests are read and answered when C(handle_one_request) is called, not in a loop."""

    def __init__(self, request: socket.socket, address: Any, server: Server) -> None:
        self.request, self.client_address, self.server = request, address, server
        self.close_connection = False
        self.setup()


class Wire:
    """The connections of a server that listens, but has no thread. C(app) of the server may change."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.open: dict[Any, Answerer] = {}  # by the address of the client

    def serve(self, client: socket.socket) -> None:
        """Answer the request that a client has just sent whole: it lies in the buffer of its connection."""
        address = client.getsockname()
        while address not in self.open:
            connection, peer = self.server.socket.accept()
            self.open[peer] = Answerer(connection, peer, self.server)
        answerer = self.open[address]
        answerer.handle_one_request()
        if answerer.close_connection:
            self._close(address)

    def _close(self, address: Any) -> None:
        answerer = self.open.pop(address)
        answerer.finish()
        with contextlib.suppress(OSError):
            answerer.request.shutdown(socket.SHUT_WR)
        answerer.request.close()

    def close(self) -> None:
        """Close all connections."""
        for address in list(self.open):
            self._close(address)


@contextlib.contextmanager
def wired() -> Iterator[Wire]:
    """A server without a thread; meanwhile each request of urllib3 to it is answered before its answer is read."""
    server = Server("127.0.0.1", 0, lambda environ, start: [])
    wire = Wire(server)
    read = HTTPConnection.getresponse

    def getresponse(self: HTTPConnection) -> Any:
        if self.port == server.port and self.sock is not None:
            wire.serve(self.sock)
        return read(self)

    try:
        with mock.patch.object(HTTPConnection, "getresponse", getresponse):
            yield wire
    finally:
        wire.close()
        server.server_close()
