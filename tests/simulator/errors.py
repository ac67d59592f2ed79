# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error answers, worded as the API and its gateway do, and those that faults ask for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask import Response, g, request

from .fault import Fault
from .server import HANG_UP

if TYPE_CHECKING:
    from .simulator import Simulator

_HTML = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr></body></html>"


def error(status: int, code: str, message: str) -> Response:
    """The API's own shape, or the gateway's, which adds the request id."""
    answer = {"error_code": code, "error_msg": message}
    if code.startswith("APIGW."):
        answer["request_id"] = g.request_id
    return Response(json.dumps(answer), status, content_type="application/json")


def _html(status: int, words: str) -> Response:
    return Response(_HTML.format(words), status, content_type="text/html")


def refusal(fault: Fault) -> Response:
    """The answer of a `refuse` fault."""
    options = fault.options
    status = options["status"]
    if status == "reset":
        request.environ[HANG_UP] = "reset"
        return Response(status=503)
    known = {429: "APIGW.0308", 401: "APIGW.0301"}
    message = options["message"] or {429: "The throttling threshold has been reached"}.get(status, "Refused on purpose")
    if options["html"] or status // 100 == 3:
        response = _html(status, f"{status} {message}")
    else:
        response = error(status, options["code"] or known.get(status, f"ModelArts.SIM{status}"), message)
    if status // 100 == 3:
        response.headers["Location"] = options["location"]
    if options["retry_after"] is not None:
        response.headers["Retry-After"] = str(options["retry_after"])
    return response


def _drip(sim: Simulator, seconds: float, body: bytes) -> Iterator[bytes]:
    """The answer, after a blank each tenth of a second."""
    for _piece in range(int(seconds * 10)):
        sim.pause(0.1)
        yield b" "
    yield body


def _flood(sim: Simulator, seconds: float, body: bytes) -> Iterator[bytes]:
    """The answer, with 100 MB more in front."""
    yield b'{"padding": "'
    for _piece in range(100):
        yield b"x" * 10**6
    yield b'", ' + body.strip()[1:]


def _deep(sim: Simulator, seconds: float, body: bytes) -> Iterator[bytes]:
    """The answer, with lists 100,000 levels deep in front."""
    yield b'{"padding": ' + b"[" * 100_000 + b"]" * 100_000 + b", " + body.strip()[1:]


HOSTILE = {"drip": _drip, "flood": _flood, "deep": _deep}


def loss(sim: Simulator, fault: Fault, response: Response) -> Response:
    """The part of an answer that a `lost` fault lets through."""
    how = fault.options["how"]
    if how == "hang":
        sim.pause(fault.options["seconds"])
    if how in ("reset", "close", "hang"):
        request.environ[HANG_UP] = "reset" if how == "reset" else "close"
        return response
    if how in ("502", "504"):
        return _html(int(how), f"{how} {'Bad Gateway' if how == '502' else 'Gateway Time-out'}")
    if how == "html":
        return _html(200, "Welcome")
    body = response.get_data()
    if how in HOSTILE:
        return Response(HOSTILE[how](sim, fault.options["seconds"], body), 200, content_type="application/json")
    return Response(body[: len(body) // 2] if how == "truncated" else b"{}", 200, content_type="application/json")
