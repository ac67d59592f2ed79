# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout as an Ansible variable: what the tasks ask about in the open, all else as one text.

Ansible goes over each value of a variable again for every task that names it, a second and more for some thousand
servers; and each step is an event of its own on a controller such as AWX, which would store the whole rollout each time.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

PACKED = "packed"
OPEN = ("stopped", "problems", "warnings", "in_flight", "job_items", "options")
MARKS = ("job_name", "servers", "options")  # the keys that every rollout has


def pack(value: Any) -> Any:
    """A rollout packed; anything else as it is."""
    if not (isinstance(value, Mapping) and all(key in value for key in MARKS)):
        return value
    whole = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    shown = {key: value[key] for key in OPEN if key in value}
    return {**shown, PACKED: base64.b64encode(zlib.compress(whole, 1)).decode("ascii")}


def unpack(value: Any) -> Any:
    """What was packed; anything else as it is."""
    if not (isinstance(value, Mapping) and PACKED in value):
        return value
    return json.loads(zlib.decompress(base64.b64decode(value[PACKED])).decode("utf-8", "surrogatepass"))


def _plain(value: Any) -> Any:
    """Without Ansible's own containers, whose content JSON would not see."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value
