# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebooks: what they say, what their playbooks do, and all of it by ansible-rulebook where `make eda` has installed it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.conftest import BUILD, ROOT
from tests.integration.playbook import LOCALHOST, REGION

FOLDER = ROOT / "extensions" / "eda" / "rulebooks"
RULEBOOKS = sorted(path.stem for path in FOLDER.glob("*.yml"))
PROGRAM = BUILD / "venv-eda" / "bin" / "ansible-rulebook"
LONGEST = 120.0  # seconds that an event may take to have its effect
QUERY = {"type": "ASCEND_SOFTWARE_QUERY", "items": [{"type": "HDK_QUERY"}]}
UPGRADE = {"items": [{"type": "HDK_UPGRADE", "spec": {"version": "25.2.1"}}]}

needs_rulebook = pytest.mark.skipif(
    not (PROGRAM.exists() and shutil.which("java")),
    reason="ansible-rulebook is not installed: `make eda` does that, and needs Java",
)


class Tickets(ThreadingHTTPServer):
    """A ticket system: keeps what is sent to it, and answers with `status`."""

    def __init__(self, status: int = 201) -> None:
        self.status = status
        self.taken: list[tuple[dict[str, str], dict[str, object]]] = []  # headers and body
        super().__init__(("127.0.0.1", 0), _Ticket)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks/sesame"


class _Ticket(BaseHTTPRequestHandler):
    server: Tickets

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.taken.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # pylint: disable=redefined-builtin
        pass


@pytest.fixture
def tickets(request) -> Iterator[Tickets]:
    with Tickets(getattr(request, "param", 201)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("name", RULEBOOKS)
def test_a_rulebook_is_one_for_ansible_rulebook(name):
    """By the schema that ansible-lint has; the one that ansible-rulebook has is applied where it runs."""
    ansiblelint = pytest.importorskip("ansiblelint", reason="ansible-lint, which has the schema, is not installed")
    schema = Path(ansiblelint.__file__).parent / "schemas" / "rulebook.json"
    rulebook = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    jsonschema.validate(rulebook, json.loads(schema.read_text(encoding="utf-8")))
    (ruleset,) = rulebook
    (source,) = ruleset["sources"]
    assert source["huaweicloud.modelarts.liteserver"]["state_file"] == f"{name}.json"
    for rule in ruleset["rules"]:
        playbook = rule["action"]["run_playbook"]["name"].removeprefix("huaweicloud.modelarts.")
        assert (ROOT / "playbooks" / f"{playbook}.yml").exists()


@pytest.mark.parametrize("sim", [{"servers": 3, "driver": "24.1.rc3.10"}], indirect=True)
def test_a_plan_changes_nothing_without_check(sim, playbook):
    options = {
        "modelarts_hosts": "localhost",
        "hdk_upgrade_version": "24.1.0.3",
        "hdk_upgrade_servers": sim.server_ids[:2],
        "hdk_upgrade_wait_interval": 0.1,
    }
    result = playbook.play("huaweicloud.modelarts.upgrade_plan", inventory=LOCALHOST, extra_vars=options)
    assert result.rc == 0, result.output
    assert "2 servers to be upgraded in 2 waves. Only reads were sent." in result.output
    assert sim.jobs == {} and sim.count("POST", "/jobs") == 0


TICKET = {"event_ticket_title": "An upgrade failed", "event_ticket_text": "device 3", "event_ticket_servers": ["n1"]}


@pytest.mark.parametrize("tickets", [201, 302, 500], indirect=True)
def test_a_ticket_is_sent_once_and_its_address_is_not_shown(sim, playbook, tickets):
    result = playbook.play(
        "huaweicloud.modelarts.event_ticket",
        inventory=LOCALHOST,
        extra_vars=TICKET,
        env={"EVENT_TICKET_URL": tickets.url, "EVENT_TICKET_TOKEN": "open-sesame"},
    )
    ((headers, body),) = tickets.taken
    assert headers["Authorization"] == "Bearer open-sesame"
    assert body == {"id": "", "title": "An upgrade failed", "text": "device 3", "servers": ["n1"]}
    assert (result.rc == 0) is (tickets.status == 201)
    assert (f"There was HTTP {tickets.status}." in result.output) is (tickets.status != 201)
    assert "sesame" not in result.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "event_ticket_url is missing. Give the URL"),
        (
            {"event_ticket_url": "http://127.0.0.1:1/", "event_ticket_text": ""},
            "event_ticket_title or event_ticket_text",
        ),
        (
            {"event_ticket_url": "http://127.0.0.1:1/", "event_ticket_text": "of {{ nowhere }}"},
            "'nowhere' is undefined",
        ),
        ({"event_ticket_url": "http://127.0.0.1:1/"}, "There was no answer."),
    ],
)
def test_a_ticket_that_cannot_be_sent_is_told(sim, playbook, options, words):
    result = playbook.play("huaweicloud.modelarts.event_ticket", inventory=LOCALHOST, extra_vars={**TICKET, **options})
    assert result.rc == 2 and words in result.output
    assert result.stats["localhost"]["changed"] == 0


