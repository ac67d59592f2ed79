# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The argument specs of the roles, which the engines read, too: an option is described once."""

from __future__ import annotations

import functools
import os

from ansible.module_utils.common.yaml import yaml_load

from ._fleet.options import Spec

COLLECTION = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROLES = os.path.join(COLLECTION, "roles")


@functools.cache
def spec_of(role: str) -> Spec:
    """The options of a role."""
    with open(os.path.join(ROLES, role, "meta", "argument_specs.yml"), encoding="utf-8") as stream:
        spec: Spec = yaml_load(stream)["argument_specs"]["main"]["options"]
    return spec
