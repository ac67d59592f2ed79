# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters, as Ansible finds and runs them."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import yaml

errors = pytest.importorskip("ansible.errors")
FILTERS = "ansible_collections.huaweicloud.modelarts.plugins.filter"


@pytest.mark.parametrize(("name", "begins"), [("report_markdown", "# Diagnosis"), ("report_html", "<!DOCTYPE html>")])
def test_a_filter(name: str, begins: str) -> None:
    module: Any = importlib.import_module(f"{FILTERS}.{name}")
    filters = module.FilterModule().filters()
    assert list(filters) == [name]
    assert filters[name]({"operation": "diagnosis"}).startswith(begins)
    with pytest.raises(errors.AnsibleFilterError, match=f"{name}: a report is a dictionary, not str"):
        filters[name]("text")


@pytest.mark.parametrize("name", ["report_markdown", "report_html"])
def test_its_example_works(name: str) -> None:
    module: Any = importlib.import_module(f"{FILTERS}.{name}")
    assert yaml.safe_load(module.DOCUMENTATION)["name"] == name
    document = yaml.safe_load(module.EXAMPLES)[0]["vars"]["document"]
    text = module.FilterModule().filters()[name](document)
    assert "24.1.rc3.10" in text
    assert "12 min 40 s" in text
