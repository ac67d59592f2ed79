# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an AWX has, in a file, and what it refuses. Things are kept as they were given, by the API's word for their kind."""

from __future__ import annotations

import json
import os
from typing import Any

# By the module: its kind, the argument that names a thing, and the argument that names what that is a part of.
KINDS = {
    "credential": ("credentials", "name", None),
    "credential_type": ("credential_types", "name", None),
    "execution_environment": ("execution_environments", "name", None),
    "inventory": ("inventories", "name", None),
    "inventory_source": ("inventory_sources", "name", "inventory"),
    "job_template": ("job_templates", "name", None),
    "project": ("projects", "name", None),
    "schedule": ("schedules", "name", "unified_job_template"),
    "workflow_job_template": ("workflow_job_templates", "name", None),
    "workflow_job_template_node": ("workflow_job_template_nodes", "identifier", "workflow_job_template"),
}
# Arguments that name things which have to be there.
NAMED = {
    "credential": "credentials",
    "credential_type": "credential_types",
    "credentials": "credentials",
    "execution_environment": "execution_environments",
    "failure_nodes": "workflow_job_template_nodes",
    "inventory": "inventories",
    "always_nodes": "workflow_job_template_nodes",
    "project": "projects",
    "source_project": "projects",
    "success_nodes": "workflow_job_template_nodes",
    "unified_job_template": "job_templates",
    "workflow_job_template": "workflow_job_templates",
}
EDGES = ("success_nodes", "failure_nodes", "always_nodes")
GO_TOO = {"inventory": ["inventory_sources"], "job_template": ["schedules"]}
GO_TOO["workflow_job_template"] = ["workflow_job_template_nodes"]
NO_FIELDS = ("state", "wait", "interval", "update_project", "update_secrets", "lookup_organization")

Things = dict[str, dict[str, dict[str, Any]]]


class Refused(Exception):
    """What AWX says no to."""


class Store:
    """The things in the file that the environment variable AWX_STAND_IN names."""

    def __init__(self) -> None:
        self.path = os.environ["AWX_STAND_IN"]
        self.things: Things = {kind: {} for kind, _name, _of in KINDS.values()}
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as stream:
                self.things = json.load(stream)

    def apply(self, module: str, arguments: dict[str, Any], check: bool) -> bool:
        """Make, change or remove a thing; whether that is a change."""
        kind, name, part_of = KINDS[module]
        owner = arguments[part_of] if part_of else None
        key = f"{owner}/{arguments[name]}" if owner else arguments[name]
        there = self.things[kind].get(key)
        if arguments["state"] == "absent":
            self._check_absent(module, arguments, check)
            changed = there is not None
            self.things[kind].pop(key, None)
            for other in GO_TOO.get(module, []):
                self.things[other] = {
                    one: thing for one, thing in self.things[other].items() if one.partition("/")[0] != key
                }
        else:
            self._check_present(arguments)
            given = {one: value for one, value in arguments.items() if value is not None and one not in NO_FIELDS}
            changed = there is None or any(there.get(one) != value for one, value in given.items())
            self.things[kind][key] = {**(there or {}), **given}
        if changed and not check:
            with open(self.path, "w", encoding="utf-8") as stream:
                json.dump(self.things, stream, indent=1)
        return changed

    def find(self, kind: str, query: dict[str, str]) -> list[dict[str, Any]]:
        """The things that a query of the API finds."""
        return [thing for thing in self.things[kind].values() if all(_fits(thing, *one) for one in query.items())]

    def _check_absent(self, module: str, arguments: dict[str, Any], check: bool) -> None:
        if module == "credential":
            self._find("credential_type", arguments["credential_type"], arguments)
        types = [credential["credential_type"] for credential in self.things["credentials"].values()]
        if module == "credential_type" and arguments["name"] in types and not check:
            raise Refused("You don't have permission to DELETE to /api/v2/credential_types/ (HTTP 403).")

    def _check_present(self, arguments: dict[str, Any]) -> None:
        for argument, value in arguments.items():
            if argument in NAMED and value is not None:
                for name in value if isinstance(value, list) else [value]:
                    self._find(argument, name, arguments)
        if arguments.get("approval_node") and any(arguments[edge] is not None for edge in EDGES):
            raise Refused(
                "The requested object could not be found at /api/v2/workflow_approval_templates/1/success_nodes/."
            )

    def _find(self, argument: str, name: str, arguments: dict[str, Any]) -> None:
        kind = NAMED[argument]
        key = f"{arguments['workflow_job_template']}/{name}" if argument in EDGES else name
        if key not in self.things[kind]:
            raise Refused(f"Request to /api/v2/{kind}/?name={name} returned 0 items, expected 1")


def _fits(thing: dict[str, Any], filter_: str, wanted: str) -> bool:
    argument, how = [*filter_.split("__"), ""][:2]
    value = thing.get(argument)
    return value in wanted.split(",") if how == "in" else value == wanted
