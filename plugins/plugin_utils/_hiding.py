# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress and results without secrets: they name servers and quote the platform, which may say anything."""

from __future__ import annotations

import json
import typing as t

from ansible.module_utils.common.parameters import remove_values

from ..module_utils._progress import Progress

Result = dict[str, t.Any]


def hidden(result: Result, secrets: t.Collection[str]) -> Result:
    """The result with each secret replaced; what is no text, and so holds none, as it was: one may be C(1) or C(True)."""
    # Ansible's own function takes a second for 10,000 servers, and hardly any result holds a secret.
    if not secrets or not _may_hold(result, secrets):
        return result
    words = {key: value for key, value in result.items() if value is None or isinstance(value, bool)}
    return {**remove_values(result, set(secrets)), **words}


def _may_hold(result: Result, secrets: t.Collection[str]) -> bool:
    """False where Ansible would find no secret. JSON is the fastest way to look at all: it writes each character by itself."""
    try:
        text = f"True False None {json.dumps(result, ensure_ascii=False, allow_nan=False)}"
    except (TypeError, ValueError):  # it holds what JSON does not know
        return True
    return any(secret in text or json.dumps(secret, ensure_ascii=False)[1:-1] in text for secret in secrets)


def hidden_text(text: str, secrets: t.Collection[str]) -> str:
    """The text with each secret replaced."""
    return str(remove_values(text, set(secrets)))


class Hiding(Progress):
    """Hands on what is told, with each secret replaced. C(secrets) may grow while the work goes on."""

    def __init__(self, progress: Progress, secrets: t.Collection[str]) -> None:
        self._progress = progress
        self._secrets = secrets

    def tell(self, text: str) -> None:
        self._progress.tell(hidden_text(text, self._secrets))

    def stall(self, reason: t.Callable[[], str] | None) -> None:
        self._progress.stall(None if reason is None else lambda: hidden_text(reason(), self._secrets))
