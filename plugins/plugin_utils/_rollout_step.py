# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a step of a rollout needs from its task: variables, a platform for each connection, the journal."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible import constants as C
from ansible.module_utils.parsing.convert_bool import boolean

from ..module_utils._call import AUTH_SPEC
from ._fleet import options
from ._fleet.journal import Journal
from ._fleet.kinds import secrets
from ._fleet.options import Spec
from ._fleet.surroundings import Clock, Surroundings
from ._hiding import hidden_text
from ._in_process import PROGRESS, environment_of, plain
from ._platform import Platform
from ._play.connections import of_place
from ._progress import on_screen, say
from ._rollout import place, run
from ._rollout.asked import READING, ROLE
from ._specs import ROLES, spec_of

SHIPPED_HOOKS = os.path.join(ROLES, ROLE, "hooks")
MODULES = ("liteserver_info", "liteserver_job", "liteserver_job_info")
PREFIX = "huaweicloud.modelarts."
GROUP = f"group/{PREFIX}all"


def specs() -> dict[str, Spec]:
    """The options of the roles involved, from their argument specs."""
    return {role: spec_of(role) for role in (ROLE, *READING.values())}


@dataclass
class Step:
    """A task of the action C(liteserver_rollout). C(problems): what is wrong with its own options. C(warnings) and C(secrets)
    collect those of all calls made in it.
    """

    task: Any
    templar: Any
    variables: Mapping[str, Any]
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)

    def variable(self, name: str, default: Any = None) -> Any:
        """A variable as the task sees it."""
        return plain(self.templar.template(self.variables.get(name, default)))

    def show(self, lines: Iterable[str]) -> None:
        """Show lines to people, unless the task is to show nothing."""
        for line in lines if not self.task.no_log else ():
            say(hidden_text(line, self.secrets))

    @contextlib.contextmanager
    def tools(self, folder: str, environment: Mapping[str, str]) -> Iterator[Surroundings]:
        """What a step works with, for the journal in a folder."""
        clock = Clock()
        silent = bool(self.task.no_log) or not boolean(self.variable(PROGRESS, True), strict=False)
        journal = Journal(folder, place.spare(folder, C.DEFAULT_LOCAL_TMP))
        before, connections = 0.0, {}
        if os.path.exists(os.path.join(folder, f"{run.HEAD}.json")):
            rollout = run.load(journal)
            before, connections = max(clock.monotonic() - rollout.start, 0.0), rollout.connections
            self.secrets.update(secrets(rollout.kinds.values(), rollout.options))
        with environment_of({**_of_mac(), **environment}), on_screen(silent, before) as progress:
            yield Surroundings(journal, self._platforms(connections, progress), clock, progress)

    def connect(self, tools: Surroundings, connections: Mapping[str, Mapping[str, Any]]) -> Surroundings:
        """The same for given connections, before they are in the journal."""
        return Surroundings(tools.journal, self._platforms(connections, tools.progress), tools.clock, tools.progress)

    def _platforms(self, connections: Mapping[str, Mapping[str, Any]], progress: Any) -> dict[str, Platform]:
        base, defaults = self._base(), self._defaults()
        return {
            name: Platform(
                of_place(place, base),
                progress,
                bool(self.task.check_mode),
                self._warn,
                self.secrets,
                defaults,
            )
            for name, place in connections.items()
        }

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def _base(self) -> dict[str, Any]:
        """The connection options of the task. The role's own connection option takes precedence over them."""
        given = {name: value for name, value in plain(self.task.args).items() if name in AUTH_SPEC}
        asked = plain(self.task.args).get("options") or {}
        raw = asked.get("connection", self.variable(f"{ROLE}_connection"))
        if not options.is_blank(raw):
            # What is wrong with it has been told before anything was sent.
            found, _problems = options.read(ROLE, {f"{ROLE}_connection": {"type": "dict"}}, {f"{ROLE}_connection": raw})
            given.update({name: value for name, value in (found["connection"] or {}).items() if name in AUTH_SPEC})
        return {name: value for name, value in given.items() if not options.is_blank(value)}

    def _defaults(self) -> dict[str, dict[str, Any]]:
        """What module_defaults set for the modules whose work is done here."""
        merged: dict[str, Any] = {}
        for one in self.task.module_defaults or []:
            merged.update(one)
        mine = {key: value for key, value in merged.items() if key == GROUP or key.startswith(PREFIX)}
        omit = self.variables.get("omit")
        found = {}
        for module in MODULES:
            args: dict[str, Any] = {}
            for key in (GROUP, PREFIX + module):
                given = self.templar.template(mine.get(key)) or {}
                args.update({name: value for name, value in given.items() if value != omit})
            found[module] = plain(args)
        return found


def _of_mac() -> dict[str, str]:
    """A forked process must not ask that system for its proxies, which it does where the environment names none."""
    named = any(name.lower().endswith("_proxy") for name in os.environ)
    return {"no_proxy": "localhost"} if sys.platform == "darwin" and not named else {}
