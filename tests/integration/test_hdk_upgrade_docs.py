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


def main(role):
    """The role's entry point, as its argument spec has it."""
    spec = yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    return spec["argument_specs"]["main"]


def options(role):
    return main(role)["options"]


def sections(role):
    """What the description says under a title, such as C(B(Verdicts.)): title to its items, as Markdown."""
    found: dict[str, list[str]] = {}
    for item in main(role)["description"]:
        title = re.match(r"B\(([^)]*)\.\) ", item)
        if title:
            found[title[1]] = [plain(item[title.end() :])]
        elif found:
            found[next(reversed(found))].append(f"- {plain(item)}")
    return found


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
def test_readme_and_ansible_doc_say_the_same_of_verdicts_result_and_hooks(role):
    readme = (ROOT / "roles" / role / "README.md").read_text(encoding="utf-8")
    found = sections(role)
    assert {"Verdicts", "Result", "Handed on"} <= set(found)
    assert ("Hooks" in found) == (role == "hdk_upgrade")
    for title, items in found.items():
        assert f"## {title} {' '.join(items)} " in " ".join(readme.split()) + " "


@pytest.mark.parametrize("role", ROLES)
def test_the_example_of_a_role_runs(role, sim, playbook):
    """It is the same in README and argument spec."""
    example = main(role)["examples"]
    assert f"```yaml\n{example}```" in (ROOT / "roles" / role / "README.md").read_text(encoding="utf-8")
    for server in sim.servers.values():
        server.driver = "24.1.0.3" if role == "software_query" else server.driver
    hosts = {server.name: {"liteserver_id": server_id} for server_id, server in sim.servers.items()}
    result = playbook.play(
        yaml.safe_load(example),
        inventory={"liteservers": {"hosts": hosts}},
        extra_vars={"my_item_type": "NPU_CHECK", f"{role}_wait_interval": 0.2},
    )
    assert result.rc == 0, result.output
    fact = next(
        e["result"]["ansible_facts"]
        for e in result.events
        if f"{role}_result" in e.get("result", {}).get("ansible_facts", {})
    )
    assert set(fact[f"{role}_result"]) <= set(re.findall(r"`(\w+)`", " ".join(sections(role)["Result"])))


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
