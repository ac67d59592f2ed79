# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fault, and the list of faults in force."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Callable


@dataclass(eq=False)
class Fault:
    """One fault. `times`: how often it strikes (None: always). `window`: strikes for so many real seconds from its
    first hit. `hits` counts its uses, `seen` the requests it matched, struck or spared.
    """

    kind: str
    method: str = "*"
    path: str = "*"
    times: int | None = None
    after: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    window: float | None = None
    hits: int = 0
    seen: int = 0
    _ends: float | None = None

    def take(self, method: str, path: str, now: float) -> bool:
        """Whether this strikes a request at a real time; counts it."""
        if self.method not in ("*", method) or not path_matches(self.path, path):
            return False
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.hits >= self.times):
            return False
        if self.window is not None:
            if self._ends is None:
                self._ends = now + self.window
            if now >= self._ends:
                return False
        self.hits += 1
        return True

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "method": self.method,
            "path": self.path,
            "times": self.times,
            "window": self.window,
            "after": self.after,
            "hits": self.hits,
            **self.options,
        }


class Faults:
    """The faults in force, safe to use from any thread."""

    def __init__(self, real_now: Callable[[], float]) -> None:
        self._real_now = real_now
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def inject(self, fault: Fault) -> Fault:
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def all(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def take(self, kind: str, method: str, path: str, **having: Any) -> Fault | None:
        """The first fault of this kind, with these options, that strikes the request; counted as used."""
        with self._lock:
            kinds = (f for f in self._faults if f.kind == kind and having.items() <= f.options.items())
            return next((f for f in kinds if f.take(method, path, self._real_now())), None)


def path_matches(pattern: str, path: str) -> bool:
    """Segment by segment: `*` is any one segment, a final `**` any number; a lone `*` or `**` is anything."""
    if pattern in ("*", "**"):
        return True
    wanted, given = pattern.strip("/").split("/"), path.strip("/").split("/")
    if wanted[-1] == "**":
        wanted.pop()
        given = given[: len(wanted)]
    return len(wanted) == len(given) and all(w in ("*", g) and g != "" or w == g for w, g in zip(wanted, given))
