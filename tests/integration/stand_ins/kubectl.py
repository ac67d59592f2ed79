# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""kubectl, as far as nodes are drained with it.

A node: ``cordoned``, ``labels``, ``pods`` by name, each of a kind: ``replica``, ``daemon``, ``local`` (has an emptyDir), ``bare``
(has no controller) or ``guarded`` (its disruption budget lets it not go). State of the cluster: ``forbidden`` (nodes may be read
alone), ``together`` (so many drains have to be at work at once before the first one ends).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from typing import Any

import state

PATIENCE = 60.0  # seconds for other drains to begin
CANNOT = {
    "daemon": ("ignore_daemonsets", "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"),
    "local": ("delete_emptydir_data", "cannot delete Pods with local storage (use --delete-emptydir-data to override)"),
    "bare": ("force", "cannot delete Pods that declare no controller (use --force to override)"),
}


class Failed(Exception):
    """The tool ends with 1, after it has said so."""


def main(cluster: str, calls: str, arguments: list[str]) -> int:
    state.note(calls, arguments)
    asked = _parser().parse_args(arguments)
    try:
        return int(VERBS[asked.verb](cluster, asked) or 0)
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("kubectl", allow_abbrev=False)
    for option in ("--context", "--kubeconfig", "--request-timeout"):
        parser.add_argument(option)
    verbs = parser.add_subparsers(dest="verb", required=True)
    get = verbs.add_parser("get", allow_abbrev=False)
    get.add_argument("type", choices=["nodes"])
    get.add_argument("names", nargs="*")
    get.add_argument("--output", "-o", default="custom-columns=NAME:.metadata.name")
    get.add_argument("--selector", "-l", help="a label that the nodes have to have")
    for option in ("--ignore-not-found", "--no-headers"):
        get.add_argument(option, action="store_true")
    patch = verbs.add_parser("patch", allow_abbrev=False)
    patch.add_argument("type", choices=["nodes"])
    patch.add_argument("names", nargs="+")
    patch.add_argument("--type", dest="kind", choices=["json", "merge", "strategic"], default="strategic")
    patch.add_argument("--patch", "-p", type=json.loads, required=True)
    drain = verbs.add_parser("drain", allow_abbrev=False)
    drain.add_argument("names", nargs="+")
    drain.add_argument("--timeout", type=_duration, default=0)
    drain.add_argument("--grace-period", type=int, default=-1)
    for option in ("--ignore-daemonsets", "--delete-emptydir-data", "--force"):
        drain.add_argument(option, action="store_true")
    return parser


def _duration(text: str) -> int:
    """Whole seconds such as 30s; of a bare number the real tool says that the unit is missing."""
    found = re.fullmatch("([0-9]+)s", text)
    if not found:
        raise argparse.ArgumentTypeError(f'time: missing unit in duration "{text}"')
    return int(found[1])


def _missing(name: str) -> Failed:
    return Failed(f'Error from server (NotFound): nodes "{name}" not found')


def _get(cluster: str, asked: argparse.Namespace) -> None:
    form, _equals, columns = asked.output.partition("=")
    assert form == "custom-columns" and (asked.no_headers or asked.selector), asked.output
    # A dot that belongs to a key stands behind a backslash.
    paths = [re.split(r"(?<!\\)\.", column.partition(":")[2])[1:] for column in columns.split(",")]
    with state.opened(cluster) as content:
        for name in asked.names or content["nodes"]:
            if name not in content["nodes"]:
                if asked.ignore_not_found:
                    continue
                raise _missing(name)
            if asked.selector and asked.selector not in content["nodes"][name].get("labels", {}):
                continue
            print("   ".join(_cell(_node(name, content["nodes"][name]), path) for path in paths))


def _node(name: str, node: dict[str, Any]) -> dict[str, Any]:
    spec = {"unschedulable": True} if node.get("cordoned") else {}
    return {"metadata": {"name": name, "labels": node.get("labels", {})}, "spec": spec}


def _cell(value: Any, path: list[str]) -> str:
    for key in path:
        value = (value or {}).get(key.replace("\\.", "."))
    return "<none>" if value is None else json.dumps(value).strip('"')


def _patch(cluster: str, asked: argparse.Namespace) -> None:
    assert asked.kind == "merge" and set(asked.patch) == {"metadata", "spec"}, asked
    with state.opened(cluster) as content:
        for name in asked.names:
            if name not in content["nodes"]:
                raise _missing(name)
            if content.get("forbidden"):
                raise Failed(
                    f'Error from server (Forbidden): nodes "{name}" is forbidden: User "system:serviceaccount:awx:default" '
                    'cannot patch resource "nodes" in API group "" at the cluster scope'
                )
            node = content["nodes"][name]
            node["cordoned"] = bool(asked.patch["spec"]["unschedulable"])
            labels = {**node.get("labels", {}), **asked.patch["metadata"]["labels"]}
            node["labels"] = {key: value for key, value in labels.items() if value is not None}
            print(f"node/{name} patched")


def _drain(cluster: str, asked: argparse.Namespace) -> int:
    with state.opened(cluster) as content:
        content["drains"] = content.get("drains", 0) + 1
        for name in asked.names:
            if name not in content["nodes"]:
                raise _missing(name)
            node = content["nodes"][name]
            print(f"node/{name} {'already cordoned' if node.get('cordoned') else 'cordoned'}")
            node["cordoned"] = True
    _wait_for_others(cluster)
    problems = []
    for name in asked.names:
        with state.opened(cluster) as content:
            problem = _evict(name, content["nodes"][name]["pods"], asked)
        if problem:
            print(
                f'error: unable to drain node "{name}" due to error: {problem}, continuing command...', file=sys.stderr
            )
            problems.append((name, problem))
        else:
            print(f"node/{name} drained")
    if problems:
        print("There are pending nodes to be drained:", file=sys.stderr)
        for line in [f" {name}" for name, _problem in problems] + [problem for _name, problem in problems]:
            print(line, file=sys.stderr)
    return int(bool(problems))


def _wait_for_others(cluster: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with state.opened(cluster) as content:
            if content["drains"] >= content.get("together", 0):
                return
        time.sleep(0.05)
    raise Failed("the other drains have not begun")


def _evict(name: str, pods: dict[str, str], asked: argparse.Namespace) -> str | None:
    """Evict what may go. Returns what is in the way."""
    for pod, kind in pods.items():
        if kind in CANNOT and not getattr(asked, CANNOT[kind][0]):
            return f"{CANNOT[kind][1]}: default/{pod}"
    for pod, kind in list(pods.items()):
        if kind == "daemon":
            print(f"Warning: ignoring DaemonSet-managed Pods: default/{pod}", file=sys.stderr)
            continue
        print(f"evicting pod default/{pod}")
        if kind == "guarded":
            again = "(will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget."
            print(f'error when evicting pods/"{pod}" -n "default" {again}', file=sys.stderr)
            return f'error when evicting pods/"{pod}" -n "default": global timeout reached: {asked.timeout}s'
        del pods[pod]
        print(f"pod/{pod} evicted")
    return None


VERBS = {"get": _get, "patch": _patch, "drain": _drain}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
