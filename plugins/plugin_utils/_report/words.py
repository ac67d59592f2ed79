# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a report: verdicts, outcomes, operations, what they mean, and in which order they are told. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

MOST_NAMED = 5  # of those that went wrong, in a line

# The tone of a word, which sets its colour: needs action, should be looked at, not over, fine.
BAD, LOOK, OPEN, GOOD = "bad", "look", "open", "good"


class Verdict(NamedTuple):
    """How a verdict is shown."""

    label: str
    meaning: str
    tone: str


class Outcome(NamedTuple):
    """How an outcome is shown."""

    label: str
    tone: str


# In the order in which readers want them: what needs action comes first, everywhere.
VERDICTS: dict[str, Verdict] = {
    "failed": Verdict("failed", "the operation failed, or its success could not be confirmed", BAD),
    "fail": Verdict("fail", "the diagnosis found something that is broken", BAD),
    "refused": Verdict("refused", "not attempted, because a rule forbids it; see the message", BAD),
    "missing": Verdict("missing", "part of the request, but the platform reports nothing about it", BAD),
    "unknown": Verdict("unknown", "nothing is known about the result", BAD),
    "differs": Verdict("differs", "other versions than those wanted, or than most servers have", LOOK),
    "warn": Verdict("warn", "the diagnosis found something to look at", LOOK),
    "no_link_named": Verdict("no link named", "collected, but the platform names no link to the logs", LOOK),
    "not_started": Verdict("not started", "the operation ended before it was this server's turn", OPEN),
    "skipped": Verdict("skipped", "the platform did not work on it", LOOK),
    "processing": Verdict("processing", "still being worked on when the report was written", OPEN),
    "planned": Verdict("planned", "would be worked on", OPEN),
    "upgraded": Verdict("upgraded", "now at the version asked for", GOOD),
    "success": Verdict("success", "done", GOOD),
    "collected": Verdict("collected", "its logs are there, see the links", GOOD),
    "as_wanted": Verdict("as wanted", "the versions that are wanted, or that most servers have", GOOD),
    "pass": Verdict("pass", "the diagnosis found nothing wrong", GOOD),
    "current": Verdict("current", "already at the version asked for, not touched", GOOD),
}
# Where a word means something else as long as the operation runs.
MEANINGS_WHILE_RUNNING = {"not_started": "waits for its turn", "processing": "being worked on"}
RUNNING, PLANNED, SUCCESS = "running", "planned", "success"
OUTCOMES: dict[str, Outcome] = {
    SUCCESS: Outcome("Succeeded", GOOD),
    "within_budget": Outcome("Done within the failure budget", LOOK),
    "failed": Outcome("Failed", BAD),
    "stopped": Outcome("Stopped", LOOK),
    PLANNED: Outcome("Planned", OPEN),
    RUNNING: Outcome("Running", OPEN),
}
OPERATIONS: dict[str, str] = {
    "hdk_upgrade": "HDK upgrade",
    "log_collection": "Log collection",
    "software_query": "Software query",
    "diagnosis": "Diagnosis",
}
# The words of what an operation finds, the one that matters most first.
_FINDINGS = (("fail", "warn", "pass"), ("differs", "as_wanted"))
_OF_SEVERAL = {"differs": "differ", "warn": "with warnings"}


def outcome_of(document: Mapping[str, Any]) -> Outcome:
    """How it ended. A success whose servers differ, warn or fail says so: it is not taken for all is well."""
    outcome = OUTCOMES[document["outcome"]]
    summary = document["summary"]
    concerns = [(word, n) for word, n in by_rank(summary) if tone_of(word) in (BAD, LOOK)]
    if document["outcome"] != SUCCESS or not concerns:
        return outcome
    of_all = [f" of {sum(summary.values()):,}", *[""] * len(concerns)]
    told = [f"{n:,}{of} {_OF_SEVERAL.get(word, verdict_label(word))}" for (word, n), of in zip(concerns, of_all)]
    return Outcome(f"Done: {', '.join(told)}", tone_of(concerns[0][0]))


def verdict_label(verdict: str) -> str:
    """The words for a verdict, also for one that a newer role invented."""
    known = VERDICTS.get(verdict)
    return known.label if known else verdict.replace("_", " ")


def tone_of(verdict: str) -> str:
    """How a verdict is to be taken; what nobody knows wants a look."""
    known = VERDICTS.get(verdict)
    return known.tone if known else LOOK


def verdict_rank(verdict: str) -> int:
    """Its place in the reader's interest; what nobody knows comes right after what went wrong."""
    return _RANKS.get(verdict, _RANKS["unknown"])


def by_rank(summary: Mapping[str, int]) -> list[tuple[str, int]]:
    """The counts above zero, what needs a hand first."""
    return sorted(((word, n) for word, n in summary.items() if n), key=lambda pair: (verdict_rank(pair[0]), pair[0]))


def in_words(summary: Mapping[str, int]) -> str:
    """``2 failed, 48 upgraded``."""
    return ", ".join(f"{count:,} {verdict_label(word)}" for word, count in by_rank(summary))


def feared(summary: Mapping[str, int]) -> str:
    """The verdict of which a reader wants to know also that nobody has it."""
    return next((words[0] for words in _FINDINGS if any(summary.get(word) for word in words)), "failed")


def with_bad(text: str, bad: Sequence[str]) -> str:
    """The text, and what is to be said of the first few that went wrong."""
    rest = [f"and {len(bad) - MOST_NAMED} more"] if len(bad) > MOST_NAMED else []
    return f"{text}. {'; '.join([*bad[:MOST_NAMED], *rest])}" if bad else text


_RANKS = {word: rank for rank, word in enumerate(VERDICTS)}
