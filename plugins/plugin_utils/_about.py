# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says of a run beside its work: where it worked, who ran it, and with which versions."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Iterable, Mapping
from typing import Any

from ansible.release import __version__

from ..module_utils._transport import VERSION
from ._platform import Platform

CONTROLLERS = {"awx": "AWX", "tower": "the automation controller"}  # by the prefix of the variables that they give


def about(variables: Mapping[str, Any], platforms: Iterable[Platform]) -> dict[str, Any]:
    """The keys of the report's document. variables: those of the task."""
    places = [platform.place for platform in platforms]
    return {
        "region": list(dict.fromkeys(region for region, _project in places if region)),
        "project_id": list(dict.fromkeys(project for _region, project in places if project)),
        "user": user(variables),
        "collection_version": VERSION,
        "ansible_version": __version__,
    }


def user(variables: Mapping[str, Any]) -> str:
    """Who runs Ansible, and where: of a controller its user and job, else the account and the machine."""
    for prefix, name in CONTROLLERS.items():
        if variables.get(f"{prefix}_user_name"):
            job = variables.get(f"{prefix}_job_id")
            return f"{variables[f'{prefix}_user_name']} on {name}" + (f", job {job}" if job else "")
    try:
        account = getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name, as in a container
        account = f"user {os.getuid()}"
    return f"{account} on {socket.gethostname()}"


def is_job_of_controller(variables: Mapping[str, Any]) -> bool:
    """Whether a controller such as AWX runs this, so that nobody has a command line."""
    return any(variables.get(f"{prefix}_job_id") for prefix in CONTROLLERS)
