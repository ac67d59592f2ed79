# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One trial: a way runs into a fault, and is run again where it failed. What became of it is judged by the simulator's record."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmark.playbook import Controller
from tests.compare.cases import Case
from tests.compare.ways import VERSION, Way
from tests.simulator import Simulator

GROUPS, SERVERS = 3, 2  # jobs, and servers of each
SPEED = 90  # an upgrade takes 180 s there, and so 2 s here
BOUND = 100.0  # seconds; a run that is not over by then hangs


@dataclass(frozen=True)
class Verdict:
    """C(runs): how many there were. C(done): whether all servers are at the version, and the last run said so.

    C(harm): what a real platform would have suffered from, such as a second upgrade of a server. C(hung) and C(lied): how many
    runs were not over in time, and said success while a server was not at the version.
    """

    runs: int
    done: bool
    harm: int
    hung: int
    lied: int

    @property
    def words(self) -> str:
        """For a cell of a table."""
        found = [f"{self.harm} x at work twice or needlessly"] if self.harm else []
        found += ["hung"] if self.hung else []
        found += ["false success"] if self.lied else []
        end = "done" if self.done else "not done"
        return ", ".join([*found, end if self.runs == 1 else f"{end} in {self.runs} runs"])


def trial(way: Way, case: Case, groups: int = GROUPS, bound: float = BOUND) -> Verdict:
    """Run a way into a fault, and again where it failed or was killed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Simulator(servers=groups * SERVERS, speed=SPEED, keep_deleted=True) as sim,
    ):
        case.bring(sim, way.before)
        controller = Controller(Path(folder) / "controller")
        ids = [sim.server_ids[start : start + SERVERS] for start in range(0, groups * SERVERS, SERVERS)]
        command, given = way.command(controller, sim, ids)
        hung = lied = runs = 0
        status: int | None = None
        while runs < 2 and status != 0 and not hung:
            status = _run(command, given, controller, sim, bound, groups if case.kill and not runs else 0)
            runs += 1
            hung += status is None
            lied += status == 0 and not _all_there(sim)
        # What was submitted goes on, and may still do harm.
        sim.clock.advance(3600)
        return Verdict(runs, status == 0 and not lied, len(sim.violations), hung, lied)


def _all_there(sim: Simulator) -> bool:
    return all(server.driver == VERSION for server in sim.servers.values())


def _run(
    command: list[str], given: str, controller: Controller, sim: Simulator, bound: float, kill_at: int
) -> int | None:
    """The status of a run; None where it hangs. kill_at: so many upgrades at work, at which it is killed."""
    process = subprocess.Popen(
        command,
        cwd=controller.folder,
        env=controller.environment(sim),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    with process:
        with contextlib.suppress(BrokenPipeError):
            assert process.stdin
            process.stdin.write(given)
            process.stdin.close()
        end = time.monotonic() + bound
        while process.poll() is None and time.monotonic() < end:
            if kill_at and len({job for _server, _version, job in list(sim.upgrades)}) >= kill_at:
                _kill(process)
                return process.wait()
            time.sleep(0.02)
        if process.returncode is not None:
            return process.returncode
        _kill(process)
        return None


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
