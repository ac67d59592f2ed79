# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Lite Servers as modules return them, and the filters that select them. No I/O."""

from __future__ import annotations

import ipaddress
import typing as t
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from ._errors import InputError
from ._values import mapping, mappings, milliseconds, text, times

Server = dict[str, t.Any]  # as parse makes it

# SDK, ServerResponse
STATUSES = (
    "CREATING",
    "CREATE_FAILED",
    "RUNNING",
    "STARTING",
    "START_FAILED",
    "STOPPING",
    "STOPPED",
    "STOP_FAILED",
    "REBOOTING",
    "REBOOT_FAILED",
    "CHANGINGOS",
    "CHANGINGOS_FAILED",
    "REINSTALLINGOS",
    "REINSTALLINGOS_FAILED",
    "DELETING",
    "DELETE_FAILED",
    "DELETED",
    "ERROR",
)

TEXTS = ("name", "status", "flavor", "category", "charging_mode", "vpc_id", "subnet_id")
CLOUD_SERVER_KEYS = ("id", "type", "hps_id", "hps_ecs_id")
IMAGE_KEYS = ("image_id", "name", "arch", "server_type", "status")

FILTERS = ("names", "statuses", "flavors", "supernodes")
TRUNCATED = "The list is incomplete: the platform says that there are more servers than it gives."


def parse(answer: t.Mapping[str, t.Any]) -> Server:
    """A server as modules return it, apart from its super-node. Any field but the ID may be absent; it is null then."""
    server: Server = {"id": str(answer["id"])}
    server.update((key, text(answer.get(key))) for key in TEXTS)
    server.update(times(milliseconds(answer.get("create_at")), milliseconds(answer.get("update_at"))))
    cloud_server, image, supernode = (mapping(answer.get(key)) for key in ("cloud_server", "image", "server_hps"))
    server["cloud_server"] = {key: text(cloud_server.get(key)) for key in CLOUD_SERVER_KEYS}
    server["image"] = {key: text(image.get(key)) for key in IMAGE_KEYS}
    # As the server itself shows it; _supernode completes it from the rest of the fleet.
    server["supernode_id"] = text(supernode.get("id"))
    server["supernode_name"] = text(supernode.get("name"))
    server["private_ip"] = _private_ip(answer.get("endpoints"))
    return server


def _private_ip(endpoints: t.Any) -> str | None:
    """The address for SSH, else the first one. Only an IP address is accepted, as it is used on the command line of ssh."""
    found = mappings(endpoints)
    found.sort(key=lambda endpoint: "SSH" not in (endpoint.get("service"), endpoint.get("dev_service")))
    addresses = (_address(endpoint.get("uri")) for endpoint in found)
    return next((address for address in addresses if address), None)


def _address(uri: t.Any) -> str | None:
    """The IP address in an address, host and port, or URL."""
    given = str(uri or "").strip()
    for host in (given, _host(given)):
        try:
            return str(ipaddress.ip_address(host))
        except ValueError:
            continue
    return None


def _host(uri: str) -> str:
    try:
        return urlsplit(uri if "//" in uri else "//" + uri).hostname or ""
    except ValueError:
        return ""


def sort_key(server: Server) -> tuple[str, str]:
    """Sorts servers by name, then by ID, so that the order is always the same."""
    return (server["name"] or "", server["id"])


# The filters, shared by the module and the inventory plugin.


def check_filters(options: t.Mapping[str, t.Any], warn: t.Callable[[str], None] = lambda words: None) -> None:
    """Refuse filters that are empty, and warn of statuses that do not exist."""
    for option in FILTERS:
        patterns = options[option]
        if patterns is None:
            continue
        if not patterns:
            raise InputError(
                f"{option} is empty. Give at least one shell pattern, or leave the option out for all servers."
            )
        for n, pattern in enumerate(patterns):
            if not isinstance(pattern, str) or not pattern.strip():
                raise InputError(f"{option}[{n}] is {pattern!r}. Give a shell pattern, a string that is not blank.")
    for pattern in options["statuses"] or []:
        if not any(fnmatchcase(status, pattern.strip().upper()) for status in STATUSES):
            warn(f"statuses has {pattern!r}, which is no status known here. Known are {', '.join(STATUSES)}.")


def matches(server: Server, options: t.Mapping[str, t.Any]) -> bool:
    """Whether a server matches each filter that is given."""
    return (
        _fits(options["names"], server["name"])
        and _fits([word.upper() for word in options["statuses"] or []], (server["status"] or "").upper())
        and _fits(options["flavors"], server["flavor"])
        and _fits(options["supernodes"], server["supernode_id"], server["supernode_name"])
    )


def _fits(patterns: t.Sequence[str] | None, *values: str | None) -> bool:
    if not patterns:
        return True
    return any(fnmatchcase(value, pattern.strip()) for pattern in patterns for value in values if value)


def software(offers: t.Sequence[t.Mapping[str, t.Any]] | None) -> list[dict[str, t.Any]] | None:
    """The versions on offer as modules return them, one row each. (vendor documentation, page ShowSoftware)"""
    if offers is None:
        return None
    return [
        {
            "flavor_type": text(offer.get("flavor_type")),
            "type": text(support.get("type")),
            "id": text(info.get("id")),
            "version": text(info.get("version")),
            "description": text(info.get("description")),
        }
        for offer in offers
        for support in mappings(offer.get("support"))
        for info in mappings(support.get("info"))
    ]
