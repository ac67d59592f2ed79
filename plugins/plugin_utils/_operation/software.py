# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server's versions, read from a query message, and whether they differ from those wanted or most common. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from .. import _versions
from .judged import Servers

AS_WANTED, DIFFERS = "as_wanted", "differs"
WANTED, COMMON = "wanted", "most common"  # what servers are compared with

Version = Mapping[str, Optional[str]]  # driver and firmware


def word(message: object, options: Mapping[str, Any]) -> str:
    """The verdict on a server whose task succeeded, as far as it is known before all have answered."""
    found = _versions.installed(message)
    if options["wanted"]:
        return DIFFERS if _differs(found, {"driver": options["wanted"], "firmware": None}, True) else AS_WANTED
    return AS_WANTED if found["driver"] else DIFFERS


def judge(servers: Servers, options: Mapping[str, Any]) -> dict[str, Any]:
    """Give each server its versions, and the verdict C(differs) where that is so.

    They differ from the driver wanted, else from the most common driver and firmware; of two equally common the newer.
    A server whose answer holds no version that can be read differs too. Returns C(versions) by server, C(found): how many
    servers have which, and C(drift).
    """
    wanted = options["wanted"]
    versions = _versions.of_servers(servers)
    answered = [i for i, server in servers.items() if server["status"] == "SUCCESS" and server["verdict"] != "planned"]
    groups: dict[tuple[Any, Any], list[str]] = {}
    for server_id in answered:
        if versions[server_id]["driver"]:
            groups.setdefault(_pair(versions[server_id]), []).append(server_id)
    ranked = sorted(groups.items(), key=lambda group: (len(group[1]), group[0]), reverse=True)
    found = [{**_stated(versions[ids[0]]), "servers": len(ids)} for _key, ids in ranked]
    common = _stated(versions[ranked[0][1][0]]) if ranked else None
    expected = {"driver": wanted, "firmware": None} if wanted else common
    drift = [i for i in answered if not expected or _differs(versions[i], expected, bool(wanted))]
    for server_id, server in servers.items():
        server.update(name=server["server_name"], **_stated(versions[server_id]), drift=False)
        if server_id in answered and server["verdict"] in (AS_WANTED, DIFFERS):
            server["verdict"] = AS_WANTED
    for server_id in drift:
        server = servers[server_id]
        server["drift"] = True
        if server["verdict"] == AS_WANTED:
            server["verdict"] = DIFFERS
            server["reason"] = _deviation(versions[server_id], expected, bool(wanted))
            server["ok"] = server["ok"] and not options["fail_on_drift"]
    basis = WANTED if wanted else COMMON
    drifted = {"basis": basis, "expected": expected, "servers": drift}
    return {"versions": versions, "found": found, "drift": drifted}


def _stated(version: Version) -> dict[str, str | None]:
    return {part: version[part] for part in ("driver", "firmware")}


def _pair(version: Version) -> tuple[Any, Any]:
    return _key(version["driver"]), _key(version["firmware"])


def _key(version: str | None) -> Sequence[Any]:
    """A sort key, equal for two spellings of a version. Versions that cannot be read come first."""
    try:
        return (1, _versions.parse(version)) if version else (0, "")
    except ValueError:
        return (0, str(version).lower())


def _differs(version: Version, expected: Version, driver_only: bool) -> bool:
    if driver_only or not version["driver"]:
        return _key(version["driver"]) != _key(expected["driver"])
    return _pair(version) != _pair(expected)


def _deviation(version: Version, expected: Version | None, wanted: bool) -> str:
    if not version["driver"] or not expected:
        return "its answer holds no driver version that can be read"
    part = "driver" if _key(version["driver"]) != _key(expected["driver"]) else "firmware"
    return f"{part} {version[part] or 'unknown'}, while {expected[part]} is {'wanted' if wanted else 'the most common'}"
