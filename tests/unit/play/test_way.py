# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether all hosts of a play come to a task, as Ansible itself has loaded it."""

from __future__ import annotations

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.block import Block
from ansible.playbook.play import Play
from ansible.vars.manager import VariableManager

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._play.way import way_problems

TASK = {"ansible.builtin.meta": "noop"}
LEFT_OUT = "{{ [] if leave_out else [1] }}"


def loaded(tasks, **more):
    """The play's blocks, with what they stand in."""
    loader = DataLoader()
    manager = VariableManager(loader=loader, inventory=InventoryManager(loader=loader, sources=["localhost,"]))
    return Play.load(
        {"hosts": "localhost", "gather_facts": False, "tasks": tasks, **more}, variable_manager=manager, loader=loader
    )


def innermost(task):
    """The last task in what is loaded."""
    while isinstance(task, Block):
        task = [*task.block, *task.rescue, *task.always][-1]
    return task


def included(*above, **more):
    """A task that an include brings in, as Ansible puts it below a copy of that."""
    include = innermost(loaded(*above, **more).tasks[-1]).copy()
    include.args["_raw_params"] = "found.yml"
    block = Block.load([TASK], play=include.get_play(), parent_block=None, task_include=include)
    return block.block[0]


def problems(task, several=True, differing=("h3", "h4")):
    asked = []

    def differ(value):
        asked.append(value)
        return list(differing)

    return list(way_problems("The role x", task, several, differ)), asked


def test_nothing_is_wrong_where_all_hosts_come():
    for tasks in (
        [TASK],
        [{"block": [TASK], "always": []}],
        [{**TASK, "run_once": True}],
        [{"block": [TASK], "always": [TASK]}],
    ):
        assert problems(innermost(loaded(tasks).tasks[-1])) == ([], [])
    for include in ({"ansible.builtin.include_tasks": "a.yml"}, {"include_role": {"name": "a.b.c"}, "loop": [1, 2]}):
        assert problems(included([include])) == ([], [])


def test_conditions_are_found_wherever_they_stand():
    found, _asked = problems(innermost(loaded([{"when": "c", "block": [{"when": ["a", "b"], **TASK}]}]).tasks[-1]))
    assert found == [
        "The role x has the condition c and a and b, which cannot leave out single hosts, since one host works for all. "
        "Remove it, and choose the hosts with hosts or a limit."
    ]
    assert "has the condition z" in problems(included([{"when": "z", "include_tasks": "a.yml"}]))[0][0]


@pytest.mark.parametrize(
    ("value", "is_wrong"), [(True, True), ("{{ x }}", True), ("yes", True), (False, False), ("no", False)]
)
def test_what_runs_once_would_tell_one_host_only(value, is_wrong):
    task = included([{"run_once": value, "ansible.builtin.include_role": {"name": "a.b.c"}}])
    assert bool(problems(task)[0]) is is_wrong
    assert problems(task, several=False) == ([], []), "there is one host to tell"


def test_a_rescue_is_for_those_that_failed():
    block = {"block": [TASK], "rescue": [{"include_tasks": "a.yml"}]}
    for task in (
        included([block]),
        innermost(loaded([block]).tasks[-1]),
        innermost(loaded([{"block": [block]}]).tasks[-1]),
    ):
        (problem,), _asked = problems(task)
        assert problem.startswith("The role x stands in a rescue, which not all hosts come to")


def test_a_handler_is_for_those_that_were_notified():
    play = loaded([TASK], handlers=[{"name": "h", "ansible.builtin.include_tasks": "a.yml"}])
    include = innermost(play.handlers[-1]).copy()
    task = Block.load([TASK], play=play, task_include=include).block[0]
    (problem,), _asked = problems(task)
    assert problem.startswith("The role x is run by a handler, which not all hosts come to")


@pytest.mark.parametrize(
    ("include", "values"),
    [
        ({"ansible.builtin.include_tasks": "{{ kind }}.yml"}, ["{{ kind }}.yml"]),
        ({"include_tasks": {"file": "{{ kind }}.yml", "apply": {"tags": "{{ x }}"}}}, ["{{ kind }}.yml"]),
        ({"ansible.builtin.include_role": {"name": "{{ kind }}", "tasks_from": "x"}}, ["{{ kind }}"]),
        ({"include_tasks": "a.yml", "loop": LEFT_OUT, "name": "{{ x }}", "vars": {"a": "{{ x }}"}}, [LEFT_OUT]),
        ({"include_tasks": "a.yml", "with_items": [LEFT_OUT]}, [[LEFT_OUT]]),
    ],
)
def test_what_is_included_has_to_be_the_same_for_all(include, values):
    found, asked = problems(included([include]))
    assert asked == values
    assert len(found) == 1 and "not the same for all hosts, but another for h3, h4. One host works for all" in found[0]
    assert problems(included([include]), differing=()) == ([], values)
    many = problems(included([include]), differing=[f"h{number}" for number in range(9)])[0][0]
    assert "for h0, h1, h2 and 6 more. One" in many
