# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible knows about the play in which an action works for all hosts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from . import variables as vars_
from .hosts import Host, hosts_of
from .refusals import conditions_of


class TemplateProblem(Exception):
    """A variable's template cannot be evaluated. The message says which, and why."""


@dataclass(frozen=True)
class Play:
    """The play of an action, seen from the host that the action runs for."""

    action: ActionBase
    variables: Mapping[str, Any]

    @property
    def strategy(self) -> str:
        """The strategy in use, wherever it was set."""
        return str(self.action._task.get_play().strategy)

    @property
    def conditions(self) -> list[str]:
        """The conditions on the task and on everything that includes it."""
        return conditions_of(self.action._task)

    @property
    def check_mode(self) -> bool:
        """Whether this is check mode."""
        return bool(self.action._task.check_mode)

    def hosts(self, is_option: Callable[[str], bool]) -> list[Host]:
        """The hosts of the play, or of the batch that C(serial) makes."""
        return hosts_of(self.variables["ansible_play_batch"], self.variables["hostvars"], is_option)

    def inventory(self) -> list[Host]:
        """All hosts of the inventory."""
        return hosts_of(self.variables["groups"]["all"], self.variables["hostvars"], lambda name: False)

    def options(
        self, hosts: list[Host], is_option: Callable[[str], bool], each: Sequence[str] = ()
    ) -> dict[str, dict[str, Any]]:
        """The variables that are options, by host; C(each): those that may differ. Raises TemplateProblem."""
        raw_of = self.variables["hostvars"].raw_get
        return vars_.by_host(hosts, is_option, self._of_host, raw_of, self._carry_out, each)

    def _of_host(self, name: str) -> Mapping[str, Any]:
        if name == self.variables["inventory_hostname"]:
            return self.variables
        hostvars, task = self.variables["hostvars"], self.action._task
        host = hostvars._inventory.get_host(name)
        found: Mapping[str, Any] = hostvars._variable_manager.get_vars(play=task.get_play(), host=host, task=task)
        return found

    def _carry_out(self, value: Any, variables: Mapping[str, Any]) -> Any:
        templar = self.action._templar
        before = templar.available_variables
        templar.available_variables = variables
        try:
            return templar.template(value)
        except AnsibleError as error:
            raise TemplateProblem(f"the template {value!r} cannot be evaluated: {error.message}") from None
        finally:
            templar.available_variables = before
