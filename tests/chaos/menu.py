# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stories choose from: faults, endings, what others do, and options."""

from __future__ import annotations

import random
from typing import Any

from tests.simulator.simulator import AUTH_TOKEN, SECRET_KEY

CANARY = "canary-Pa55-of-the-spec"  # the value of a spec key that reads like a secret
# What terminals, templates, HTML and line-based logs take for more than text, and secrets that the platform says aloud
HOSTILE = f"\x1b[31m\x07\r\n\u202e{{{{ 7 * 7 }}}}<script>alert(1)</script> {SECRET_KEY} {AUTH_TOKEN} {CANARY} "

Chosen = dict[str, Any]

# Fields of the API by their types. A value of the right type would be a lie that nobody can see through.
FIELDS = {
    list: ("data", "tasks", "items"),
    dict: ("spec", "cloud_server"),
    str: ("id", "status", "name", "type", "message", "server_name"),
    int: ("total", "pages", "create_at", "update_at", "abnormal_count"),
}
VALUES = (None, 0, -1, 1e300, "", "text", True, [], {}, [0], ["text"], [[]], {"text": []})

READS = ("/jobs", "/jobs/*", "*", "*")


def _often(rng: random.Random) -> Chosen:
    """How often a fault strikes, and after how many requests that it spares."""
    times = rng.choice((1, 1, 2, 3, 6, None))
    return {"times": times, "after": rng.choice((0, 0, 1, 2, 5, rng.randint(0, 40)))}


def fault(rng: random.Random) -> Chosen:
    """A fault of the simulator, and when it begins."""
    made = rng.choice(FAULTS)(rng)
    made["at"] = rng.choice((0.0, 0.0, 0.0, 1.0, 20.0, 150.0, 230.0))
    return made


def _refuse(rng: random.Random) -> Chosen:
    status = rng.choice((429, 429, 429, 429, 500, 502, 503, 504, "reset", 400, 401, 403, 404, 302))
    method, path = rng.choice(
        (("*", "*"), ("GET", "*"), ("GET", "/jobs"), ("GET", "/jobs/*"), *(("POST", "/jobs"),) * 4)
    )
    made = {"kind": "refuse", "status": status, "method": method, "path": path, **_often(rng)}
    if status == 429 and rng.random() < 0.5:
        made["retry_after"] = rng.choice((0, 1, 7, 30, 120))
    if rng.random() < 0.2:
        made["html"] = True
    if rng.random() < 0.3:
        made["message"] = HOSTILE.replace("\r\n", "")
    if rng.random() < 0.2:
        made.pop("times")
        made["seconds"] = rng.choice((5.0, 40.0, 300.0))
    return made


def _lost(rng: random.Random) -> Chosen:
    how = rng.choice(("reset", "reset", "close", "502", "504", "html", "truncated", "empty", "hang"))
    made = {"kind": "lost", "how": how, **_often(rng)}
    if how == "hang":
        made["times"] = 1
    if rng.random() < 0.4:
        made.update(method="GET", path=rng.choice(READS))
    return made


def _wrong(rng: random.Random) -> Chosen:
    kind, names = rng.choice(list(FIELDS.items()))
    field = rng.choice(names)
    value = rng.choice([value for value in VALUES if not isinstance(value, kind)])
    path = rng.choice(("/jobs", "/jobs/*", "/jobs/**", "*"))
    return {"kind": "wrong", "field": field, "value": value, "path": path, **_often(rng)}


def _rows(rng: random.Random) -> Chosen:
    lacking = rng.choice(("create_at", "create_at,update_at", "type", "status", "name", "abnormal_count", "user_name"))
    return {"kind": "rows", "without": lacking, "iso": rng.random() < 0.3, **_often(rng)}


def _paging(rng: random.Random) -> Chosen:
    how = {"page_size": rng.choice((1, 2, 10)), "supported": rng.random() < 0.5, "cap": rng.choice((None, 1, 3))}
    return {"kind": "paging", **how, **_always(rng)}


def pages(vanish: Chosen) -> Chosen:
    """Pages of two rows, so that something can vanish between two of them."""
    return {
        "kind": "paging",
        "page_size": 2,
        "supported": True,
        "cap": 2,
        "path": vanish["path"],
        "times": None,
        "at": 0.0,
    }


def _always(rng: random.Random) -> Chosen:
    return {"times": rng.choice((None, None, 1, 5)), "after": rng.choice((0, 0, 3))}


FAULTS = (
    *(_refuse,) * 6,
    *(_lost,) * 6,
    *(_wrong,) * 3,
    _rows,
    *(_paging,) * 2,
    lambda rng: {"kind": "late", "seconds": rng.choice((2.0, 20.0, 90.0)), "detail": rng.random() < 0.4, **_often(rng)},
    lambda rng: {"kind": "late_tasks", "seconds": rng.choice((2.0, 20.0, 90.0)), **_often(rng)},
    lambda rng: {"kind": "no_tasks", "abnormal_count": rng.choice((0, 1)), "times": 1, "after": rng.choice((0, 1, 2))},
    lambda rng: {"kind": "miscount", "more": 1} | _always(rng),
    lambda rng: (
        {"kind": "status_word", "word": rng.choice(("QUEUEING", "ACTIVE")), "over": rng.random() < 0.3} | _always(rng)
    ),
    lambda rng: {"kind": "fuzzy_filter"} | _always(rng),
    lambda rng: {"kind": "ignore_filters"} | _always(rng),
    lambda rng: {"kind": "row_stuck"} | _always(rng),
    lambda rng: (
        {"kind": "list_shape", "without": rng.choice(("total", "total,pages", "pages,size", "data"))} | _always(rng)
    ),
    lambda rng: {"kind": "unordered", "seed": rng.randint(0, 9)} | _always(rng),
    lambda rng: {"kind": "short_list", "which": rng.choice(("oldest", "newest", "none"))} | _always(rng),
    lambda rng: {"kind": "deleted_midway", "seconds": rng.choice((1.0, 50.0)), "times": 1, "after": rng.choice((0, 1))},
    lambda rng: {"kind": "latency", "seconds": rng.choice((0.5, 3.0, 6.0, 20.0)), **_often(rng)},
    lambda rng: {"kind": "hostile", "text": HOSTILE} | _always(rng),
    lambda rng: {"kind": "strings"} | _always(rng),
    lambda rng: {"kind": "sparse"} | _always(rng),
    lambda rng: {"kind": "settle", "seconds": rng.choice((2.0, 30.0))} | _always(rng),
    lambda rng: {"kind": "restarting", "seconds": rng.choice((5.0, 60.0, 300.0))} | _always(rng),
    lambda rng: {"kind": "vanish", "path": rng.choice(("/", "/jobs")), "times": 1, "after": 0},
    lambda rng: {"kind": "expired", "after": rng.randint(0, 60)},
)


