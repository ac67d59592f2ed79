# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What page and Markdown tell of a run: facts, how far it is, and what was asked for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from . import words
from .times import clock, duration, roughly, seconds_between
from .values import shown

_KEYS = {
    "Run": "run",
    "Region": "region",
    "Project": "project_id",
    "User": "user",
    "Collection": "collection_version",
    "ansible-core": "ansible_version",
}


class Fact(NamedTuple):
    """One fact of a run. time: the value as the document has it, where it is one."""

    name: str
    value: str
    time: str | None = None


class Parameter(NamedTuple):
    """What was asked for. default is None where there is none, or where the value is the default."""

    name: str
    value: str
    default: str | None


def of_run(document: Mapping[str, Any]) -> list[Fact]:
    """What is known of a run."""
    running = document["outcome"] == words.RUNNING
    took = duration(seconds_between(document["started"], document["drawn"] if running else document["finished"]))
    told = [
        Fact("Operation", words.OPERATIONS.get(document["operation"], document["operation"])),
        _moment("Started", document["started"]),
        _moment("Finished", document["finished"]),
        _moment("Drawn", document["drawn"] if running else None),
        Fact("Duration", f"{took} so far" if took and running else took),
        Fact("Failure budget", budget_text(document["budget"])),
        *(Fact(name, document[key] or "") for name, key in _KEYS.items()),
    ]
    return [fact for fact in told if fact.value]


def budget_text(budget: Mapping[str, Any] | None) -> str:
    """``3 of 40 failures used``."""
    if not budget or budget["allowed"] is None:
        return ""
    return f"{budget['used']:,} of {budget['allowed']:,} failure{'s' * (budget['allowed'] != 1)} used"


def progress_text(document: Mapping[str, Any]) -> str:
    """``Wave 2 of 8, 141 of 2,000 servers done, about 9 h left``; of a plan, how long it may take."""
    progress = document["progress"]
    if not progress or document["outcome"] not in (words.RUNNING, words.PLANNED):
        return ""
    left = roughly(progress["seconds_left"])
    if document["outcome"] == words.PLANNED:
        return f"Expected to take about {left}" if left else ""
    parts = [
        "Wave" + _of(progress["wave"], progress["waves"]) if progress["wave"] else "",
        f"{_of(progress['done'], progress['total'])[1:]} servers done" if progress["done"] is not None else "",
        f"about {left} left" if left else "",
    ]
    return ", ".join(part for part in parts if part)


def parameters(document: Mapping[str, Any]) -> tuple[list[Parameter], list[Parameter]]:
    """What was asked for and differs from the defaults, and what does not."""
    differ, alike = [], []
    defaults = document["defaults"]
    for key, value in document["parameters"].items():
        name, default = key.replace("_", " ").capitalize(), defaults.get(key)
        if key in defaults and shown(value) == shown(default):
            alike.append(Parameter(name, shown(value), None))
        else:
            differ.append(Parameter(name, shown(value), None if default is None else shown(default)))
    return differ, alike


def _moment(name: str, stated: str | None) -> Fact:
    return Fact(name, clock(stated, date=True), stated)


def _of(number: int, total: int | None) -> str:
    return f" {number:,} of {total:,}" if total is not None else f" {number:,}"
