# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress and results without secrets: they name servers and quote the platform, which may say anything."""

from __future__ import annotations

import json
import typing as t

from ..module_utils._progress import Progress

Result = dict[str, t.Any]


WHOLE, PART = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "********"  # what Ansible writes, too


def hidden(result: Result, secrets: t.Collection[str]) -> Result:
    """The result with each secret replaced; what is no text, and so holds none, as it was: one may be C(1) or C(True)."""
    # To copy takes long for 10,000 servers, and hardly any result holds a secret.
    if not secrets or not _may_hold(result, secrets):
        return result
    return t.cast(Result, _without(result, _longest_first(secrets)))


def _may_hold(result: Result, secrets: t.Collection[str]) -> bool:
    """False where nothing is to be replaced. JSON is the fastest way to look at all: it writes each character by itself."""
    try:
        text = json.dumps(result, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):  # it holds what JSON does not know
        return True
    return any(secret in text or json.dumps(secret, ensure_ascii=False)[1:-1] in text for secret in secrets)


def _without(value: t.Any, secrets: list[str]) -> t.Any:
    if isinstance(value, dict):
        return {key: _without(inner, secrets) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without(inner, secrets) for inner in value]
    if isinstance(value, str):
        return _text_without(value, secrets)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return WHOLE if any(secret in str(value) for secret in secrets) else value
    return value


def _text_without(text: str, secrets: list[str]) -> str:
    if text in secrets:
        return WHOLE
    for secret in secrets:
        text = text.replace(secret, PART)
    return text


def _longest_first(secrets: t.Collection[str]) -> list[str]:
    """Of two secrets one may be part of the other."""
    return sorted(secrets, key=len, reverse=True)


def hidden_text(text: str, secrets: t.Collection[str]) -> str:
    """The text with each secret replaced."""
    return _text_without(text, _longest_first(secrets))


class Hiding(Progress):
    """Hands on what is told, with each secret replaced. C(secrets) may grow while the work goes on."""

    def __init__(self, progress: Progress, secrets: t.Collection[str]) -> None:
        self._progress = progress
        self._secrets = secrets

    def tell(self, text: str) -> None:
        self._progress.tell(hidden_text(text, self._secrets))

    def stall(self, reason: t.Callable[[], str] | None) -> None:
        self._progress.stall(None if reason is None else lambda: hidden_text(reason(), self._secrets))
