# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identity and project are found where they are documented to be, and an identity comes from one source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._auth import resolve
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError

PROJECT = "77b6a44cba5143ab91d13ab9a8ff44fd"
OPTIONS = {"access_key": "OPT-AK", "secret_key": "OPT-SK"}
SDK = {"HUAWEICLOUD_SDK_AK": "SDK-AK", "HUAWEICLOUD_SDK_SK": "SDK-SK"}
TERRAFORM = {"HW_ACCESS_KEY": "HW-AK", "HW_SECRET_KEY": "HW-SK"}
FILE = "[basic]\nak = FILE-AK\nsk = FILE-SK\nsecurity_token = FILE-TOKEN\nproject_id = file-project\n"


@pytest.fixture
def write_file(tmp_path):
    """Writes a credentials file and returns the environment that names it."""

    def write(content):
        path = tmp_path / "credentials"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(path)}

    return write


def found(options, environ=None, **more):
    """The credentials as a tuple: access key, secret key, security token, auth token."""
    options = {"region": "cn-north-4", "project_id": PROJECT, **options, **more}
    credentials, _target = resolve(options, environ or {})
    return (credentials.access_key, credentials.secret_key, credentials.security_token, credentials.auth_token)


def target(options, environ=None):
    return resolve({**OPTIONS, "region": "cn-north-4", "project_id": PROJECT, **options}, environ or {})[1]


def refusal(options, environ=None):
    with pytest.raises(InputError) as caught:
        resolve({"region": "cn-north-4", "project_id": PROJECT, **options}, environ or {})
    return caught.value.message


def test_sources_come_in_the_documented_order(write_file):
    environ = {**SDK, **TERRAFORM, **write_file(FILE)}
    assert found(OPTIONS, environ)[:2] == ("OPT-AK", "OPT-SK")
    assert found({}, environ)[:2] == ("SDK-AK", "SDK-SK")
    assert found({}, {**TERRAFORM, **write_file(FILE)})[:2] == ("HW-AK", "HW-SK")
    assert found({}, write_file(FILE)) == ("FILE-AK", "FILE-SK", "FILE-TOKEN", None)


