# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Driver versions: read, ordered, and found in what a query task says. Pure.

The order, by the releases Huawei publishes (24.1.rc3.10, 24.1.0.3, 25.2.1, and builds such as 24.1.RC3.b080):

- numbers compare as numbers; trailing zeros do not count: 24.1 is 24.1.0, and 24.1.0.rc3 is 24.1.rc3;
- what leads up to a version precedes it: test (``t``), then candidate (``rc``), then build (``b``), then the version
  itself: 24.1.t5 < 24.1.rc2 < 24.1.rc3.b080 < 24.1.rc3 < 24.1.rc3.10 < 24.1.b050 < 24.1.0 < 24.1.0.3.

Case does not count. That ``t`` and ``b`` precede is inferred from their use, not documented by the vendor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# The release's numbers, then one (rank, *numbers) for each marker, then (_FINAL,): plain tuples, so the order is total.
Version = tuple[tuple[int, ...], ...]

_RANKS = {"t": 0, "rc": 1, "b": 2}
_FINAL = 3

_NUMBERS = r"[0-9]{1,9}(?:\.[0-9]{1,9})*"
_VERSION = re.compile(rf"v?({_NUMBERS})((?:[._-]?(?:rc|t|b)[._-]?{_NUMBERS})*)", re.IGNORECASE)
_MARKER = re.compile(rf"(rc|t|b)[._-]?({_NUMBERS})", re.IGNORECASE)

# A statement about driver or firmware: its word, then the first word that begins with a digit.
_STATED = re.compile(
    r"(?<![a-z])(driver|firmware)[\s_-]{0,9}(?:ver(?:sion)?)?[\s\"']{0,9}(?:[:=]|is\b)?[\s\"']{0,9}"
    r"v?([0-9][^\s|,;\"'()\[\]{}<>]{0,99})",
    re.IGNORECASE,
)
# What may follow a version that is stated in full: the end, a sign that ends a statement, or the next statement. Anything
# else, such as "failed to load", may take back what was said.
_CLEAN_END = re.compile(
    r"""["']?[ \t]*(?:$|[\r\n|;)\]}]|(?:driver|firmware)\b|,\s*(?:$|(?:driver|firmware)\b|["'{]?[\w -]{1,40}["']?\s*[:=]))""",
    re.IGNORECASE,
)
_LONGEST_END = 60  # characters that say whether a statement ends


def parse(text: object) -> Version:
    """A key that sorts as the versions do; equal keys are the same version."""
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a version: give it as a string in quotes, such as '24.1.0.3'")
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a version that can be read: give one such as 24.1.0.3 or 24.1.rc3.10")
    release, markers = match.groups()
    stages = [(_RANKS[kind.lower()], *_numbers(digits)) for kind, digits in _MARKER.findall(markers)]
    return (_numbers(release), *stages, (_FINAL,))


def bare(text: str) -> str:
    """A version as it is sent: without blanks around it and, as the platform takes none, without a leading v."""
    text = text.strip()
    return text[1:] if text[:1].lower() == "v" else text


def compare(a: object, b: object) -> int:
    """-1 where a precedes b, 0 where they are the same version, 1 where a follows b."""
    left, right = parse(a), parse(b)
    return (left > right) - (left < right)


def same(a: object, b: object) -> bool:
    """Whether both name one version, however they are spelled."""
    return parse(a) == parse(b)


def stated(message: object) -> dict[str, list[str]]:
    """The versions of driver and firmware in a query task's message, each once, in their order. Never raises.

    A server whose devices differ states several. None at all where one statement is in doubt, as C(24.1.0.3-beta1),
    C(24.1.0.3+hotfix) and C(driver version 24.1.0.3 failed to load) are: it must not pass for the version wanted.
    """
    found: dict[str, dict[Version, str]] = {"driver": {}, "firmware": {}}
    doubtful = set()
    if isinstance(message, str):
        for match in _STATED.finditer(message):
            part, word = match.group(1).lower(), match.group(2).rstrip(".")
            rest = message[match.end() : match.end() + _LONGEST_END]
            if "." in word and _VERSION.fullmatch(word) and _CLEAN_END.match(rest):
                found[part].setdefault(parse(word), word)
            else:
                doubtful.add(part)
    return {part: [] if part in doubtful else list(versions.values()) for part, versions in found.items()}


def installed(message: object) -> dict[str, str | None]:
    """What a query task's message says, e.g. ``Driver: 24.1.0.3 | Firmware: 7.5.0.5.220``. Never raises.

    None where it does not say, or says two different things: a version in doubt must not pass for the one wanted.
    """
    return {part: found[0] if len(found) == 1 else None for part, found in stated(message).items()}


def of_servers(servers: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str | None]]:
    """``driver``, ``firmware`` and ``message`` of each server, from the outcome of a query job."""
    unknown: dict[str, str | None] = {"driver": None, "firmware": None}
    versions = {}
    for server_id, server in servers.items():
        succeeded = server["status"] == "SUCCESS"
        said = server["message"] or "no message"
        message = said if succeeded else f"the query ended as {server['status']}: {said}"
        versions[server_id] = {**(installed(said) if succeeded else unknown), "message": message}
    return versions


def _numbers(digits: str) -> tuple[int, ...]:
    numbers = [int(number) for number in digits.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
