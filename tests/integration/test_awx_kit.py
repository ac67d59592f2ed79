# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kit makes in AWX, without a job: surveys by AWX's rules and the roles', and the ways through the workflow."""

from __future__ import annotations

import re

import jinja2.nativetypes
import pytest
import yaml

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet import options
from tests.awx import launch, workflow
from tests.awx.jobs import PROJECT, ROOT

ROLES = ("hdk_upgrade", "software_query", "log_collection", "diagnosis")
MINE = {"rollout_stage"}  # asked by a playbook of the project, not by a role
GIVEN = {"hdk_upgrade_version": "24.1.0.3", "diagnosis_item_type": "ASCEND_DIAGNOSIS"}
TEMPLATES = {
    "Upgrade plan",
    "Upgrade",
    "Collect logs",
    "Collect logs of failed servers",
    "Query versions",
    "Diagnosis",
    "Rollout verdict",
}


def specs():
    """The options of the roles, by their names."""
    found = {}
    for role in ROLES:
        content = yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
        found[role] = content["argument_specs"]["main"]["options"]
    return found


def problems(variables):
    """What the roles have against extra variables."""
    wrong = []
    for role, spec in specs().items():
        given = {name: value for name, value in variables.items() if name.startswith(f"{role}_")}
        if given:
            wrong += options.read(role, spec, {**GIVEN, **given} if role == "hdk_upgrade" else given)[1]
    return wrong


def questions(awx_things):
    """Each question of each survey, with the template that asks it."""
    kinds = ("job_templates", "workflow_job_templates")
    everything = {name: one for kind in kinds for name, one in awx_things[kind].items()}
    return [(name, question) for name, one in everything.items() for question in one["survey_spec"]["spec"]]


def test_everything_is_there_and_leads_to_a_playbook(awx_things):
    assert set(awx_things["job_templates"]) == TEMPLATES
    for template in awx_things["job_templates"].values():
        assert (PROJECT / template["playbook"]).is_file()
        assert template["job_slice_count"] == 1 and template["allow_simultaneous"] is False
    assert (PROJECT / "collections" / "requirements.yml").is_file()
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    for folder in (PROJECT / "collections", ROOT / "extensions" / "awx" / "execution_environment"):
        required = yaml.safe_load((folder / "requirements.yml").read_text(encoding="utf-8"))
        assert {"name": "huaweicloud.modelarts", "version": version} in required["collections"]


def test_the_page_names_every_setting_and_template(awx_things):
    text = (ROOT / "docs" / "docsite" / "rst" / "awx.rst").read_text(encoding="utf-8")
    settings = yaml.safe_load((ROOT / "extensions" / "awx" / "kit" / "settings.yml").read_text(encoding="utf-8"))
    for name in (*settings, *awx_things["job_templates"], *awx_things["workflow_job_templates"]):
        assert f"``{name}``" in text, name
    for variable in re.findall(r"\bhdk_upgrade_\w+(?=:)", text):
        assert variable in specs()["hdk_upgrade"], variable


def test_variables_of_the_credential_are_those_that_the_collection_reads(awx_things):
    kind = awx_things["credential_types"]["Huawei Cloud ModelArts"]
    read = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "plugins" / "module_utils").glob("*.py"))
    for name, text in kind["injectors"]["env"].items():
        assert not name.startswith("ANSIBLE_")
        assert name in read or name.removeprefix("HUAWEICLOUD_SDK").removeprefix("HW") in read, name
        assert re.fullmatch(r"\{\{ (\w+) \}\}", text)[1] in {field["id"] for field in kind["inputs"]["fields"]}


def test_each_question_is_one_of_the_roles_and_takes_what_awx_takes(awx_things):
    known = {name for spec in specs().values() for name in spec} | MINE
    for template, question in questions(awx_things):
        assert question["variable"] in known, template
        assert not question["variable"].endswith("_servers"), "the limit chooses the servers"
        for key in ("required", "question_name", "question_description"):
            assert key in question, (template, question["variable"])
        blank = launch.problem_of(question, {question["variable"]: ""})
        if question["required"]:
            assert blank and "default" not in question
        else:
            assert (blank is None) == (question["type"] in launch.TEXTS)
            # What AWX does not take as a default it leaves out, without a word.
            assert launch.problem_of(question, {question["variable"]: question["default"]}) is None
        for choice in question.get("choices", []):
            assert isinstance(choice, str), "AWX hands on texts"


@pytest.mark.parametrize("how", ["full", "minimal", "blank"])
def test_the_roles_take_what_a_survey_gives(how, awx_things):
    for name, template in awx_things["job_templates"].items():
        spec = template["survey_spec"]["spec"]
        required = {q["variable"]: GIVEN[q["variable"]] for q in spec if q["required"]}
        answers = {
            "full": {q["variable"]: q.get("choices", [q.get("default")])[-1] for q in spec},
            "minimal": {},
            "blank": {q["variable"]: "" for q in spec if q["type"] in launch.TEXTS},
        }[how]
        variables = launch.extra_vars(template, {**answers, **required})
        assert problems({**variables, **required}) == [], name
    with pytest.raises(launch.LaunchRefused, match="diagnosis_item_type"):
        launch.extra_vars(awx_things["job_templates"]["Diagnosis"], {})