def test_default_credentials_file_is_in_the_home_of_the_environment_given(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/nowhere")
    (tmp_path / ".huaweicloud").mkdir()
    (tmp_path / ".huaweicloud" / "credentials").write_text(FILE)
    assert found({}, {"HOME": str(tmp_path)})[:2] == ("FILE-AK", "FILE-SK")
    assert target({"project_id": None}, {"HOME": str(tmp_path)}).project_id == "file-project"


def test_only_the_environment_given_counts(tmp_path, monkeypatch):
    (tmp_path / ".huaweicloud").mkdir()
    (tmp_path / ".huaweicloud" / "credentials").write_text(FILE)
    for name, value in {**SDK, **TERRAFORM, "HOME": str(tmp_path), "HW_AUTH_TOKEN": "TOKEN"}.items():
        monkeypatch.setenv(name, value)
    assert "No credentials" in refusal({}, {})


def test_project_id_falls_back_by_itself(write_file):
    environ = {"HUAWEICLOUD_SDK_PROJECT_ID": "sdk-project", "HW_PROJECT_ID": "hw-project", **write_file(FILE)}
    assert target({"project_id": "opt-project"}, environ).project_id == "opt-project"
    assert target({"project_id": None}, environ).project_id == "sdk-project"
    del environ["HUAWEICLOUD_SDK_PROJECT_ID"]
    assert target({"project_id": None}, environ).project_id == "hw-project"
    del environ["HW_PROJECT_ID"]
    assert target({"project_id": None}, environ).project_id == "file-project"


@pytest.mark.parametrize("blank", ["", "  ", "\n", None])
def test_blank_value_counts_as_none(blank):
    environ = {**TERRAFORM, "HUAWEICLOUD_SDK_AK": blank or "", "HUAWEICLOUD_SDK_SK": blank or ""}
    assert found({"access_key": blank, "secret_key": blank, "auth_token": blank}, environ)[:2] == ("HW-AK", "HW-SK")


def test_surrounding_blanks_are_dropped():
    assert found({"access_key": " AK\n", "secret_key": "\tSK "})[:2] == ("AK", "SK")


@pytest.mark.parametrize("half, missing", [("access_key", "secret_key"), ("secret_key", "access_key")])
def test_half_pair_among_the_options_is_not_completed(half, missing):
    message = refusal({half: "HALF-VALUE"}, {**SDK, **TERRAFORM})
    assert message.startswith(f"{missing} is missing: the options hold {half} without {missing}.")
    assert f"add {missing} there, or take {half} out" in message and "HALF-VALUE" not in message


@pytest.mark.parametrize("half, missing", [("SDK_AK", "SDK_SK"), ("SDK_SK", "SDK_AK")])
def test_half_pair_of_variables_is_not_completed(half, missing, write_file):
    message = refusal({}, {f"HUAWEICLOUD_{half}": "HALF-VALUE", **TERRAFORM, **write_file(FILE)})
    assert "the environment variables HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK hold" in message
    assert f"HUAWEICLOUD_{half} without HUAWEICLOUD_{missing}" in message and "HALF-VALUE" not in message
    assert "the environment variables HW_ACCESS_KEY and HW_SECRET_KEY hold HW_SECRET_KEY without" in refusal(
        {}, {"HW_SECRET_KEY": "HW-SK", **write_file(FILE)}
    )


def test_half_pair_in_the_file_names_the_file(write_file):
    environ = write_file("[basic]\nsk = HALF-VALUE\nproject_id = p\n")
    file = environ["HUAWEICLOUD_SDK_CREDENTIALS_FILE"]
    message = refusal({}, environ)
    assert message.startswith(f"access_key is missing: the credentials file {file} holds sk without ak.")
    assert "HALF-VALUE" not in message


def test_whole_pair_before_a_half_one_is_taken(write_file):
    assert found(OPTIONS, {"HUAWEICLOUD_SDK_AK": "SDK-AK"})[:2] == ("OPT-AK", "OPT-SK")
    assert found({}, {**TERRAFORM, **write_file("[basic]\nak = FILE-AK\n")})[:2] == ("HW-AK", "HW-SK")


def test_no_credentials_at_all_says_what_to_give():
    message = refusal({})
    assert "No credentials" in message
    assert all(word in message for word in ("access_key", "secret_key", "auth_token", "HUAWEICLOUD_SDK_AK"))


def test_security_token_is_kept_with_its_own_key(write_file):
    temporary = {**SDK, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "SDK-TOKEN"}
    assert found({}, temporary) == ("SDK-AK", "SDK-SK", "SDK-TOKEN", None)
    assert found(OPTIONS, temporary)[2] is None
    assert found({}, {**SDK, **write_file(FILE)})[2] is None
    assert found({}, {**SDK, "HW_SECURITY_TOKEN": "HW-TOKEN"})[2] is None


def test_security_token_without_keys_is_refused_by_its_source(write_file):
    message = refusal({"security_token": "TOKEN-VALUE"}, SDK)
    assert message.startswith("access_key and secret_key are missing: the options hold security_token without")
    assert "TOKEN-VALUE" not in message
    message = refusal({}, {"HW_SECURITY_TOKEN": "TOKEN-VALUE", **write_file(FILE)})
    assert "hold HW_SECURITY_TOKEN without HW_ACCESS_KEY and HW_SECRET_KEY" in message


def test_auth_token_option_is_an_identity_of_its_own():
    assert found({"auth_token": "TOKEN"}, {**SDK, **TERRAFORM}) == (None, None, None, "TOKEN")


def test_auth_token_variable_comes_before_the_keys_beside_it_and_after_those_before():
    assert found({}, {**TERRAFORM, "HW_AUTH_TOKEN": "TOKEN"}) == (None, None, None, "TOKEN")
    assert found({}, {**SDK, "HW_AUTH_TOKEN": "TOKEN"})[:2] == ("SDK-AK", "SDK-SK")
    assert found(OPTIONS, {"HW_AUTH_TOKEN": "TOKEN"})[:2] == ("OPT-AK", "OPT-SK")


@pytest.mark.parametrize("also", ["access_key", "secret_key", "security_token"])
def test_token_and_keys_as_options_contradict_each_other(also):
    message = refusal({"auth_token": "TOKEN-VALUE", also: "KEY-VALUE"})
    assert "auth_token" in message and "Give one of them" in message
    assert "TOKEN-VALUE" not in message and "KEY-VALUE" not in message


@pytest.mark.parametrize("name", ["access_key", "secret_key", "security_token", "auth_token"])
@pytest.mark.parametrize("bad", ["two words", "línea", "a\nb", "\u201cquoted\u201d"])
def test_secret_that_no_header_can_carry_is_refused_without_showing_it(name, bad):
    options = {} if name == "auth_token" else dict(OPTIONS)
    message = refusal({**options, name: bad})
    assert message.startswith(f"{name} holds a blank") and "in the options" in message
    assert bad not in message


@pytest.mark.parametrize("bad", ["two words", "日本"])
def test_secret_from_elsewhere_is_checked_as_well(bad, write_file):
    message = refusal({}, {**SDK, "HUAWEICLOUD_SDK_AK": bad})
    assert message.startswith("access_key holds a blank") and bad not in message
    assert "in the environment variables HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK" in message
    environ = write_file(f"[basic]\nak = A\nsk = {bad}\n")
    message = refusal({}, environ)
    assert message.startswith("secret_key holds a blank")
    assert f"in the credentials file {environ['HUAWEICLOUD_SDK_CREDENTIALS_FILE']}" in message
    assert bad not in message


# The credentials file


@pytest.mark.parametrize("named", ["{0}/nowhere", "~/nowhere"])
def test_named_file_that_does_not_exist_is_an_error(named, tmp_path):
    named = named.format(tmp_path)
    message = refusal({}, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": named})
    assert all(word in message for word in ("HUAWEICLOUD_SDK_CREDENTIALS_FILE", named, "unset"))


BROKEN = "ak = SECRET-AK\nno INI file"


@pytest.mark.parametrize("environ", [{}, SDK, TERRAFORM, {"HW_AUTH_TOKEN": "TOKEN"}])
def test_file_is_not_read_where_the_sources_before_it_suffice(environ, write_file):
    options = {} if environ else OPTIONS
    for file in (write_file(BROKEN), {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "/nowhere"}):
        assert any(found(options, {**environ, **file}))
        assert any(found(options, {**environ, **file}, region=None, endpoint="https://inner.example.com"))


def test_file_is_read_for_a_project_alone(write_file):
    assert target({"project_id": None}, write_file(FILE)).project_id == "file-project"
    assert "cannot be read" in refusal({**OPTIONS, "project_id": None}, write_file(BROKEN))


def test_byte_order_mark_is_no_error(write_file):
    assert found({}, write_file(b"\xef\xbb\xbf" + FILE.encode()))[:2] == ("FILE-AK", "FILE-SK")


@pytest.mark.parametrize("home", ["/dev/null", "/nowhere", ""])
def test_home_without_a_file_holds_nothing(home):
    assert "No credentials" in refusal({}, {"HOME": home})


@pytest.mark.parametrize(
    "content",
    [
        b"ak = SECRET-AK\nsk = SECRET-SK\n",
        b"[basic]\nak = SECRET-AK\nak = SECRET-SK\n",
        b"[basic]\nSECRET-AK\n",
        b"[basic\nak = SECRET-AK\n",
        b"[basic]\nak = SECRET-AK\xff\n",
    ],
    ids=["no section", "twice", "no key", "broken", "not UTF-8"],
)
def test_file_that_cannot_be_parsed_is_named_but_not_quoted(content, write_file):
    environ = write_file(content)
    message = refusal({}, environ)
    assert environ["HUAWEICLOUD_SDK_CREDENTIALS_FILE"] in message
    assert "[basic]" in message and "SECRET" not in message


def test_path_that_is_a_directory_is_an_error(tmp_path):
    assert str(tmp_path) in refusal({}, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(tmp_path)})


def test_file_without_the_basic_section_holds_nothing(write_file):
    assert "No credentials" in refusal({}, write_file("[global]\nak = A\nsk = S\n"))


def test_percent_in_a_secret_is_taken_as_it_is(write_file):
    assert found({}, write_file("[basic]\nak = A%%B\nsk = %(ak)s%d\n"))[:2] == ("A%%B", "%(ak)s%d")


def test_file_path_may_start_with_a_tilde(tmp_path):
    (tmp_path / "mine").write_text(FILE)
    environ = {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "~/mine", "HOME": str(tmp_path)}
    assert found({}, environ)[0] == "FILE-AK"


# The project


@pytest.mark.parametrize("given", ["a", "0d1e2f3a4b5c4d6e8f90a1b2c3d4e5f6", "A-" * 32])
def test_project_id_of_the_documented_pattern_is_taken(given):
    assert target({"project_id": given}).project_id == given


@pytest.mark.parametrize("given", ["my project", "a/b", "../x", "a" * 65, "cn-north-4_name", "é"])
def test_project_id_of_another_pattern_is_refused(given):
    message = refusal({**OPTIONS, "project_id": given})
    assert "project_id" in message and repr(given) in message and "My Credentials" in message


def test_missing_project_id_names_its_ways():
    message = refusal({**OPTIONS, "project_id": None})
    assert "project_id is missing" in message
    assert all(word in message for word in ("HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID", "[basic]"))


# Secrets


keys = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=20).map(lambda s: f"Zq{s}")
option_dicts = st.fixed_dictionaries(
    {},
    optional={
        "access_key": keys,
        "secret_key": keys,
        "security_token": keys | st.just("Zq has blanks"),
        "auth_token": keys,
        "project_id": st.sampled_from([None, "", "a b"]),
        "region": st.sampled_from([None, "x_y", "cn-north-4"]),
    },
)
variables = st.dictionaries(
    st.sampled_from([*SDK, *TERRAFORM, "HW_AUTH_TOKEN", "HW_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN"]),
    keys | keys.map(lambda s: f"{s} {s}"),
)


@given(option_dicts, variables)
def test_no_error_ever_shows_a_secret(options, environ):
    secrets = [value for value in (*options.values(), *environ.values()) if value and value.startswith("Zq")]
    try:
        resolve(options, environ)
    except InputError as error:
        assert not any(secret in error.message for secret in secrets)
