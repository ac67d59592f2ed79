# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups servers by the connection that reaches them, as the inventory describes it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._fleet.options import of_one_server
from .hosts import PLACE, Host

Options = Mapping[str, Any]


def connections(
    server_ids: Iterable[str], hosts: Iterable[Host], options: Options
) -> tuple[dict[str, list[str]], dict[str, dict[str, Any]]]:
    """The servers of each connection, and its options. C(options) hold for what the inventory does not tell."""
    told = places(hosts)
    servers: dict[str, list[str]] = {}
    found: dict[str, dict[str, Any]] = {}
    for server_id in server_ids:
        there = of_place(told.get(server_id, {}), options)
        name = " ".join(str(there.get(key) or "-") for key in PLACE)
        servers.setdefault(name, []).append(server_id)
        found[name] = there
    return servers, found


def places(hosts: Iterable[Host]) -> dict[str, Mapping[str, str]]:
    """Where servers are, as far as a host tells it."""
    return {host.server_id: host.place for host in hosts if host.server_id and host.place}


def place_problems(server_ids: Iterable[str], hosts: Iterable[Host]) -> Iterator[str]:
    """Where hosts that stand for one server tell different places, so that it is not known where its jobs go."""
    told: dict[str, list[Host]] = {server_id: [] for server_id in server_ids}
    for host in hosts:
        if host.place and host.server_id in told:
            told[host.server_id].append(host)
    for key in PLACE:
        # What stands before the @ of an address may be a password.
        of_hosts = {
            i: {host.name: host.place.get(key, "").rpartition("@")[2] for host in members}
            for i, members in told.items()
        }
        yield from of_one_server(f"liteserver_{key}", of_hosts)


def of_place(place: Mapping[str, str], options: Options) -> dict[str, Any]:
    """The connection options for a server of a place."""
    there = {**options, **place}
    # An endpoint belongs to its region.
    if "endpoint" not in place and place.get("region", options.get("region")) != options.get("region"):
        there["endpoint"] = None
    return there
