# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a rollout as tasks: what a task has around it is handed to the engine, and what the engine says is told."""

from __future__ import annotations

import contextlib
import hashlib
import time
import typing as t

from ansible import constants as C
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase

from ..module_utils._call import AUTH_SPEC
from ..plugin_utils import _hook_files, _rollout_report
from ..plugin_utils._about import about, is_job_of_controller
from ..plugin_utils._fleet import options, verdicts
from ..plugin_utils._fleet.journal import REMEDY as JOURNAL_REMEDY
from ..plugin_utils._fleet.journal import Journal, JournalError
from ..plugin_utils._fleet.kinds import secrets
from ..plugin_utils._fleet.sparing import spared
from ..plugin_utils._fleet.verdicts import Verdict
from ..plugin_utils._hiding import hidden
from ..plugin_utils._in_process import plain, refusal
from ..plugin_utils._play.play import Play, TemplateProblem
from ..plugin_utils._play.refusals import library_problem, strategy_problem
from ..plugin_utils._play.strangers import with_strangers, without_host
from ..plugin_utils._progress import say
from ..plugin_utils._report.files import REMEDY as FOLDER_REMEDY
from ..plugin_utils._report.files import check_writable, room_of
from ..plugin_utils._rollout import artifacts, asked, engine, place, run, telling
from ..plugin_utils._rollout.servers import Server
from ..plugin_utils._rollout_step import SHIPPED_HOOKS, Step, specs
from ..plugin_utils._unsafe import answer

OWN: dict[str, dict[str, t.Any]] = {
    "step": {"type": "str", "required": True, "choices": ["plan", "wave", "hook", "end"]},
    "options": {"type": "dict", "default": {}},
    "run": {"type": "path"},
    "wave": {"type": "int"},
    "hook": {"type": "str", "choices": ["before", "after"]},
    "state": {"type": "str", "choices": ["begun", "over", "failed"], "default": "begun"},
}
OPTIONS = {**OWN, **AUTH_SPEC}
NEEDS = [("step", "wave", ("run",)), ("step", "hook", ("run", "wave", "hook"))]
HOOKS = ("before_wave", "after_wave", "at_end")

