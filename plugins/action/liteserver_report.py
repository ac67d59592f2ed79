# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes a report on the controller, in all its forms."""

from __future__ import annotations

import os
import typing as t

from ansible.plugins.action import ActionBase

from ..plugin_utils._report.files import FORMS, ReportError, write

OPTIONS = {
    "path": {"type": "path", "required": True},
    "report": {"type": "dict", "required": True},
    "texts": {"type": "dict", "default": {}},
}
NUL = "\0"  # which no name can have


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True
    _VALID_ARGS = frozenset(OPTIONS)

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(OPTIONS)
        problem = _problem(args["path"], args["texts"])
        if problem:
            return {**result, "failed": True, "msg": problem}
        path = os.path.abspath(args["path"])
        texts = {ending: str(text) for ending, text in args["texts"].items()}
        try:
            written = write(path, args["report"], texts, self._task.check_mode)
        except ReportError as error:
            return {**result, "failed": True, "msg": f"path: {error}. Give another path."}
        return {**result, "changed": written.changed, "files": written.files}


def _problem(path: str, texts: t.Mapping[t.Any, t.Any]) -> str | None:
    """What is wrong with the names of the files, or with what is to be in them."""
    if os.path.basename(path) in ("", ".", "..") or NUL in path:
        return f"path: {path!r} names no file. Give the path of the files, without their endings."
    for ending, text in texts.items():
        if not str(ending).startswith(".") or os.path.basename(str(ending)) != ending or NUL in ending:
            return f"texts: {ending!r} is no ending of a file. Give one that begins with a dot, such as .csv."
        if ending in FORMS:
            return f"texts: {ending} is what the report itself is written to. Give another ending."
        if text is None:
            return f"texts: {ending} has no text. Give one, or leave the ending out."
    return None
