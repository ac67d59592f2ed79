# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guide as it is read: its files written, its commands run one after the other, in a folder and against a simulator of its own.

The output of each command is kept below build/guides/PAGE, numbered, for whoever writes the page.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.simulator import Simulator
from tests.simulator.cli import REGION, build, parser

from .output import by_host, missing
from .page import ROOT, Block, Command, PageError, blocks, commands, simulator_arguments

KEPT = ROOT / "build" / "guides"
SPEED = 1000.0  # simulated seconds per second, unless a page says otherwise
LONGEST = 300  # seconds that a command may take
REGIONS = (REGION, "cn-north-4", "cn-south-1", "cn-east-3")  # regions that a page may name; all are the simulator
EXPORT = re.compile(r"export( +[A-Za-z_]\w*=\S+)+")
# A user waits in seconds for jobs of minutes. Jobs of the simulator take less than a second.
INTERVALS = ("hdk_upgrade", "log_collection", "software_query", "diagnosis", "liteserver_jobs")
WRAPPER = """#!/bin/sh
exec {python} {program} -e @{fast} "$@"
"""

# A tool that is not here, for `.. test: tool NAME ...`: makes a program `NAME` in the folder of programs.
Tools = dict[str, Callable[[Path, Simulator], None]]


class Session:
    """Runs a page. `directory` has to be empty; `tools` are stand-ins by name."""

    def __init__(self, page: str, directory: Path, tools: Tools) -> None:
        self.page = page
        self.tools = tools
        self.home = directory / "home"
        self.folder = self.home / "project"
        self.programs = directory / "programs"
        for path in (self.home, self.folder, self.programs):
            path.mkdir()
        self.exported: dict[str, str] = {}
        self.simulators: list[Simulator] = []
        self.last: Command | None = None
        self.output = ""
        self.count = 0
        self._quicken(directory / "fast.json")

    def run(self) -> None:
        """The page from top to bottom. AssertionError says where it shows what is not so."""
        try:
            for block in blocks(self.page):
                self.take(block)
        finally:
            for simulator in self.simulators:
                simulator.stop()
        for simulator in self.simulators:
            assert simulator.violations == [], f"{self.page}: {simulator.violations}"

    def take(self, block: Block) -> None:
        """One block."""
        for note in block.notes:
            self._set_up(note)
        if block.kind == "file":
            path = self.folder / block.caption
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.kind == "commands":
            for command in commands(block):
                self._command(command)
        elif block.kind == "output":
            if self.last is None:
                raise PageError(f"{block.where}: output of which command? None is above it")
            self._compare(block, block.text.splitlines())

    @property
    def simulator(self) -> Simulator:
        """The one that commands talk to now."""
        if not self.simulators:
            self._simulate([])
        return self.simulators[-1]

    def _set_up(self, note: str) -> None:
        word, *arguments = shlex.split(note)
        if word == "simulator":
            self._simulate(arguments)
        elif word == "tool":
            for name in arguments:
                self.tools[name](self.programs, self.simulator)

    def _simulate(self, arguments: list[str]) -> None:
        options = parser().parse_args(arguments)
        if "--speed" not in arguments:
            options.speed = SPEED
        self.simulators.append(build(options).start())

    def _quicken(self, fast: Path) -> None:
        fast.write_text(json.dumps({f"{name}_wait_interval": 0.2 for name in INTERVALS}), encoding="utf-8")
        program = Path(sys.executable).with_name("ansible-playbook")
        wrapper = self.programs / program.name
        words = {"python": sys.executable, "program": program, "fast": fast}
        wrapper.write_text(WRAPPER.format(**{name: shlex.quote(str(word)) for name, word in words.items()}))
        wrapper.chmod(0o755)

    def _command(self, command: Command) -> None:
        arguments = simulator_arguments(command.line)
        if arguments is not None:
            self._simulate(arguments)
            return
        if EXPORT.fullmatch(command.line):
            pairs = (word.split("=", 1) for word in shlex.split(command.line)[1:])
            # Dots stand for what a reader has, and the session has its own.
            self.exported.update({name: value for name, value in pairs if "..." not in value and name.isupper()})
            return
        self.last = command
        self.count += 1
        ended = subprocess.run(
            ["bash", "-c", command.line],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST,
            check=False,
        )
        # Errors last: where they stand between the results differs from run to run and from release to release.
        printed = (ended.stdout + ended.stderr).decode(errors="replace").replace(str(self.home), "~")
        self.output = by_host(printed)
        kept = KEPT / self.page / f"{self.count:02}.txt"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(f"$ {command.line}\n{self.output}", encoding="utf-8")
        assert ended.returncode == command.status, (
            f"{command.block.where}: {command.line!r} ends with {ended.returncode} in place of {command.status}\n{self.output}"
        )
        for secret in (self.simulator.access_key, self.simulator.secret_key):
            assert secret not in self.output, f"{command.block.where}: a secret is shown"
        self._compare(command.block, command.shown)

    def _compare(self, block: Block, excerpt: list[str]) -> None:
        line = missing(excerpt, self.output)
        assert line is None, f"{block.where} shows what the command does not print:\n{line}\nIt prints:\n{self.output}"

    def _environment(self) -> dict[str, str]:
        """What a user exports; nothing of this machine's user."""
        sim = self.simulator
        foreign = ("ANSIBLE_", "HUAWEICLOUD_", "HW_", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        path = [str(self.programs), str(Path(sys.executable).parent), kept.get("PATH", os.defpath)]
        endpoints = {
            f"HUAWEICLOUD_SDK_REGION_MODELARTS_{one.replace('-', '_').upper()}": sim.endpoint for one in REGIONS
        }
        return {
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
