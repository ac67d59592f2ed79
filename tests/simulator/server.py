# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serves a WSGI application over HTTP/1.1 in threads, keeps connections open, and can break them on purpose."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

HANG_UP = "simulator.hang_up"  # environ key an application sets to "reset" or "close" instead of answering


class Handler(WSGIRequestHandler):
    """Werkzeug's own `run_wsgi` closes every connection; this one keeps it, the application having read the body."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # header and body are two writes; waiting would cost 40 ms each time
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)
        self.server.accepted += 1

    def finish(self) -> None:
        self.server.connections.discard(self.connection)
        with contextlib.suppress(OSError, ValueError):  # broken on purpose, or by the client
            super().finish()

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            started[:] = [status, headers]
            return lambda _data: None

        answer = self.server.app(environ, start_response)
        if environ.get(HANG_UP):
            self._hang_up(reset=environ[HANG_UP] == "reset")
            return
        status, headers = started
        code, _space, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name == "Content-Length" for name, _value in headers):  # its length is not known yet
            self.send_header("Connection", "close")
        self.end_headers()
        for piece in answer if self.command != "HEAD" else ():
            self.wfile.write(piece)

    def _hang_up(self, reset: bool) -> None:
        self.close_connection = True
        if reset:  # closing with a linger time of zero sends RST; nothing else may hold the socket open
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.rfile.close()
            self.connection.close()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Silent: the simulator keeps its own record."""


class Server(ThreadedWSGIServer):
    """A threaded server that can be stopped with clients still connected."""

    def __init__(self, host: str, port: int, app: WSGIApplication) -> None:
        self.connections: set[socket.socket] = set()  # that are open
        self.accepted = 0  # since the start
        try:
            super().__init__(host, port, app, Handler)
        except SystemExit:  # werkzeug's way to say that the port is taken
            raise OSError(f"cannot listen on {host}:{port}") from None
        self._thread = threading.Thread(target=self._serve, name="simulator", daemon=True)

    def _serve(self) -> None:
        self.serve_forever(poll_interval=0.02)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and break all open connections, so that no client goes on talking to what is gone."""
        self.shutdown()
        self._thread.join(10)
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are no error of ours; a broken application answers 500 before it gets here."""
