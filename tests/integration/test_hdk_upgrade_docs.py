# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""README, argument specs and defaults of the roles say the same, and so do filters and their documents."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.modelarts.plugins.filter import fleet, operation

ROOT = Path(__file__).resolve().parents[2]
ROLES = ("hdk_upgrade", "liteserver_jobs", "log_collection", "software_query", "diagnosis")


def options(role):
    spec = yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    return spec["argument_specs"]["main"]["options"]


def plain(description):
    text = " ".join([description] if isinstance(description, str) else description)
    return re.sub(r"\b[CVOM]\(([^)]*)\)", r"`\1`", text)


def table(role):
    """The table of variables, as the README has it."""
    rows = ["| variable | default | |", "|---|---|---|"]
    for name, option in options(role).items():
        default = (
            f"`{json.dumps(option['default']).strip(chr(34))}`"
            if "default" in option
            else "required" * option.get("required", False)
        )
        rows.append(f"| `{name}` | {default} | {plain(option['description'])} |")
    return "\n".join(rows)


@pytest.mark.parametrize("role", ROLES)
def test_the_readme_has_the_variables(role):
    assert table(role) in (ROOT / "roles" / role / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("role", ROLES)
def test_argument_specs_and_defaults_are_one(role):
    defaults = yaml.safe_load((ROOT / "roles" / role / "defaults" / "main.yml").read_text(encoding="utf-8"))
    found = {name: option.get("default") for name, option in options(role).items() if not option.get("required")}
    assert found == defaults


@pytest.mark.parametrize("name", [*fleet.FilterModule().filters(), *operation.FilterModule().filters()])
def test_each_filter_has_its_document_and_an_example_that_names_it(name):
    document = yaml.safe_load((ROOT / "plugins" / "filter" / f"{name}.yml").read_text(encoding="utf-8"))
    assert document["DOCUMENTATION"]["name"] == name
    assert f"huaweicloud.modelarts.{name}" in document["EXAMPLES"]
    assert "_value" in document["RETURN"]
