# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The API over HTTP: one method for each call; what may be sent again, and what a lost answer means."""

from __future__ import annotations

import copy
import json
import random
import threading
import time
import traceback
import typing as t
from itertools import count
from urllib.parse import quote, urlsplit

from . import _proxy
from ._answers import has_id, is_page, read
from ._endpoint import Target
from ._errors import AbandonedError, LostAnswerError, NotFoundError, RequestError
from ._failures import failed
from ._identity import Identity
from ._pages import PAGE_SIZES, read_pages
from ._progress import Progress, duration
from ._side_by_side import read_all
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
FIRST_PAGE = {"limit": str(PAGE_SIZES[0]), "offset": "0"}  # where paging is documented
PASSES = 3  # through a list that changes while it is read
LONGEST_PAUSE = 300.0  # seconds; a longer Retry-After is not waited for in full
LONGEST_SLEEP = 10.0  # seconds; then it is asked whether somebody still waits


class Client:
    """Sends signed requests to one project.

    Reads go again on a passing fault: C(retries) times, or of a client made by C(until) as long as its deadline allows.
    C(wanted) says whether somebody still waits for the work.
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
        session.headers.update({"User-Agent": f"ansible-huaweicloud.modelarts/{VERSION}", "Accept": "application/json"})
        # requests looks at the address of a redirect even where it is not to follow it, and trips over a broken one.
        session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
        session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=CONCURRENCY))
        session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=CONCURRENCY))
        return session

    def within(self, deadline: float) -> Client:
        """The same client, which sends nothing again after C(deadline) on the monotonic clock, nor waits for an answer beyond it."""
        bounded = copy.copy(self)
        bounded.deadline = deadline
        return bounded

    def until(self, deadline: float) -> Client:
        """The same client, whose reads outlive an outage up to C(deadline)."""
        patient = self.within(deadline)
        patient.patient = True
        return patient

    # The calls. Paths are below /v1/{project_id}/dev-servers.

    def create_job(self, body: dict[str, t.Any]) -> dict[str, t.Any]:
        """POST /jobs, with one request, and none where nobody waits for it any more.

        Raises NotSentError where no connection was made, LostAnswerError where the outcome is unknown.
        """
        self.check_wanted()
        # A connection of its own: one kept alive may be closed by the server just now, which would look like a loss.
        with self._new_session() as session:
            job = self._send("POST", "/jobs", body=body, session=session)
        if not (isinstance(job.get("id"), str) and job["id"]):
            raise LostAnswerError("POST /jobs: the answer holds no job id", status=200)
        return job

    def check_wanted(self) -> None:
        """Raises AbandonedError where whoever asked for the work has gone."""
        if not self._wanted():
            raise AbandonedError(
                "The run that asked for this has ended, or its time was up. Nothing more is submitted; jobs that are at work go on."
            )

    def sleep(self, seconds: float) -> None:
        """Pause, as long as somebody waits for the work."""
        while seconds > 0:
            self._sleep(min(seconds, LONGEST_SLEEP))
            self.check_wanted()
            seconds -= LONGEST_SLEEP

    def list_jobs(
        self, query: dict[str, str] | None = None, enough: t.Callable[[list[dict[str, t.Any]]], bool] | None = None
    ) -> tuple[list[dict[str, t.Any]], bool]:
        """GET /jobs: the rows, and whether they are all. Stops early where C(enough) is content with the rows so far."""
        return self._list("/jobs", query or {}, {}, enough)

    def rows_of(self, job_ids: t.Collection[str], name: str | None) -> list[dict[str, t.Any]]:
        """The list rows of some jobs, paging only until all are found. C(name) narrows the list where all have it."""
        wanted = set(job_ids)
        query = {"id": next(iter(wanted))} if len(wanted) == 1 else {"name": name} if name else {}
        rows, _complete = self.list_jobs(query, enough=lambda rows: wanted <= {row["id"] for row in rows})
        return [row for row in rows if row["id"] in wanted]

    def get_job(self, job_id: str) -> dict[str, t.Any]:
        """GET /jobs/{id}."""
        return self._read("GET", "/jobs/" + quote(job_id, safe=""), holds=lambda answer: answer.get("id") == job_id)

    def get_jobs(self, job_ids: t.Iterable[str]) -> dict[str, dict[str, t.Any] | None]:
        """Several details at once, by id; None where there is no such job."""
        return self._several(Client.get_job, job_ids)

    def delete_jobs(self, job_ids: list[str]) -> None:
        """DELETE /jobs. A record that is gone already is fine, so this may go again like a read."""
        try:
            self._read("DELETE", "/jobs", body={"job_ids": job_ids})
        except NotFoundError:
            # Which of them is not said, nor whether the others were deleted.
            for job_id in job_ids if len(job_ids) > 1 else ():
                self.delete_jobs([job_id])
            if len(job_ids) == 1 and self.get_jobs(job_ids)[job_ids[0]]:
                raise

    def list_servers(self, everyone: bool = False) -> tuple[list[dict[str, t.Any]], bool]:
        """GET on the servers of this user, or of the whole tenant, and whether they are all."""
        return self._list("/all" if everyone else "", {}, FIRST_PAGE)

    def list_supernodes(self, everyone: bool = False) -> tuple[list[dict[str, t.Any]], bool]:
        """GET /hyperinstance: the super-nodes of this user, or of the whole tenant, and whether they are all."""
        if everyone:  # documented without parameters (SDK)
            return self._list("/hyperinstance/all", {}, {})
        return self._list("/hyperinstance", {}, FIRST_PAGE)

    def get_supernode_servers(self, supernode_ids: t.Iterable[str]) -> dict[str, dict[str, t.Any] | None]:
        """GET /hyperinstance/{id}/servers of several at once: C(servers), and C(complete), by id of the super-node.

        None where there is no such super-node.
        """

        def read_members(client: Client, supernode_id: str) -> dict[str, t.Any]:
            servers, complete = client._list(f"/hyperinstance/{quote(supernode_id, safe='')}/servers", {}, {})
            return {"servers": servers, "complete": complete}

        return self._several(read_members, supernode_ids)

    def get_server(self, server_id: str) -> dict[str, t.Any]:
        """GET /{id}. Of a word of the API in place of an ID, such as "jobs", that list."""
        return self._read(
            "GET", "/" + quote(server_id, safe=""), holds=lambda answer: has_id(answer) or is_page(answer)
        )

    def get_servers(self, server_ids: t.Iterable[str]) -> dict[str, dict[str, t.Any] | None]:
        """Several servers at once, by id; None where there is no such server."""
        found = self._several(Client.get_server, server_ids)
        return {one: answer if answer and answer.get("id") == one else None for one, answer in found.items()}

    def list_software(self) -> list[dict[str, t.Any]] | None:
        """GET /software: the versions on offer, by flavor type; None where the region has no such call."""
        try:
            return [row for row in self._read("GET", "/software").get("data") or [] if isinstance(row, dict)]
        except NotFoundError:
            return None

    def list_templates(self, query: dict[str, str] | None = None) -> tuple[list[dict[str, t.Any]], bool]:
        """GET /jobs/templates, and whether they are all."""
        return self._list("/jobs/templates", query or {}, {})

    def get_template(self, template_id: str) -> dict[str, t.Any]:
        """GET /jobs/templates/{id}."""
        return self._read("GET", "/jobs/templates/" + quote(template_id, safe=""), holds=has_id)

    def get_templates(self, template_ids: t.Iterable[str]) -> dict[str, dict[str, t.Any] | None]:
        """Several details at once, by id; None where there is no such template."""
        return self._several(Client.get_template, template_ids)

    # Below: sending.

    def _several(
        self, read: t.Callable[[Client, str], dict[str, t.Any]], ids: t.Iterable[str]
    ) -> dict[str, dict[str, t.Any] | None]:
        """Several reads at once, by id; None where there is no such thing."""
        over = threading.Event()
        reader = copy.copy(self)
        reader._wanted = lambda: not over.is_set() and self._wanted()

        def get(one: str) -> dict[str, t.Any] | None:
            try:
                return read(reader, one)
            except NotFoundError:
                return None

        wanted = list(dict.fromkeys(ids))
        return read_all(get, wanted, CONCURRENCY, over) if len(wanted) > 1 else {one: get(one) for one in wanted}

    def _list(
        self,
        path: str,
        query: dict[str, str],
        first: dict[str, str],
        enough: t.Callable[[list[dict[str, t.Any]]], bool] | None = None,
    ) -> tuple[list[dict[str, t.Any]], bool]:
        """All rows of a paged list, each id once, and whether that is proved to be all.

        A list that changes while it is read is read again, up to C(PASSES) times.
        """

        def read(paging: dict[str, str]) -> dict[str, t.Any]:
            return self._read("GET", path, query={**query, **paging}, holds=is_page)

        for _again in range(PASSES):
            rows, complete, changed = read_pages(read, first, enough)
            if not changed:
                break
        return rows, complete

    def _read(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        body: dict[str, t.Any] | None = None,
        holds: t.Callable[[dict[str, t.Any]], bool] | None = None,
    ) -> dict[str, t.Any]:
        """A call that may go again without harm, also where the answer does not hold what it must."""

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
        """Say why nothing moves: throttled for C(pause) seconds, or no answer since C(began)."""
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
        """One request, one answer: the JSON object. Raises a RequestError that says what the server may have seen.

        Where the keys are refused and there are others, a read goes again once; of a create the error is C(renewed).
        """
        call = f"{method} /dev-servers{path}"
        signed_with = self.signer.identity.current()
        response = self._exchange(call, method, path, query, body, session or self.session)
        renewed = response.status_code == 401 and self.signer.identity.renew(signed_with)
        if renewed and method != "POST":
            response = self._exchange(call, method, path, query, body, session or self.session)
        try:
            return read(call, response.status_code, response.headers, response.content, self._showable, response.reason)
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
    ) -> requests.Response:
        # The answer to a create is waited for beyond the deadline: without it the outcome is unknown.
        timeout = self._timeout() if method != "POST" else self.request_timeout
        try:
            return session.request(
                method,
                self.base + path + ("?" + encode_query(query.items()) if query else ""),
                data=None if body is None else json.dumps(body).encode(),
                headers={} if body is None else {"Content-Type": "application/json"},
                auth=self.signer,
                timeout=timeout,
                allow_redirects=False,  # would carry the token to another host
                verify=self.verify,  # here, since a session's own setting gives way to REQUESTS_CA_BUNDLE
            )
        # A RequestException is an OSError, and so is what requests says of a missing ca_path; others slip through it.
        except (OSError, ValueError, HTTPError) as error:
            raise failed(call, urlsplit(self.base).netloc, timeout, error, self._showable) from None

    def _showable(self, text: str) -> str:
        return showable(text, [*self.signer.identity.secrets(), *_proxy.secrets()])


def pause_after(error: RequestError, attempt: int) -> float:
    """Seconds before the next try: what the server asks for, but for the first not none, else 0.5, 1, 2 ... 10 with jitter."""
    if error.retry_after is not None:
        return min(max(error.retry_after, 1.0 if attempt else 0.0), LONGEST_PAUSE)
    return min(10.0, 0.5 * 2.0 ** min(attempt, 10)) * random.uniform(0.5, 1.0)
