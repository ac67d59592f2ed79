# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells each host what became of its server. Done for some thousand hosts, so what it is told is not templated again."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from ..plugin_utils._fleet.journal import Journal, JournalError
from ..plugin_utils._fleet.verdicts import ALL, Verdict, at_hand, of_host
from ..plugin_utils._play.hosts import is_surely_a_server, server_id_of

OPTIONS = {"run": {"type": "str"}, "var": {"type": "str"}, "reason": {"type": "str"}}
RULE = {"required_one_of": [("run", "var")], "mutually_exclusive": [("run", "var")]}
NOTHING_RAN = (
    "Nothing was done for this host, since the task that works for all hosts did not run. Start the play from its beginning, "
    "remove a condition on the role, and choose the hosts with hosts or a limit."
)
OF_A_ROLE = "__"  # begins the names of the roles' own variables, which are no reader's business


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True
    _VALID_ARGS = frozenset(OPTIONS)

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result = super().run(tmp, task_vars)
        # Ansible keeps what a task was like for each host, until all hosts have done it.
        self._task.module_defaults = []
        variables = task_vars or {}
        args = self._given()
        name, liteserver_id = variables["inventory_hostname"], self._id_of(variables)
        server_id = server_id_of(name, liteserver_id)
        told = variables.get(args["var"]) if args["var"] else {"run": args["run"]}
        if told is None and args["var"].startswith(OF_A_ROLE):
            told = {"skipped": True}  # the play was started in the middle of the role
        if isinstance(told, t.Mapping) and ALL in told:
            return {**result, **(told.get(server_id) or told[ALL]), "_ansible_verbose_always": True}
        if not isinstance(told, t.Mapping) or not ("run" in told or told.get("skipped")):
            problem = (
                f"var: {args['var']} is neither the result of an operation nor a fact with what hosts are told. "
                "Give the name of such a variable, without braces."
            )
            return {**result, "failed": True, "msg": problem}
        is_server = is_surely_a_server(name, liteserver_id)
        if told.get("verdicts"):
            verdict = at_hand(told["verdicts"], server_id, is_server)
        else:
            reason = args["reason"] or " ".join(told.get("problems") or [])
            verdict = _verdict(told.get("run"), server_id, is_server, reason)
        return {**result, **verdict, "_ansible_verbose_always": True}

    def _id_of(self, variables: t.Mapping[str, t.Any]) -> t.Any:
        """The variable C(liteserver_id); nothing where it cannot be evaluated, which the operation has told."""
        try:
            return self._templar.template(variables.get("liteserver_id"))
        except AnsibleError:
            return None

    def _given(self) -> dict[str, t.Any]:
        """The options. To have Ansible find that one text alone is right would cost more than all that is done here."""
        args = self._task.args
        if set(args) in ({"run"}, {"var"}) and all(isinstance(one, str) for one in args.values()):
            return {**dict.fromkeys(OPTIONS), **args}
        _validation, checked = self.validate_argument_spec(OPTIONS, **RULE)
        return dict(checked)


def _verdict(run: str | None, server_id: str | None, is_server: bool, reason: str | None) -> Verdict:
    if not run:
        return {"msg": reason or NOTHING_RAN, "changed": False, "failed": True}
    try:
        return of_host(Journal(run), server_id, is_server)
    except JournalError as error:
        lost = f"{error}. What became of the servers is in the report, if there is one."
        return {"msg": reason or lost, "failed": True}
