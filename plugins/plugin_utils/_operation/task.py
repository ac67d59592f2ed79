# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One operation as a task asks for it: reads its options, runs it, and leaves results for hosts, files and workflows."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

from ansible import constants as C
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ...module_utils._call import AUTH_SPEC
from ...module_utils._progress import Progress
from .._about import about
from .._fleet import options as reader
from .._fleet import rules, verdicts
from .._fleet.journal import REMEDY as JOURNAL_REMEDY
from .._fleet.journal import Journal, JournalError
from .._fleet.kinds import kind_of, secrets
from .._fleet.surroundings import Clock, stamp
from .._fleet.verdicts import Verdict
from .._hiding import hidden_text
from .._platform import Platform
from .._play.connections import connections, place_problems
from .._play.hosts import Host
from .._play.ids import id_problems
from .._play.play import Play, TemplateProblem
from .._play.refusals import connection_problems, library_problem, strategy_problem
from .._play.strangers import with_strangers
from .._progress import on_screen, say
from .._report import markdown, names
from .._report.document import build
from .._report.files import ReportError, room_of, write
from .._secrets import masked
from .._specs import spec_of
from . import engine, fetch, folders, table, telling
from .operations import OPERATIONS, Operation

SPEC: dict[str, dict[str, Any]] = {
    **AUTH_SPEC,
    "operation": {"type": "str", "required": True, "choices": sorted(OPERATIONS)},
    "options": {"type": "dict"},
    "broke_off": {"type": "str"},
}
# What the roles themselves leave under names that begin as their options do.
LEFT_BY_ROLES = (*reader.OWN, "driver", "firmware")
RESERVE, RESERVE_PER_SERVER = 64 * 1024, 1024  # bytes for the verdicts, where the disk is full by then

Options = dict[str, Any]


