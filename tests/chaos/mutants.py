# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code broken on purpose, in one way for each rule that can be broken, and the search for a story that shows it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import altered
from tests.chaos.story import NEWER, Story

ROOT = Path(__file__).resolve().parents[2]
FOUND = 3  # the exit status of a hunt that found something
MOST_SEEDS = 5000  # after which a mutant counts as not found
UTILS, FLEET, ROLLOUT = "module_utils/", "plugin_utils/_fleet/", "plugin_utils/_rollout/"


@dataclass(frozen=True)
class Mutant:
    """C(needs): whether a story has what may show it, so that others need not be played.

    C(edits): below plugins/ a file, a text in it that is there once, and what stands in its place.
    """

    name: str
    needs: Callable[[Story], bool]
    edits: tuple[tuple[str, str, str], ...]


def _one(name: str, needs: Callable[[Story], bool], file: str, old: str, new: str) -> Mutant:
    return Mutant(name, needs, ((file, old, new),))


def _any(story: Story) -> bool:
    return True


def _fault(*kinds: str) -> Callable[[Story], bool]:
    return lambda story: bool(story.fault_kinds & set(kinds))


def _lost_create(story: Story) -> bool:
    """A create is answered by what leaves its outcome unknown, and was not carried out."""
    lost = (500, 502, 503, 504, "reset")
    refusals = [one for one in story.faults if one["kind"] == "refuse" and one["method"] != "GET"]
    return any(one["status"] in lost for one in refusals)


def _throttled(story: Story) -> bool:
    refusals = [one for one in story.faults if one["kind"] == "refuse" and one["method"] == "POST"]
    return any(one.get("retry_after", 0) > 20 for one in refusals)


def _together(story: Story) -> bool:
    """Two runs begin at about the same time."""
    return any(run.beside and run.delay < 1.0 for run in story.runs)


def _rollout(**options: Any) -> Callable[[Story], bool]:
    """A rollout with such options, of which true stands for any that is set."""

    def has(story: Story) -> bool:
        runs = [run.options for run in story.runs if run.kind == "rollout"]
        return any(all(bool(run[key]) is value for key, value in options.items()) for run in runs)

    return has


def _ends(status: str) -> Callable[[Story], bool]:
    return lambda story: any(one["status"] == status and not one.get("job_types") for one in story.outcomes)


def _all(*needs: Callable[[Story], bool]) -> Callable[[Story], bool]:
    return lambda story: all(one(story) for one in needs)


