# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inventory source fetches and its cache stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._client import Client
from ...module_utils._endpoint import REGION_VARIABLE
from ...module_utils._server import TRUNCATED, parse, sort_key
from ...module_utils._supernode import find_supernodes
from ...module_utils._transport import VERSION
from .hosts import Place
from .names import digest
from .software import TRUNCATED as JOBS_TRUNCATED
from .software import installed_software

# servers (a list, as modules return them), software (what is installed, by server id, or null), warnings (a list).
Fleet = dict[str, Any]

_BLANK = parse({"id": ""})


def fetch(client: Client, options: Mapping[str, Any]) -> Fleet:
    """All servers of the project, in a fixed order, and what is installed on them if that is wanted."""
    rows, complete = client.list_servers(options["all_users"])
    servers = sorted(map(parse, rows), key=sort_key)
    warnings = [] if complete else [TRUNCATED]
    warnings += find_supernodes(client, servers, options["all_users"])
    software = None
    if options["software"]:
        server_ids = [server["id"] for server in servers]
        software, complete = installed_software(client, server_ids, options["software_jobs"])
        warnings += [] if complete else [JOBS_TRUNCATED]
    return {"servers": servers, "software": software, "warnings": warnings}


def place(client: Client, options: Mapping[str, Any], environ: Mapping[str, str]) -> Place:
    """Where the servers of this client are."""
    region = str(options["region"] or environ.get(REGION_VARIABLE) or "").strip()
    return Place(client.target.endpoint, client.target.project_id, region or None)


def fingerprint(client: Client, options: Mapping[str, Any]) -> str:
    """A text that differs for other places, other identities and other options."""
    parts = [VERSION, client.base, client.signer.identity.name]
    return digest(*parts, options["all_users"], options["software"] and options["software_jobs"])


def is_fleet(kept: object) -> bool:
    """Whether a value from the cache has the form that C(fetch) returns."""
    if not isinstance(kept, dict) or set(kept) != {"servers", "software", "warnings"}:
        return False
    if not isinstance(kept["servers"], list) or not isinstance(kept["warnings"], list):
        return False
    software = kept["software"]
    whole = software is None or (isinstance(software, dict) and all(isinstance(one, dict) for one in software.values()))
    return whole and all(map(_is_server, kept["servers"]))


def _is_server(kept: object) -> bool:
    return (
        isinstance(kept, dict)
        and set(kept) == set(_BLANK)
        and isinstance(kept["id"], str)
        and all(isinstance(kept[name], dict) for name in ("cloud_server", "image"))
    )
