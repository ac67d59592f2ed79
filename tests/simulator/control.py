# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's own routes, /_simulator/...: unsigned, as only this machine can reach them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from . import faults
from .checks import bad

if TYPE_CHECKING:
    from .simulator import Simulator


def _json(answer: Any) -> Response:
    return Response(json.dumps(answer), content_type="application/json")


def add_routes(app: Flask, sim: Simulator) -> None:
    """GET record; GET, POST, DELETE faults; POST outcomes, jobs, clock."""

    def body() -> dict[str, Any]:
        try:
            found = json.loads(request.get_data() or b"{}")
        except ValueError:
            raise bad("The body is not JSON.") from None
        if not isinstance(found, dict):
            raise bad("The body is not a JSON object.")
        return found

    @app.get("/_simulator/record")
    def record() -> Response:
        return _json(sim.record())

    @app.route("/_simulator/faults", methods=["GET", "POST", "DELETE"])
    def all_faults() -> Response:
        if request.method == "DELETE":
            sim.clear_faults()
        elif request.method == "POST":
            options = body()
            try:
                if "fault" in options:
                    sim.inject(faults.parse(options["fault"]))
                else:
                    sim.inject(faults.make(options.pop("kind", ""), **options))
            except (ValueError, AttributeError, TypeError) as err:
                raise bad(str(err)) from None
        return _json([fault.as_json() for fault in sim.faults.all()])

    @app.post("/_simulator/outcomes")
    def outcomes() -> Response:
        options = body()
        try:
            sim.outcome(options.pop("server"), options.pop("status"), **options)
        except (KeyError, TypeError, ValueError) as err:
            raise bad(f"an outcome needs server and status: {err}") from None
        return _json({})

    @app.post("/_simulator/jobs")
    def jobs() -> Response:
        try:
            job = sim.add_job(**body())
        except (KeyError, TypeError, ValueError) as err:
            raise bad(str(err)) from None
        return _json({"id": job.id})

    @app.post("/_simulator/clock")
    def clock() -> Response:
        try:
            sim.clock.advance(float(body().get("advance", 0)))
        except (TypeError, ValueError) as err:
            raise bad(str(err)) from None
        return _json({"now": sim.clock.now(), "speed": sim.clock.speed})
