# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hooks: which servers they are run for, which stay drained, and why a hook failed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .._secrets import without_user
from .run import LEFT, Part, Run, WaveHead
from .servers import CURRENT, FAILED, NOT_STARTED, UPGRADED, Server

BEFORE, AFTER = "before", "after"
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
HIDDEN = "what it said is hidden by no_log"
UNREACHABLE = "the host that one of its tasks runs on is unreachable, as Ansible says above"
LONGEST = 300  # characters of what a hook said
# What Ansible says where the task itself says more.
GENERAL = (
    "non-zero return code",
    "the command exited with a non-zero return code",
    "one or more items failed",
    "all items completed",
    "module failure",
)


def wanted_before(part: Part) -> list[Server]:
    """The servers for the hook before a wave: those to be upgraded that no other job holds."""
    return [server for server in part.having(NOT_STARTED) if not server.held]


def wanted_after(part: Part, run: Run) -> list[Server]:
    """The servers for the hook after a wave: those upgraded, and those drained that are healthy all the same."""
    failed_too = bool(run.options["after_wave_failed"])
    return [
        server
        for server in part.servers.values()
        if server.verdict == UPGRADED
        or (server.verdict == FAILED and failed_too)
        or (server.drained and server.verdict in (CURRENT, NOT_STARTED))
    ]


def may_follow(run: Run, number: int) -> bool:
    """Whether the hook after a wave may run: the wave is over, and its hook before, if any, did not fail."""
    head = run.wave(number)
    drained = BEFORE in head.hooked or not run.options["before_wave"] or number == LEFT
    return head.ended is not None and drained


def begin(head: WaveHead, hook: str, servers: list[Server], heard: str | None = None) -> None:
    """Note that a hook starts. From now on its servers count as drained, however it ends."""
    head.hook, head.heard = hook, heard
    if hook == BEFORE:
        for server in servers:
            server.drained = True


def end(head: WaveHead, hook: str, servers: list[Server]) -> None:
    """Note that a hook has ended."""
    head.hook = None
    head.hooked.append(hook)
    if hook == AFTER:
        for server in servers:
            server.drained = False


def unfinished(head: WaveHead) -> str:
    """The message about a hook that started and never reported its end."""
    return f"the hook {head.hook} wave {head.number} did not come to its end"


def failure(file: str, hook: str, number: int, failed: Mapping[str, Any]) -> str:
    """Why a hook stops the rollout. failed: C(task) (its name) and C(result), as Ansible has them in a rescue."""
    if not failed:
        return f"the hook {file} failed {hook} wave {number}: {UNREACHABLE}"
    task = text(failed.get("task"))
    where = f", in its task '{task}'" if task else ""
    return f"the hook {file} failed {hook} wave {number}{where}: {said(_mapping(failed.get('result')))}"


def said(result: Mapping[str, Any]) -> str:
    """The message of a failed task's result: for a loop, of its first failed item; for a command, the last line of
    stderr.
    """
    if _is_hidden(result):
        return HIDDEN
    items = result.get("results")
    bad = [one for one in items if isinstance(one, Mapping) and _is_bad(one)] if isinstance(items, list) else []
    if bad:
        first = bad[0]
        if _is_hidden(first):
            return HIDDEN
        label = text(first.get("_ansible_item_label", first.get("item")))
        rest = f" (and {len(bad) - 1} more of its items)" if len(bad) > 1 else ""
        return f"item {label}: {said(first)}{rest}" if label else f"{said(first)}{rest}"
    message = text(result.get("msg"))
    if result.get("unreachable"):
        return f"a host is unreachable: {message or 'no message'}"
    for key in ("stderr", "module_stderr"):
        lines = text(result.get(key)).splitlines()
        if lines and (not message or message.lower().startswith(GENERAL)):
            return lines[-1].strip()
    code = (
        f" {result['rc']}" if isinstance(result.get("rc"), int) and message.lower().rstrip(".") in GENERAL[:2] else ""
    )
    return f"{message}{code}" or "no message"


def text(value: object) -> str:
    """Text without characters that do not belong on a terminal, and without logins."""
    if value is None:
        return ""
    return UNPRINTABLE.sub("\ufffd", without_user(str(value)).replace("\r\n", "\n")).strip()[:LONGEST]


def _is_hidden(result: Mapping[str, Any]) -> bool:
    return bool(result.get("_ansible_no_log")) or "censored" in result


def _is_bad(result: Mapping[str, Any]) -> bool:
    return bool(result.get("failed") or result.get("unreachable"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
