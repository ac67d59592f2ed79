# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text of others is shown without what steers a terminal, and without secrets."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._text import (
    DEEPEST,
    LONGEST,
    LONGEST_SAID,
    cleaned,
    is_secret,
    showable,
)

OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

texts = st.text(st.one_of(st.characters(), st.characters(max_codepoint=0x9F), st.sampled_from(OVERRIDES)))
answers = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)


def strings(value):
    if isinstance(value, str):
        yield value
    for one in [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from strings(one)


@given(answers)
def test_no_text_of_an_answer_steers_a_terminal(value):
    for text in strings(cleaned(value)):
        assert {c for c in text if unicodedata.category(c) in ("Cc", "Cs")} <= {"\n", "\t"}
        assert not set(text) & set(OVERRIDES)
        text.encode()


@given(answers)
def test_what_is_harmless_stays_as_it_is(value):
    once = cleaned(value)
    assert cleaned(once) == once


@pytest.mark.parametrize("text", ["", "two\n\tlines", "升级失败 é 😀 שלום\u200f", "{{ x }} \\x1b[31m"])
def test_harmless_text_is_not_changed(text):
    assert cleaned({text: [text]}) == {text: [text]}


def test_escapes_are_taken_out_of_values_and_keys():
    assert cleaned({"a\x1b[2J": ["\x9b31mred", {"x\u202e": "\rback\x07\x7f"}], "n": 1}) == {
        "a[2J": ["31mred", {"x": "back"}],
        "n": 1,
    }


def test_nesting_beyond_use_is_told():
    deepest = json.loads("[" * DEEPEST + "]" * DEEPEST)
    assert cleaned(deepest) == deepest
    with pytest.raises(ValueError, match="deep"):
        cleaned([deepest])


def test_message_hides_secrets_the_longest_first():
    assert showable("key AKAK1234 of AKAK", ["AKAK", "AKAK1234"]) == "key *** of ***"


def test_message_hides_a_secret_that_control_characters_split():
    assert showable("key AK\x00AK", ["AKAK"]) == "key ***"


def test_a_text_of_an_answer_is_cut_where_nobody_reads_on():
    assert cleaned({"message": "x" * 10**6})["message"] == "x" * LONGEST_SAID + "…"


def test_message_is_cut_after_secrets_are_hidden():
    text = showable("x" * (LONGEST - 2) + "SECRET", ["SECRET"])
    assert len(text) == LONGEST + 1 and "SE" not in text


@pytest.mark.parametrize(
    "key",
    [
        *("password", "db_passwd", "passPhrase", "secret", "secret_key", "secretKey", "SECRET-KEY", "client_secret"),
        *("token", "X-Auth-Token", "security_token", "credentials", "ak", "sk", "hw_ak", "AK", "key", "ssh_key"),
        *("apikey", "apiKey", "accesskey", "privateKey", "auth", "Authorization", "cookie", "signature", "pwd"),
        *("private", "access_key_id", "api-key", "password2"),
    ],
)
def test_secret_keys(key):
    assert is_secret(key)


@pytest.mark.parametrize(
    "key", ["days", "monkey", "task", "keyboard", "author", "breakfast", "wake", "servers_per_job"]
)
def test_other_keys(key):
    assert not is_secret(key)
