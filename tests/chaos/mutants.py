# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code broken on purpose, in one way for each rule that can be broken, and the search for a story that shows it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOUND = 3  # the exit status of a hunt that found something
MOST_STORIES = 1000  # after which a mutant counts as not found
UTILS, FLEET, ROLLOUT = "module_utils/", "plugin_utils/_fleet/", "plugin_utils/_rollout/"


@dataclass(frozen=True)
class Mutant:
    """C(edits): below plugins/ a file, a text in it that is there once, and what stands in its place."""

    name: str
    edits: tuple[tuple[str, str, str], ...]
    first: int = 0  # the seed that the search begins with


def _one(name: str, file: str, old: str, new: str, first: int = 0) -> Mutant:
    return Mutant(name, ((file, old, new),), first)


MUTANTS = (
    _one(
        "a lost create is sent again",
        UTILS + "_submit.py",
        "elif self.policy.repeatable and not self.repeated:",
        "elif not self.repeated:",
    ),
    Mutant(
        "no new look after a pause",
        (
            (UTILS + "_submit.py", "FRESH = 5.0", "FRESH = 9999.0"),
            (
                UTILS + "_submit.py",
                "                    obstacle = error\n                    break\n",
                "                    self._pause_after(error)\n                    batches.append(batch)\n                    continue\n",
            ),
        ),
    ),
    _one(
        "an incomplete list is proof of absence",
        UTILS + "_submit.py",
        "        if found.complete:\n",
        "        if True:\n",
    ),
    _one(
        "an answer of another shape is an empty list",
        UTILS + "_client.py",
        "query={**query, **paging}, holds=is_page)",
        "query={**query, **paging})",
    ),
    _one("what is dead submits", UTILS + "_transport.py", "        if not self._wanted():\n", "        if False:\n"),
    _one(
        "check mode submits",
        UTILS + "_submit.py",
        "        check = self.policy.check\n",
        "        check = False\n",
    ),
    _one(
        "no lock between runs of one machine",
        UTILS + "_submit.py",
        "contextlib.nullcontext() if check else held(",
        "contextlib.nullcontext() if True else held(",
    ),
    _one(
        "jobs of others hold nothing",
        UTILS + "_match.py",
        "found.conflicts = [job for job in self._read(running) if job.holds(server_ids)]",
        "found.conflicts = []",
    ),
    _one(
        "a job without tasks holds nothing",
        UTILS + "_job.py",
        "        return not self.tasks or any(",
        "        return any(",
    ),
    _one(
        "an unknown status is the end",
        UTILS + "_job.py",
        "        return self.status in (FINISHED, DELETED) or",
        '        return self.status not in ("PROCESSING", "ACTIVE") or',
    ),
    _one(
        "a success is not remembered",
        UTILS + "_job.py",
        '(task.status == SUCCESS and reuse == "finished")',
        "False",
    ),
    _one("no second look for rivals", UTILS + "_created.py", "        if ours:\n", "        if False:\n"),
    _one(
        "finished is success",
        UTILS + "_outcome.py",
        '"status": task.status if task else MISSING,',
        '"status": ("SUCCESS" if job and job.over else task.status) if task else MISSING,',
    ),
    _one(
        "abnormal_count is ignored",
        UTILS + "_job.py",
        "return max((self.abnormal_count or 0) - shown, 0) if self.over else 0",
        "return 0",
    ),
    _one(
        "the time to wait is not kept",
        UTILS + "_wait.py",
        "self.deadline = self.client.clock() + self.timeout",
        "self.deadline = self.client.clock() + 10 * self.timeout",
    ),
    _one(
        "silence",
        "plugin_utils/_progress.py",
        "            self._line()\n            return self._silence\n",
        "            return self._silence\n",
    ),
    _one(
        "secrets are shown",
        "plugin_utils/_platform.py",
        "return result if not self.secrets else {**remove_values(result, self.secrets), **_words(result)}",
        "return result",
    ),
    _one(
        "control characters are shown",
        UTILS + "_text.py",
        'return UNSHOWABLE.sub("", value) if UNSHOWABLE.search(value) else value',
        "return value",
    ),
    _one(
        "a downgrade is allowed",
        ROLLOUT + "plan.py",
        'elif where == ABOVE and not options["allow_downgrade"]:',
        "elif False:",
    ),
    _one("the budget is not kept", ROLLOUT + "budget.py", "    if failures <= budget:\n", "    if True:\n"),
    _one(
        "a failed canary stops nothing",
        ROLLOUT + "stops.py",
        'if run.wave(number).canary and run.options["canary_must_succeed"] and bad',
        "if False and bad",
    ),
    Mutant(
        "tried again without evidence",
        (
            (ROLLOUT + "attempt.py", "if server.verdict == FAILED and server.behind]", "if server.verdict == FAILED]"),
            (ROLLOUT + "look.py", "    return server.behind\n", "    return True\n"),
        ),
    ),
    _one(
        "an early query is believed",
        ROLLOUT + "installed.py",
        "        if not asked or left <= 0:\n",
        "        if True:\n",
    ),
    _one(
        "upgraded without having been confirmed",
        ROLLOUT + "judge.py",
        "    elif where == AT:\n",
        "    elif True:\n",
    ),
    _one(
        "a host is not told",
        FLEET + "verdicts.py",
        "    found = journal.line(_DOCUMENT, server_id) if server_id else None\n",
        "    found = None\n",
    ),
)


def broken_copy(mutant: Mutant, folder: Path) -> Path:
    """A folder of collections with the broken code in it. Raises ValueError where a text is not there exactly once."""
    tree = folder / "ansible_collections" / "huaweicloud" / "modelarts"
    for part in ("plugins", "roles"):
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file, old, new in mutant.edits:
        path = tree / "plugins" / file
        code = path.read_text(encoding="utf-8")
        if code.count(old) != 1:
            raise ValueError(f"{mutant.name}: {file} has {code.count(old)} times {old!r}")
        path.write_text(code.replace(old, new), encoding="utf-8")
    return folder


def hunt(mutant: Mutant, most: int = MOST_STORIES) -> str | None:
    """What the first story says that a mutant breaks; None where none of so many does."""
    with tempfile.TemporaryDirectory() as folder:
        copy = broken_copy(mutant, Path(folder))
        command = [sys.executable, "-m", "tests.chaos", "--collections", str(copy)]
        command += ["--hunt", str(most), "--first", str(mutant.first)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, FOUND):
        raise RuntimeError(done.stderr)
    lines = [line for line in done.stdout.splitlines() if line.startswith("VIOLATION")]
    return lines[0] if lines else None
