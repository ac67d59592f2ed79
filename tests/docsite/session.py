# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user's folder and shell: commands run there against a simulator, and nothing of this machine's user is seen."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests import forks
from tests.simulator import Simulator
from tests.simulator.cli import REGION, build, parser

from .output import by_host
from .page import ROOT

SPEED = 1000.0  # simulated seconds per second, unless asked for otherwise
LONGEST = 300  # seconds that a command may take
REGIONS = (REGION, "cn-north-4", "cn-south-1", "cn-east-3")  # regions that a guide may name; all are the simulator
EXPORT = re.compile(r"export( +[A-Za-z_]\w*=\S+)+")
# A command of Ansible in which nothing is for a shell alone.
PLAIN = re.compile(r"ansible-(playbook|inventory)( [^|&;<>()$`*?~#\\]*)?")
UNSET = re.compile(r"unset( +[A-Za-z_]\w*)+")
# A user waits in seconds for jobs of minutes. Jobs of the simulator take less than a second.
INTERVALS = ("hdk_upgrade", "log_collection", "software_query", "diagnosis", "liteserver_jobs")
WRAPPER = """#!/bin/sh
exec {python} {program} -e @{fast} "$@"
"""

# A tool that is not here, for `.. test: tool NAME ...`: makes a program `NAME` in the folder of programs.
Tools = dict[str, Callable[[Path, Simulator], None]]


class Session:
    """A folder, a simulator, and commands in it. `directory` has to be empty; `tools` are stand-ins by name."""

    def __init__(self, directory: Path, tools: Tools | None = None) -> None:
        self.tools = tools or {}
        self.home = directory / "home"
        self.folder = self.home / "project"
        self.programs = directory / "programs"
        for path in (self.home, self.folder, self.programs):
            path.mkdir()
        self.exported: dict[str, str] = {}
        self.unset: set[str] = set()
        self.simulators: list[Simulator] = []
        self.regions: dict[str, Simulator] = {}  # those that the simulator of all others does not stand for
        self.fast = directory / "fast.json"  # variables of each playbook
        self._quicken()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_error: object) -> None:
        for simulator in (*self.simulators, *self.regions.values()):
            simulator.stop()

    @property
    def simulator(self) -> Simulator:
        """The one that commands talk to now."""
        if not self.simulators:
            self.simulate([])
        return self.simulators[-1]

    def simulate(self, arguments: list[str]) -> Simulator:
        """A new simulator, with the options of its command line. It takes the place of the one before."""
        self.simulators.append(started(arguments))
        return self.simulators[-1]

    def set_up(self, note: str) -> None:
        """What a comment `.. test: NOTE` asks for, if it is anything that this has."""
        word, *arguments = shlex.split(note)
        if word == "simulator":
            self.simulate(arguments)
        elif word == "region":
            self.regions[arguments[0]] = started(arguments[1:])
        elif word == "tool":
            for name in arguments:
                self.tools[name](self.programs, self.simulator)

    def write(self, name: str, text: str) -> None:
        """A file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def export(self, line: str) -> bool:
        """Whether the command only exports variables, or takes some away; it is obeyed then."""
        if UNSET.fullmatch(line):
            self.unset.update(line.split()[1:])
            return True
        if not EXPORT.fullmatch(line):
            return False
        pairs = (word.split("=", 1) for word in shlex.split(line)[1:])
        # Dots stand for what a reader has, and the session has its own.
        self.exported.update({name: value for name, value in pairs if "..." not in value})
        return True

    def execute(self, line: str, **environment: str) -> tuple[int, str]:
        """Run a command. Its exit status, and what it printed: errors last, results in the order of the hosts."""
        env = {**self._environment(), **environment}
        joined = line.replace("\\\n", "")
        ended = self._ansible(shlex.split(joined), env) if PLAIN.fullmatch(joined) else self._shell(line, env)
        printed = (ended.stdout + ended.stderr).replace(str(self.home), "~")
        for secret in (self.simulator.access_key, self.simulator.secret_key):
            assert secret not in printed, f"{line!r} shows a secret"
        return ended.returncode, by_host(printed)

    def _shell(self, line: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST,
            check=False,
        )

    def _ansible(self, command: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """The same without the start of a program."""
        program = str(Path(sys.executable).with_name(command[0]))
        options = ["-e", f"@{self.fast}"] if command[0] == "ansible-playbook" else []
        return forks.run([program, *options, *command[1:]], self.folder, env, LONGEST)

    def _quicken(self) -> None:
        intervals = {f"{name}_wait_interval": 0.2 for name in INTERVALS}
        intervals.update({f"{name}_poll_interval": 1 for name in ("kubernetes", "slurm")})  # of hooks, whole seconds
        self.fast.write_text(json.dumps(intervals), encoding="utf-8")
        program = Path(sys.executable).with_name("ansible-playbook")
        wrapper = self.programs / program.name
        words = {"python": sys.executable, "program": program, "fast": self.fast}
        wrapper.write_text(WRAPPER.format(**{name: shlex.quote(str(word)) for name, word in words.items()}))
        wrapper.chmod(0o755)

    def _environment(self) -> dict[str, str]:
        """What a user exports; nothing of this machine's user."""
        sim = self.simulator
        foreign = ("ANSIBLE_", "HUAWEICLOUD_", "HW_", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        path = [str(self.programs), str(Path(sys.executable).parent), kept.get("PATH", os.defpath)]
        endpoints = {
            f"HUAWEICLOUD_SDK_REGION_MODELARTS_{one.replace('-', '_').upper()}": self.regions.get(one, sim).endpoint
            for one in REGIONS
        }
        environment = {
            **kept,
            "HOME": str(self.home),
            "PATH": os.pathsep.join(path),
            "ANSIBLE_HOME": str(self.home / ".ansible"),
            "ANSIBLE_REMOTE_TEMP": str(self.home / ".ansible" / "tmp"),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
            "ANSIBLE_NOCOLOR": "1",
            "COLUMNS": "120",
            "HUAWEICLOUD_SDK_AK": sim.access_key,
            "HUAWEICLOUD_SDK_SK": sim.secret_key,
            "HUAWEICLOUD_SDK_PROJECT_ID": sim.project_id,
            "HW_REGION_NAME": REGION,
            **self.exported,
            **endpoints,
        }
        return {name: value for name, value in environment.items() if name not in self.unset}


def started(arguments: list[str]) -> Simulator:
    """A simulator with the options of its command line."""
    options = parser().parse_args(arguments)
    if "--speed" not in arguments:
        options.speed = SPEED
    return build(options).start()
