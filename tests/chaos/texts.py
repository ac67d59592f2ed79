# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no text of ours may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.chaos.menu import CANARY
from tests.chaos.stage import Told
from tests.simulator.simulator import ACCESS_KEY, SECRET_KEY

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
INTERNAL = re.compile(
    r"Traceback|object at 0x|NoneType|dict object|__\w+|\b\w+(Error|Exception)\b|\bNone\b|\w+\.py\b|\bline \d+\b"
)


def wrong_texts(told: Told) -> Iterator[str]:
    """The texts of a run that hold what they must not."""
    secrets = [ACCESS_KEY, SECRET_KEY]
    if told.run.options.get("secret") or told.run.options.get("extra_spec"):
        secrets.append(CANARY)
    said = [told.result, [text for _when, text in told.lines], told.warnings, told.verdicts, told.others]
    for text in set(_texts(said)):
        if CONTROL.search(text) or INTERNAL.search(text) or any(secret in text for secret in secrets):
            yield text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(key)
            yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)