Result = dict[str, t.Any]


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True
    _VALID_ARGS = frozenset(OPTIONS)

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        result = super().run(tmp, task_vars)
        checked = ArgumentSpecValidator(OPTIONS, required_if=NEEDS).validate(plain(self._task.args))
        args = {**dict.fromkeys(OPTIONS), **checked.validated_parameters}
        step = Step(self._task, self._templar, task_vars or {})
        step.secrets.update(checked._no_log_values)
        if checked.error_messages:
            problem = refusal(checked, self._task.action)
            if not self._goes_on(args["step"]):
                return {**result, "failed": True, "msg": problem}
            step.problems.append(f"{problem}. Correct module_defaults, or {asked.ROLE}_connection.")
        environment: dict[str, t.Any] = {}
        self._compute_environment_string(environment)
        steps = {"plan": self._plan, "wave": self._wave, "hook": self._hook, "end": self._end}
        found = steps[args["step"]](step, args, environment)
        if step.warnings:
            found["warnings"] = step.warnings
        return {**result, "changed": False, **answer(hidden(found, step.secrets))}

    def _goes_on(self, name: str | None) -> bool:
        """Whether a step goes on although options are wrong: those of the connection, which may come from module_defaults. The plan
        refuses them so that each host hears it, and the end tells of that.
        """
        own = {key: value for key, value in plain(self._task.args).items() if key in OWN}
        is_right = not ArgumentSpecValidator(OWN, required_if=NEEDS).validate(own).error_messages
        return is_right and name in ("plan", "end")

    def _plan(self, step: Step, args: Result, environment: t.Mapping[str, str]) -> Result:
        wanted = self._read(step, args["options"])
        step.secrets.update(secrets(wanted.kinds.values(), wanted.options))
        now = time.time()
        if strategy_problem(Play(self, step.variables).strategy):
            wanted.options["report_dir"] = None  # each host comes here, and would write a report
        folder = wanted.options["report_dir"]
        problem = check_writable(folder, room_of(len(wanted.servers))) if folder else None
        if problem:
            wanted.problems.append(f"{asked.ROLE}_report_dir: {problem}")
            wanted.options["report_dir"] = folder = None
        path = folder or C.DEFAULT_LOCAL_TMP
        try:
            place.tidy(path, asked.ROLE, now)
            name, path = place.take(path, asked.ROLE, now)
            request = engine.Request(
                name,
                wanted.servers,
                wanted.options,
                wanted.kinds,
                wanted.fail_on,
                bool(self._task.check_mode),
                wanted.connections,
                wanted.problems,
            )
            with step.tools(path, environment) as tools:
                tools = step.connect(tools, wanted.connections)
                request.about, request.regions = _about(step.variables, tools.platforms)
                request.relaunches = is_job_of_controller(step.variables)
                found = engine.begin(tools, request)
                _rollout_report.draw(tools)
        except JournalError as error:
            reason = " ".join([*wanted.problems, f"{error}. {FOLDER_REMEDY if folder else JOURNAL_REMEDY}"])
            found = {"run": path, "waves": [], "lines": [reason], "stopped": reason}
        step.show(["Plan:", *(f"  {line}" for line in found["lines"])])
        hooks = {name: wanted.options[name] for name in HOOKS}
        return {
            "run": found["run"],
            "waves": found["waves"],
            "msg": found["lines"],
            "stopped": found["stopped"],
            "ansible_stats": _handed_on(found.get("artifacts", {})),
            **hooks,
        }

    def _read(self, step: Step, more: t.Mapping[str, t.Any]) -> asked.Asked:
        """What is asked, with all that is wrong: also with what only Ansible knows."""
        play, problem, rows = Play(self, step.variables), None, {}
        hosts = play.hosts(asked.is_wanted)
        try:
            rows = play.options(asked.servers_among(hosts), asked.is_wanted, [asked.VERSION])
        except TemplateProblem as error:
            problem = str(error)
        wanted = asked.read(rows, hosts, specs(), plain(dict(more)))
        if problem:
            wanted.problems = [problem]  # what else is wrong is not known, as no option could be read
        wanted.problems[:0] = [*step.problems, *_of_play(play), *(host.problem for host in hosts if host.problem)]
        manager = step.variables["hostvars"]._variable_manager
        for option in HOOKS:
            if wanted.options[option]:
                try:
                    file = _hook_files.find(wanted.options[option], str(step.variables["playbook_dir"]), SHIPPED_HOOKS)
                    wanted.options[option] = file
                    _hook_files.check(file, self._task, self._loader, manager)
                except _hook_files.HookError as error:
                    wanted.options[option] = None
                    wanted.problems.append(f"{asked.ROLE}_{option}: {error}.")
        if wanted.problems:
            known = {server.id for server in wanted.servers}
            others = [host for host in hosts if host.server_id and host.server_id not in known]
            wanted.servers += [Server(str(host.server_id), "", host.name) for host in others]
        wanted.connections.setdefault("", {})
        return wanted

    def _wave(self, step: Step, args: Result, environment: t.Mapping[str, str]) -> Result:
        told: list[Result] = []
        try:
            with step.tools(args["run"], environment) as tools:
                rollout = run.load(tools.journal)
                # In check mode a plan is all there is.
                waves = [] if rollout.check else rollout.waves
                numbers = [one.number for one in waves if args["wave"] in (None, one.number)]
                with _rollout_report.kept_up_to_date(tools, say) as draw_soon:
                    for number in numbers:
                        if told:
                            draw_soon()
                        told.append(engine.wave(tools, number))
                        if told[-1]["stopped"]:
                            break
                    if told and args["wave"]:  # a hook may follow; else the step end does, and draws it
                        draw_soon()
        except JournalError as error:
            told.append({"msg": str(error), "changed": False, "stopped": str(error)})
        return {
            "msg": [one["msg"] for one in told],
            "changed": any(one["changed"] for one in told),
            "stopped": told[-1]["stopped"] if told else None,
        }

    def _hook(self, step: Step, args: Result, environment: t.Mapping[str, str]) -> Result:
        number, when = args["wave"], args["hook"]
        try:
            with step.tools(args["run"], environment) as tools:
                failed = _last_failure(step.variables)
                heard = hashlib.sha256(repr(failed).encode()).hexdigest()
                if args["state"] == "begun":
                    return engine.hook(tools, number, when, heard)
                rollout = run.load(tools.journal)
                file = rollout.options[f"{when}_wave"]
                if args["state"] == "over":
                    return {"stopped": engine.hooked(tools, number, when, file)}
                # Ansible says nothing here of a host that is unreachable: what it says is of an earlier failure, if there was one.
                said = failed if heard != rollout.wave(number).heard else {}
                return {"stopped": engine.hooked(tools, number, when, file, said)}
        except JournalError as error:
            say(str(error))
            return {"servers": [], "hosts": [], "stopped": str(error)}

    def _end(self, step: Step, args: Result, environment: t.Mapping[str, str]) -> Result:
        folder, printed = args["run"], []
        of_hosts: dict[str, Verdict] = {}
        if not folder:
            return self._of_nothing(step)
        try:
            with step.tools(folder, environment) as tools:
                of_hosts = engine.end(tools)
                failed = run.hosts_at_begin(tools.journal, verdicts.failed(of_hosts))
                if failed:
                    hosts = Play(self, step.variables).hosts(lambda name: False)
                    of_hosts = with_strangers(of_hosts, without_host(failed, hosts), hosts)
                with contextlib.suppress(JournalError):
                    verdicts.save(tools.journal, of_hosts)
                files, problem = _rollout_report.draw(tools)
                printed = _rollout_report.printed(tools)
                told = telling.told(tools, files)
                if problem:
                    told["lines"].append(f"The report could not be written to its end: {problem}")
            folder = place.leave(folder, C.DEFAULT_LOCAL_TMP)
        except JournalError as error:
            told = _rollout_report.result_of_nothing(str(error))
        if verdicts.are_there(Journal(folder)):
            of_hosts = {}
        step.show([*printed, *told["lines"]])
        return _ended(told, folder, of_hosts)

    def _of_nothing(self, step: Step) -> Result:
        """The end where there is not even a plan: the task that makes it was broken off, or never ran."""
        said = _last_failure(step.variables)
        reason = (
            "there is no plan, since its task did not run"
            if not said["task"]
            else f"{said['task']}: {said['result'].get('msg')}"
        )
        told = _rollout_report.result_of_nothing(reason.rstrip("."))
        step.show(told["lines"])
        return _ended(told, None, {})


