# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of a play, and which Lite Server each is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ansible.errors import AnsibleError

LOCAL = ("localhost", "127.0.0.1", "::1")
PLACE = ("region", "project_id", "endpoint")  # what the inventory tells of a server as liteserver_region and so on

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class HostVariables(Protocol):
    """The interface of C(hostvars): variables of each host, as written or with templates evaluated."""

    def raw_get(self, host_name: str, /) -> Any:
        """All variables of a host as they were written."""

    def __getitem__(self, host_name: str, /) -> Mapping[str, Any]:
        """All variables of a host. Their templates are evaluated when they are read."""


@dataclass(frozen=True)
class Host:
    """A host of the inventory. C(server_id) is None where it is no Lite Server.

    C(place) holds those of C(PLACE) that the inventory tells. C(given) are its variables of a role, as they were written.
    C(problem): which of its variables cannot be evaluated, and why.
    """

    name: str
    server_id: str | None
    place: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    problem: str | None = None


def hosts_of(names: Iterable[str], hostvars: HostVariables, is_option: Callable[[str], bool]) -> list[Host]:
    """The hosts of these names. is_option: whether a variable of this name counts among C(given)."""
    return [_host(name, hostvars, is_option) for name in names]


def server_id_of(name: str, liteserver_id: object) -> str | None:
    """The id of the Lite Server that a host stands for: its variable C(liteserver_id), else its name."""
    return str(liteserver_id) if liteserver_id else None if name in LOCAL else name


def hosts_by_server(names: Iterable[str], hostvars: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The hosts by the id of the Lite Server that each stands for."""
    ids = {name: server_id_of(name, hostvars[name].get("liteserver_id")) for name in names}
    return {server_id: name for name, server_id in ids.items() if server_id}


def is_surely_a_server(name: str, liteserver_id: object) -> bool:
    """Whether a host is certainly a Lite Server. A host with an ordinary name may be the controller."""
    return bool(liteserver_id) or _UUID.fullmatch(name) is not None


def is_known_server(host: Host) -> bool:
    """The same of a host whose id has been read."""
    return is_surely_a_server(host.name, host.server_id if host.server_id != host.name else None)


def _host(name: str, hostvars: HostVariables, is_option: Callable[[str], bool]) -> Host:
    raw = hostvars.raw_get(name)
    given = {key: value for key, value in raw.items() if is_option(key)}
    found: dict[str, Any] = {}
    for key in ("id", *PLACE):
        try:
            found[key] = _carried_out(raw.get(f"liteserver_{key}"), name, key, hostvars)
        except AnsibleError as error:
            problem = f"{name}: its liteserver_{key} cannot be evaluated: {error.message}. Correct it."
            return Host(name, None, given=given, problem=problem)
    place = {key: str(found[key]) for key in PLACE if found[key]}
    return Host(name, server_id_of(name, found["id"]), place, given)


def _carried_out(value: Any, name: str, key: str, hostvars: HostVariables) -> Any:
    if isinstance(value, str) and ("{{" in value or "{%" in value):
        return hostvars[name][f"liteserver_{key}"]
    return value
