# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of hdk_upgrade share: a fleet as an inventory, the playbook, and what must be true of every run."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.integration.playbook import LOCALHOST, Playbook, Result, Running
from tests.simulator import Simulator

BOOK = "huaweicloud.modelarts.hdk_upgrade"
VERSION = "24.1.0.3"
SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
GOOD = ("upgraded", "current")

# Nothing of a host of the play may be used: there is no way to reach it.
UNREACHABLE = {
    "ansible_connection": "ssh",
    "ansible_host": "127.0.0.1",
    "ansible_port": 9,
    "ansible_become": True,
    "ansible_python_interpreter": "/no/such/python",
}


@dataclass
class Run:
    """A run of the role, and what it left behind."""

    play: Result
    sim: Simulator
    fact: dict[str, Any]
    report: dict[str, Any] | None

    @property
    def rc(self) -> int:
        return self.play.rc

    @property
    def output(self) -> str:
        return self.play.output

    @property
    def verdicts(self) -> dict[str, str]:
        return {server_id: record["verdict"] for server_id, record in self.fact["servers"].items()}

    def of(self, verdict: str) -> list[int]:
        """The servers of a verdict, by their place in the simulator, from 0."""
        return [n for n, server_id in enumerate(self.sim.server_ids) if self.verdicts.get(server_id) == verdict]

    def record(self, place: int) -> dict[str, Any]:
        """What the result has for a server."""
        return self.fact["servers"][self.sim.server_ids[place]]

    def waves(self) -> list[list[int]]:
        """The servers of each wave, by their place."""
        places = {server_id: n for n, server_id in enumerate(self.sim.server_ids)}
        return [[places[server_id] for server_id in wave["servers"]] for wave in self.fact["waves"]]

    def told(self, host: str) -> str:
        """What a host was told."""
        return next(event["result"]["msg"] for event in self.steps("Verdict") if event["host"] == host)

    def steps(self, name: str) -> list[dict[str, Any]]:
        """The events of a task by its name, without those it was skipped in."""
        found = (event for event in self.play.events if event["kind"] == "task" and event["status"] != "skipped")
        return [event for event in found if event["task"] == name or event["task"].endswith(f" : {name}")]


class Rollouts:
    """Runs the playbook on the simulator's servers, as hosts of the group liteservers."""

    def __init__(self, playbook: Playbook, sim: Simulator, directory: Path) -> None:
        self.playbook = playbook
        self.sim = sim
        self.reports = directory / "reports"

    def inventory(self, **localhost: Any) -> dict[str, Any]:
        """The fleet; with options also a host of the name localhost."""
        servers = {server.name: {"liteserver_id": server_id} for server_id, server in self.sim.servers.items()}
        groups = {"liteservers": {"hosts": servers, "vars": UNREACHABLE}}
        return {**groups, "controller": {"hosts": {"localhost": localhost}}} if localhost else groups

    def options(self, hosts: str = "liteservers", **asked: Any) -> dict[str, Any]:
        """Extra variables for the playbook."""
        given = {
            "version": VERSION,
            "wait_interval": 0.2,
            "verify_timeout": 1,
            "report_dir": str(self.reports),
            **asked,
        }
        roles = {"software_query_wait_interval": 0.2}
        return {"modelarts_hosts": hosts, **roles, **{f"hdk_upgrade_{name}": value for name, value in given.items()}}

    def start(self, hosts: str = "liteservers", **asked: Any) -> Running:
        """A run that is not waited for."""
        how = {"inventory": LOCALHOST if hosts == "localhost" else self.inventory()}
        return self.playbook.start(
            asked.pop("play", BOOK),
            extra_vars={**self.options(hosts, **asked.pop("options", {})), **asked.pop("variables", {})},
            env={**self.playbook.environment(), "ANSIBLE_LOCALHOST_WARNING": "false", **asked.pop("env", {})},
            **{**how, **asked},
        )

    def run(
        self,
        hosts: str = "liteservers",
        *,
        how: Mapping[str, Any] | None = None,
        variables: Mapping[str, Any] | None = None,
        warnings: Iterable[str] = (),
        clean: bool = True,
        **options: Any,
    ) -> Run:
        """A run with these options of the role. how: as of Playbook.start; clean: whether nothing may be violated."""
        shutil.rmtree(self.reports, ignore_errors=True)
        running = self.start(hosts, options=options, variables=dict(variables or {}), **(how or {}))
        return self.finish(running, warnings, clean)

    def finish(self, running: Running, warnings: Iterable[str] = (), clean: bool = True) -> Run:
        """The end of a run, with what must be true of every one."""
        play = running.wait(warnings)
        facts = [event["result"].get("ansible_facts", {}) for event in play.events if event["kind"] == "task"]
        found = [fact["hdk_upgrade_result"] for fact in facts if "hdk_upgrade_result" in fact]
        assert found, play.output
        reports = sorted(self.reports.glob("*.json"))
        run = Run(play, self.sim, found[-1], json.loads(reports[-1].read_text(encoding="utf-8")) if reports else None)
        check_report(run)
        check_recap(run)
        if clean:
            assert self.sim.violations == [], play.output
        return run


