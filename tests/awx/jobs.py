# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them: ansible-runner on a folder of their own, with AWX's files, environment and extra variables."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ansible_runner

from tests.awx import launch
from tests.simulator import Simulator

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "extensions" / "awx" / "project"
IDLE = 40  # seconds of silence after which AWX may be set to end a job
NOWHERE = "/proc/none"  # a home that nobody, not even root, can make

Inventory = dict[str, Any]  # as a script of an inventory says it


class Job:
    """A job that was started. C(wait) for it before anything is read."""

    def __init__(self, folder: Path, playbook: str, limit: str, check: bool, secrets: list[str]) -> None:
        self.cancelled = False
        self._secrets = secrets
        self._thread, self._runner = ansible_runner.run_async(
            private_data_dir=str(folder),
            playbook=playbook,
            limit=limit or None,
            cmdline="-u root" + " --check" * check,
            settings={"idle_timeout": IDLE, "suppress_env_files": True},
            cancel_callback=lambda: self.cancelled,
            quiet=True,
        )

    def wait(self) -> Job:
        """Until it is over. No secret is in what it has left."""
        self._thread.join(120)
        assert not self._thread.is_alive(), "the job does not end"
        self.events = sorted(self._runner.events, key=lambda event: int(event["counter"]))
        self.output = "".join(f"{event['stdout']}\n" for event in self.events if event["stdout"])
        left = json.dumps(self.events)
        assert not [secret for secret in self._secrets if secret in left], self.output
        return self

    def cancel(self) -> Job:
        """As the button does."""
        self.cancelled = True
        return self.wait()

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return not self._thread.is_alive()

    @property
    def status(self) -> str:
        """successful, failed, canceled or timeout."""
        return str(self._runner.status)

    @property
    def hosts(self) -> dict[str, str]:
        """The status of each host, as AWX shows it: failed, changed or ok."""
        stats = self._stats()
        names = sorted({host for kind in ("ok", "failures", "dark") for host in stats.get(kind, {})})
        bad = {**stats.get("failures", {}), **stats.get("dark", {})}
        return {name: "failed" if name in bad else "changed" if name in stats["changed"] else "ok" for name in names}

    @property
    def artifacts(self) -> dict[str, Any]:
        """What a workflow hands on."""
        return dict(self._stats().get("artifact_data", {}))

    @property
    def verdicts(self) -> list[tuple[str, str]]:
        """Each host and what it was told, as often as it was, in their order."""
        told = [event["event_data"] for event in self.events if event["event"] in ("runner_on_ok", "runner_on_failed")]
        return [(one["host"], one["res"]["msg"]) for one in told if one["task"] == "Verdict"]

    def told(self, host: str) -> str:
        """What a host was told in the end."""
        return dict(self.verdicts)[host]

    def _stats(self) -> dict[str, Any]:
        found = [event["event_data"] for event in self.events if event["event"] == "playbook_on_stats"]
        return dict(found[-1]) if found else {}


