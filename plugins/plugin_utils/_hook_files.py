# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of tasks that a role is given: finds them, and checks that Ansible can load them, before they are needed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.playbook.block import Block
from ansible.playbook.helpers import load_list_of_blocks
from ansible.playbook.role_include import IncludeRole
from ansible.playbook.task_include import TaskInclude

LONGEST = 400  # characters of what Ansible says of a file
ENDS = (
    "end_play",
    "end_batch",
    "end_host",
    "end_role",
)  # of meta: with them hosts would not hear what became of their servers


class HookError(Exception):
    """A file that does not exist or cannot be loaded. The message says why, and what to do."""


def find(value: str, playbook_folder: str, shipped: str) -> str:
    """The path of the file: beside the playbook, else in the current folder, else in the role. shipped: the role's
    folder. Raises HookError.
    """
    path = os.path.expanduser(value)
    places = [os.path.join(playbook_folder, path), os.path.abspath(path)]
    name, ending = os.path.splitext(path)
    # Those without an underscore are parts of others.
    if os.path.basename(path) == path and "_" in name and ending in ("", ".yml"):
        places.append(os.path.join(shipped, f"{name}.yml"))
    for place in places:
        if os.path.isfile(place):
            return os.path.normpath(place)
    tried = ", ".join(dict.fromkeys(os.path.normpath(place) for place in places))
    raise HookError(
        f"there is no file {tried}. Give the path of a file of tasks, absolute or relative to the playbook or to the "
        "current folder, or the name of a hook that comes with the role"
    )


def check(path: str, task: Any, loader: Any, manager: Any) -> None:
    """Load the file as Ansible will, with the files that it includes by a fixed name. Raises HookError.

    Once Ansible itself finds out that a file or a module in it cannot be loaded, it ends the whole playbook.
    """
    todo, done = [path], set()
    while todo:
        file = todo.pop()
        done.add(file)
        try:
            data = loader.load_from_file(file)
            if not isinstance(data or [], list):
                raise HookError(f"{file} is not a list of tasks. Make it one")
            blocks = load_list_of_blocks(
                data or [], play=task.get_play(), role=task._role, variable_manager=manager, loader=loader
            )
            for end in _ends(blocks):
                raise HookError(
                    f"{file} has meta: {end}, after which hosts would not hear what became of their servers. To stop the rollout "
                    "use ansible.builtin.fail"
                )
            todo += [one for one in _included(blocks, os.path.dirname(file)) if one not in done]
        except AnsibleError as error:
            raise HookError(f"{file} cannot be loaded: {_in_a_line(error)}. Correct it") from None


def _ends(tasks: Iterable[Any]) -> Iterator[str]:
    """What ends the play for hosts, among tasks."""
    for task in tasks:
        if isinstance(task, Block):
            yield from _ends([*task.block, *task.rescue, *task.always])
        elif task.action in C._ACTION_META and task.args.get("_raw_params") in ENDS:
            yield task.args["_raw_params"]


def _included(tasks: Iterable[Any], folder: str) -> Iterator[str]:
    """The files that tasks include by a fixed name."""
    for task in tasks:
        if isinstance(task, Block):
            yield from _included([*task.block, *task.rescue, *task.always], folder)
        elif isinstance(task, TaskInclude) and not isinstance(task, IncludeRole):
            name = str(task.args.get("_raw_params") or task.args.get("file") or "{{")
            path = os.path.normpath(os.path.join(folder, name))
            # One with a template is not known yet, and one elsewhere may be found by its role.
            if "{{" not in name and os.path.isfile(path):
                yield path


def _in_a_line(error: AnsibleError) -> str:
    return " ".join(str(error).split())[:LONGEST].rstrip(".")
