# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a module's work in Ansible's own process, where the module would have run on the controller anyway.

A call then costs what its requests cost, polling starts no process, and progress is shown at once. Ansible's worker
is a fork of its main process, which has imported this file, and with it requests, only once.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import sys
import typing as t
from datetime import date

from ansible import constants as C
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ..module_utils import _caller, _transport
from ..module_utils._call import Call, Result, perform
from ..module_utils._hidden import secrets_in
from ._hiding import Hiding, hidden
from ._progress import on_screen
from ._unsafe import answer

# Variables of the user's: false starts a process for each call, as other modules do; false keeps the work quiet.
IN_PROCESS, PROGRESS = "modelarts_in_process", "modelarts_progress"
# Settings that leave the interpreter to Ansible
DISCOVERY = ("auto", "auto_legacy", "auto_silent", "auto_legacy_silent")

Variables = t.Mapping[str, t.Any]


class Module(t.Protocol):
    """What a module's file has."""

    SPEC: dict[str, dict[str, t.Any]]

    def work(self, call: Call, /) -> Result:
        """Do it."""


class ModuleAction(ActionBase):
    """The base of the action plugins."""

    MODULE: Module
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """Do the work here where that equals running the module, else run the module."""
        # The base class of ansible-core 2.15 sets it anew for each task.
        self._supports_async = type(self)._supports_async
        result: Result = super().run(tmp, task_vars)
        variables = task_vars or {}
        if self._belongs_here(variables):
            return {**result, **self._do_work(variables)}
        done = self._execute_module(task_vars=task_vars, wrap_async=self._task.async_val)
        # A module that refuses its options does so before it can hide what is in them.
        return {**result, **hidden(done, secrets_in(plain(self._task.args)))}

    def _belongs_here(self, variables: Variables) -> bool:
        """Whether the module would run on this machine, as this user, with this Python."""
        return bool(
            self._flag(variables, IN_PROCESS)
            and _transport.REQUESTS_ERROR is None
            and sys.platform != "darwin"  # where a forked process that asks for the system's proxies is killed
            and self._connection.transport == "local"
            and not self._connection.become
            and not self._task.async_val
            and _is_ours(self._interpreter(variables))
        )

    def _interpreter(self, variables: Variables) -> str:
        """The Python that is configured for the host that the task works on."""
        configured = C.config.get_config_value("INTERPRETER_PYTHON", variables=self._of_host(variables))
        return str(self._templar.template(configured) or DISCOVERY[0])

    def _of_host(self, variables: Variables) -> Variables:
        """The variables of the host that the task works on, also where it is delegated."""
        host = self._task.delegate_to
        return variables.get("ansible_delegated_vars", {}).get(host, {}) if host else variables

    def _flag(self, variables: Variables, name: str) -> bool:
        """A variable of the user's, true unless it is set."""
        value = self._of_host(variables).get(name, variables.get(name, True))
        return boolean(self._templar.template(value), strict=False)

    def _compute_environment_string(self, raw_environment_out: dict[str, t.Any] | None = None) -> t.Any:
        """Add to the environment of a module on this machine which process waits for it. It submits nothing once that
        is gone.
        """
        if raw_environment_out is not None or self._task.async_val:
            return super()._compute_environment_string(raw_environment_out)
        environments = self._task.environment
        caller = _caller.describe(controller(), self._task.timeout)
        self._task.environment = [*(environments or []), {_caller.VARIABLE: caller}]
        try:
            return super()._compute_environment_string()
        finally:
            self._task.environment = environments

    def _do_work(self, variables: Variables) -> Result:
        """Do what the module would do, including the check of options, hiding of secrets and C(invocation)."""
        # This also ends with the task's timeout: Ansible's alarm stops this thread, but not the threads that read for it.
        wanted = _caller.worker_of(controller(), self._task.timeout)
        environment: dict[str, t.Any] = {}
        self._compute_environment_string(environment)
        with environment_of(environment):
            checked = ArgumentSpecValidator(self.MODULE.SPEC).validate(plain(self._task.args))
            params = checked.validated_parameters
            secrets = {*checked._no_log_values, *secrets_in(params)}
            warnings: list[str] = []
            if checked.error_messages:
                result: Result = {"failed": True, "msg": refusal(checked, self._task.action)}
            else:
                with on_screen(silent=self._task.no_log or not self._flag(variables, PROGRESS)) as progress:
                    call = Call(
                        params=params,
                        check_mode=self._task.check_mode,
                        environ=os.environ,
                        warn=lambda text: None if text in warnings else warnings.append(text),
                        hide=secrets.update,
                        wanted=wanted,
                        progress=Hiding(progress, secrets),
                    )
                    result = perform(self.MODULE.work, call)
        if _shows_invocation(variables):
            result["invocation"] = {"module_args": params}
        if warnings:
            result["warnings"] = warnings
        return t.cast(Result, answer(hidden(result, secrets)))


def refusal(checked: t.Any, action: str) -> str:
    """What is wrong with the options, in the words of a module."""
    text = str(checked.errors.msg)
    return f"Unsupported parameters for ({action}) module: {text}" if checked.unsupported_parameters else text


def _shows_invocation(variables: Variables) -> bool:
    """Whether results hold the options of the call. In newer cores a setting decides that."""
    setting = "INJECT_INVOCATION"
    known = C.config.get_configuration_definition(setting) is not None
    return not known or bool(C.config.get_config_value(setting, variables=variables))


def _is_ours(interpreter: str) -> bool:
    """Whether a configured interpreter is the one that runs Ansible, by whatever path, or is left to Ansible to find."""

    def place(path: str) -> tuple[str, str]:
        return os.path.realpath(os.path.dirname(path)), os.path.realpath(path)

    return interpreter in DISCOVERY or place(interpreter) == place(sys.executable)


def controller() -> int:
    """The process id of ansible-playbook, whose worker this is."""
    parent = multiprocessing.parent_process()
    return parent.pid if parent and parent.pid else os.getpid()


def plain(args: t.Any) -> t.Any:
    """Options as the module would read them from JSON: plain texts, lists and dicts."""
    return json.loads(
        json.dumps(args, default=lambda value: value.isoformat() if isinstance(value, date) else str(value))
    )


@contextlib.contextmanager
def environment_of(more: t.Mapping[str, t.Any]) -> t.Iterator[None]:
    """Add the task's environment to that of this process, for credentials, proxies and certificates. The process has
    no other task.
    """
    before = dict(os.environ)
    os.environ.update({name: str(value) for name, value in more.items()})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
