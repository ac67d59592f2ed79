# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runs of a story: each does what a task or a role does, in the same calls."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils import _rollout_step
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet import kinds, verdicts
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.journal import Journal
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.kinds import Kind
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.surroundings import Clock, Surroundings
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._operation import engine as reading
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._operation.operations import OPERATIONS
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._platform import Platform
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._play.hosts import Host
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout import asked, engine, telling
from tests.chaos.menu import CANARY
from tests.chaos.schedule import Controller, Killed
from tests.chaos.stage import REQUEST_TIMEOUT, Stage, Told, Voice
from tests.chaos.story import Run

QUERY_TIMEOUT = 300.0  # seconds that a rollout waits for a query
READING = {
    "query": ("software_query", Kind("ASCEND_SOFTWARE_QUERY", [{"type": "HDK_QUERY", "spec": {}}])),
    "logs": ("log_collection", Kind("LOG_COLLECT", [{"type": "DEVICE_LOG_COLLECT", "spec": {}}])),
}

specs = functools.lru_cache(_rollout_step.specs)


def carry_out(stage: Stage) -> None:
    """Make the runs in their time, and let everything else happen."""
    schedule = stage.schedule
    groups: list[list[Run]] = []
    for run in stage.story.runs:
        if run.beside and groups:
            groups[-1].append(run)
        else:
            groups.append([run])
    for group in groups:
        start = schedule.now
        for n, run in enumerate(group):
            start += run.delay if n or len(groups) > 1 else 0.0
            ids = list(dict.fromkeys(stage.ids[number % len(stage.ids)] for number in run.servers))
            name = str(len(stage.told))
            controller = Controller(name, run.machine, functools.partial(_work, stage, len(stage.told)), longest(run))
            controller.skew = run.skew
            stage.told.append(Told(run, ids, controller))
            schedule.start(controller, start)
        schedule.run()


def longest(run: Run) -> float:
    """Seconds within which a run must end."""
    options, slack = run.options, 3 * REQUEST_TIMEOUT
    if run.kind == "job":
        return float(options["wait_timeout"]) + slack
    if run.kind == "read":
        return float(options["wait_timeout"]) + 4 * slack
    wait, query, verify = float(options["wait_timeout"]), QUERY_TIMEOUT + slack, float(options["verify_timeout"])
    confirm = verify + 2 * query
    attempt = 3 * wait + 4 * query + 2 * confirm + slack
    logs = query if options["collect_logs_on_failure"] else 0.0
    waves = 2 + len(run.servers)  # what was left at work, the canary, and one each at most
    return 3 * slack + 2 * confirm + waves * ((1 + options["retries"]) * (attempt + logs) + options["pause"] + slack)


def _work(stage: Stage, number: int) -> None:
    told = stage.told[number]
    before = stage.strikes
    try:
        with Voice(told) as voice:
            {"job": _job, "rollout": _rollout, "read": _read}[told.run.kind](stage, told, voice)
    finally:
        told.struck = told.struck or stage.strikes > before


def _platform(stage: Stage, told: Told, voice: Voice, secrets: Iterable[str] = ()) -> Platform:
    sim = stage.sim
    connection = {
        "endpoint": sim.endpoint,
        "project_id": sim.project_id,
        "access_key": sim.access_key,
        "secret_key": sim.secret_key,
        "retries": stage.story.retries,
    }
    return Platform(connection, voice, told.run.check, told.warnings.append, set(secrets))


def _clock(stage: Stage) -> Clock:
    schedule = stage.schedule
    return Clock(schedule.wall, schedule.monotonic, schedule.sleep)


def _job(stage: Stage, told: Told, voice: Voice) -> None:
    run, chosen = told.run, dict(told.run.options)
    items: list[dict[str, Any]] = [{"type": "HDK_UPGRADE", "spec": {"version": run.version}}]
    kind = "HDK_UPGRADE"
    if chosen.pop("query"):
        items, kind, chosen["repeatable"] = [{"type": "HDK_QUERY"}], "ASCEND_SOFTWARE_QUERY", True
    if chosen.pop("secret", False):
        items[0].setdefault("spec", {})["password"] = CANARY
    split = chosen.pop("split")
    servers = {"batches": [[one] for one in told.ids]} if split else {"server_ids": told.ids}
    told.result = _platform(stage, told, voice).job(type=kind, items=items, **servers, **chosen)


def _rollout(stage: Stage, told: Told, voice: Voice) -> None:
    run, chosen = told.run, dict(told.run.options)
    hooks = chosen.pop("hooks", None) or {}
    names = {server_id: f"host-{server_id[:8]}" for server_id in told.ids}
    hosts = [Host(names[server_id], server_id) for server_id in told.ids]
    rows = {host.name: {"software_query_wait_timeout": QUERY_TIMEOUT} for host in hosts}
    for when in ("before", "after"):
        chosen[f"{when}_wave"] = f"{when}.yml" if hooks.get(when) else None
    wanted = asked.read(rows, hosts, specs(), {**chosen, "version": run.version})
    journal = Journal(os.path.join(stage.folder, told.controller.name))
    secrets = kinds.secrets(wanted.kinds.values(), wanted.options)
    platforms = dict.fromkeys(wanted.connections, _platform(stage, told, voice, secrets))
    tools = Surroundings(journal, platforms, _clock(stage), voice)
    request = engine.Request(
        "run",
        wanted.servers,
        wanted.options,
        wanted.kinds,
        wanted.fail_on,
        run.check,
        wanted.connections,
        wanted.problems,
    )
    for text in _steps(told.controller, tools, request, hooks):
        told.others.append(text)
    found = telling.told(tools, [])
    told.others += [found["lines"], telling.document(tools)]
    told.result = found["result"]
    told.verdicts = {server_id: [verdicts.of_host(journal, server_id, True)] for server_id in told.ids}


def _steps(
    controller: Controller, tools: Surroundings, request: engine.Request, hooks: dict[str, bool]
) -> Iterator[Any]:
    """The tasks of the role, each as what it returns. The worker whose ansible-playbook is dead ends with its task."""

    def task(step: Callable[..., Any], *args: Any) -> Any:
        done = step(tools, *args)
        if controller.orphaned is not None:
            raise Killed
        return done

    planned = task(engine.begin, request)
    yield {key: planned[key] for key in ("lines", "stopped")}
    for number in planned["waves"]:
        for when in ("before", "wave", "after"):
            if when == "wave":
                yield task(engine.wave, number)
            elif hooks.get(when):
                found = task(engine.hook, number, when)
                yield found
                if found["servers"]:
                    tools.clock.sleep(5.0)
                    failed = {"task": "drain", "result": {"msg": "no room"}} if hooks.get("fails") else None
                    yield task(engine.hooked, number, when, f"{when}.yml", failed)
    told = task(engine.end)
    verdicts.save(tools.journal, told)
    yield told


def _read(stage: Stage, told: Told, voice: Voice) -> None:
    chosen = dict(told.run.options)
    name, kind = READING[chosen.pop("role")]
    options = {"fail_on": "FAIL", "wanted": None, "fail_on_drift": False}
    request = reading.Request(
        OPERATIONS[name], {"": told.ids}, options, Kind(kind.type, kind.items, **chosen), told.run.check
    )
    told.result = reading.run(request, {"": _platform(stage, told, voice)}, _clock(stage), voice)
    told.verdicts = {server_id: [told.result["servers"][server_id]] for server_id in told.ids}
