# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's routes, and what each request passes first: record, faults, authentication."""

from __future__ import annotations

import json
import re
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from . import answers, checks, control, supernodes
from .answers import page, shown
from .checks import Refused, bad, not_found
from .errors import error, loss, refusal
from .server import HANG_UP
from .signature import SignatureRefused, verify
from .templates import row
from .world import STRIKE_JOBS

if TYPE_CHECKING:
    from .simulator import Simulator

PREFIX = "/v1/<project>/dev-servers"
_BELOW = re.compile(r"/v1/[^/]*/dev-servers")
SERVERS_LIMIT = 10
SERVERS_MOST = 1024


@dataclass(eq=False)
class Request:
    """A request as received. `path` is below /v1/{project}/dev-servers, "" for the server list; `status` as answered,
    None where the answer was lost; `at` in real seconds since the epoch; `job_id` of the job that it made, `lost` how
    its answer was lost.
    """

    method: str
    path: str
    query: dict[str, str]
    body: Any
    at: float
    status: int | None = None
    job_id: str | None = None
    lost: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if key != "headers"}


def _json(answer: Any, status: int = 200) -> Response:
    return Response(json.dumps(answer), status, content_type="application/json")


def create_app(sim: Simulator) -> Flask:
    """The WSGI application over a simulator's state."""
    app = Flask("simulator", static_folder=None)
    world, faults = sim.world, sim.faults

    @app.before_request
    def receive() -> Response | None:
        g.request_id = uuid.uuid4().hex
        raw = request.get_data()  # always, or the rest of it would be taken for the next request
        if request.path.startswith("/_simulator"):
            return None
        g.path = _BELOW.sub("", request.path, count=1)
        g.record = Request(
            request.method, g.path, request.args.to_dict(), _parsed(raw), sim.clock.real_now(), headers=_headers()
        )
        sim.requests.append(g.record)
        slow = faults.take("latency", request.method, g.path)
        if slow:
            sim.pause(slow.options["seconds"])
        fault = faults.take("refuse", request.method, g.path)
        if fault:
            return refusal(fault)
        _authenticate(sim, raw)
        g.let_in = True
        return None

    @app.after_request
    def answer(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.request_id
        record = g.get("record")
        if record is None:
            return response
        if g.get("let_in"):
            fault = faults.take("lost", request.method, g.path)
            if fault:
                record.lost = fault.options["how"]
                response = loss(sim, fault, response)
        record.status = None if request.environ.get(HANG_UP) else response.status_code
        return response

    @app.errorhandler(Refused)
    def refused(err: Refused) -> Response:
        return error(err.status, err.code, err.message)

    @app.errorhandler(HTTPException)
    def wrong_url(err: HTTPException) -> Response:
        return error(err.code or 500, f"ModelArts.SIM{err.code}", f"{request.method} {request.path}: {err.name}")

    def show(answer: dict[str, Any]) -> Response:
        """An answer after the faults that change what is shown."""
        return _json(shown(answer, faults, request.method, g.path))

    @app.post(f"{PREFIX}/jobs")
    def create_job(project: str) -> Response:
        with world.lock:
            body = checks.job_request(g.record.body, world.servers, world.templates)
            struck = {kind: fault for kind in STRIKE_JOBS if (fault := faults.take(kind, "POST", g.path))}
            job = world.create(body, struck, sim.keep_deleted)
            g.record.job_id = job.id
            return show(job.detail(job.created))

    @app.get(f"{PREFIX}/jobs")
    def list_jobs(project: str) -> Response:
        limit = checks.number(request.args.get("limit"), "limit", None)
        offset = checks.number(request.args.get("offset"), "offset", 0) or 0
        if request.args.get("visible", "true").lower() not in ("true", "false"):
            raise bad("visible must be true or false.")
        with world.lock:
            if offset and faults.take("vanish", "GET", g.path):
                world.delete([job.id for job in world.listed()[:1]], keep=False)
            rows = answers.job_rows(world.listed(), faults, world.catch_up())
            rows = answers.filter_jobs(rows, request.args, faults)
            return show(answers.paged(rows, faults, g.path, limit, offset))

    @app.delete(f"{PREFIX}/jobs")
    def delete_jobs(project: str) -> Response:
        ids = g.record.body.get("job_ids") if isinstance(g.record.body, dict) else None
        if not isinstance(ids, list) or not ids or not all(isinstance(one, str) for one in ids):
            world.violations.append("a request to delete jobs names none")
            raise bad("job_ids must be a non-empty list of strings.")
        with world.lock:
            known = [one for one in ids if world.readable(one)]
            if not known:
                raise not_found(f"Job {ids[0]}")
            deleted = world.delete(known, sim.keep_deleted)
            now = world.catch_up()
            return show(page([job.row(now) for job in deleted], None, 0))

    @app.get(f"{PREFIX}/jobs/<job_id>")
    def show_job(project: str, job_id: str) -> Response:
        with world.lock:
            job = world.readable(job_id)
            if job is None:
                raise not_found(f"Job {job_id}")
            return show(job.detail(world.catch_up()))

    @app.get(f"{PREFIX}/jobs/services/<service_id>")
    def show_service(project: str, service_id: str) -> Response:
        raise not_found(f"Service {service_id}")  # no job deploys one here

    @app.get(f"{PREFIX}/jobs/templates")
    def list_templates(project: str) -> Response:
        found = [
            row(template)
            for template in world.templates.values()
            if all(template.get(key) == value for key, value in request.args.items() if key in ("id", "name", "type"))
        ]
        return show(page(found, None, 0))

    @app.get(f"{PREFIX}/jobs/templates/<template_id>")
    def show_template(project: str, template_id: str) -> Response:
        for template in world.templates.values():
            if template["id"] == template_id:
                return show(template)
        raise not_found(f"Template {template_id}")

    @app.get(f"{PREFIX}")
    @app.get(f"{PREFIX}/all")
    def list_servers(project: str) -> Response:
        limit = checks.number(request.args.get("limit"), "limit", SERVERS_LIMIT, SERVERS_MOST)
        offset = checks.number(request.args.get("offset"), "offset", 0) or 0
        with world.lock:
            world.catch_up()
            if offset and faults.take("vanish", "GET", g.path):
                world.servers.pop(next(iter(world.servers)))
            servers = list(world.servers.values())
            if request.args.get("sort_dir", "").upper() == "DESC":
                servers.reverse()
            found = answers.paged(servers, faults, g.path, limit, offset)
            return show({**found, "data": [server.as_json() for server in found["data"]]})

    @app.put(f"{PREFIX}/sync")
    def sync(project: str) -> Response:
        world.sync()
        return list_servers(project)

    @app.get(f"{PREFIX}/<server_id>")
    def show_server(project: str, server_id: str) -> Response:
        with world.lock:
            world.catch_up()
            if server_id not in world.servers:
                raise not_found(f"Server {server_id}")
            return show(world.servers[server_id].as_json())

    @app.put(f"{PREFIX}/<server_id>/<any(reboot, stop, start):action>")
    def operate(project: str, server_id: str, action: str) -> Response:
        with world.lock:
            if server_id not in world.servers:
                raise not_found(f"Server {server_id}")
            if action == "start" and g.record.body != {}:
                raise bad("start needs the body {}.")
            server = world.servers[server_id]
            world.operate(server, action)
            return show(server.as_json())

    @app.get(f"{PREFIX}/software")
    def list_software(project: str) -> Response:
        if sim.software is None:
            raise Refused(404, "ModelArts.SIM404", "This region has no such API.")
        flavor, kind = request.args.get("flavor_type"), request.args.get("type")
        data = [
            {**entry, "support": [one for one in entry["support"] if kind in (None, one["type"])]}
            for entry in sim.software
            if flavor in (None, entry["flavor_type"])
        ]
        return _json({"data": data})

    @app.get(f"{PREFIX}/plugins")
    def list_plugins(project: str) -> Response:
        name = request.args.get("name")
        return _json(page([plugin for plugin in sim.plugins if name in (None, plugin["name"])], None, 0))

    supernodes.add_routes(app, sim)
    control.add_routes(app, sim)
    return app


def _parsed(raw: bytes) -> Any:
    """The JSON of a body; None where there is none; its text where it is no JSON."""
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode("utf-8", "replace")


def _headers() -> dict[str, str]:
    """Header values by name in lower case, as the UTF-8 that was sent."""
    return {
        name.lower(): value.encode("latin-1", "replace").decode("utf-8", "replace") for name, value in request.headers
    }


def _authenticate(sim: Simulator, raw: bytes) -> None:
    """A token, or a signature with the one pair of keys; then the one project."""
    if sim.faults.take("expired", request.method, g.path, access_key=sim.access_key):
        raise Refused(401, "APIGW.0301", "Incorrect IAM authentication information: the keys are out of date")
    headers = g.record.headers
    if "x-auth-token" in headers:
        if headers["x-auth-token"] != sim.auth_token:
            raise Refused(401, "APIGW.0301", "Incorrect IAM authentication information: the token is not valid")
    else:
        path, _mark, query = request.environ["REQUEST_URI"].partition("?")
        try:
            verify(sim.access_key, sim.secret_key, request.method, path, query, headers, raw, time.time())
            if headers.get("x-security-token") != sim.security_token:
                raise SignatureRefused("Incorrect IAM authentication information: wrong X-Security-Token")
        except SignatureRefused as err:
            raise Refused(401, "APIGW.0301", str(err)) from None
    project = (request.view_args or {}).get("project", sim.project_id)
    if not checks.PROJECT_ID.fullmatch(project):
        raise bad(f"project_id must match ^{checks.PROJECT_ID.pattern}$.")
    if project != sim.project_id:
        raise Refused(403, "ModelArts.SIM403", "The keys are not of this project.")
