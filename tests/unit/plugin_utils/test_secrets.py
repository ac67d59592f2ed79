# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is hidden of values that may hold secrets, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._secrets import HIDDEN, masked


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"a": 1, "password": "x"}, {"a": 1, "password": HIDDEN}),
        ({"a": [{"token": "x"}, "b"]}, {"a": [{"token": HIDDEN}, "b"]}),
        ({"keys": {"ak": "x"}, "tokens": ["x", "y"]}, {"keys": {"ak": HIDDEN}, "tokens": [HIDDEN, HIDDEN]}),
        (
            {"credentials": {"user": "x", "more": {"deep": 5}}},
            {"credentials": {"user": HIDDEN, "more": {"deep": HIDDEN}}},
        ),
        ([{"name": "TOKEN", "value": "x"}], [{"name": "TOKEN", "value": HIDDEN}]),
        ([{"key": "days", "value": 3}], [{"key": "days", "value": 3}]),
        ({"password": None, "token": True}, {"password": None, "token": True}),
        ("see http://me:pw@proxy:80/x and http://other", f"see http://{HIDDEN}@proxy:80/x and http://other"),
        ("mail me@there", "mail me@there"),
        ("https://host?by=me@there https://host/a@b", "https://host?by=me@there https://host/a@b"),
        (3, 3),
    ],
)
def test_masking(value: Any, wanted: Any) -> None:
    assert masked(value) == wanted
    assert masked(wanted) == wanted
