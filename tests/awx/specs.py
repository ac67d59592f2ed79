# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes specs.json, the argument specs of those modules of awx.awx that the kit uses, without those of the connection.

Run it where awx.awx is installed:

    python -m venv build/venv-awx
    build/venv-awx/bin/pip install ansible==10.7.0
    build/venv-awx/bin/python tests/awx/specs.py >tests/awx/specs.json

That package, which has awx.awx 24.6.1, is too large to install for each test run.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

MODULES = (
    "credential",
    "credential_type",
    "execution_environment",
    "inventory",
    "inventory_source",
    "job_template",
    "project",
    "schedule",
    "workflow_job_template",
    "workflow_job_template_node",
)
RULES = ("mutually_exclusive", "required_if", "required_one_of", "required_together")
WITHOUT_MEANING_HERE = ("fallback", "no_log")  # of an argument


class Asked(Exception):
    """A module has said which arguments it takes."""


def spec_of(module: str) -> dict[str, Any]:
    """The argument spec of a module, which ends where it hands it over."""
    api = importlib.import_module("ansible_collections.awx.awx.plugins.module_utils.controller_api")
    found: dict[str, Any] = {}

    def take(_self: Any, argument_spec: dict[str, Any], **rules: Any) -> None:
        found["argument_spec"] = {
            name: {key: value for key, value in argument.items() if key not in WITHOUT_MEANING_HERE}
            for name, argument in argument_spec.items()
        }
        found.update((rule, rules[rule]) for rule in RULES if rules.get(rule))
        raise Asked

    api.ControllerAPIModule.__init__ = take
    try:
        importlib.import_module(f"ansible_collections.awx.awx.plugins.modules.{module}").main()
    except Asked:
        return found
    raise RuntimeError(f"{module} has no argument spec")


if __name__ == "__main__":
    json.dump({module: spec_of(module) for module in MODULES}, sys.stdout, indent=1, sort_keys=True)
    print()
