# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What surveys and extra variables say, read as what they mean."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._coerce import flag, mapping, seconds, text, whole


@pytest.mark.parametrize(
    "reader, value, found",
    [
        (flag, True, True),
        (flag, "yes", True),
        (flag, "False", False),
        (flag, 0, False),
        (whole, 3, 3),
        (whole, " 20 ", 20),
        (whole, "0", 0),
        (seconds, 10, 10.0),
        (seconds, "0.5", 0.5),
        (text, None, None),
        (text, "  ", None),
        (text, " a b ", "a b"),
        (mapping, None, {}),
        (mapping, "", {}),
        (mapping, {"a": 1}, {"a": 1}),
        (mapping, '{"a": "b"}', {"a": "b"}),
        (mapping, "a: b", {"a": "b"}),
    ],
)
def test_what_can_be_read(reader, value, found):
    read = reader(value, "option")
    assert read == found
    assert type(read) is type(found)


@pytest.mark.parametrize(
    "reader, value, remedy",
    [
        *((flag, value, "Give true or false.") for value in ("maybe", "", None, 2, [])),
        *((whole, value, "Give a whole number") for value in (-1, "-1", 1.5, "1.0", "", None, True, "²", "9" * 10)),
        *((seconds, value, "above 0") for value in (0, "0", -1, "", None, True, "nan", "inf", "soon")),
        *((text, value, "Give a text.") for value in (1, ["a"], {})),
        *((mapping, value, "Give a dictionary") for value in (["a"], "a", "- a", "{", 1)),
    ],
)
def test_what_cannot_names_option_value_and_remedy(reader, value, remedy):
    with pytest.raises(ValueError) as error:
        reader(value, "an_option")
    assert str(error.value).startswith(f"an_option is {value!r}. ")
    assert remedy in str(error.value)


def test_a_whole_number_may_have_a_limit():
    assert whole("3", "n", 3) == 3
    with pytest.raises(ValueError, match="n is 4. Give a whole number from 0 to 3."):
        whole(4, "n", 3)
