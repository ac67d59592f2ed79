# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make matrix`: the tests on each supported ansible-core, on the oldest and the newest Python that is there for it.

Each pair has an environment of its own, build/venv-2.15-3.9 and so on. `--ends` takes the oldest core on its oldest Python and
the newest on its newest, with a few tests that meet most of Ansible; so does `make test`. `--all` takes each Python that is there,
with all tests, and each core's own ansible-test sanity, which looks at each Python itself. Both tables have the preview of the next
core as well, `--ends` has not.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ROOT / "build" / "pythons"
# The first and the last Python 3.x that each ansible-core 2.x runs on.
SUPPORTED = {15: (9, 11), 16: (10, 12), 17: (10, 12), 18: (11, 13), 19: (11, 13), 20: (12, 14), 21: (12, 14)}
# The next one, which may still break what nobody here has changed. Its name stands in tests/venv, too.
COMING = {22: (13, 15)}
REQUIREMENTS = ("tests/requirements-tests.txt", "tests/requirements-simulator.txt")
# Modules here and elsewhere, async, as another user; a rollout; an inventory.
FEW = (
    "tests/integration/test_doors.py::test_which_door_is_taken",
    "tests/integration/test_hdk_upgrade.py::test_plan_rollout_and_second_run_agree",
    "tests/integration/test_inventory.py::test_hosts_variables_and_groups",
)
SMOKE = (
    *("tests/unit", "tests/integration/test_doors.py", "tests/integration/test_liteserver_job.py"),
    *("tests/integration/test_hdk_upgrade.py", "tests/integration/test_hdk_upgrade_hooks.py"),
    *("tests/integration/test_inventory.py", "tests/integration/test_reading_roles.py"),
)
ALL = ("tests/unit", "tests/integration")


@dataclass(frozen=True)
class Pair:
    """An ansible-core 2.`core` on a Python 3.`python`."""

    core: int
    python: int

    @property
    def venv(self) -> str:
        """Its environment, from the root of the checkout."""
        return f"build/venv-2.{self.core}-3.{self.python}"


def pairs(there: set[int], also: dict[int, tuple[int, int]] | None = None) -> list[Pair]:
    """Each core that is supported, and those of `also`, with each Python 3.x of those that are `there`."""
    return [
        Pair(core, python)
        for core, (first, last) in {**SUPPORTED, **(also or {})}.items()
        for python in range(first, last + 1)
        if python in there
    ]


def outer(of: list[Pair]) -> list[Pair]:
    """Of each core the oldest and the newest Python."""
    by_core = [[pair for pair in of if pair.core == core] for core in dict.fromkeys(pair.core for pair in of)]
    return [pair for one in by_core for pair in ends(one)]


def ends(of: list[Pair]) -> list[Pair]:
    """The first and the last."""
    return list(dict.fromkeys([*of[:1], *of[-1:]]))


def tested(pair: Pair, tests: tuple[str, ...]) -> list[list[str]]:
    """The commands that make the environment and run these tests in it."""
    workers = "0" if tests == FEW else "auto"  # each has to import all that is tested
    return [
        ["tests/venv", pair.venv, *REQUIREMENTS],
        [f"{pair.venv}/bin/python", "-m", "pytest", "-q", "-n", workers, *tests],
    ]


def run(pair: Pair, commands: list[list[str]], log: Path) -> str:
    """Run the commands one after the other. What the last says at the end, or what went wrong."""
    environment = {
        **os.environ,
        "CORE": f"2.{pair.core}",
        "PYTHON": str(PYTHONS / f"python3.{pair.python}"),
        "VENV": pair.venv,
        "PATH": os.pathsep.join([str(ROOT / pair.venv / "bin"), os.environ["PATH"]]),
    }
    with log.open("w", encoding="utf-8") as output:
        for command in commands:
            # A file, as what hangs on to a pipe would be waited for.
            done = subprocess.run(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
            )
            if done.returncode:
                return f"FAILED, see {log.relative_to(ROOT)}"
    return log.read_text(encoding="utf-8").strip().rpartition("\n")[2].strip("= ")


def rows(chosen: list[Pair], tests: tuple[str, ...]) -> Iterator[tuple[Pair, float, str]]:
    """Each pair with the CPU seconds that it took, and what came out; with all tests also the sanity of each core."""
    for pair in chosen:
        stages = {f"3.{pair.python}": tested(pair, tests)}
        if tests == ALL and pair == [one for one in chosen if one.core == pair.core][-1]:
            stages["sanity"] = [["tests/run", "sanity"]]
        for stage, commands in stages.items():
            before = _spent()
            said = run(pair, commands, ROOT / "build" / "logs" / f"matrix-2.{pair.core}-{stage}.log")
            yield pair, _spent() - before, said


def main(arguments: list[str]) -> int:
    """Show the table, line by line. 1 where a line failed, or nothing could be tested."""
    parser = argparse.ArgumentParser(prog="make matrix ARGS=...", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--ends", action="store_true", help="the oldest and the newest alone, with a few tests")
    parser.add_argument("--all", action="store_true", help="each Python, all tests and sanity, some hours")
    parser.add_argument("--core", type=int, action="append", help="only this line of ansible-core, such as 15 for 2.15")
    asked = parser.parse_args(arguments)
    there = {int(path.name[len("python3.") :]) for path in PYTHONS.glob("python3.*")}
    chosen = pairs(there, None if asked.ends else COMING)
    chosen = [pair for pair in chosen if not asked.core or pair.core in asked.core]
    tests = FEW if asked.ends else ALL if asked.all else SMOKE
    if not asked.all:
        chosen = ends(chosen) if asked.ends else outer(chosen)
    print(f"{'ansible-core':14}{'Python':8}{'CPU':>6}  tests", flush=True)
    failed = not chosen
    for pair, seconds, said in rows(chosen, tests):
        print(f"{f'2.{pair.core}':14}{f'3.{pair.python}':8}{seconds:4.0f} s  {said}", flush=True)
        failed = failed or said.startswith("FAILED")
    return int(failed)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
