# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what the API is documented to require. Anything else is accepted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .templates import template_of

NAME = re.compile(r"[-_.a-zA-Z0-9]{1,64}")
PROJECT_ID = re.compile(r"[-a-zA-Z0-9]{1,64}")

# The API's own code for bad input is not published, so this one is recognisably ours.
BAD_INPUT = "ModelArts.SIM400"


class Refused(Exception):
    """An answer with an error: HTTP status, code, message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def bad(message: str) -> Refused:
    return Refused(400, BAD_INPUT, message)


def not_found(what: str) -> Refused:
    """HTTP 400, not 404: this is how the API says that a server does not exist."""
    return Refused(400, "ModelArts.6404", f"{what} does not exist.")


def job_request(body: Any, servers: Mapping[str, object], templates: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The body of POST /jobs, or Refused."""
    if not isinstance(body, dict):
        raise bad("The body is not a JSON object.")
    for key in ("name", "type"):
        value = body.get(key)
        if not isinstance(value, str) or not NAME.fullmatch(value):
            raise bad(f"{key} must match ^{NAME.pattern}$.")
    server_ids, items = body.get("server_ids"), body.get("items")
    if not isinstance(server_ids, list) or not server_ids:
        raise bad("server_ids must be a non-empty list.")
    for server_id in server_ids:
        if not isinstance(server_id, str) or server_id not in servers:
            raise not_found(f"Server {server_id}")
    if not isinstance(items, list) or not items:
        raise bad("items must be a non-empty list.")
    for item in items:
        _check_item(item)
    if not isinstance(body.get("is_reboot", False), bool):
        raise bad("is_reboot must be a boolean.")
    if not isinstance(body.get("description") or "", str):
        raise bad("description must be a string.")
    _check_params(items, template_of(templates, body["type"]))
    return body


def _check_item(item: Any) -> None:
    if not isinstance(item, dict) or not isinstance(item.get("type"), str) or not item["type"]:
        raise bad("Each item needs a type.")
    spec = item.get("spec")
    if spec is not None and not (
        isinstance(spec, dict) and all(isinstance(part, str) for pair in spec.items() for part in pair)
    ):
        raise bad("spec must be a map of strings to strings.")


def _check_params(items: list[dict[str, Any]], template: dict[str, Any] | None) -> None:
    """Values given for a template's parameters match their regular expressions."""
    for param in template["params"] if template else ():
        for item in items:
            value = (item.get("spec") or {}).get(param["name"])
            if value is not None and param.get("regex") and not re.search(param["regex"], value):
                raise bad(f"spec.{param['name']} must match {param['regex']}.")


def number(text: str | None, name: str, default: int | None, most: int | None = None) -> int | None:
    """A query parameter that counts: not negative, not above `most`."""
    if text is None:
        return default
    if not text.isdecimal() or (most is not None and int(text) > most):
        raise bad(f"{name} must be a number from 0 to {most if most is not None else 'any'}.")
    return int(text)
