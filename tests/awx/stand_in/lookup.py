# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in for the lookup awx.awx.controller_api."""

from __future__ import annotations

from typing import Any

from ansible.plugins.lookup import LookupBase

from ..plugin_utils.store import Store

DOCUMENTATION = """
name: controller_api
short_description: Stand-in for the lookup of AWX's API
description: Finds what the stand-in for AWX has.
options:
  _terms:
    description: The kind.
    required: true
  query_params:
    description: What it has to be.
    type: dict
  return_all:
    description: Whether all pages are wanted.
    type: bool
"""


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **kwargs: Any) -> list[dict[str, Any]]:
        self.set_options(var_options=variables, direct=kwargs)
        return Store().find(terms[0], self.get_option("query_params"))
