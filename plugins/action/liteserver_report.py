# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes a report on the controller, in all its forms."""

from __future__ import annotations

import os
import tempfile
import typing as t

from ansible.plugins.action import ActionBase

from ..plugin_utils._report.document import render_json
from ..plugin_utils._report.html import render_html
from ..plugin_utils._report.markdown import render_markdown

FORMS: dict[str, t.Callable[[t.Mapping[str, t.Any]], str]] = {
    ".json": render_json,
    ".md": render_markdown,
    ".html": render_html,
}
OPTIONS = {
    "path": {"type": "path", "required": True},
    "report": {"type": "dict", "required": True},
    "texts": {"type": "dict", "default": {}},
}


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True
    _VALID_ARGS = frozenset(OPTIONS)

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(OPTIONS)
        path = os.path.abspath(args["path"])
        texts = {**{ending: render(args["report"]) for ending, render in FORMS.items()}, **args["texts"]}
        files = {path + ending: str(text).encode("utf-8") for ending, text in texts.items()}
        try:
            changed = {file for file, content in files.items() if not _holds(file, content)}
            if changed and not self._task.check_mode:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                for file in changed:
                    _write(file, files[file])
        except OSError as error:
            problem = f"path: {error.filename or path} cannot be written: {error.strerror}. Give another path."
            return {**result, "failed": True, "msg": problem}
        return {**result, "changed": bool(changed), "files": list(files)}


def _holds(file: str, content: bytes) -> bool:
    if not os.path.exists(file):
        return False
    with open(file, "rb") as stream:
        return stream.read() == content


def _write(file: str, content: bytes) -> None:
    """Whole or not at all, so that a report is never half of one."""
    descriptor, part = tempfile.mkstemp(dir=os.path.dirname(file))
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        os.chmod(part, 0o644)
        os.replace(part, file)
    except OSError:
        os.unlink(part)
        raise
