# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Turns exceptions of requests into errors of a call that got no answer. No I/O."""

from __future__ import annotations

import ssl
import typing as t

from ._errors import LostAnswerError, NotSentError, RequestError

try:
    import requests
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ReadTimeoutError
except ImportError:  # _transport reports it, with the interpreter's name
    pass


def failed(call: str, host: str, timeout: float, error: Exception, showable: t.Callable[[str], str]) -> RequestError:
    """The error of a call: refused on this side, never sent, or its answer lost.

    C(timeout): the seconds that the call had. C(showable) prepares a text for a message: no secrets, not too long.
    """
    causes = list(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return RequestError(
            f"{call}: the certificate of {host} was refused: {showable(str(causes[-1]))}. "
            "Give the authority's certificates with ca_path, or, for a test only, validate_certs=false."
        )
    reason = showable(str(causes[-1])) or type(error).__name__
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return NotSentError(f"{call}: {host} did not accept a connection within {timeout:g} s.")
    # Not every ProxyError: a proxy may also lose the answer to a request that it has passed on.
    if any(isinstance(cause, (NewConnectionError, ConnectTimeoutError)) for cause in causes):
        return NotSentError(f"{call}: no connection to {host}: {reason}. Check endpoint, region, network and proxy.")
    if isinstance(error, requests.Timeout) or any(isinstance(cause, ReadTimeoutError) for cause in causes):
        return LostAnswerError(f"{call}: no answer within {timeout:g} s.")
    # Not every ValueError: InvalidHeader is one, and is said of an answer.
    unsendable = isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema))
    if unsendable or (isinstance(error, OSError) and not isinstance(error, requests.RequestException)):
        return RequestError(f"{call}: the request cannot be sent: {type(error).__name__}: {reason}.")
    return LostAnswerError(f"{call}: the connection broke before the answer: {reason}.")


def _causes(error: BaseException) -> t.Iterator[BaseException]:
    """The error and its causes, the innermost last."""
    seen: list[BaseException] = []
    below: t.Any = error
    while isinstance(below, BaseException) and below not in seen:
        seen.append(below)
        yield below
        below = next(
            (
                inner
                for inner in (getattr(below, "reason", None), *below.args, below.__cause__, below.__context__)
                if isinstance(inner, BaseException)
            ),
            None,
        )
