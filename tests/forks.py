# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's programs, imported once and forked for each run, as most of what a short run costs is the import.

A fork goes on as a program does that has just been started. Only what Ansible reads while it is imported is that of the first: its
settings, ANSIBLE_... in the environment and ansible.cfg where it is started. So there is a process to fork from for each set of
them. The code of collections is taken from its bytecode; Ansible itself compiles it anew in each run.

    process = start(["ansible-playbook", "site.yml"], cwd, env, stdout, stderr)
    process.wait()
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import random
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import IO, Any, Union

LONGEST = 600.0  # seconds that a run may take
IMPORTED = ("ansible.cli.inventory", "ansible.cli.playbook", "ansible.plugins.strategy", "requests")
NUMBER = struct.Struct("!i")
MOST = 3  # processes to fork from, those that were used last, of some 50 MiB

Settings = tuple[tuple[str, str], ...]
Process = Union["Forked", "subprocess.Popen[str]"]


def start(command: list[str], cwd: Path, env: dict[str, str], stdout: IO[Any] | int, stderr: IO[Any] | int) -> Forked:
    """Start ansible-playbook, ansible-inventory or another ansible-... `stdout`, `stderr`: files, or their numbers."""
    program, settings = Path(command[0]).name, settings_of(env, cwd)
    server = _servers.pop(settings) if settings in _servers else Server(env, cwd)
    _servers[settings] = server  # as the last, since the first is the next to go
    if len(_servers) > MOST:
        _servers.pop(next(iter(_servers))).stop()
    return server.fork([program, *command[1:]], cwd, env, (stdout, stderr))


def anew(
    command: list[str], cwd: Path, env: dict[str, str], stdout: IO[Any] | int, stderr: IO[Any] | int
) -> subprocess.Popen[str]:
    """Start it as people do, for what is to be found by its environment, or cannot be imported before."""
    return subprocess.Popen(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, text=True
    )


def run(
    command: list[str], cwd: Path, env: dict[str, str], longest: float = LONGEST
) -> subprocess.CompletedProcess[str]:
    """Run such a command to its end, whatever it says. Raises TimeoutError after so many seconds, and ends it."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as stdout,
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as stderr,
    ):
        process = start(command, cwd, env, stdout, stderr)
        try:
            code = process.wait(longest)
        finally:
            process.send_signal(signal.SIGKILL)
        said = []
        for file in (stdout, stderr):
            file.seek(0)
            said.append(file.read())
    return subprocess.CompletedProcess(command, code, *said)


def settings_of(env: dict[str, str], cwd: Path) -> Settings:
    """What may be read while Ansible is imported."""
    found = {name: value for name, value in env.items() if name.startswith(("ANSIBLE_", "PYTHON")) or name == "HOME"}
    for file in (Path(env.get("ANSIBLE_CONFIG", "")), cwd / "ansible.cfg"):
        if file.is_file():
            found[str(file)] = file.read_text(encoding="utf-8")
    return tuple(sorted(found.items()))


class Forked:
    """A run, with what is used here of `subprocess.Popen`."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.returncode: int | None = None
        self.pid = self._number()

    def poll(self) -> int | None:
        """The code it ended with, as of Popen, if it is over."""
        if self.returncode is None:
            self._connection.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                self._end()
        return self.returncode

    def wait(self, timeout: float = LONGEST) -> int:
        """The same, once it is over."""
        if self.returncode is None:
            self._connection.settimeout(timeout)
            self._end()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it is over."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def _end(self) -> None:
        self.returncode = self._number()
        self._connection.close()

    def _number(self) -> int:
        (number,) = NUMBER.unpack(self._connection.recv(NUMBER.size, socket.MSG_WAITALL))
        return int(number)


class Server:
    """A process that has imported Ansible."""

    def __init__(self, env: dict[str, str], cwd: Path) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._address = str(Path(self._folder.name) / "socket")
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(self._address)
        listening.listen()
        with listening:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(listening.fileno())],
                cwd=cwd,
                env=env,
                pass_fds=[listening.fileno()],
                stdin=subprocess.PIPE,  # at its end, this process is over
                stdout=subprocess.DEVNULL,
            )
        atexit.register(self.stop)

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def fork(self, command: list[str], cwd: Path, env: dict[str, str], outputs: tuple[Any, Any]) -> Forked:
        """Start a run in it."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(LONGEST)
        connection.connect(self._address)
        asked = json.dumps({"command": command, "cwd": str(cwd), "env": env}).encode()
        files = [one if isinstance(one, int) else one.fileno() for one in outputs]
        socket.send_fds(connection, [NUMBER.pack(len(asked))], files)
        connection.sendall(asked)
        return Forked(connection)

    def stop(self) -> None:
        """End it. Runs that were forked from it go on."""
        self._process.communicate()
        self._folder.cleanup()


def _serve(listening: socket.socket) -> None:
    """In the process to fork from: a fork for each connection, which runs what it is asked for in another, and tells of it."""
    for name in IMPORTED:
        importlib.import_module(name)
    _keep_bytecode()
    gc.freeze()  # what is imported is no garbage, and is not looked through in each fork
    while listening in select.select([listening, sys.stdin], [], [])[0]:
        connection, _address = listening.accept()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if os.fork():
            connection.close()
            continue
        listening.close()
        told, files, _flags, _from = socket.recv_fds(connection, NUMBER.size, 2)
        (length,) = NUMBER.unpack(told)
        asked = json.loads(connection.recv(length, socket.MSG_WAITALL))
        pid = os.fork()
        if not pid:
            connection.close()
            _become(asked, files)
            return
        connection.sendall(NUMBER.pack(pid))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with contextlib.suppress(OSError):  # nobody may be interested
            connection.sendall(NUMBER.pack(code))
        os._exit(0)


def _keep_bytecode() -> None:
    """Let Ansible find the code of collections as Python finds all other: a file of the same size and second is taken for the same."""
    from ansible.utils.collection_loader import _collection_finder

    loader = _collection_finder._AnsibleCollectionPkgLoaderBase
    compiled_anew = loader.get_code

    def get_code(self: Any, fullname: str) -> Any:
        file = self.get_filename(fullname)
        if not file or not Path(file).is_file():  # a package without code
            return compiled_anew(self, fullname)
        return SourceFileLoader(fullname, file).get_code(fullname)

    loader.get_code = get_code


def _become(asked: dict[str, Any], files: list[int]) -> None:
    """Go on as the program that is asked for, and as if this were a process of its own."""
    from ansible import constants

    for number, file in enumerate([os.open(os.devnull, os.O_RDONLY), *files]):
        os.dup2(file, number)
        os.close(file)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    random.seed()
    sys.argv = asked["command"]
    # Ansible makes it while it is imported, and removes it at its end.
    above = Path(constants.DEFAULT_LOCAL_TMP).parent
    constants.DEFAULT_LOCAL_TMP = tempfile.mkdtemp(prefix=f"ansible-local-{os.getpid()}", dir=above)
    atexit.register(shutil.rmtree, constants.DEFAULT_LOCAL_TMP, ignore_errors=True)
    name = sys.argv[0].replace("ansible-", "")
    program = getattr(importlib.import_module(f"ansible.cli.{name}"), f"{name.title()}CLI")
    program.cli_executor(sys.argv)


_servers: dict[Settings, Server] = {}

if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
