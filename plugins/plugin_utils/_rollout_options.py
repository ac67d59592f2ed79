# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rollout was asked for, read and checked before anything is asked of the platform. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..module_utils import _request
from ..module_utils._errors import InputError
from ._coerce import flag, mapping, seconds, text, whole
from ._versions import parse
from ._waves import budget_of, split

ROLE = "hdk_upgrade"
MOST_RETRIES = 100  # nobody means more, and each is looped over
FLAGS = (
    "canary_must_succeed",
    "allow_downgrade",
    "allow_mixed_flavors",
    "whole_supernodes",
    "verify",
    "collect_logs_on_failure",
    "health_gate",
    "after_wave_failed",
)
TEXTS = ("before_wave", "after_wave", "report_dir")


def read(options: Mapping[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    """The options, by their names without the role's prefix, as what they mean. Refuses what cannot be right."""
    found = {
        **options,
        "version": _version(options["version"]),
        "retries": whole(options["retries"], _named("retries"), MOST_RETRIES),
        "pause": whole(options["pause"], _named("pause")),
        **{name: flag(options[name], _named(name)) for name in FLAGS},
        **{name: seconds(options[name], _named(name)) for name in ("wait_timeout", "wait_interval")},
        **{name: text(options[name], _named(name)) for name in TEXTS},
        **{name: _word(options[name], _named(name)) for name in ("job_type", "item_type")},
        "extra_spec": mapping(options["extra_spec"], _named("extra_spec")),
    }
    try:
        # Read again where they are used, since shares are of the servers to upgrade.
        split([{"id": one} for one in ids], options["canary"], options["waves"], options["servers_per_job"])
        budget_of(options["max_failures"], len(ids), "max_failures")
    except ValueError as error:
        raise ValueError(_named(str(error))) from None
    return found


def job_items(options: Mapping[str, Any], ids: Sequence[str]) -> list[dict[str, Any]]:
    """The items of the upgrade jobs."""
    if "version" in options["extra_spec"]:
        raise ValueError(f"{_named('extra_spec')} has the key version. Set {_named('version')} in its place.")
    items = [{"type": options["item_type"], "spec": {"version": options["version"], **options["extra_spec"]}}]
    request = {"name": None, "type": options["job_type"], "items": items, "server_ids": ids}
    try:
        return list(_request.request({**request, "description": None, "is_reboot": None}).items)
    except InputError as error:
        raise ValueError(str(error).replace("items[0].spec", _named("extra_spec"))) from None


def _version(value: object) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise ValueError(
            f"{_named('version')} is missing. Give the driver version wanted, in quotes, such as '24.1.0.3'."
        )
    try:
        parse(value)
    except ValueError as error:
        raise ValueError(f"{_named('version')}: {error}") from None
    return str(value).strip()


def _word(value: object, option: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{option} is {value!r}. Give 1 to 64 letters, digits, hyphens, dots and underscores.")
    try:
        return _request.checked_word(option, value.strip())
    except InputError as error:
        raise ValueError(str(error)) from None


def _named(option: str) -> str:
    return f"{ROLE}_{option}"
