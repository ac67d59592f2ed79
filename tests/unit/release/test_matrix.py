# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ansible-core is tested on which Python."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests import matrix
from tests.matrix import Pair

ROOT = Path(__file__).resolve().parents[3]


def test_each_core_has_each_python_or_its_oldest_and_its_newest():
    found = matrix.pairs({9, 10, 11, 12, 13})
    assert found[:3] == [Pair(15, 9), Pair(15, 10), Pair(15, 11)] and found[-1] == Pair(21, 13)
    assert {pair.core for pair in found} == set(matrix.SUPPORTED)
    assert matrix.outer(found)[:3] == [Pair(15, 9), Pair(15, 11), Pair(16, 10)]
    assert matrix.ends(found) == [Pair(15, 9), Pair(21, 13)]


def test_the_tables_have_the_next_core_too_but_not_what_each_test_run_looks_at(monkeypatch, tmp_path):
    (tmp_path / "python3.13").touch()
    monkeypatch.setattr(matrix, "PYTHONS", tmp_path)
    looked_at = []
    monkeypatch.setattr(matrix, "rows", lambda chosen, _tests: looked_at.append([pair.core for pair in chosen]) or [])
    for arguments in ([], ["--all"], ["--ends"]):
        matrix.main(arguments)
    assert looked_at == [[18, 19, 20, 21, 22], [18, 19, 20, 21, 22], [18, 21]]


def test_what_is_not_there_is_left_out():
    assert matrix.pairs({11}) == matrix.outer(matrix.pairs({11})) == [Pair(core, 11) for core in range(15, 20)]
    assert matrix.ends(matrix.pairs({14})) == [Pair(20, 14), Pair(21, 14)]
    assert matrix.pairs({8}) == matrix.outer([]) == matrix.ends([]) == []


def test_with_all_tests_each_core_has_a_line_of_its_sanity(monkeypatch):
    monkeypatch.setattr(matrix, "run", lambda pair, commands, log: " ".join(commands[-1][:2]))
    found = [(pair, said) for pair, _spent, said in matrix.rows(matrix.pairs({9, 10, 12}), matrix.ALL)]
    assert [pair.core for pair, said in found if said == "tests/run sanity"] == list(matrix.SUPPORTED)
    assert [said for _pair, said in found[:3]] == [
        "build/venv-2.15-3.9/bin/python -m",
        "build/venv-2.15-3.10/bin/python -m",
        "tests/run sanity",
    ]
    few = [said for _pair, _spent, said in matrix.rows(matrix.pairs({9}), matrix.SMOKE)]
    assert few == ["build/venv-2.15-3.9/bin/python -m"]


def test_the_cores_are_those_that_the_collection_names():
    lowest = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["requires_ansible"]
    newest = re.findall(r"ansible-core==2\.(\d+)", (ROOT / "tests" / "requirements-demo.txt").read_text("utf-8"))[-1]
    assert f">=2.{min(matrix.SUPPORTED)}.0" == lowest and max(matrix.SUPPORTED) == int(newest)
    assert list(matrix.COMING) == [int(newest) + 1]
    assert re.findall(r'" = 2\.(\d+) ]', (ROOT / "tests" / "venv").read_text("utf-8")) == [str(int(newest) + 1)]
    for meta in (ROOT / "roles").glob("*/meta/main.yml"):
        named = yaml.safe_load(meta.read_text(encoding="utf-8"))["galaxy_info"]["min_ansible_version"]
        assert f">={named}.0" == lowest, meta


def test_the_tests_that_are_named_are_there():
    for name in (*matrix.FEW, *matrix.SMOKE, *matrix.ALL):
        path, _colons, function = name.partition("::")
        assert (ROOT / path).exists()
        if function:
            assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8")
