# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The API: one method for each call."""

from __future__ import annotations

import copy
import threading
import typing as t
from urllib.parse import quote

from ._answers import has_id, is_page
from ._errors import LostAnswerError, NotFoundError
from ._pages import PAGE_SIZES, read_pages
from ._side_by_side import read_all
from ._transport import CONCURRENCY, Transport

FIRST_PAGE = {"limit": str(PAGE_SIZES[0]), "offset": "0"}  # where paging is documented
PASSES = 3  # through a list that changes while it is read


class Client(Transport):
    """The calls of one project. Paths are below /v1/{project_id}/dev-servers."""

    def create_job(self, body: dict[str, t.Any]) -> dict[str, t.Any]:
        """POST /jobs, sent once, and not at all where the run that asked for it is gone.

        Raises NotSentError where no connection was made, LostAnswerError where it is not known whether the job was created.
        """
        self.check_wanted()
        # A new connection: the server may close a kept one at this moment, which would look like a lost answer.
        with self._new_session() as session:
            job = self._send("POST", "/jobs", body=body, session=session)
        if not (isinstance(job.get("id"), str) and job["id"]):
            raise LostAnswerError("POST /jobs: the answer holds no job id", status=200)
        return job

    def list_jobs(
        self, query: dict[str, str] | None = None, enough: t.Callable[[list[dict[str, t.Any]]], bool] | None = None
    ) -> tuple[list[dict[str, t.Any]], bool]:
        """GET /jobs: the rows, and whether they are all. Paging ends early where C(enough) accepts the rows so far."""
        return self._list("/jobs", query or {}, {}, enough)

    def rows_of(self, job_ids: t.Collection[str], name: str | None) -> list[dict[str, t.Any]]:
        """The list rows of some jobs. Pages are read until all are found. C(name): the name that all of them have, if any."""
        wanted = set(job_ids)
        query = {"id": next(iter(wanted))} if len(wanted) == 1 else {"name": name} if name else {}
        rows, _complete = self.list_jobs(query, enough=lambda rows: wanted <= {row["id"] for row in rows})
        return [row for row in rows if row["id"] in wanted]

    def get_job(self, job_id: str) -> dict[str, t.Any]:
        """GET /jobs/{id}."""
        return self._read("GET", "/jobs/" + quote(job_id, safe=""), holds=lambda answer: answer.get("id") == job_id)

    def get_jobs(self, job_ids: t.Iterable[str]) -> dict[str, dict[str, t.Any] | None]:
        """Several jobs in full, by ID; None where there is no such job."""
        return self._several(Client.get_job, job_ids)

    def delete_jobs(self, job_ids: list[str]) -> None:
        """DELETE /jobs. It may be repeated like a read: a record that is gone already is no error."""
        try:
            self._read("DELETE", "/jobs", body={"job_ids": job_ids})
        except NotFoundError:
            # The answer does not say which one, nor whether the others were deleted.
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
        """GET /{id}. Where the ID is a word of the API such as "jobs", the answer is that list."""
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

    # What they share.

    def _several(
        self, read: t.Callable[[Client, str], dict[str, t.Any]], ids: t.Iterable[str]
    ) -> dict[str, dict[str, t.Any] | None]:
        """Several reads at the same time, by ID; None where there is no such object."""
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
        """All rows of a paged list, each ID once, and whether these are proved to be all rows.

        A list that changes while it is read is read again, up to C(PASSES) times.
        """

        def read(paging: dict[str, str]) -> dict[str, t.Any]:
            return self._read("GET", path, query={**query, **paging}, holds=is_page)

        for _again in range(PASSES):
            rows, complete, changed = read_pages(read, first, enough)
            if not changed:
                break
        return rows, complete