def test_templates_in_answers_are_marked_and_those_of_the_template_are_not(awx_things):
    upgrade = {**awx_things["job_templates"]["Upgrade"], "extra_vars": {"hdk_upgrade_at_end": "{{ mine }}"}}
    variables = launch.extra_vars(upgrade, {**GIVEN, "hdk_upgrade_waves": "{{ theirs }}"})
    text = launch.as_file(variables, upgrade)
    assert "hdk_upgrade_at_end: '{{ mine }}'" in text
    assert "!unsafe 'hdk_upgrade_waves': !unsafe '{{ theirs }}'" in text


def carried_out(playbook):
    """The playbook of a job that asks no platform, as a function of what it is handed: its variables, and its tasks."""
    (play,) = yaml.safe_load((PROJECT / playbook).read_text(encoding="utf-8"))
    environment = jinja2.nativetypes.NativeEnvironment(undefined=jinja2.ChainableUndefined)  # as Ansible has it

    def carry_out(variables):
        known = dict(variables)
        for name, value in play["vars"].items():
            known[name] = environment.from_string(value).render(known) if isinstance(value, str) else value
        return known, play["tasks"], lambda expression: environment.compile_expression(expression)(**known)

    environment.filters["unique"] = lambda values: list(dict.fromkeys(values))
    return carry_out


class Fleet:
    """A fleet in which jobs end as a test wants: by the node, whether it goes well and what it hands on."""

    def __init__(self, **ends):
        self.ends = ends
        self.logs_of = []

    def __call__(self, node, heard):
        name, template = node["identifier"], node.get("unified_job_template")
        heard = {**heard, **node.get("extra_data", {})}
        if template == "Rollout verdict":
            _known, tasks, true = carried_out("rollout_verdict.yml")(heard)
            return not any(true(task["when"]) for task in tasks if "ansible.builtin.fail" in task), {}
        if template == "Collect logs of failed servers":
            known, _tasks, _true = carried_out("failed_logs.yml")(heard)
            self.logs_of += known["failed_servers"]
            return True, {"log_collection": {"outcome": "success"}}
        return self.ends.get(name, WELL[name])


def upgraded(outcome, *failed):
    """How an upgrade's job ends: red where servers failed or were not started."""
    return outcome == "success", {"hdk_upgrade_outcome": outcome, "hdk_upgrade_failed": list(failed)}


def found(name, outcome, *failed):
    """How a job of another role ends."""
    return not failed, {name: {"outcome": outcome, "failed": list(failed)}}


NOTHING = (False, {})  # a job that ended before it could hand on anything, or a denial
WELL = {
    "query": found("software_query", "success"),
    "plan": (True, {"hdk_upgrade_outcome": "planned"}),
    "approve_plan": (True, {}),
    "canary": upgraded("stopped"),
    "approve_rollout": (True, {}),
    "upgrade": upgraded("success"),
    "diagnosis": found("diagnosis", "success"),
}
ALL = "query plan approve_plan canary canary_verdict approve_rollout upgrade upgrade_verdict diagnosis logs end"
BEFORE = "query plan approve_plan canary canary_verdict"
TO_THE_UPGRADE = f"{BEFORE} approve_rollout upgrade upgrade_verdict"


@pytest.mark.parametrize(
    ("ends", "way", "fails", "logs_of"),
    [
        ({}, ALL, False, []),
        ({"canary": upgraded("success")}, ALL, False, []),
        ({"upgrade": upgraded("within_budget", "c")}, ALL, False, ["c"]),
        ({"diagnosis": found("diagnosis", "failed", "d")}, ALL, True, ["d"]),
        ({"diagnosis": NOTHING}, ALL, True, []),
        ({"query": found("software_query", "failed", "q")}, "query canary_logs end", True, ["q"]),
        ({"plan": NOTHING}, "query plan", True, []),
        ({"approve_plan": NOTHING}, "query plan approve_plan", True, []),
        ({"canary": upgraded("failed", "c")}, f"{BEFORE} canary_logs end", True, ["c"]),
        ({"approve_rollout": NOTHING}, f"{BEFORE} approve_rollout canary_logs end", True, []),
        ({"upgrade": upgraded("failed", "u", "v")}, f"{TO_THE_UPGRADE} logs end", True, ["u", "v"]),
        ({"upgrade": upgraded("stopped")}, f"{TO_THE_UPGRADE} logs end", True, []),
        ({"upgrade": NOTHING}, f"{TO_THE_UPGRADE} logs end", True, []),
    ],
)
def test_ways_through_the_workflow(ends, way, fails, logs_of, awx_things):
    fleet = Fleet(**ends)
    ended = workflow.run(awx_things["workflow_job_template_nodes"].values(), fleet)
    assert sorted(ended.went_well) == sorted(way.split())
    assert ended.failed is fails
    assert fleet.logs_of == logs_of


def test_answers_of_nodes_are_asked_for_by_their_templates(awx_things):
    for node in awx_things["workflow_job_template_nodes"].values():
        answers = node.get("extra_data", {})
        if answers:
            template = awx_things["job_templates"][node["unified_job_template"]]
            assert answers.items() <= launch.extra_vars(template, {**GIVEN, **answers}).items()
