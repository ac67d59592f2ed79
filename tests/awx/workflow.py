# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order in which AWX runs the nodes of a workflow, and how the workflow ends. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Node = Mapping[str, Any]
Artifacts = dict[str, Any]
EDGES = ("success_nodes", "failure_nodes", "always_nodes")
Do = Callable[[Node, Artifacts], "tuple[bool, Artifacts]"]


@dataclass
class Ended:
    """What became of a workflow. C(went_well): by the nodes that were run, in their order."""

    went_well: dict[str, bool] = field(default_factory=dict)
    failed: bool = False


def run(nodes: Iterable[Node], do: Do) -> Ended:
    """Run the nodes. do: given a node and what those before it have handed on, whether it went well and what it hands on.

    nodes: in the order in which they were made. A node is next once all its parents are over or left out, and is left out where
    none of them leads to it. It hears of all parents that were run, also of those that do not lead to it, and where they
    differ the one that was made last holds. A workflow fails where a node failed that has no edge for this.
    """
    known = {node["identifier"]: node for node in nodes}
    left = dict(known)
    reached = {name for name in known if not _parents(name, known)}
    handed: dict[str, Artifacts] = {}
    ended = Ended()
    while left:
        name = next(one for one in left if not _parents(one, left))
        node = left.pop(name)
        if name not in reached:
            continue
        heard = {key: value for one in _parents(name, known) for key, value in handed.get(one, {}).items()}
        good, artifacts = do(node, heard)
        ended.went_well[name] = good
        handed[name] = {**heard, **artifacts}
        reached.update([*_edge(node, "always_nodes"), *_edge(node, "success_nodes" if good else "failure_nodes")])
        ended.failed |= not good and not _edge(node, "always_nodes") and not _edge(node, "failure_nodes")
    return ended


def _parents(name: str, nodes: Mapping[str, Node]) -> list[str]:
    """Those of these nodes that have an edge to it."""
    return [one for one, node in nodes.items() if any(name in _edge(node, edge) for edge in EDGES)]


def _edge(node: Node, kind: str) -> list[str]:
    return list(node.get(kind) or [])