class Task:
    """One operation, as it was asked for. C(problem): why it cannot be done, where that is known already."""

    def __init__(self, play: Play, args: Mapping[str, Any], secrets: set[str], problem: str | None = None) -> None:
        self.play = play
        self.problem = problem
        self.operation: Operation = OPERATIONS[args["operation"]]
        self.role = self.operation.name
        self.given: Options | None = args.get("options")
        self.connection: Options = {name: args[name] for name in AUTH_SPEC if args.get(name) is not None}
        self.secrets = secrets
        self.warnings: list[str] = []
        self.hosts: list[Host] = play.everybody() if problem else play.hosts(self._is_option)
        self.everywhere = self.hosts  # the hosts that may tell where servers are
        self.about: dict[str, Any] = {}  # what the report says beside the work
        self.places: dict[str, dict[str, Any]] = {}  # by server, its host and, of several, its region

    def run(self, silent: bool) -> dict[str, Any]:
        """Run it unless something is wrong with the options. Does not fail where each host gets its own verdict."""
        clock = Clock()
        run, started = names.run_id(), stamp(clock.time())
        stem = names.stem(self.role, started, run)
        journal = Journal(os.path.join(C.DEFAULT_LOCAL_TMP, stem))
        options, problems = ({}, [self.problem]) if self.problem else self._read()
        servers = options.get("servers") or []
        try:
            journal.begin(RESERVE + RESERVE_PER_SERVER * len(servers))
        except JournalError as error:
            problems.append(f"{error}. {JOURNAL_REMEDY}")
        left: dict[str, Any] = {"changed": False, "run": journal.folder, "problems": problems}
        if problems:
            told = [host.server_id for host in self.hosts if host.server_id]
            left["verdicts"] = self._left(journal, telling.refusals(problems, [*told, *servers]))
            of_a_role = self.given is None
            text, nothing = " ".join(problems), engine.nothing(problems, started)
            return {**left, "failed": not of_a_role, "outcome": engine.FAILED, "msg": text, "result": nothing}
        with on_screen(silent) as progress:
            result = self._work(options, clock, progress)
        result["report"] = self._report(result, options, stem)
        left["verdicts"] = self._left(journal, telling.verdicts(self.operation, result))
        if options.get("report_print"):  # the role liteserver_jobs has no report
            self._show(markdown.draw(build(self._document(result, options, stem))).splitlines())
        self._show(telling.end(self.operation, result, self.play.check_mode))
        handed_on = {"data": {self.role: telling.stats(result)}, "per_host": False, "aggregate": False}
        warnings = {"warnings": self.warnings} if self.warnings else {}
        told_of = {"outcome": result["outcome"], "msg": telling.message(result), "result": result}
        return {**left, **told_of, "ansible_stats": handed_on, **warnings}

    def _left(self, journal: Journal, of_hosts: dict[str, Verdict]) -> dict[str, Verdict]:
        """Leave what hosts are told in the journal. Returns it where that has no room."""
        known = {host.server_id for host in self.hosts}
        strangers = [server_id for server_id in verdicts.failed(of_hosts) if server_id not in known]
        of_hosts = with_strangers(of_hosts, strangers, self.hosts)
        try:
            verdicts.save(journal, of_hosts)
        except JournalError:
            return of_hosts
        return {}

    def _is_option(self, name: str) -> bool:
        prefix = f"{self.role}_"
        return name.startswith(prefix) and name[len(prefix) :] not in LEFT_BY_ROLES

    def _read(self) -> tuple[Options, list[str]]:
        """The options, and all that is wrong."""
        spec = spec_of(self.role)
        broken = [host.problem for host in self.hosts if host.problem]
        try:
            given, problems = self._given(spec)
        except TemplateProblem as error:
            return {}, [*broken, str(error)]  # what else is wrong is not known, as no option could be read
        problems[:0] = broken
        options, more = reader.read(self.role, spec, given, checks=self.operation.checks)
        problems += more
        if not any(name in text for text in more for name in (f"{self.role}_item", f"{self.role}_spec")):
            options["items"], more = rules.items_of(options, self.role)
            problems += more
        if options.get("batches"):
            options["servers"] = [server_id for batch in options["batches"] for server_id in batch]
        by_hosts = options["servers"] is None
        wrong = (f"{self.role}_servers", f"{self.role}_batches")
        if by_hosts and not any(text.startswith(wrong) for text in problems):
            options["servers"] = list(dict.fromkeys(host.server_id for host in self.hosts if host.server_id))
            problems += id_problems(self.hosts)
            if not options["servers"]:
                problems.append(f"{self.role}_servers is missing. {rules.REMEDIES['servers']}.")
        servers = options["servers"] or []
        known = {host.server_id for host in self.hosts}
        self.everywhere = self.hosts if known.issuperset(servers) else self.play.inventory()
        problems += place_problems(servers, self.everywhere)
        if self.given is None or by_hosts:
            problems += self.play.way_problems(self.role)
        problems += filter(None, [strategy_problem(self.play.strategy), *self._surroundings(options)])
        return options, problems

    def _given(self, spec: reader.Spec) -> tuple[Options, list[str]]:
        if self.given is not None:
            return {f"{self.role}_{name}": value for name, value in self.given.items()}, []
        return reader.agreed(self.play.options(self.hosts, self._is_option), spec)

    def _surroundings(self, options: Options) -> Iterator[str]:
        """What is wrong with the connection options, the folders and this Python."""
        yield from filter(None, [library_problem()])
        yield from connection_problems(self.role, options.get("connection") or {})
        for short in ("report_dir", "fetch_dir"):
            room = room_of(len(options.get("servers") or []))
            problem = options.get(short) and folders.problem_of(options[short], self.play.check_mode, room)
            if problem:
                yield f"{self.role}_{short}: {problem}"

    def _work(self, options: Options, clock: Clock, progress: Progress) -> dict[str, Any]:
        connection = {**self.connection, **{k: v for k, v in options["connection"].items() if not reader.is_blank(v)}}
        servers, found = connections(options["servers"], self.everywhere, connection)
        kind = kind_of(options)
        self.secrets.update(secrets([kind], options))
        platforms = {
            name: Platform(there, progress, self.play.check_mode, self._warn, self.secrets)
            for name, there in found.items()
        }
        self._look_around(servers, platforms)
        request = engine.Request(self.operation, servers, options, kind, self.play.check_mode)
        result = engine.run(request, platforms, clock, progress)
        if options.get("fetch_dir") and not self.play.check_mode:
            _fetch(result, options, connection, clock, progress)
        return result

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def _report(self, result: dict[str, Any], options: Options, stem: str) -> list[str]:
        """The files of the report. One that cannot be written any more fails the operation, but takes no host its verdict."""
        if not options.get("report_dir") or self.play.check_mode:
            return []
        texts = {}
        if self.role == "software_query":
            versions = {server_id: masked(server) for server_id, server in result["servers"].items()}
            texts = {
                ".versions.json": json.dumps(versions, indent=4, ensure_ascii=False) + "\n",
                ".csv": table.as_csv(result),
            }
        try:
            path = os.path.join(options["report_dir"], stem)
            return write(path, self._document(result, options, stem), texts).files
        except ReportError as error:
            result["errors"].append(f"{error}.")
            result["outcome"] = engine.FAILED
            return []

    def _look_around(self, servers: Mapping[str, list[str]], platforms: Mapping[str, Platform]) -> None:
        """Note what the report says of where the work is done, and by whom. Both are by connection."""
        defaults, _problems = reader.read(self.role, spec_of(self.role), {}, checks=self.operation.checks)
        self.about = {**about(self.play.variables, platforms.values()), "defaults": defaults}
        hosts = {host.server_id: host.name for host in self.hosts}
        regions = {name: platform.place[0] for name, platform in platforms.items()}
        several = len(set(regions.values())) > 1
        self.places = {
            server_id: {"host": hosts.get(server_id), "region": regions[name] if several else None}
            for name, server_ids in servers.items()
            for server_id in server_ids
        }

    def _document(self, result: dict[str, Any], options: Options, stem: str) -> dict[str, Any]:
        asked = {name: value for name, value in options.items() if name != "connection"}
        return telling.document(self.operation, result, asked, {**self.about, "run": stem}, self.places)

    def _show(self, lines: list[str]) -> None:
        for line in lines if not self.play.action._task.no_log else ():
            say(hidden_text(line, self.secrets))


def _fetch(
    result: dict[str, Any], options: Options, connection: Mapping[str, Any], clock: Clock, progress: Progress
) -> None:
    """Download what the links name. A server of which a file is missing has failed."""
    servers = result["servers"]
    names = {i: server["server_name"] for i, server in servers.items()}
    checked = ArgumentSpecValidator(AUTH_SPEC).validate(dict(connection)).validated_parameters
    authorities = checked["ca_path"] or next(
        filter(None, map(os.environ.get, ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))), True
    )
    limits = fetch.Limits(
        options["fetch_max_size"] * fetch.MIB,
        options["fetch_timeout"],
        checked["request_timeout"],
        authorities if checked["validate_certs"] else False,
    )
    asked = fetch.planned(options["fetch_dir"], names, {i: server["links"] for i, server in servers.items()})
    there, wrong = fetch.fetch(asked, limits, clock, progress)
    for server_id, paths in there.items():
        servers[server_id]["files"] = paths
    for server_id, problems in wrong.items():
        reason = f"collected, but not downloaded: {'; '.join(problems)}"
        servers[server_id].update(ok=False, verdict="failed", reason=reason)
    result["finished"] = stamp(clock.time())
    engine.conclude(result, check=False)
