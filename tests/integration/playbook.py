# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs real playbooks against a simulator, and tells what came out.

    def test_something(sim, playbook):
        result = playbook.tasks([task("submit", JOB, {"type": "HDK_UPGRADE", ...})])
        assert result.rc == 0
        assert result.tasks["submit"]["changed"]
        assert result.stats["localhost"]["changed"] == 1

`tasks` makes a play of one host that gets its connection from module_defaults. `play` takes whole plays, paths, and the
collection's own playbooks by name, with any inventory; those get their connection from the environment. A warning that the
test does not declare, and a declared one that does not come, fail the test. So do, in every run: a traceback, one of the
simulator's secrets, and a key of a module's result that its documentation does not name.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple, Union

import yaml

from tests import forks
from tests.simulator import Simulator

JOB = "huaweicloud.modelarts.liteserver_job"
INFO = "huaweicloud.modelarts.liteserver_job_info"
GROUP = "group/huaweicloud.modelarts.all"
REGION = "xx-test-1"
LOCALHOST = f"localhost ansible_connection=local ansible_python_interpreter={sys.executable}\n"
CALLBACKS = Path(__file__).resolve().parent / "callback_plugins"
LONGEST = 600.0  # seconds that a playbook may take
MODULES = Path(__file__).resolve().parents[2] / "plugins" / "modules"
PREFIX = "huaweicloud.modelarts."
MARKS = ("[WARNING]", "[DEPRECATION WARNING]")
# What Ansible documents for all modules, and what it adds for async.
COMMON_KEYS = {
    *(
        "changed",
        "failed",
        "msg",
        "diff",
        "invocation",
        "warnings",
        "deprecations",
        "exception",
        "skipped",
        "skip_reason",
        "censored",
        "timedout",
    ),
    *(
        "false_condition",
        "failed_when_result",
        "results",
        "attempts",
        "ansible_facts",
        "ansible_job_id",
        "started",
        "finished",
        "results_file",
    ),
    *(
        "ansible_stats",
        "stdout",
        "stdout_lines",
        "stderr",
        "stderr_lines",
        "failed_when_suppressed_exception",
        "changed_when_result",
    ),
}

Play = Union[str, Path, Sequence[Mapping[str, Any]]]


def task(name: str, module: str, options: Mapping[str, Any] | None = None, **keywords: Any) -> dict[str, Any]:
    """One task; `keywords` are those of a task, such as ignore_errors, environment, delegate_to."""
    return {"name": name, module: dict(options or {}), **keywords}


def rescued(*tasks: Mapping[str, Any]) -> dict[str, Any]:
    """Tasks after which the plays that follow come also where all hosts fail, so that one run has many plays."""
    return {"block": list(tasks), "rescue": [{"name": "go on", "ansible.builtin.meta": "noop"}]}


def upgrade(server_ids: Iterable[str], version: str = "25.2.1", **options: Any) -> dict[str, Any]:
    """The options of a job that upgrades servers."""
    items = [{"type": "HDK_UPGRADE", "spec": {"version": version}}]
    return {"type": "HDK_UPGRADE", "items": items, "server_ids": list(server_ids), **options}


def query(server_ids: Iterable[str], **options: Any) -> dict[str, Any]:
    """The options of a job that asks servers for their versions."""
    return {
        "type": "ASCEND_SOFTWARE_QUERY",
        "items": [{"type": "HDK_QUERY"}],
        "server_ids": list(server_ids),
        **options,
    }


