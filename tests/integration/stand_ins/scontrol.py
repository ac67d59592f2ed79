# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""scontrol, as far as nodes are drained with it.

A node: ``state``, as the real tool shows it; ``reason``; ``looks``, after how many times that it was shown its jobs are over and
its base state is IDLE. State of the cluster: ``denied`` (nothing may be changed); ``up`` and ``down``, how many times nodes are
shown, and how many times there is no controller after that.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

import state


class Failed(Exception):
    """The tool ends with 1, after it has said so."""


def main(cluster: str, calls: str, arguments: list[str]) -> int:
    state.note(calls, arguments)
    parser = argparse.ArgumentParser("scontrol", allow_abbrev=False)
    parser.add_argument("--oneliner", "-o", action="store_true")
    parser.add_argument("--cluster", "--clusters", "-M")
    parser.add_argument("command", choices=["show", "update"])
    parser.add_argument("words", nargs="+")
    asked = parser.parse_args(arguments)
    with state.opened(cluster) as content:
        try:
            return {"show": _show, "update": _update}[asked.command](content, asked)
        except Failed as failed:
            print(failed, file=sys.stderr)
            return 1


def _show(content: dict[str, Any], asked: argparse.Namespace) -> int:
    entity, names = asked.words
    assert entity == "node" and asked.oneliner, asked
    if content.get("up", 0) > 0:
        content["up"] -= 1
    elif content.get("down", 0) > 0:
        content["down"] -= 1
        raise Failed("slurm_load_node error: Unable to contact slurm controller (connect failure)")
    status = 0
    for name in names.split(","):
        if name not in content["nodes"]:
            # On standard output, as the real one does.
            print(f"Node {name} not found")
            status = 1
            continue
        node = content["nodes"][name]
        reason = f" Reason={node['reason']} [root@2026-03-01T10:00:00]" if node.get("reason") else ""
        print(
            f"NodeName={name} Arch=x86_64 CoresPerSocket=12 CPUAlloc=0 CPUTot=24 CPULoad=0.00 Gres=npu:8 NodeAddr={name} "
            f"NodeHostName={name} OS=Linux 5.10.0 #1 SMP Mon Jan 1 00:00:00 UTC 2026 RealMemory=32220 AllocMem=0 Boards=1 "
            f"State={node['state']} ThreadsPerCore=2 TmpDisk=0 Weight=1 Owner=N/A MCS_label=N/A Partitions=p1 AllocTRES="
            f"{reason} Comment=in rack [7]"
        )
        if node.get("looks") is not None:
            node["looks"] -= 1
            if node["looks"] <= 0:
                node["state"] = "+".join(["IDLE", *node["state"].split("+")[1:]]).replace("+COMPLETING", "")
    return status


def _update(content: dict[str, Any], asked: argparse.Namespace) -> int:
    changes = {key: value for key, _equals, value in (word.partition("=") for word in asked.words)}
    unknown = set(changes) - {"NodeName", "State", "Reason"}
    if unknown:
        raise Failed(f"Update of this parameter is not supported: {unknown.pop()}\nRequest aborted")
    if changes["State"] == "DRAIN" and not changes.get("Reason"):
        raise Failed("You must specify a reason when DOWNING or DRAINING a node. Request denied")
    if content.get("denied"):
        raise Failed("slurm_update error: Access/permission denied")
    for name in changes["NodeName"].split(","):
        if name not in content["nodes"]:
            raise Failed("slurm_update error: Invalid node name specified")
        _change(content["nodes"][name], changes)
    return 0


def _change(node: dict[str, Any], changes: dict[str, str]) -> None:
    words = node["state"].split("+")
    if changes["State"] == "DRAIN":
        node["state"] = "+".join([*words, "DRAIN"] if "DRAIN" not in words else words)
        node["reason"] = changes["Reason"]
    elif changes["State"] == "RESUME":
        if not {"DRAIN", "FAIL"} & set(words) and words[0] != "DOWN":
            raise Failed("slurm_update error: Invalid node state specified")
        node["state"] = words[0].replace("DOWN", "IDLE")
        node["reason"] = ""
    else:
        raise Failed(f"Invalid input: State={changes['State']}\nRequest aborted")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
