# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress without secrets."""

from __future__ import annotations

import pytest
from ansible.module_utils.common.parameters import remove_values
from ansible.release import __version__
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._progress import Progress
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._hiding import Hiding, hidden

AT_LEAST_2_22 = tuple(map(int, __version__.split(".")[:2])) >= (2, 22)


class Heard(Progress):
    def __init__(self):
        self.texts = []

    def tell(self, text):
        self.texts.append(text)

    def stall(self, reason):
        self.texts.append(reason and reason())


def test_secrets_are_hidden_also_those_that_are_found_later():
    heard, secrets = Heard(), set()
    progress = Hiding(heard, secrets)
    progress.tell("1 failed (name-1: a canary broke)")
    secrets.add("canary")
    progress.tell("1 failed (name-1: a canary broke)")
    progress.stall(lambda: "throttled by a canary")
    progress.stall(None)
    assert heard.texts == [
        "1 failed (name-1: a canary broke)",
        "1 failed (name-1: a ******** broke)",
        "throttled by a ********",
        None,
    ]


def test_what_is_no_text_stays_as_it_was():
    result = {"changed": True, "gone": None, "msg": "True canary", "jobs": [{"id": "canary"}]}
    shown = {
        "changed": True,
        "gone": None,
        "msg": "******** ********",
        "jobs": [{"id": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}],
    }
    assert hidden(result, ["canary", "True", "None"]) == shown
    assert hidden(result, []) == result


LEAVES = st.integers(0, 200) | st.floats() | st.text('ab1\\"\n', max_size=4)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner)
)

SECRETS = st.sets(st.sampled_from(["on", "nan", "inf", "."]) | st.text('ab1\\"\n', min_size=1, max_size=3), max_size=2)


@pytest.mark.skipif(AT_LEAST_2_22, reason="Ansible warns of its function there")
@given(VALUES, SECRETS)
def test_what_is_shown_is_what_ansible_shows_of_a_module_of_its_own(value, secrets):
    assert hidden({"a": [value]}, secrets) == remove_values({"a": [value]}, secrets)


@given(st.recursive(LEAVES | st.none() | st.booleans(), st.lists), SECRETS)
def test_no_text_and_no_number_holds_a_secret_afterwards(value, secrets):
    def leaves(value):
        return [leaf for inner in value for leaf in leaves(inner)] if isinstance(value, list) else [value]

    before, after = leaves([value]), leaves(hidden({"a": [value]}, secrets)["a"])
    for was, is_now in zip(before, after):
        holds = not (was is None or isinstance(was, bool)) and any(secret in str(was) for secret in secrets)
        assert is_now is was or (holds and is_now != was)
        assert not holds or not any(secret in str(is_now) for secret in secrets)
