# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Reads an HTTP answer of the API: its JSON object, or the error that says what the server may have done. No I/O."""

from __future__ import annotations

import json
import time
import typing as t
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from ._errors import LostAnswerError, NotFoundError, RequestError
from ._text import cleaned
from ._values import integer

MOST_PARTS = 1_000_000  # objects and lists in an answer; 10,000 servers have some 100,000
ADVICE: dict[str | int | None, str] = {  # by the API's code, else by status
    "ModelArts.0210": "The project of the URL is not that of the token or the region. Check project_id, and region or endpoint.",
    401: "Check the credentials, the project they belong to, and the clock of the host that runs the module.",
    403: "The credentials lack the permission for this call, or the project is not theirs.",
    404: "Check region or endpoint, project_id and the ID.",
    429: "The platform throttles; run again later, or raise retries.",
}


def read(
    call: str,
    status: int,
    headers: t.Mapping[str, str],
    body: bytes | None,
    showable: t.Callable[[str], str],
    reason: str | None,
) -> dict[str, t.Any]:
    """The JSON object of an answer, without control characters in its texts.

    C(body) is None where it is too long. C(showable) prepares a text for a message: no secrets, not too long. Raises
    RequestError where the server refused the request, LostAnswerError where it may have carried it out although the answer is
    an error or cannot be read.
    """
    content = _parsed(body)
    request_id = headers.get("X-Request-Id")
    if 200 <= status < 300:
        if isinstance(content, dict):
            return content
        kind = showable(headers.get("Content-Type", "no type"))
        request_id = showable(request_id) if request_id else None
        wrong = "is too long to be read" if body is None else f"is no JSON object that can be read ({kind})"
        raise LostAnswerError(f"{call}: the answer {wrong}.", 200, None, request_id)
    said = content if isinstance(content, dict) else {}
    code = showable(str(said["error_code"])) if said.get("error_code") else None
    request_id = request_id or (str(said["request_id"]) if said.get("request_id") else None)
    request_id = showable(request_id) if request_id else None
    if 300 <= status < 400:
        where = showable(_host(headers.get("Location", ""))) or "elsewhere"
        raise RequestError(
            f"{call}: HTTP {status}, a redirect to {where}. Redirects are refused, since they would carry the "
            "credentials along. Correct endpoint or region.",
            status,
            request_id=request_id,
        )
    text = showable(str(said.get("error_msg") or reason or "no reason given"))
    missing = status == 404 or (status == 400 and code == "ModelArts.6404")
    message = f"{call}: HTTP {status}{', ' + code if code else ''}: {text.rstrip('.')}."
    if request_id:
        message += f" Request id {request_id}."
    advice = ADVICE.get(code) or ADVICE.get(404 if missing else status)
    if advice:
        message += " " + advice
    kind_of_error = NotFoundError if missing else LostAnswerError if status >= 500 else RequestError
    error = kind_of_error(message, status, code, request_id)
    error.retry_after = retry_after(headers.get("Retry-After"))
    raise error


def _parsed(body: bytes | None) -> t.Any:
    """The JSON of a body; None where it is no JSON, is no text, is nested too deeply, or has too many parts."""
    if body is None or body.count(b"{") + body.count(b"[") > MOST_PARTS:
        return None
    try:
        return cleaned(json.loads(body))
    except (ValueError, RecursionError):
        return None


def retry_after(value: str | None) -> float | None:
    """The seconds of a Retry-After header, which may hold seconds or a date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value.strip())
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def has_id(answer: dict[str, t.Any]) -> bool:
    """Whether an answer is an object with an ID, as every job, server and template is."""
    return isinstance(answer.get("id"), str)


def is_page(answer: dict[str, t.Any]) -> bool:
    """Whether an answer is a page of a list, maybe an empty one. Any other object must not pass for an empty list."""
    return isinstance(answer.get("data"), list) or (not answer.get("data") and number(answer.get("total"), -1) == 0)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def number(value: t.Any, default: int) -> int:
    """A whole number in an answer; the default where it is not one."""
    found = integer(value)
    return default if found is None else found
