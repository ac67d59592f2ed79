# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults to inject: each a `Fault` made by one of the functions below.

All take `method` and `path` (below /v1/{project_id}/dev-servers; "*" anything, "/jobs/*" one more segment, "/jobs/**"
/jobs and all below), `times` (how often it strikes; None: always) and `after` (how many matches pass unharmed first).
Seconds of `late`, `latency` and `hang` are real ones, seconds of `settle` and `deleted_midway` simulated ones.
"""

from __future__ import annotations

import ast
import inspect
import threading
from dataclasses import dataclass, field
from typing import Any, Callable

LOST_HOWS = ("reset", "close", "hang", "502", "504", "html", "truncated", "empty")


@dataclass(eq=False)
class Fault:
    """One fault; `hits` counts its uses, `seen` the requests it matched, struck or spared."""

    kind: str
    method: str = "*"
    path: str = "*"
    times: int | None = None
    after: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    hits: int = 0
    seen: int = 0

    def take(self, method: str, path: str) -> bool:
        """Whether this strikes a request; counts it."""
        if self.method not in ("*", method) or not path_matches(self.path, path):
            return False
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.hits >= self.times):
            return False
        self.hits += 1
        return True

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "method": self.method,
            "path": self.path,
            "times": self.times,
            "after": self.after,
            "hits": self.hits,
            **self.options,
        }


class Faults:
    """The faults in force, safe to use from any thread."""

    def __init__(self) -> None:
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

    def take(self, kind: str, method: str, path: str) -> Fault | None:
        """The first fault of this kind that strikes the request, counted as used."""
        with self._lock:
            return next((f for f in self._faults if f.kind == kind and f.take(method, path)), None)


def path_matches(pattern: str, path: str) -> bool:
    """Segment by segment: `*` is any one segment, a final `**` any number; a lone `*` or `**` is anything."""
    if pattern in ("*", "**"):
        return True
    wanted, given = pattern.strip("/").split("/"), path.strip("/").split("/")
    if wanted[-1] == "**":
        wanted.pop()
        given = given[: len(wanted)]
    return len(wanted) == len(given) and all(w in ("*", g) and g != "" or w == g for w, g in zip(wanted, given))


def lost(
    how: str = "reset",
    seconds: float = 60.0,
    method: str = "POST",
    path: str = "/jobs",
    times: int | None = 1,
    after: int = 0,
) -> Fault:
    """The request is processed, its answer is lost: reset (TCP RST), close, hang (`seconds`), 502 or 504 (a gateway's
    HTML), html (200), truncated (200, half of the JSON), empty (200, {}).
    """
    how = str(how)
    if how not in LOST_HOWS:
        raise ValueError(f"lost: how is one of {', '.join(LOST_HOWS)}, not {how!r}")
    return Fault("lost", method, path, times, after, {"how": how, "seconds": seconds})


def refuse(
    status: int | str = 503,
    retry_after: int | None = None,
    code: str | None = None,
    message: str | None = None,
    html: bool = False,
    location: str = "http://elsewhere.example.com/",
    method: str = "*",
    path: str = "*",
    times: int | None = None,
    after: int = 0,
) -> Fault:
    """The request is not processed: an HTTP status (302 sends to `location`), or "reset" for a TCP RST."""
    if status != "reset":
        status = int(status)
    options = {
        "status": status,
        "retry_after": retry_after,
        "code": code,
        "message": message,
        "html": html,
        "location": location,
    }
    return Fault("refuse", method, path, times, after, options)


def late(seconds: float = 1.0, detail: bool = False, times: int | None = None, after: int = 0) -> Fault:
    """New jobs are not listed for `seconds` real seconds; with `detail` they cannot be read by id either."""
    return Fault("late", "POST", "/jobs", times, after, {"seconds": seconds, "detail": detail})


def status_word(
    word: str = "QUEUEING", over: bool = False, path: str = "/jobs/**", times: int | None = None, after: int = 0
) -> Fault:
    """Running jobs are shown with this status; with `over` finished ones too."""
    return Fault("status_word", "*", path, times, after, {"word": word, "over": over})


def fuzzy_filter(times: int | None = None, after: int = 0) -> Fault:
    """The name filter of the list matches parts of names, in any case."""
    return Fault("fuzzy_filter", "GET", "/jobs", times, after)


def ignore_filters(times: int | None = None, after: int = 0) -> Fault:
    """The list ignores its filters."""
    return Fault("ignore_filters", "GET", "/jobs", times, after)


def paging(
    page_size: int = 10,
    supported: bool = True,
    cap: int | None = None,
    path: str = "/jobs",
    times: int | None = None,
    after: int = 0,
) -> Fault:
    """Pages of `page_size` unless limit says otherwise; not `supported`: limit and offset are ignored; `cap`: largest
    limit.
    """
    return Fault("paging", "GET", path, times, after, {"page_size": page_size, "supported": supported, "cap": cap})


def deleted_midway(seconds: float = 5.0, times: int | None = 1, after: int = 0) -> Fault:
    """A new job shows DELETED from `seconds` simulated seconds after its creation; its tasks go on."""
    return Fault("deleted_midway", "POST", "/jobs", times, after, {"seconds": seconds})


def latency(
    seconds: float = 0.2, method: str = "*", path: str = "*", times: int | None = None, after: int = 0
) -> Fault:
    """Each request takes `seconds` real seconds longer."""
    return Fault("latency", method, path, times, after, {"seconds": seconds})


def strings(path: str = "/jobs/**", times: int | None = None, after: int = 0) -> Fault:
    """Times are typed as strings, as the documents have it."""
    return Fault("strings", "*", path, times, after)


def sparse(path: str = "/jobs/**", times: int | None = None, after: int = 0) -> Fault:
    """Optional fields are left out: description, spec, template_id, cloud_server, user_name, message."""
    return Fault("sparse", "*", path, times, after)


def settle(seconds: float = 10.0, times: int | None = None, after: int = 0) -> Fault:
    """After a new job says FINISHED its last task says PROCESSING for `seconds` simulated seconds."""
    return Fault("settle", "POST", "/jobs", times, after, {"seconds": seconds})


def vanish(path: str = "/", times: int | None = 1, after: int = 0) -> Fault:
    """Before a page of the server list that is not the first, the first server ceases to be: those behind it move up."""
    return Fault("vanish", "GET", path, times, after)


KINDS: dict[str, Callable[..., Fault]] = {
    made.__name__: made
    for made in (
        lost,
        refuse,
        late,
        status_word,
        fuzzy_filter,
        ignore_filters,
        paging,
        deleted_midway,
        latency,
        strings,
        sparse,
        settle,
        vanish,
    )
}


def make(kind: str, *values: Any, **options: Any) -> Fault:
    """A fault by the name of its kind; a ValueError says what is wrong with it."""
    if kind not in KINDS:
        raise ValueError(f"a fault is one of {', '.join(KINDS)}, not {kind!r}")
    try:
        inspect.signature(KINDS[kind]).bind(*values, **options)
    except TypeError as err:
        raise ValueError(f"{kind}: {err}; it takes {', '.join(inspect.signature(KINDS[kind]).parameters)}") from None
    return KINDS[kind](*values, **options)


def parse(text: str) -> Fault:
    """The short form `kind[:value...][:key=value...]`, as in refuse:429:times=3 or lost:hang:seconds=5."""
    kind, *parts = text.split(":")
    values: list[Any] = []
    options: dict[str, Any] = {}
    for part in parts:
        key, sign, value = part.partition("=")
        if sign:
            options[key] = _value(value)
        else:
            values.append(_value(part))
    return make(kind, *values, **options)


def _value(text: str) -> Any:
    words = {"true": True, "yes": True, "false": False, "no": False, "none": None, "always": None}
    if text.lower() in words:
        return words[text.lower()]
    try:
        number = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return number if isinstance(number, (int, float)) else text