class Awx:
    """Launches the templates that the kit has made in the stand-in, against a simulator. C(project): each job has a copy."""

    def __init__(self, folder: Path, sim: Simulator, things: Mapping[str, Mapping[str, Any]]) -> None:
        self.folder = folder
        self.sim = sim
        self.things = things
        self.project = folder / "project"
        shutil.copytree(PROJECT, self.project)
        self._jobs = 0
        self._lock = threading.Lock()
        self.inventory = self.sync()

    def start(self, name: str, answers: Mapping[str, Any] | None = None, **how: Any) -> Job:
        """Launch a template. C(limit) as its prompt; C(inventory): in place of what was synchronised."""
        template = self.things["job_templates"][name]
        variables = launch.extra_vars(template, answers or {})
        limit = how.get("limit", "") if template["ask_limit_on_launch"] else ""
        return self.run(template, {**variables, **how.get("handed_on", {})}, limit, how.get("inventory"))

    def launch(self, name: str, answers: Mapping[str, Any] | None = None, **how: Any) -> Job:
        """The same, until it is over."""
        return self.start(name, answers, **how).wait()

    def run(
        self,
        template: Mapping[str, Any],
        variables: dict[str, Any],
        limit: str = "",
        inventory: Inventory | None = None,
    ) -> Job:
        """Start a job of a template with these extra variables."""
        folder = self._private_data()
        number = int(folder.name.rpartition("-")[2])
        meta = {f"{word}_{what}": value for word in ("awx", "tower") for what, value in (("job_id", number),)}
        (folder / "env" / "extravars").write_text(launch.as_file({**variables, **meta}, template), encoding="utf-8")
        script = f"#!{sys.executable}\nprint({json.dumps(inventory or self.inventory)!r})\n"
        (folder / "inventory" / "hosts").write_text(script, encoding="utf-8")
        (folder / "inventory" / "hosts").chmod(0o700)
        return Job(folder, template["playbook"], limit, template["job_type"] == "check", self.secrets)

    @property
    def secrets(self) -> list[str]:
        """What no job may show."""
        return [self.sim.secret_key, self.sim.security_token or self.sim.secret_key]

    def sync(self) -> Inventory:
        """What the source of the inventory finds, without the hosts that AWX switches off."""
        source = next(iter(self.things["inventory_sources"].values()))
        folder = self._private_data()
        variables = {name: value.replace("/runner", str(folder)) for name, value in source["source_vars"].items()}
        done = subprocess.run(
            [Path(sys.executable).parent / "ansible-inventory", "-i", source["source_path"], "--list", "--export"],
            cwd=folder / "project",
            env={**os.environ, **self._environment(folder), **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
        found: Inventory = json.loads(done.stdout)
        variables_of = found["_meta"]["hostvars"]
        for host, values in list(variables_of.items()):
            if values[source["enabled_var"]] != source["enabled_value"]:
                del variables_of[host]
        for group in found.values():
            if "hosts" in group:
                group["hosts"] = [host for host in group["hosts"] if host in variables_of]
        return found

    def sliced(self, number: int, count: int) -> Inventory:
        """The inventory of a slice: each of so many hosts, from the one of this number, in the order of their names."""
        kept = sorted(self.inventory["_meta"]["hostvars"])[number - 1 :: count]
        found: Inventory = json.loads(json.dumps(self.inventory))
        for group in found.values():
            if "hosts" in group:
                group["hosts"] = [host for host in group["hosts"] if host in kept]
        return found

    def _private_data(self) -> Path:
        with self._lock:
            self._jobs += 1
            folder = self.folder / f"job-{self._jobs}"
        for name in ("env", "inventory", "home", "requirements_collections/ansible_collections/huaweicloud"):
            (folder / name).mkdir(parents=True)
        shutil.copytree(self.project, folder / "project")
        collection = folder / "requirements_collections" / "ansible_collections" / "huaweicloud" / "modelarts"
        collection.symlink_to(ROOT, target_is_directory=True)
        (folder / "env" / "envvars").write_text(json.dumps(self._environment(folder)), encoding="utf-8")
        return folder

    def _environment(self, folder: Path) -> dict[str, str]:
        collections = str(folder / "requirements_collections")
        kind = next(iter(self.things["credential_types"].values()))
        fields = {
            "access_key": self.sim.access_key,
            "secret_key": self.sim.secret_key,
            "security_token": self.sim.security_token or "",
            "project_id": self.sim.project_id,
            "region": "simulator",
            "endpoint": self.sim.endpoint,
        }
        injected = {name: _filled(text, fields) for name, text in kind["injectors"]["env"].items()}
        return {
            "HOME": NOWHERE,
            "ANSIBLE_HOME": str(folder / "home"),  # Ansible itself needs one that it can write
            "ANSIBLE_COLLECTIONS_PATH": collections,
            "ANSIBLE_FORCE_COLOR": "True",
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "AWX_PRIVATE_DATA_DIR": str(folder),
            **injected,
        }


def _filled(text: str, fields: Mapping[str, str]) -> str:
    """An injector's text, which is the name of a field in braces."""
    return fields[text.removeprefix("{{ ").removesuffix(" }}")]