@pytest.mark.parametrize("tickets", [201], indirect=True)
def test_check_mode_sends_no_ticket(sim, playbook, tickets):
    env = {"EVENT_TICKET_URL": tickets.url}
    result = playbook.play(
        "huaweicloud.modelarts.event_ticket", inventory=LOCALHOST, extra_vars=TICKET, env=env, check=True
    )
    assert (result.rc, tickets.taken) == (0, []), result.output


class Rulebook:
    """A rulebook under way, in a folder of its own. It looks at the jobs more often than it says."""

    def __init__(self, name: str, folder: Path, sim, env: dict[str, str]) -> None:
        self.folder, self.name = folder, name
        rulebook = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
        rulebook[0]["sources"][0]["huaweicloud.modelarts.liteserver"]["interval"] = 0.2
        (folder / "rulebook.yml").write_text(yaml.safe_dump(rulebook), encoding="utf-8")
        (folder / "hosts").write_text(LOCALHOST, encoding="utf-8")
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(PROGRAM.parent), os.environ["PATH"]]),
            "HUAWEICLOUD_SDK_AK": sim.access_key,
            "HUAWEICLOUD_SDK_SK": sim.secret_key,
            "HUAWEICLOUD_SDK_PROJECT_ID": sim.project_id,
            "HUAWEICLOUD_MODELARTS_ENDPOINT": sim.endpoint,
            "HW_REGION_NAME": REGION,
            **env,
        }

    @contextmanager
    def running(self) -> Iterator[None]:
        """From its first look to its end by SIGTERM."""
        state = self.folder / f"{self.name}.json"
        before = state.stat().st_mtime_ns if state.exists() else 0
        with (self.folder / "output").open("ab") as output:
            process = subprocess.Popen(
                [str(PROGRAM), "--rulebook", "rulebook.yml", "--inventory", "hosts"],
                cwd=self.folder,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            if not before:
                self.until(state.exists)
            yield
        finally:
            process.terminate()
            process.wait(LONGEST)

    def until(self, reached) -> None:
        deadline = time.monotonic() + LONGEST
        while not reached():
            assert time.monotonic() < deadline, self.output
            time.sleep(0.1)

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text(encoding="utf-8")


@pytest.fixture
def rulebook(tmp_path, sim):
    """Makes a rulebook by its name, and says what it showed of secrets."""
    made: list[Rulebook] = []

    def make(name: str, **env: str) -> Rulebook:
        made.append(Rulebook(name, tmp_path, sim, env))
        return made[-1]

    yield make
    assert not any(sim.secret_key in one.output for one in made)


@needs_rulebook
def test_logs_are_collected_of_servers_that_a_diagnosis_found_faulty(sim, rulebook):
    ill = sim.server_ids[1]
    sim.outcome(ill, "SUCCESS", message="device 5: FAIL {{ here }}", job_types=["ASCEND_DIAGNOSIS"])
    logs = rulebook("collect_logs")
    with logs.running():
        sim.add_job(type="ASCEND_DIAGNOSIS", server_ids=sim.server_ids)
        logs.until(lambda: "PLAY RECAP" in logs.output)
    assert [job.server_ids for job in sim.jobs.values() if job.type == "LOG_COLLECT"] == [[ill]]
    assert not sim.violations


@needs_rulebook
@pytest.mark.parametrize("sim", [{"servers": 3, "driver": "24.1.0.3"}], indirect=True)
def test_an_upgrade_is_planned_for_servers_that_differ(sim, rulebook):
    sim.servers[sim.server_ids[2]].driver = "24.1.rc3.10"
    plans = rulebook("plan_upgrade")
    with plans.running():
        query = sim.add_job(server_ids=sim.server_ids, **QUERY)
        plans.until(lambda: "PLAY RECAP" in plans.output)
    assert f"24.1.rc3.10 -> 24.1.0.3: {sim.find(sim.server_ids[2]).name}" in plans.output
    assert list(sim.jobs) == [query.id]


@needs_rulebook
def test_a_ticket_is_opened_for_each_upgrade_that_failed_also_after_a_restart(sim, rulebook, tickets):
    """One that failed while the rulebook did not run is told when it runs again, and the first one is not told twice."""
    sim.outcome(sim.server_ids[0], "FAILED", message="device 3 is not healthy")
    opened = rulebook("open_ticket", EVENT_TICKET_URL=tickets.url)
    with opened.running():
        first = sim.add_job(server_ids=sim.server_ids, **UPGRADE)
        opened.until(lambda: len(tickets.taken) == 1)
        opened.until(lambda: first.id in (opened.folder / "open_ticket.json").read_text(encoding="utf-8"))
    second = sim.add_job(server_ids=sim.server_ids[:1], **UPGRADE)
    with opened.running():
        opened.until(lambda: len(tickets.taken) == 2)
    assert [body["id"] for _headers, body in tickets.taken] == [f"job_failed/{first.id}", f"job_failed/{second.id}"]
    _headers, body = tickets.taken[0]
    assert body["title"] == "Upgrade console-job failed on 1 of 3 servers"
    assert "device 3 is not healthy" in body["text"] and body["servers"] == [sim.find(sim.server_ids[0]).name]
