# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults to inject, each made by one of the functions below.

All take `method` and `path` (below /v1/{project_id}/dev-servers; "*" anything, "/jobs/*" one more segment, "/jobs/**"
/jobs and all below), `times` (how often it strikes; None: always) and `after` (how many matches pass unharmed first).
Seconds of `settle`, `restarting` and `deleted_midway` are simulated ones, all others real ones.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any, Callable

from .fault import Fault
from .schemas import PAGE_FIELDS, ROW_FIELDS

LOST_HOWS = ("reset", "close", "hang", "502", "504", "html", "truncated", "empty", "drip", "flood", "deep")
WITHHELD = ("oldest", "newest", "none")
# What terminals, templates, HTML pages, spreadsheets and line-based logs take for more than text
HOSTILE = "=1+1 \x1b[31m\x1b]0;title\x07\r\n\u202e{{ 7 * 7 }}{% raw %}<script>alert(1)</script> fatal: [all]: FAILED! "


def lost(
    how: str = "reset",
    seconds: float = 60.0,
    method: str = "POST",
    path: str = "/jobs",
    times: int | None = 1,
    after: int = 0,
) -> Fault:
    """The request is processed, its answer is lost: reset (TCP RST), close, hang (`seconds`), 502 or 504 (a gateway's
    HTML), html (200), truncated (200, half of the JSON), empty (200, {}), drip (a blank each 0.1 s, for `seconds`, then
    the answer), flood (the answer in 100 MB more), deep (with lists 100,000 levels deep).
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
    seconds: float | None = None,
    method: str = "*",
    path: str = "*",
    times: int | None = None,
    after: int = 0,
) -> Fault:
    """The request is not processed: an HTTP status (302 sends to `location`), or "reset" for a TCP RST. With `seconds`,
    which stands in place of `times`, all requests for so long, counted from the first one refused.
    """
    if seconds is not None and times is not None:
        raise ValueError("refuse: give seconds or times, not both")
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
    return Fault("refuse", method, path, times, after, options, window=seconds)


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
    """A new job is deleted `seconds` simulated seconds after its creation; its tasks go on."""
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
    """Before a page of a list (servers or jobs) that is not the first, its first row ceases to be: those behind it move up."""
    return Fault("vanish", "GET", path, times, after)


def expired(after: int = 0) -> Fault:
    """After so many requests the keys are out of date: each request is answered 401 until `sim.access_key` changes."""
    return Fault("expired", after=after)


def late_tasks(seconds: float = 1.0, times: int | None = None, after: int = 0) -> Fault:
    """New jobs are there at once, and show no tasks for `seconds` real seconds."""
    return Fault("late_tasks", "POST", "/jobs", times, after, {"seconds": seconds})


def no_tasks(abnormal_count: int = 0, times: int | None = None, after: int = 0) -> Fault:
    """New jobs never have a task; once FINISHED they count so many abnormal nodes."""
    return Fault("no_tasks", "POST", "/jobs", times, after, {"abnormal_count": abnormal_count})


def miscount(more: int = 1, times: int | None = None, after: int = 0) -> Fault:
    """New jobs, once FINISHED, count so many more abnormal nodes than their tasks show."""
    return Fault("miscount", "POST", "/jobs", times, after, {"more": more})


def row_stuck(name: str | None = None, times: int | None = None, after: int = 0) -> Fault:
    """The list shows jobs (of this name) as they were when made, PROCESSING, while their details go on."""
    return Fault("row_stuck", "GET", "/jobs", times, after, {"name": name})


def list_shape(without: str = "total", path: str = "/jobs", times: int | None = None, after: int = 0) -> Fault:
    """Pages lack these fields (comma separated): current, data, pages, size, total."""
    return Fault("list_shape", "GET", path, times, after, {"without": _names("list_shape", without, PAGE_FIELDS)})


def rows(
    without: str = "", iso: bool = False, path: str = "/jobs/**", times: int | None = None, after: int = 0
) -> Fault:
    """Jobs, with their tasks, lack these fields of a row (comma separated); with `iso` times are ISO 8601 texts."""
    return Fault("rows", "*", path, times, after, {"without": _names("rows", without, ROW_FIELDS), "iso": iso})


def unordered(seed: int = 0, path: str = "/jobs", times: int | None = None, after: int = 0) -> Fault:
    """The rows of the list are shuffled, for each seed in one way, which holds over the pages."""
    return Fault("unordered", "GET", path, times, after, {"seed": seed})


def short_list(
    missing: int = 1, which: str = "oldest", path: str = "/jobs", times: int | None = None, after: int = 0
) -> Fault:
    """`total` counts so many more rows than are ever given: the `oldest` (last) or `newest` (first) ones are withheld,
    or `none` and the total is wrong.
    """
    if which not in WITHHELD:
        raise ValueError(f"short_list: which is one of {', '.join(WITHHELD)}, not {which!r}")
    return Fault("short_list", "GET", path, times, after, {"missing": missing, "which": which})


def wrong(field: str, value: Any = "text", path: str = "/jobs/**", times: int | None = None, after: int = 0) -> Fault:
    """This field, wherever it stands in an answer, has this value, mostly of another type than the documented one."""
    return Fault("wrong", "*", path, times, after, {"field": field, "value": value})


def restarting(seconds: float = 60.0, times: int | None = None, after: int = 0) -> Fault:
    """After the upgrade of a new job a server restarts for `seconds` simulated ones: queries tell what was installed before."""
    return Fault("restarting", "POST", "/jobs", times, after, {"seconds": seconds})


def hostile(text: str = HOSTILE, path: str = "*", times: int | None = None, after: int = 0) -> Fault:
    """`text` stands before what people or nodes have written: messages, descriptions, names of users and servers."""
    return Fault("hostile", "*", path, times, after, {"text": text})


def _names(kind: str, text: str, known: frozenset[str]) -> list[str]:
    """Field names from a comma separated text."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise ValueError(f"{kind}: without takes {', '.join(sorted(known))}, not {name!r}")
    return names


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
        expired,
        late_tasks,
        no_tasks,
        miscount,
        row_stuck,
        list_shape,
        rows,
        unordered,
        short_list,
        hostile,
        wrong,
        restarting,
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
