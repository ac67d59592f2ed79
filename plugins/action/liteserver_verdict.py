# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells each host what became of its server. Done for some thousand hosts, so what it is told is not templated again."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..plugin_utils._jobs import ALL


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True
    _VALID_ARGS = frozenset(["var"])

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        _validation, args = self.validate_argument_spec({"var": {"type": "str", "required": True}})
        told = variables.get(args["var"])
        if not isinstance(told, t.Mapping) or ALL not in told:
            problem = f"var: {args['var']} is no fact with what hosts are told. Give the name of one that set_fact has set, without braces."
            return {**result, "failed": True, "msg": problem}
        server_id = str(self._templar.template(variables.get("liteserver_id")) or variables["inventory_hostname"])
        return {**result, **(told.get(server_id) or told[ALL]), "_ansible_verbose_always": True}