MUTANTS = (
    _one(
        "a lost create is sent again",
        _lost_create,
        UTILS + "_submit.py",
        "elif self.policy.repeatable and self.lost is None:",
        "elif self.lost is None:",
    ),
    Mutant(
        "no new look after a pause",
        _throttled,
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
        _fault("short_list", "paging", "list_shape"),
        UTILS + "_submit.py",
        "        if found.complete:\n",
        "        if True:\n",
    ),
    _one(
        "an answer of another shape is an empty list",
        _fault("wrong", "list_shape"),
        UTILS + "_client.py",
        "query={**query, **paging}, holds=is_page)",
        "query={**query, **paging})",
    ),
    _one(
        "what is dead submits",
        lambda story: any((run.death or {}).get("how") == "orphaned" for run in story.runs),
        UTILS + "_transport.py",
        "        if not self._wanted():\n",
        "        if False:\n",
    ),
    _one(
        "check mode submits",
        lambda story: any(run.check for run in story.runs),
        UTILS + "_submit.py",
        "        check = self.policy.check\n",
        "        check = False\n",
    ),
    _one(
        "no lock between runs of one machine",
        _together,
        UTILS + "_submit.py",
        "contextlib.nullcontext() if check else held(",
        "contextlib.nullcontext() if True else held(",
    ),
    _one(
        "jobs of others hold nothing",
        lambda story: bool(story.events) or len(story.runs) > 1,
        UTILS + "_match.py",
        "found.conflicts = [job for job in self._read_running(running) if job.holds(server_ids)]",
        "found.conflicts = []",
    ),
    _one(
        "a job without tasks holds nothing",
        _fault("late_tasks"),
        UTILS + "_job.py",
        "        return not self.tasks or any(",
        "        return any(",
    ),
    _one(
        "an unknown status is the end",
        _fault("status_word"),
        UTILS + "_job.py",
        "        return self.status in (FINISHED, DELETED) or",
        '        return self.status not in ("PROCESSING", "ACTIVE") or',
    ),
    _one(
        "a success is not remembered",
        lambda story: [run.options.get("reuse") for run in story.runs].count("finished") > 1,
        UTILS + "_job.py",
        '(task.status == SUCCESS and reuse == "finished")',
        "False",
    ),
    _one(
        "no second look for rivals",
        _all(lambda story: not story.faults, _together),
        UTILS + "_created.py",
        "        if ours:\n",
        "        if False:\n",
    ),
    _one(
        "finished is success",
        _all(_ends("FAILED"), lambda story: any(run.kind == "job" for run in story.runs)),
        UTILS + "_outcome.py",
        '"status": task.status if task else MISSING,',
        '"status": ("SUCCESS" if job and job.over else task.status) if task else MISSING,',
    ),
    _one(
        "abnormal_count is ignored",
        _fault("miscount"),
        UTILS + "_job.py",
        "return max((self.abnormal_count or 0) - shown, 0) if self.over else 0",
        "return 0",
    ),
    _one(
        "the time to wait is not kept",
        _any,
        UTILS + "_wait.py",
        "self.deadline = self.client.clock() + self.timeout",
        "self.deadline = self.client.clock() + 10 * self.timeout",
    ),
    _one(
        "silence",
        _any,
        "plugin_utils/_progress.py",
        "            self._line()\n            return self._silence\n",
        "            return self._silence\n",
    ),
    _one(
        "secrets are shown",
        _fault("hostile"),
        "plugin_utils/_hiding.py",
        "    if not secrets or not _may_hold(result, secrets):\n",
        "    if True:\n",
    ),
    _one(
        "control characters are shown",
        _fault("hostile"),
        UTILS + "_text.py",
        'return UNSHOWABLE.sub("", value) if UNSHOWABLE.search(value) else value',
        "return value",
    ),
    _one(
        "a downgrade is allowed",
        _all(_rollout(allow_downgrade=False), lambda story: NEWER in story.drivers),
        ROLLOUT + "plan.py",
        'elif where == ABOVE and not options["allow_downgrade"]:',
        "elif False:",
    ),
    _one(
        "the budget is not kept",
        _all(_rollout(), _ends("FAILED")),
        ROLLOUT + "budget.py",
        "    if failures <= budget:\n",
        "    if True:\n",
    ),
    _one(
        "a failed canary stops nothing",
        _all(_rollout(canary_must_succeed=True, max_failures=True, canary=True), _ends("FAILED")),
        ROLLOUT + "stops.py",
        'if run.wave(number).canary and run.options["canary_must_succeed"] and bad',
        "if False and bad",
    ),
    Mutant(
        "tried again without evidence",
        _all(_rollout(retries=True), _lost_create),
        (
            (ROLLOUT + "attempt.py", "if server.verdict == FAILED and server.behind]", "if server.verdict == FAILED]"),
            (ROLLOUT + "look.py", "    return server.behind\n", "    return True\n"),
        ),
    ),
    _one(
        "an early query is believed",
        _all(_rollout(verify_timeout=True), _fault("restarting")),
        ROLLOUT + "installed.py",
        "        if not asked or left <= 0:\n",
        "        if True:\n",
    ),
    _one(
        "upgraded without having been confirmed",
        _all(_rollout(verify=True), _ends("UNCONFIRMED")),
        ROLLOUT + "judge.py",
        "    elif where == AT:\n",
        "    elif True:\n",
    ),
    _one(
        "a host is not told",
        _rollout(),
        FLEET + "verdicts.py",
        "    found = journal.line(_DOCUMENT, server_id) if server_id else None\n",
        "    found = None\n",
    ),
)


def broken_copy(mutant: Mutant, folder: Path) -> Path:
    """A folder of collections with the broken code in it. Raises ValueError where a text is not there exactly once."""
    try:
        altered.copy(folder, [(f"plugins/{file}", old, new) for file, old, new in mutant.edits])
    except ValueError as error:
        raise ValueError(f"{mutant.name}: {error}") from error
    return folder


def hunt(mutant: Mutant, most: int = MOST_SEEDS) -> str | None:
    """What the first story says that a mutant breaks; None where none of so many does."""
    with tempfile.TemporaryDirectory() as folder:
        copy = broken_copy(mutant, Path(folder))
        command = [sys.executable, "-m", "tests.chaos", "--collections", str(copy)]
        command += ["--hunt", mutant.name, "--most", str(most)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, FOUND):
        raise RuntimeError(done.stderr)
    lines = [line for line in done.stdout.splitlines() if line.startswith("VIOLATION")]
    return lines[0] if lines else None