def outcome(rng: random.Random, servers: int) -> Chosen:
    """How tasks of a server end."""
    made: Chosen = {"server": rng.randrange(servers), "times": rng.choice((1, 1, 2, None))}
    if rng.random() < 0.2:
        # A query that lies, says nothing that can be read, or fails.
        said = rng.choice(("24.1.rc3.10", "24.1.0.3", "24.1.0.6", "24.1.0.3-beta1", "none", ""))
        status = rng.choice(("SUCCESS", "SUCCESS", "FAILED", "SKIPPED", "MISSING"))
        return {**made, "status": status, "message": f"Driver: {said} | Firmware: 7", "job_types": ["HDK_QUERY"]}
    made["status"] = rng.choice(("FAILED", "FAILED", "SKIPPED", "MISSING", "UNCONFIRMED", "HUNG"))
    if rng.random() < 0.1:
        made["job_types"] = "any"
    return made


def event(rng: random.Random, servers: int) -> Chosen:
    """What somebody else does, at some seconds from the start."""
    made: Chosen = {"at": rng.choice((0.0, 0.3, 1.0, 5.0, 30.0, 100.0, 200.0, 300.0))}
    if rng.random() < 0.75:
        chosen = [server for server in range(servers) if rng.random() < 0.5] or [0]
        made.update(what="job", servers=chosen, name=rng.choice(("console-job", "upgrade-by-hand")))
        made["version"] = rng.choice((None, None, "24.1.0.3", "24.1.0.6", "24.1.rc3.10"))
        made["age"] = rng.choice((0.0, 0.0, 30.0, 170.0, 1000.0))
        made["restart"] = rng.choice((0.0, 0.0, 60.0))
        if made["age"]:
            made["at"] = 0.0  # what is long past was there from the beginning
        return made
    return {
        **made,
        "what": rng.choice(("deletes", "jumps", "stops", "jumps")),
        "seconds": rng.choice((-3600.0, 3600.0)),
    }


def job(rng: random.Random) -> Chosen:
    """Options of a job that is submitted, or waited for."""
    options: Chosen = {
        "wait": rng.random() < 0.8,
        "wait_timeout": rng.choice((5.0, 60.0, 250.0, 250.0, 1000.0)),
        "wait_interval": rng.choice((5.0, 20.0, 60.0)),
        "reuse": rng.choice(("finished", "finished", "finished", "active", "never")),
        "on_conflict": rng.choice(("fail", "wait", "wait", "ignore")),
        "reconcile_timeout": rng.choice((10.0, 60.0)),
        "fail_on_task_failure": rng.random() < 0.8,
        "allow_incomplete_list": rng.random() < 0.1,
        "split": rng.random() < 0.3,
        "query": rng.random() < 0.2,
    }
    if rng.random() < 0.15:
        options["secret"] = True
    return options


def rollout(rng: random.Random) -> Chosen:
    """Options of a rollout, by their names without the prefix."""
    size = rng.choice((0, 1, 2, "50%", "100%"))
    options: Chosen = {
        "canary": rng.choice((0, 1, 1, "50%")),
        "waves": rng.choice(([1], [2], [1, 2], ["50%"], ["100%"])),
        "servers_per_job": rng.choice((1, 2, 50)),
        "max_failures": size,
        "retries": rng.choice((0, 0, 1, 2)),
        "canary_must_succeed": rng.random() < 0.5,
        "verify": rng.random() < 0.8,
        "verify_timeout": rng.choice((0, 100, 600)),
        "allow_downgrade": rng.random() < 0.15,
        "force": rng.random() < 0.1,
        "on_conflict": rng.choice(("wait", "skip")),
        "wait_timeout": rng.choice((30, 300, 300, 1000)),
        "wait_interval": rng.choice((10, 30, 60)),
        "collect_logs_on_failure": rng.random() < 0.2,
        "budget_of": rng.choice(("run", "fleet")),
        "pause": rng.choice((0, 0, 40)),
    }
    if rng.random() < 0.2:
        options["stop_after"] = rng.choice(("canary", 1))
    if rng.random() < 0.15:
        options["extra_spec"] = {"password": CANARY}
    if rng.random() < 0.25:
        options["hooks"] = {"before": rng.random() < 0.9, "after": rng.random() < 0.9, "fails": rng.random() < 0.3}
    return options


def read(rng: random.Random) -> Chosen:
    """What a reading role is asked."""
    return {
        "role": rng.choice(("query", "logs")),
        "wait_timeout": rng.choice((30.0, 300.0, 1000.0)),
        "wait_interval": rng.choice((5.0, 20.0)),
        "servers_per_job": rng.choice((1, 2, 50)),
    }