def check_report(run: Run) -> None:
    """The report says what the fact says, in every form."""
    if run.report is None:
        return
    jsonschema.validate(run.report, SCHEMA)
    planned = run.report["outcome"] == "planned"
    reported = {server["id"]: server["verdict"] for server in run.report["servers"]}
    assert {i: "not_started" if word == "planned" else word for i, word in reported.items()} == run.verdicts
    assert {one["id"] for one in run.report["jobs"]} == {one["id"] for one in run.fact["jobs"]}
    assert planned or (run.report["outcome"] == "success") == all(word in GOOD for word in run.verdicts.values())
    counts = Counter(run.verdicts.values())
    assert {word: count for word, count in run.fact["summary"].items() if count} == counts
    assert run.play.custom_stats["hdk_upgrade_summary"] == run.fact["summary"]
    assert run.play.custom_stats["hdk_upgrade_outcome"] == run.fact["outcome"]
    assert run.play.custom_stats["hdk_upgrade_failed"] == run.fact["failed"]
    assert set(run.play.custom_stats["hdk_upgrade_reasons"]) == {
        run.fact["servers"][i]["name"] for i in run.fact["failed"]
    }
    assert run.play.custom_stats["hdk_upgrade_report"] == run.fact["report"]
    planned = [len(wave["servers"]) for wave in run.play.custom_stats["hdk_upgrade_plan"]["waves"]]
    assert planned == [len(wave["servers"]) for wave in run.fact["waves"]]
    assert sorted(path.suffix for path in map(Path, run.fact["report"])) == [".html", ".json", ".md"]


def check_recap(run: Run) -> None:
    """Each host fails or changes by its own server, and by nothing else."""
    names = {server.name: server_id for server_id, server in run.sim.servers.items()}
    check = "Only reads were sent" in run.output
    judged = {event["host"] for event in run.steps("Verdict")}
    for host, stats in run.play.stats.items():
        if host not in judged:
            continue
        server_id = names.get(host, host)
        words = [run.verdicts[server_id]] if server_id in run.verdicts else list(run.verdicts.values())
        if host in names and server_id not in run.verdicts:
            words = ["current"]  # not a server of the rollout
        assert stats["unreachable"] == 0
        if not check:
            good = all(word in GOOD for word in words)
            assert stats["failures"] == (not good), (host, run.output)
            assert stats["changed"] == (good and "upgraded" in words), (host, run.output)


def upgrades_of(sim: Simulator) -> dict[int, int]:
    """How many upgrades each server had, by its place; none is left out."""
    places = {server_id: n for n, server_id in enumerate(sim.server_ids)}
    return dict(Counter(places[server_id] for server_id, _version, _job in sim.upgrades))


def writes(result: Result) -> list[str]:
    """The requests that were no reads."""
    return [call for call in result.calls if not call.startswith("GET")]


@pytest.fixture
def rollouts(playbook: Playbook, sim: Simulator, tmp_path: Path) -> Rollouts:
    """Runs of the playbook on this test's simulator."""
    return Rollouts(playbook, sim, tmp_path)
