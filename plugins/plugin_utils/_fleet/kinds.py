# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of job that roles run: what is sent, and how long it is waited for. Pure. Only this file knows how the
modules name and check a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ...module_utils._errors import InputError
from ...module_utils._hidden import secrets_of
from ...module_utils._request import ID, WORD, default_name, request

MOST_PER_JOB = 50  # what the platform takes: "at most 50 nodes in one job", Lite Server diagnosis guide

Items = list[dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A type of job with its items. Times are in seconds. C(named): its name, where liteserver_job does not choose
    it.
    """

    type: str
    items: Items = field(default_factory=list)
    servers_per_job: int = 50
    wait_timeout: float = 3600
    wait_interval: float = 10
    validate_spec: bool = False
    named: str | None = None
    description: str | None = None

    @property
    def name(self) -> str:
        """The name that a job of this kind has."""
        return self.named or default_name(self.type, self.items)

    def packed(self) -> dict[str, Any]:
        """The kind as the journal stores it."""
        return asdict(self)


def kind_of(options: Mapping[str, Any]) -> Kind:
    """The kind of job that the options of a role ask for."""
    keys = ("servers_per_job", "wait_timeout", "wait_interval", "validate_spec")
    return Kind(
        options.get("job_type") or options["type"],
        options["items"],
        named=options.get("name"),
        description=options.get("description"),
        **{key: options[key] for key in keys},
    )


def upgrade_to(version: str, options: Mapping[str, Any]) -> Kind:
    """The kind of job that upgrades to a version."""
    items = [{"type": options["item_type"], "spec": {"version": version, **options["extra_spec"]}}]
    keys = ("servers_per_job", "wait_timeout", "wait_interval")
    return Kind(options["job_type"], checked_items(items), **{key: options[key] for key in keys})


def secrets(kinds: Iterable[Kind], options: Mapping[str, Any]) -> list[str]:
    """What must never be shown, whoever says it: of the specs of kinds of job, and of that of an upgrade with these options."""
    return secrets_of([*(item["spec"] for kind in kinds for item in kind.items), options.get("extra_spec") or {}])


def checked_items(items: Sequence[Mapping[str, Any]]) -> Items:
    """The items, with specs as the API takes them. Raises ValueError, whose text begins with C(items[0]) or similar."""
    try:
        checked = request(
            {
                **dict.fromkeys(("name", "description", "is_reboot")),
                "type": "CHECKED",
                "items": items,
                "server_ids": ["checked"],
            }
        )
    except InputError as error:
        raise ValueError(str(error)) from None
    return list(checked.items)


def is_word(text: str) -> bool:
    """Whether it can be the type of a job or an item."""
    return WORD.fullmatch(text) is not None


def is_id(text: str) -> bool:
    """Whether it can be the id of a server."""
    return ID.fullmatch(text) is not None