@functools.cache
def documentation(module: str, block: str = "RETURN") -> Any:
    """A documentation block of one of the collection's modules, parsed."""
    for node in ast.parse((MODULES / f"{module}.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == block:
            return yaml.safe_load(ast.literal_eval(node.value))
    raise KeyError(f"{module} has no {block}")


@dataclass
class Result:
    """What a run of ansible-playbook left behind."""

    rc: int
    stdout: str
    stderr: str
    events: list[dict[str, Any]] = field(repr=False)  # kind, host, task, action, status, result; in their order
    calls: list[str] = field(default_factory=list)  # what the simulator was asked meanwhile, such as "GET /jobs/*"

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    @property
    def tasks(self) -> dict[str, dict[str, Any]]:
        """The module's result by task name. Of several hosts, or runs of a task, the last."""
        return {event["task"]: event["result"] for event in self.events if event["kind"] == "task"}

    def on(self, host: str) -> dict[str, dict[str, Any]]:
        """The module's result by task name on one host."""
        found = [event for event in self.events if event["kind"] == "task" and event["host"] == host]
        return {event["task"]: event["result"] for event in found}

    def status(self, name: str, host: str = "localhost") -> str:
        """ok, failed, ignored, skipped or unreachable."""
        return next(e["status"] for e in reversed(self.events) if e.get("task") == name and e["host"] == host)

    @property
    def stats(self) -> dict[str, dict[str, int]]:
        """The recap by host: ok, changed, failures, ignored, rescued, skipped, unreachable. Of several playbooks, of all."""
        return next((event["hosts"] for event in reversed(self.events) if event["kind"] == "stats"), {})

    @property
    def custom_stats(self) -> dict[str, Any]:
        """What set_stats set for the whole run."""
        return next(
            (event["custom"].get("_run", {}) for event in reversed(self.events) if event["kind"] == "stats"), {}
        )

    @property
    def warnings(self) -> list[str]:
        """Each warning on the screen, together with what follows it there, and each in a result."""
        text = " ".join(self.output.split())
        for mark in MARKS:
            text = text.replace(mark, "\0" + mark)
        found = text.split("\0")[1:]
        for event in self.events:
            content = event.get("result", {})
            for one in (content, *(content.get("results") or [])):
                if isinstance(one, dict):
                    found += [str(w) for w in [*(one.get("warnings") or []), *(one.get("deprecations") or [])]]
        return found

    def check_documented(self) -> None:
        """Fail where a module returned what its documentation does not name."""
        for event in self.events:
            name = event.get("action", "").removeprefix(PREFIX)
            if event.get("action", "").startswith(PREFIX) and (MODULES / f"{name}.py").exists():
                known = COMMON_KEYS | set(documentation(name))
                unknown = [key for key in event["result"] if key not in known and not key.startswith("_ansible")]
                assert not unknown, f"{name} returned the undocumented {unknown} for {event['task']!r}"

    def check_silent(self, secrets: Iterable[str]) -> None:
        """Fail on a traceback, and on a secret on the screen or in a result."""
        shown = self.output + json.dumps(self.events)
        assert "Traceback (most recent call last)" not in shown, shown
        assert not [secret for secret in secrets if secret in shown], f"a secret was shown\n{shown}"

    def check_warnings(self, declared: Iterable[str], possible: Iterable[str] = ()) -> None:
        """Fail on a warning that holds none of the texts, and on a declared one that is in no warning."""
        declared, found = list(declared), self.warnings
        known = [*declared, *possible]
        surprising = [warning[:500] for warning in found if not any(text in warning for text in known)]
        absent = [text for text in declared if not any(text in warning for warning in found)]
        assert not surprising, f"undeclared warnings: {surprising}\n{self.output}"
        assert not absent, f"declared warnings that did not come: {absent}\n{self.output}"


class Twice(NamedTuple):
    """The three runs of `Playbook.twice`."""

    check: Result
    first: Result
    second: Result


class Running:
    """A playbook under way."""

    def __init__(self, process: forks.Process, output: IO[str], directory: Path, sim: Simulator) -> None:
        self.process = process
        self._output = output
        self._directory = directory
        self._sim = sim
        self._asked = len(sim.requests)
        self.record = directory / "record.jsonl"
        self.timed: list[tuple[float, str]] = []  # each line read so far, with the time (monotonic) it came at

    def lines(self) -> Iterator[str]:
        """The lines of stdout as they come."""
        for line in self._output:
            self.timed.append((time.monotonic(), line.rstrip("\n")))
            yield line.rstrip("\n")

    def advance(self, seconds: float = 300.0, mark: str = ": 0 of ") -> Running:
        """Of a simulator that stands still (speed 0): let so much time pass whenever a line with the mark is shown."""
        for line in self.lines():
            if mark in line:
                self._sim.clock.advance(seconds)
        return self

    def advance_at_looks(self, path: str, seconds: float, after: int = 0) -> Running:
        """The same whenever another GET of this path was answered, the first `after` of them apart."""
        seen = self._sim.count("GET", path) + after
        while self.process.poll() is None:
            time.sleep(0.02)
            if self._sim.count("GET", path) > seen:
                seen += 1
                self._sim.clock.advance(seconds)
        return self

    def kill(self) -> None:
        """SIGKILL for the controller and everything it started, as when its machine or container goes."""
        for pid in [self.process.pid, *_below(self.process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def wait(self, warnings: Iterable[str] = (), possible: Iterable[str] = ()) -> Result:
        """The result, once it is over. possible: warnings that may come, as what two runs do at one moment is left to chance."""
        limit = threading.Timer(LONGEST, self.kill)
        limit.start()
        with self._output:
            rest = self._output.read()
        limit.cancel()
        self.process.wait(timeout=10)
        stdout = "".join(line + "\n" for _at, line in self.timed) + rest
        stderr = (self._directory / "stderr").read_text(encoding="utf-8")
        assert self.process.returncode is not None
        lines = self.record.read_text(encoding="utf-8").splitlines() if self.record.exists() else []
        calls = [f"{asked.method} {_pattern(asked.path)}" for asked in self._sim.requests[self._asked :]]
        result = Result(self.process.returncode, stdout, stderr, [json.loads(line) for line in lines], calls)
        secrets = (self._sim.access_key, self._sim.secret_key, self._sim.auth_token, self._sim.security_token)
        result.check_silent(secret for secret in secrets if secret)
        result.check_documented()
        result.check_warnings(warnings, possible)
        return result


class Playbook:
    """Runs playbooks in a directory of their own, against a simulator. `interval`: the jobs' wait_interval in `tasks`."""

    def __init__(self, directory: Path, sim: Simulator, interval: float = 0.2) -> None:
        self.directory = directory
        self.sim = sim
        self.interval = interval
        self._runs = 0

    def connection(self) -> dict[str, str]:
        """The connection options of the simulator."""
        return {
            "endpoint": self.sim.endpoint,
            "project_id": self.sim.project_id,
            "access_key": self.sim.access_key,
            "secret_key": self.sim.secret_key,
        }

    def environment(self) -> dict[str, str]:
        """The same as environment variables."""
        return {
            "HW_REGION_NAME": REGION,
            "HUAWEICLOUD_SDK_REGION_MODELARTS_" + REGION.replace("-", "_").upper(): self.sim.endpoint,
            "HUAWEICLOUD_SDK_PROJECT_ID": self.sim.project_id,
            "HUAWEICLOUD_SDK_AK": self.sim.access_key,
            "HUAWEICLOUD_SDK_SK": self.sim.secret_key,
        }

    def tasks(
        self, tasks: Sequence[Mapping[str, Any]], connection: Mapping[str, Any] | None = None, **how: Any
    ) -> Result:
        """Run tasks on localhost. `connection`: in place of the simulator's options; `how`: as for `start`."""
        warnings = how.pop("warnings", ())
        return self.start(self.one_play(tasks, connection), **how).wait(warnings)

    def play(self, play: Play, **how: Any) -> Result:
        """Run plays (as data), a path, or a playbook by its name `namespace.collection.playbook`; `how`: as for `start`."""
        warnings = how.pop("warnings", ())
        how["env"] = {**self.environment(), **how.get("env", {})}
        return self.start(play, **how).wait(warnings)

    def one_play(
        self, tasks: Sequence[Mapping[str, Any]], connection: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The play that `tasks` runs."""
        interval = {"wait_interval": self.interval}
        options = self.connection() if connection is None else dict(connection)
        return [
            {
                "hosts": "localhost",
                "gather_facts": False,
                "module_defaults": {GROUP: options, JOB: interval, INFO: interval},
                "tasks": list(tasks),
            }
        ]

    def twice(self, tasks: Sequence[Mapping[str, Any]], **how: Any) -> Twice:
        """Run in check mode, then for real, then again. Check mode writes nothing and predicts; the last changes nothing."""
        before = len(self._writes())
        check = self.tasks(tasks, check=True, diff=True, **how)
        assert len(self._writes()) == before, "check mode wrote"
        first = self.tasks(tasks, diff=True, **how)
        assert [check.rc, first.rc] == [0, 0], check.output + first.output
        for name, result in first.tasks.items():
            for key in ("changed", "submitted", "diff", "deleted"):
                assert check.tasks[name].get(key) == result.get(key), f"check mode predicts another {key} of {name!r}"
        second = self.tasks(tasks, diff=True, **how)
        assert second.rc == 0, second.output
        assert {host: stats["changed"] for host, stats in second.stats.items()} == {"localhost": 0}, second.output
        return Twice(check, first, second)

    def start(
        self,
        play: Play,
        *,
        inventory: str | Path | Mapping[str, Any] = LOCALHOST,
        check: bool = False,
        diff: bool = False,
        verbosity: int = 0,
        limit: str | None = None,
        extra_vars: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        args: Sequence[str] = (),
        anew: bool = False,
    ) -> Running:
        """Start ansible-playbook. `inventory`: INI text, YAML as data, or a path; `args`: more of the command line; `anew`: as a
        process of its own from its start, not as a fork.
        """
        self._runs += 1
        here = self.directory / f"run{self._runs}"
        here.mkdir()
        if not isinstance(play, (str, Path)):
            (here / "site.yml").write_text(yaml.safe_dump(list(play), sort_keys=False), encoding="utf-8")
            play = here / "site.yml"
        if isinstance(inventory, Mapping):
            (here / "hosts.yml").write_text(yaml.safe_dump(dict(inventory), sort_keys=False), encoding="utf-8")
            inventory = here / "hosts.yml"
        elif not isinstance(inventory, Path):
            (here / "hosts.ini").write_text(inventory, encoding="utf-8")
            inventory = here / "hosts.ini"
        command = [str(Path(sys.executable).parent / "ansible-playbook"), str(play), *args, "-i", str(inventory)]
        if extra_vars:
            (here / "vars.json").write_text(json.dumps(dict(extra_vars)), encoding="utf-8")
            command += ["-e", f"@{here / 'vars.json'}"]
        command += ["--check"] * check + ["--diff"] * diff + ["--limit", limit] * bool(limit)  # type: ignore[list-item]
        command += ["-" + "v" * verbosity] * bool(verbosity)
        settings = {
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "RECORD_FILE": str(here / "record.jsonl"),
            "PYTHONUNBUFFERED": "1",
        }
        read, write = os.pipe()
        with open(here / "stderr", "w", encoding="utf-8") as stderr, open(write, "w", encoding="utf-8") as stdout:
            begin = forks.anew if anew else forks.start
            process = begin(command, here, {**os.environ, **settings, **(env or {})}, stdout, stderr)
        return Running(process, open(read, encoding="utf-8"), here, self.sim)

    def _writes(self) -> list[Any]:
        return [request for request in self.sim.requests if request.method != "GET"]


def until(condition: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def processes_of(record: Path) -> list[int]:
    """All processes that a run has left, its own included, whosever children they are now. `record`: its RECORD_FILE. The run has
    to be started anew: a fork shows the environment of the process it was forked from.
    """
    mark = f"RECORD_FILE={record}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def _pattern(path: str) -> str:
    """The path of a request without the id of a job."""
    parts = path.split("/")
    return "/jobs/*" if len(parts) == 3 and parts[1] == "jobs" and parts[2] != "templates" else path


def _below(pid: int) -> list[int]:
    """All processes started by one, and by those. They may have sessions of their own."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for parent in found:
        found += [child for child, its_parent in parents.items() if its_parent == parent]
    return found[1:]
