# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform for the engines of the roles: calls the modules' own work, in this process, over one connection."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils import _caller
from ..module_utils._auth import project_of
from ..module_utils._call import Call, Result, perform
from ..module_utils._endpoint import region_of
from ..module_utils._errors import InputError
from ..module_utils._progress import Progress
from ..modules import liteserver_info, liteserver_job, liteserver_job_info
from ._fleet.surroundings import Line
from ._hiding import Hiding, hidden
from ._in_process import Module, controller


@dataclass(frozen=True)
class Platform:
    """A region and a project. Each call takes a module's options and returns its result; none raises.

    C(connection) are the connection options, C(defaults) further ones of each module, by its name. C(warn) is told warnings;
    C(secrets) are those that were used.
    """

    connection: Mapping[str, Any]
    progress: Progress
    check_mode: bool = False
    warn: Callable[[str], None] = lambda text: None
    secrets: set[str] = field(default_factory=set)
    defaults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str | None, str | None]:
        """The region and the project, as far as the options and the environment name them."""
        given = {**self.defaults.get("liteserver_job", {}), **self.connection}
        try:
            return region_of(given, os.environ), project_of(given, os.environ)
        except (InputError, ValueError):
            return None, None  # each call will tell

    def job(self, *, line: Line | None = None, fresh: float | None = None, **options: Any) -> Result:
        """As liteserver_job. C(fresh): seconds from now in which a create may be sent."""
        return self._perform("liteserver_job", liteserver_job, options, line, fresh)

    def jobs(self, *, line: Line | None = None, **options: Any) -> Result:
        """As liteserver_job_info."""
        return self._perform("liteserver_job_info", liteserver_job_info, options, line)

    def servers(self, **options: Any) -> Result:
        """As liteserver_info."""
        return self._perform("liteserver_info", liteserver_info, options, None)

    def _perform(
        self, name: str, module: Module, options: Mapping[str, Any], line: Line | None, fresh: float | None = None
    ) -> Result:
        defaults = self.defaults.get(name, {})
        checked = ArgumentSpecValidator(module.SPEC).validate({**defaults, **self.connection, **options})
        self.secrets.update(checked._no_log_values)
        if checked.error_messages:
            return {"failed": True, "msg": str(checked.errors.msg)}
        call = Call(
            params=checked.validated_parameters,
            check_mode=self.check_mode,
            environ=os.environ,
            warn=self.warn,
            hide=self.secrets.update,
            wanted=lambda: _caller.is_below(controller()),
            progress=Hiding(self.progress, self.secrets),
            line=line,
            fresh=fresh,
        )
        return hidden(perform(module.work, call), self.secrets)
