# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What log collection, software query and diagnosis read from the messages of their tasks. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from . import _operation, _versions
from ._operation import Result
from ._report import values
from ._report.cells import harmless

MOST_ROWS = 200

_LINK = re.compile(r"\b(?:https?|obs)://[^\s<>\"'`\\^{|}]+", re.IGNORECASE)

# A word between letters is none: not failover, but NPU_FAIL.
_HEALTH = {
    "fail": re.compile(r"(?<![a-z])fail(?:ed|ures?|s)?(?![a-z])", re.IGNORECASE),
    "warn": re.compile(r"(?<![a-z])warn(?:ed|ings?|s)?(?![a-z])", re.IGNORECASE),
    "pass": re.compile(r"(?<![a-z])pass(?:ed|es)?(?![a-z])", re.IGNORECASE),
}
# A count of none in a list, such as "10 passed, 0 failed" and "PASS: 10 | FAIL: 0".
_NONE = re.compile(
    r"(?:(?<![^,;|(\n])\s*0\s+(?:pass|warn|fail)[a-z]*|(?<![a-z])(?:pass|warn|fail)[a-z]*\s*[:=]\s*0)\s*(?=[,;|)\n]|\.?\s*$)",
    re.IGNORECASE,
)

Versions = Mapping[str, Mapping[str, Optional[str]]]


def collected_logs(outcome: Mapping[str, Any], check: bool = False) -> Result:
    """The result of a log collection: with the ``links`` in each server's message."""
    result = _operation.judge(outcome, check)
    for server in result["servers"].values():
        server["links"] = links(server["message"])
    return result


def links(message: object) -> list[str]:
    """The http, https and obs addresses in a text, each once."""
    found = (address.rstrip(".,;:!?)]*_") for address in _LINK.findall(message if isinstance(message, str) else ""))
    return list(dict.fromkeys(address for address in found if not address.endswith("//") and ":" in address))


def health(message: object) -> str:
    """fail, warn, pass or unknown: the worst of the words PASS, WARN and FAIL that a text holds."""
    text = _NONE.sub(" ", message) if isinstance(message, str) else ""
    return next((word for word, pattern in _HEALTH.items() if pattern.search(text)), "unknown")


def diagnosed(outcome: Mapping[str, Any], fail_on: str = "FAIL", check: bool = False) -> Result:
    """The result of a diagnosis: with the ``health`` of each server, which may make it fail."""
    result = _operation.judge(outcome, check)
    fatal = {"FAIL": ("fail",), "WARN": ("fail", "warn")}[fail_on]
    for server in result["servers"].values():
        status = server["status"]
        server["health"] = (
            health(server["message"]) if status == "SUCCESS" else "fail" if status == "FAILED" else "unknown"
        )
        if not server["ok"] or status != "SUCCESS":
            continue
        if server["health"] in fatal and not check:
            server.update(ok=False, verdict="failed", reason=f"the diagnosis says {server['health'].upper()}")
        elif server["health"] == "unknown":
            server["reason"] = "the diagnosis says neither PASS nor WARN nor FAIL"
    found = Counter(server["health"] for server in result["servers"].values())
    return {**result, "health": {word: found[word] for word in (*_HEALTH, "unknown")}}


