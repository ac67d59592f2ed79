# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an excerpt on a page is what a command printed, but for what differs from run to run."""

from __future__ import annotations

import re

GAP = "..."

# What differs from run to run, and the word it is compared as. The order counts: a time holds numbers.
CHANGING = (
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| ?UTC|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"\b\d{8}T\d{6}Z"), "<time>"),
    (re.compile(r"(?<=-)[0-9a-f]{8}\b"), "<id>"),
    (re.compile(r"\b\d{13}\b"), "<time>"),
    (re.compile(r"\b127\.0\.0\.1:\d+"), "<address>"),
    (re.compile(r"\b\d+(?:\.\d+)? (?:s|min|h)\b(?: \d+ (?:s|min)\b)?"), "<duration>"),
    (re.compile(r"(?:, )?about <duration> left"), ""),
    (re.compile(r"\b\d+ of (\d+) servers done"), r"<some> of \1 servers done"),
    (re.compile(r"\*{3,}"), "***"),
    (re.compile(r"[ \t]+"), " "),
)


RESULT = re.compile(r"(?:ok|changed|fatal|failed|skipping): \[([^\]]+)\]")
ERROR = "[ERROR]: Task failed"  # ansible-core from 2.19 on tells an error before the result that it is of


def by_host(output: str) -> str:
    """The output with the results of each task in the order of the hosts' names. Ansible prints them as they come."""
    made: list[str] = []
    results: list[tuple[str, list[str]]] = []
    error: list[str] = []
    for line in [*output.splitlines(), ""]:
        if found := RESULT.match(line):
            results.append((found[1], [*error, line]))
            error = []
        elif error or line.startswith(ERROR):
            error.append(line)
        elif results and line.strip():
            results[-1][1].append(line)
        else:
            made += [text for _host, lines in sorted(results, key=lambda one: one[0]) for text in lines] + [line]
            results = []
    return "\n".join([*made[:-1], *error]) + "\n"


def plain(line: str) -> str:
    """The line without what differs from run to run."""
    for pattern, word in CHANGING:
        line = pattern.sub(word, line)
    return line.strip()


def missing(excerpt: list[str], output: str) -> str | None:
    """The first line of an excerpt that the output does not have at its place; None where it has all.

    Lines follow one another in the output as they do in the excerpt. A line `...` stands for any number of lines, `...`
    inside a line for any text. Empty lines do not count.
    """
    found = [text for text in map(plain, output.splitlines()) if text]
    at = 0
    for group in _groups(excerpt):
        places = range(at, len(found) - len(group) + 1)
        place = next((n for n in places if all(map(_like, group, found[n:]))), None)
        if place is None:
            absent = [text for text in group if not any(_like(text, line) for line in found[at:])]
            return absent[0] if absent else group[0]
        at = place + len(group)
    return None


def _groups(excerpt: list[str]) -> list[list[str]]:
    """The lines between gaps."""
    groups: list[list[str]] = [[]]
    for text in map(plain, excerpt):
        if text == GAP:
            groups.append([])
        elif text:
            groups[-1].append(text)
    return [group for group in groups if group]


def _like(text: str, line: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, text.split(GAP))), line) is not None