def _ended(told: Result, folder: str | None, of_hosts: dict[str, Verdict]) -> Result:
    found = told["result"]
    return {
        "msg": told["lines"],
        "run": folder,
        "verdicts": of_hosts,
        "result": spared(found),
        "ansible_stats": _handed_on(artifacts.of_end(found)),
        # It is long, and people have seen its content as lines.
        "_ansible_verbose_override": True,
    }


def _of_play(play: Play) -> list[str]:
    """What is wrong with where the task stands."""
    found = [
        strategy_problem(play.strategy),
        *play.way_problems(f"The role {asked.ROLE}"),
        library_problem(),
    ]
    return [problem for problem in found if problem]


def _about(variables: t.Mapping[str, t.Any], platforms: t.Mapping[str, t.Any]) -> tuple[Result, dict[str, str]]:
    """What the report says beside the work, and the region of each connection where there are several regions."""
    defaults, _problems = options.read(asked.ROLE, specs()[asked.ROLE], {})
    regions = {name: str(platform.place[0]) for name, platform in platforms.items()}
    several = len(set(regions.values())) > 1
    return {**about(variables, platforms.values()), "defaults": defaults}, regions if several else {}


def _last_failure(variables: t.Mapping[str, t.Any]) -> Result:
    """What Ansible says of the last task that failed on the host and was rescued: C(task), its name, and C(result).

    Read here and not given as an option, since callbacks show options.
    """
    task, said = (variables.get(f"ansible_failed_{one}") or {} for one in ("task", "result"))
    # Newer cores say of the task alone that nothing it said is to be shown.
    hidden = {"_ansible_no_log": True} if task.get("no_log") else {}
    return {"task": str(task.get("name") or ""), "result": {**plain(said), **hidden}}


def _handed_on(data: Result) -> Result:
    """As set_stats hands it to the next step of a workflow."""
    return {"data": data, "per_host": False, "aggregate": False}
