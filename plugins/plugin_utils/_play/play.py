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
from .way import way_problems


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

    def way_problems(self, role: str) -> list[str]:
        """Why one host may not work for all where the task stands."""
        names = list(self.variables["ansible_play_batch"])
        return list(way_problems(role, self.action._task, len(names) > 1, lambda value: self._differing(value, names)))

    @property
    def check_mode(self) -> bool:
        """Whether this is check mode."""
        return bool(self.action._task.check_mode)

    def hosts(self, is_option: Callable[[str], bool]) -> list[Host]:
        """The hosts of the play, or of the batch that C(serial) makes."""
        return hosts_of(self.variables["ansible_play_batch"], self.variables["hostvars"], is_option)

    def everybody(self) -> list[Host]:
        """The hosts of all batches, also those that Ansible counts as failed after a task that was run once for all."""
        return hosts_of(self.variables["ansible_play_hosts_all"], self.variables["hostvars"], lambda name: False)

    def inventory(self) -> list[Host]:
        """All hosts of the inventory."""
        return hosts_of(self.variables["groups"]["all"], self.variables["hostvars"], lambda name: False)

    def options(
        self, hosts: list[Host], is_option: Callable[[str], bool], each: Sequence[str] = ()
    ) -> dict[str, dict[str, Any]]:
        """The variables that are options, by host; C(each): those that may differ. Raises TemplateProblem."""
        raw_of = self.variables["hostvars"].raw_get
        return vars_.by_host(hosts, is_option, self._of_host, raw_of, self._carry_out, each)

    def _differing(self, value: Any, names: Sequence[str]) -> list[str]:
        """The hosts for which a value with templates is another than for the first one."""
        key = "a template"  # no variable has a blank in its name

        def of_host(name: str) -> Mapping[str, Any]:
            return {**self._of_host(name), key: value}

        def carry_out(name: str, value: Any, variables: Mapping[str, Any]) -> Any:
            try:
                return self._carry_out(name, value, variables)
            except TemplateProblem as error:
                return str(error)

        raw_of = self.variables["hostvars"].raw_get
        hosts = [Host(name, None) for name in names]
        found = vars_.by_host(hosts, lambda name: name == key, of_host, raw_of, carry_out, [key])
        return [name for name in names if found[name] != found[names[0]]]

    def _of_host(self, name: str) -> Mapping[str, Any]:
        if name == self.variables["inventory_hostname"]:
            return self.variables
        hostvars, task = self.variables["hostvars"], self.action._task
        host = hostvars._inventory.get_host(name)
        found: Mapping[str, Any] = hostvars._variable_manager.get_vars(play=task.get_play(), host=host, task=task)
        return found

    def _carry_out(self, name: str, value: Any, variables: Mapping[str, Any]) -> Any:
        templar = self.action._templar
        before = templar.available_variables
        templar.available_variables = variables
        try:
            return templar.template(value)
        except AnsibleError as error:
            raise TemplateProblem(f"{name}: {value!r} cannot be evaluated: {error.message}. Correct it.") from None
        finally:
            templar.available_variables = before