def software(
    outcome: Mapping[str, Any], wanted: str | None = None, fail_on_drift: bool = False, check: bool = False
) -> Result:
    """The result of a software query: ``versions``, how many servers have which, and the servers that differ.

    They differ from the driver wanted, else from the most common driver and firmware; of two equally common the newer.
    A server whose answer holds no version that can be read differs too.
    """
    result = _operation.judge(outcome, check)
    versions: Versions = _versions.of_servers(result["servers"])
    answered = [server_id for server_id, server in result["servers"].items() if server["status"] == "SUCCESS"]
    groups: dict[tuple[Any, Any], list[str]] = {}
    for server_id in answered:
        if versions[server_id]["driver"]:
            groups.setdefault(_pair(versions[server_id]), []).append(server_id)
    ranked = sorted(groups.items(), key=lambda group: (len(group[1]), group[0]), reverse=True)
    found = [{**_stated(versions[ids[0]]), "servers": len(ids)} for _key, ids in ranked]
    expected = (
        {"driver": wanted, "firmware": None} if wanted else _stated(versions[ranked[0][1][0]]) if ranked else None
    )
    drift = [server_id for server_id in answered if expected and _differs(versions[server_id], expected, bool(wanted))]
    for server_id, server in result["servers"].items():
        server.update(name=server["server_name"], **_stated(versions[server_id]), drift=server_id in drift)
        if server["drift"]:
            server["reason"] = _deviation(versions[server_id], expected or {}, bool(wanted))
            if fail_on_drift and not check:
                server.update(ok=False, verdict="failed")
    basis = "wanted" if wanted else "most common"
    drifted = {"basis": basis, "expected": expected, "servers": drift}
    return {**result, "versions": dict(versions), "found": found, "drift": drifted}


def software_table(result: Mapping[str, Any]) -> list[str]:
    """The versions as lines of text; servers that differ are marked, and come first where there are many."""
    servers = result["servers"]
    ids = _operation.order(result)
    if len(ids) > MOST_ROWS:
        ids.sort(key=lambda server_id: (servers[server_id]["ok"], not servers[server_id]["drift"]))
    rows = [("server", "driver", "firmware", "status", ""), *(_row(i, servers[i]) for i in ids[:MOST_ROWS])]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join((*(cell.ljust(width) for cell, width in zip(row, widths)), row[4])).rstrip() for row in rows]
    if len(ids) > MOST_ROWS:
        lines.append(f"and {len(ids) - MOST_ROWS} more")
    return [*lines, *_counted(result), *result["errors"]]


def software_csv(result: Mapping[str, Any]) -> str:
    """The versions as CSV (RFC 4180), with a head. No cell is a formula."""
    columns = ("id", "name", "driver", "firmware", "status", "drift", "message")
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(columns)
    for server_id in _operation.order(result):
        server = {**result["servers"][server_id], "id": server_id}
        server["drift"] = "yes" if server["drift"] else "no"
        writer.writerow([harmless(values.text(server[column]) or "") for column in columns])
    return lines.getvalue()


def _counted(result: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{group['servers']} x driver {group['driver']}, firmware {group['firmware'] or 'unknown'}"
        for group in result["found"]
    ]
    drift = result["drift"]
    if drift["servers"]:
        wanted = "the driver wanted" if drift["basis"] == "wanted" else "the most common versions"
        lines.append(f"{len(drift['servers'])} of {len(result['servers'])} differ from {wanted}")
    return lines


def _row(server_id: str, server: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    note = str(server["reason"] or "") if server["drift"] else ""
    status = "planned" if server["verdict"] == "planned" else server["status"]
    return (_operation.called(server_id, server), server["driver"] or "-", server["firmware"] or "-", status, note)


def _stated(version: Mapping[str, str | None]) -> dict[str, str | None]:
    return {part: version[part] for part in ("driver", "firmware")}


def _pair(version: Mapping[str, str | None]) -> tuple[Any, Any]:
    return _key(version["driver"]), _key(version["firmware"])


def _key(version: str | None) -> Sequence[Any]:
    """Equal for two spellings of one version; what cannot be read precedes what can."""
    try:
        return (1, _versions.parse(version)) if version else (0, "")
    except ValueError:
        return (0, str(version).lower())


def _differs(version: Mapping[str, str | None], expected: Mapping[str, str | None], driver_only: bool) -> bool:
    if driver_only or not version["driver"]:
        return _key(version["driver"]) != _key(expected["driver"])
    return _pair(version) != _pair(expected)


def _deviation(version: Mapping[str, str | None], expected: Mapping[str, str | None], wanted: bool) -> str:
    if not version["driver"]:
        return "its answer holds no driver version that can be read"
    part = "driver" if _key(version["driver"]) != _key(expected["driver"]) else "firmware"
    return f"{part} {version[part] or 'unknown'}, while {expected[part]} is {'wanted' if wanted else 'the most common'}"
