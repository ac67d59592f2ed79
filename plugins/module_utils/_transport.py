# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Signed requests over HTTP: what may be sent again, for how long, and what a lost answer means."""

from __future__ import annotations

import copy
import json
import random
import time
import traceback
import typing as t
from itertools import count
from urllib.parse import urlsplit

from . import _connection, _proxy
from ._answers import read
from ._endpoint import Target
from ._errors import AbandonedError, LostAnswerError, RequestError
from ._failures import failed
from ._identity import Identity
from ._progress import Progress, duration
from ._sign import Signer, encode_query
from ._text import showable

try:
    import requests
    from urllib3.exceptions import HTTPError

    REQUESTS_ERROR = None
except ImportError:
    REQUESTS_ERROR = traceback.format_exc()

VERSION = "1.0.0"  # galaxy.yml's; a test keeps them equal

CONCURRENCY = 8
LONGEST_PAUSE = 300.0  # seconds; a longer Retry-After is not waited for in full
LONGEST_SLEEP = 10.0  # seconds; then it is asked whether somebody still waits

Self = t.TypeVar("Self", bound="Transport")


class Transport:
    """Sends signed requests to one project.

    A read that fails for a passing reason is repeated C(retries) times; by a client made by C(until), as long as its deadline
    allows. C(wanted) says whether the run that asked for the work still waits for it.
    """

    def __init__(
        self,
        identity: Identity,
        target: Target,
        *,
        validate_certs: bool = True,
        ca_path: str | None = None,
        request_timeout: float = 30,
        retries: int = 5,
        clock: t.Callable[[], float] = time.monotonic,
        sleep: t.Callable[[float], None] = time.sleep,
        wanted: t.Callable[[], bool] = lambda: True,
        progress: Progress | None = None,
    ) -> None:
        self.target = target
        self.base = f"{target.endpoint}/v1/{target.project_id}/dev-servers"
        self.signer = Signer(identity, target.project_id)
        self.verify = (ca_path or True) if validate_certs else False
        self.request_timeout = request_timeout
        self.retries = retries
        self.clock = clock
        self._sleep = sleep
        self._wanted = wanted
        self.progress = progress or Progress()
        self.deadline: float | None = None
        self.patient = False
        self.session = self._new_session()

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        session.headers.update(
            {
                "User-Agent": f"ansible-huaweicloud.modelarts/{VERSION}",
                "Accept": "application/json",
                "Accept-Encoding": ", ".join(_connection.ENCODINGS),
            }
        )
        # requests parses the address of a redirect even where it must not follow it, and fails on a malformed one.
        session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
        session.mount("https://", _connection.Adapter(pool_maxsize=CONCURRENCY))
        session.mount("http://", _connection.Adapter(pool_maxsize=CONCURRENCY))
        return session

    def within(self: Self, deadline: float) -> Self:
        """The same client with a deadline on the monotonic clock. After it nothing is repeated, and no answer waited for."""
        bounded = copy.copy(self)
        bounded.deadline = deadline
        return bounded

    def until(self: Self, deadline: float) -> Self:
        """The same client, whose reads are repeated through an outage up to C(deadline)."""
        patient = self.within(deadline)
        patient.patient = True
        return patient

    def check_wanted(self) -> None:
        """Raises AbandonedError where the run that asked for the work is gone."""
        if not self._wanted():
            raise AbandonedError(
                "The run that asked for this has ended, or its time was up. Nothing more is submitted. Jobs that run already go on."
            )

    def sleep(self, seconds: float) -> None:
        """Pause. Raises AbandonedError where the run that asked for the work goes meanwhile."""
        while seconds > 0:
            self._sleep(min(seconds, LONGEST_SLEEP))
            self.check_wanted()
            seconds -= LONGEST_SLEEP

    def _read(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        body: dict[str, t.Any] | None = None,
        holds: t.Callable[[dict[str, t.Any]], bool] | None = None,
    ) -> dict[str, t.Any]:
        """A request that may be repeated. It also is where the answer does not hold what C(holds) checks."""

        def read() -> dict[str, t.Any]:
            answer = self._send(method, path, query, body)
            if holds and not holds(answer):
                raise LostAnswerError(f"{method} /dev-servers{path}: the answer is not of the documented shape.", 200)
            return answer

        return self._repeat(read, lambda error: error.passing)

    def _repeat(
        self, call: t.Callable[[], dict[str, t.Any]], again: t.Callable[[RequestError], bool]
    ) -> dict[str, t.Any]:
        began = self.clock()
        for attempt in count():
            try:
                answer = call()
            except RequestError as error:
                pause = pause_after(error, attempt)
                in_time = self.deadline is None or self.clock() + pause < self.deadline
                if not again(error) or not in_time or not (self.patient or attempt < self.retries):
                    self.progress.stall(None)
                    raise
                self.stalled(error, pause, began)
            else:
                if attempt:
                    self.progress.stall(None)
                return answer
            self.sleep(pause)
        raise AssertionError("unreachable")

    def stalled(self, error: RequestError, pause: float, began: float) -> None:
        """Show why nothing happens: throttled for C(pause) seconds, or no answer since C(began)."""
        if error.status == 429:
            until = time.strftime("%H:%M:%S", time.localtime(time.time() + pause))
            self.progress.stall(lambda: f"throttled until {until}")
        else:
            self.progress.stall(lambda: f"the platform has not answered for {duration(self.clock() - began)}")

    def _timeout(self) -> float:
        if self.deadline is None:
            return self.request_timeout
        return min(self.request_timeout, max(self.deadline - self.clock(), 1.0))

    def _send(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        body: dict[str, t.Any] | None = None,
        session: requests.Session | None = None,
    ) -> dict[str, t.Any]:
        """Send one request; the JSON object of its answer. Raises a RequestError that says what the server may have done.

        Where the platform refuses the keys and newer ones can be had, a read is repeated once. A create is not: its error is
        C(renewed).
        """
        call = f"{method} /dev-servers{path}"
        signed_with = self.signer.identity.current()
        response, content = self._exchange(call, method, path, query, body, session or self.session)
        renewed = response.status_code == 401 and self.signer.identity.renew(signed_with)
        if renewed and method != "POST":
            response, content = self._exchange(call, method, path, query, body, session or self.session)
        try:
            return read(call, response.status_code, response.headers, content, self._showable, response.reason)
        except RequestError as error:
            error.renewed = renewed and method == "POST"
            raise

    def _exchange(
        self,
        call: str,
        method: str,
        path: str,
        query: dict[str, str] | None,
        body: dict[str, t.Any] | None,
        session: requests.Session,
    ) -> tuple[requests.Response, bytes | None]:
        """The answer, and its body; None where that cannot be read to its end."""
        # The answer to a create is waited for beyond the deadline: without it the outcome is unknown.
        timeout = self._timeout() if method != "POST" else self.request_timeout
        try:
            response = session.request(
                method,
                self.base + path + ("?" + encode_query(query.items()) if query else ""),
                data=None if body is None else json.dumps(body).encode(),
                headers={} if body is None else {"Content-Type": "application/json"},
                auth=self.signer,
                timeout=timeout,
                allow_redirects=False,  # would carry the token to another host
                verify=self.verify,  # here, since a session's own setting gives way to REQUESTS_CA_BUNDLE
                stream=True,
            )
            return response, _connection.body_of(response)
        # A RequestException is an OSError, and so is what requests says of a missing ca_path; others slip through it.
        except (OSError, ValueError, HTTPError) as error:
            raise failed(call, urlsplit(self.base).netloc, timeout, error, self._showable) from None

    def _showable(self, text: str) -> str:
        return showable(text, [*self.signer.identity.secrets(), *_proxy.secrets()])


def pause_after(error: RequestError, attempt: int) -> float:
    """Seconds before the next try: what Retry-After says, but never 0 after the first try; else 0.5, 1, 2 ... 10 with jitter."""
    if error.retry_after is not None:
        return min(max(error.retry_after, 1.0 if attempt else 0.0), LONGEST_PAUSE)
    return min(10.0, 0.5 * 2.0 ** min(attempt, 10)) * random.uniform(0.5, 1.0)
