# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing equals the vendor's; credentials and endpoint are found where they are documented to be."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

import pytest
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer as VendorSigner
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._auth import (
    Credentials,
    Signer,
    authorization,
    encode_query,
    resolve,
)
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError

NOW = datetime(2019, 11, 15, 3, 36, 55, tzinfo=timezone.utc)
DATE = "20191115T033655Z"
SAMPLE = Credentials("QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc")
PROJECT = "77b6a44cba5143ab91d13ab9a8ff44fd"
HOST = "service.region.example.com"

text = st.text(st.one_of(st.sampled_from("aZ09-._~ +%&=/?#*@:;,'\"é日😀"), st.characters(exclude_categories=["Cs"])))
segments = st.lists(text.map(lambda s: s.replace("/", "")), max_size=4)
queries = st.lists(st.tuples(text, text), max_size=5)
header_values = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
header_names = st.from_regex(r"[xX]-[A-Za-z][A-Za-z0-9-]{0,8}", fullmatch=True)
headers = st.dictionaries(header_names, header_values, max_size=4).map(
    lambda found: {name.lower(): value for name, value in found.items()}
)
bodies = st.binary(max_size=60)
methods = st.sampled_from(["GET", "POST", "PUT", "DELETE", "get"])


def vendor_authorization(method, path, query, sent, body):
    """What the vendor's SDK makes of the same request, headers as given."""
    wanted = SdkRequest(
        method=method,
        schema="https",
        host=sent["host"],
        resource_path=path,
        query_params=list(query),
        header_params=dict(sent),
        body=body,
    )
    signer = VendorSigner(BasicCredentials(SAMPLE.access_key, SAMPLE.secret_key, PROJECT))
    return signer.sign(wanted).header_params["Authorization"]


def prepared(url, method="GET", body=None, **extra):
    """A request as requests would send it, before it is signed."""
    return requests.Request(method, url, data=body, headers=extra or None).prepare()


def signed_names(request):
    return request.headers["Authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")


# Signing


def test_signature_is_the_known_answer_of_the_vendors_guide():
    url = f"https://{HOST}/v1/{PROJECT}/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0"
    sent = {"content-type": "application/json", "host": HOST, "x-sdk-date": DATE}
    assert authorization(SAMPLE, "GET", url, sent, b"") == (
        "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, "
        "Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"
    )


@given(methods, segments, queries, headers, bodies)
def test_signature_equals_that_of_the_vendors_sdk(method, path, query, more, body):
    raw = "/" + "/".join(requests.utils.quote(part, safe="") for part in path)
    sent = {"host": HOST, "x-sdk-date": DATE, **more}
    url = f"https://{HOST}{raw}?{encode_query(query)}"
    assert authorization(SAMPLE, method, url, sent, body) == vendor_authorization(method, raw, query, sent, body)


@given(methods, segments, queries, bodies)
def test_url_really_sent_carries_the_encoding_that_was_signed(method, path, query, body):
    raw = "/v1/" + "/".join(["p", *(requests.utils.quote(part, safe="") or "-" for part in path)])
    given_query = encode_query(query)
    request = prepared(f"https://{HOST}{raw}" + (f"?{given_query}" if given_query else ""), method, body)
    Signer(SAMPLE, PROJECT, lambda: NOW)(request)
    sent_query = urlsplit(request.url).query
    assert sent_query == given_query
    sent = {"host": HOST, "x-sdk-date": DATE, "x-project-id": PROJECT}
    expected = vendor_authorization(method, urlsplit(request.url).path, query, sent, body)
    assert request.headers["Authorization"] == expected


def test_query_is_sorted_by_key_then_value_and_keeps_tilde_only():
    pairs = [("b", "2"), ("a", "y z"), ("a", "x+~"), ("c", "")]
    assert encode_query(pairs) == "a=x%2B~&a=y%20z&b=2&c="


def test_body_given_as_text_is_signed_as_its_utf8():
    one, other = prepared(f"https://{HOST}/", "POST", "é"), prepared(f"https://{HOST}/", "POST", "é".encode())
    signer = Signer(SAMPLE, PROJECT, lambda: NOW)
    assert signer(one).headers["Authorization"] == signer(other).headers["Authorization"]


def test_changed_body_changes_the_signature():
    signer = Signer(SAMPLE, PROJECT, lambda: NOW)
    one, other = (signer(prepared(f"https://{HOST}/", "POST", body)) for body in (b"{}", b"[]"))
    assert one.headers["Authorization"] != other.headers["Authorization"]


def test_content_type_and_project_are_sent_and_signed():
    request = Signer(SAMPLE, PROJECT, lambda: NOW)(
        prepared(f"https://{HOST}/", "POST", b"{}", **{"Content-Type": "application/json"})
    )
    assert request.headers["X-Project-Id"] == PROJECT
    assert signed_names(request) == ["content-type", "host", "x-project-id", "x-sdk-date"]


def test_temporary_keys_send_and_sign_their_security_token():
    temporary = Credentials(SAMPLE.access_key, SAMPLE.secret_key, "token==")
    request = Signer(temporary, PROJECT, lambda: NOW)(prepared(f"https://{HOST}/"))
    assert request.headers["X-Security-Token"] == "token=="
    assert "x-security-token" in signed_names(request)


def test_permanent_keys_send_no_security_token():
    assert "X-Security-Token" not in Signer(SAMPLE, PROJECT)(prepared(f"https://{HOST}/")).headers


def test_token_goes_alone_without_a_signature():
    request = Signer(Credentials(auth_token="abc"), PROJECT)(prepared(f"https://{HOST}/"))
    assert request.headers["X-Auth-Token"] == "abc"
    assert request.headers["X-Project-Id"] == PROJECT
    assert not {"Authorization", "X-Sdk-Date"} & set(request.headers)


def test_each_call_is_signed_with_the_time_of_that_call():
    times = iter([NOW, NOW + timedelta(minutes=20)])
    signer = Signer(SAMPLE, PROJECT, lambda: next(times))
    first, second = signer(prepared(f"https://{HOST}/")), signer(prepared(f"https://{HOST}/"))
    assert [first.headers["X-Sdk-Date"], second.headers["X-Sdk-Date"]] == [DATE, "20191115T035655Z"]
    assert first.headers["Authorization"] != second.headers["Authorization"]


def test_date_is_the_present_in_utc():
    date = Signer(SAMPLE, PROJECT)(prepared(f"https://{HOST}/")).headers["X-Sdk-Date"]
    age = datetime.now(timezone.utc) - datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    assert timedelta(seconds=-1) < age < timedelta(minutes=10)


def test_repr_of_credentials_shows_no_secret():
    shown = repr(Credentials("AKAK", "SKSK", "STST", "ATAT"))
    assert not any(secret in shown for secret in ("AKAK", "SKSK", "STST", "ATAT"))


def test_secrets_lists_all_that_is_set():
    assert Credentials("a", "s", "t").secrets() == ["a", "s", "t"]
    assert Credentials(auth_token="x").secrets() == ["x"]


# Where credentials come from

OPTIONS = {"access_key": "OPT-AK", "secret_key": "OPT-SK"}
SDK = {"HUAWEICLOUD_SDK_AK": "SDK-AK", "HUAWEICLOUD_SDK_SK": "SDK-SK"}
TERRAFORM = {"HW_ACCESS_KEY": "HW-AK", "HW_SECRET_KEY": "HW-SK"}
FILE = "[basic]\nak = FILE-AK\nsk = FILE-SK\nsecurity_token = FILE-TOKEN\nproject_id = file-project\n"


@pytest.fixture(autouse=True)
def empty_home(tmp_path, monkeypatch):
    """A home without a credentials file."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


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


def test_default_credentials_file_is_in_the_home(empty_home):
    (empty_home / ".huaweicloud").mkdir()
    (empty_home / ".huaweicloud" / "credentials").write_text(FILE)
    assert found({})[:2] == ("FILE-AK", "FILE-SK")
    assert target({"project_id": None}).project_id == "file-project"


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


def test_half_pair_is_completed_from_behind():
    assert found({"access_key": "OPT-AK"}, SDK)[:2] == ("OPT-AK", "SDK-SK")
    assert found({"secret_key": "OPT-SK"}, TERRAFORM)[:2] == ("HW-AK", "OPT-SK")


def test_half_pair_is_not_completed_from_before():
    environ = {"HUAWEICLOUD_SDK_AK": "SDK-AK", **TERRAFORM}
    assert found({}, environ)[:2] == ("SDK-AK", "HW-SK")
    assert "access_key is missing" in refusal({}, {"HW_SECRET_KEY": "HW-SK"})


@pytest.mark.parametrize("given, missing", [("access_key", "secret_key"), ("secret_key", "access_key")])
def test_half_pair_alone_names_the_missing_option_and_its_ways(given, missing):
    message = refusal({given: "HALF-VALUE"})
    assert message.startswith(f"{missing} is missing.")
    variables = {"access_key": ("_AK", "HW_ACCESS_KEY", "ak"), "secret_key": ("_SK", "HW_SECRET_KEY", "sk")}[missing]
    assert all(word in message for word in (*variables, "~/.huaweicloud/credentials"))
    assert "HALF-VALUE" not in message


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


def test_security_token_may_come_before_its_key():
    assert found({"security_token": "OPT-TOKEN"}, SDK) == ("SDK-AK", "SDK-SK", "OPT-TOKEN", None)


def test_auth_token_option_is_an_identity_of_its_own():
    assert found({"auth_token": "TOKEN"}, {**SDK, **TERRAFORM}) == (None, None, None, "TOKEN")


def test_auth_token_variable_comes_before_the_keys_beside_it_and_after_those_before():
    assert found({}, {**TERRAFORM, "HW_AUTH_TOKEN": "TOKEN"}) == (None, None, None, "TOKEN")
    assert found({}, {**SDK, "HW_AUTH_TOKEN": "TOKEN"})[:2] == ("SDK-AK", "SDK-SK")
    assert found(OPTIONS, {"HW_AUTH_TOKEN": "TOKEN"})[:2] == ("OPT-AK", "OPT-SK")


@pytest.mark.parametrize("also", ["access_key", "secret_key"])
def test_token_and_keys_as_options_contradict_each_other(also):
    message = refusal({"auth_token": "TOKEN-VALUE", also: "KEY-VALUE"})
    assert "auth_token" in message and "Give one of them" in message
    assert "TOKEN-VALUE" not in message and "KEY-VALUE" not in message


@pytest.mark.parametrize("name", ["access_key", "secret_key", "security_token", "auth_token"])
@pytest.mark.parametrize("bad", ["two words", "línea", "a\nb", "\u201cquoted\u201d"])
def test_secret_that_no_header_can_carry_is_refused_without_showing_it(name, bad):
    options = {} if name == "auth_token" else dict(OPTIONS)
    message = refusal({**options, name: bad})
    assert message.startswith(f"{name} ")
    assert bad not in message


@pytest.mark.parametrize("bad", ["two words", "日本"])
def test_completing_half_of_a_pair_is_checked_as_well(bad):
    message = refusal({"secret_key": "SK"}, {"HUAWEICLOUD_SDK_AK": bad})
    assert message.startswith("access_key ")
    assert bad not in message


# The credentials file


def test_named_file_that_does_not_exist_is_an_error(tmp_path):
    missing = str(tmp_path / "nowhere")
    message = refusal(OPTIONS, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": missing})
    assert all(word in message for word in ("HUAWEICLOUD_SDK_CREDENTIALS_FILE", missing, "unset"))


def test_absent_default_file_is_no_error():
    assert found(OPTIONS)[:2] == ("OPT-AK", "OPT-SK")


def test_home_that_is_no_directory_counts_as_no_file(monkeypatch):
    monkeypatch.setenv("HOME", "/dev/null")
    assert found(OPTIONS)[:2] == ("OPT-AK", "OPT-SK")


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


def test_file_path_may_start_with_a_tilde(empty_home):
    (empty_home / "mine").write_text(FILE)
    assert found({}, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "~/mine"})[0] == "FILE-AK"


# The target


def test_region_gives_the_endpoint():
    assert target({"region": "ap-southeast-1"}).endpoint == "https://modelarts.ap-southeast-1.myhuaweicloud.com"
    environ = {"HW_REGION_NAME": "cn-east-3"}
    assert target({"region": None}, environ).endpoint == "https://modelarts.cn-east-3.myhuaweicloud.com"


def test_endpoint_needs_no_region():
    assert target({"region": None, "endpoint": "http://127.0.0.1:8080"}).endpoint == "http://127.0.0.1:8080"


def test_neither_region_nor_endpoint_names_both():
    message = refusal({**OPTIONS, "region": None})
    assert all(word in message for word in ("region is missing", "endpoint", "HW_REGION_NAME"))


@pytest.mark.parametrize("region", ["cn_north_4", "CN-NORTH-4", "cn-north-4.evil.example", "-cn", "cn--north", "a/b"])
def test_malformed_region_is_refused(region):
    message = refusal({**OPTIONS, "region": region})
    assert "region" in message and repr(region) in message and "cn-north-4" in message


def test_variable_of_the_region_gives_the_endpoint():
    environ = {"HUAWEICLOUD_SDK_REGION_MODELARTS_CN_NORTH_4": "https://inner.example.com"}
    assert target({}, environ).endpoint == "https://inner.example.com"
    assert target({"endpoint": "https://option.example.com"}, environ).endpoint == "https://option.example.com"
    assert target({"region": "cn-east-3"}, environ).endpoint == "https://modelarts.cn-east-3.myhuaweicloud.com"


def test_bad_variable_of_the_region_is_named():
    name = "HUAWEICLOUD_SDK_REGION_MODELARTS_CN_NORTH_4"
    assert refusal(OPTIONS, {name: "inner.example.com"}).startswith(name)


@pytest.mark.parametrize(
    "given, taken",
    [
        ("https://Host.Example.com/", "https://host.example.com"),
        (" https://host.example.com\n", "https://host.example.com"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://10.0.0.1:65535", "https://10.0.0.1:65535"),
        ("HTTPS://host", "https://host"),
    ],
)
def test_endpoint_is_normalised(given, taken):
    assert target({"endpoint": given}).endpoint == taken


MALFORMED = [
    "",
    " ",
    "host.example.com",
    "host.example.com:443",
    "//host.example.com",
    "https://",
    "https:///v1",
    "ftp://host.example.com",
    "file:///etc/passwd",
    "https://host.example.com/v1",
    "https://host.example.com//",
    "https://host.example.com?x=1",
    "https://host.example.com/?x=1",
    "https://host.example.com#part",
    "https://host example.com",
    "https://host_.example.com",
    "https://höst.example.com",
    "https://-host",
    "https://host:0",
    "https://host:",
    "https://host:99999",
    "https://host:port",
    "https://[::1",
    "https://[host]",
]


@pytest.mark.parametrize("given", MALFORMED)
def test_malformed_endpoint_names_option_and_remedy(given):
    message = refusal({**OPTIONS, "endpoint": given})
    assert message.startswith("endpoint ")
    assert "https://modelarts.cn-north-4.myhuaweicloud.com" in message


@pytest.mark.parametrize("given", [given for given in MALFORMED if given.strip()])
def test_malformed_endpoint_without_a_password_is_shown(given):
    assert given in refusal({**OPTIONS, "endpoint": given})


@pytest.mark.parametrize(
    "given",
    [
        "https://user:hunter2@host.example.com",
        "https://hunter2@host.example.com",
        "https://user:hunter2@host.example.com:99999",
        "https://user:hunter2@",
        "https://user:7/hunter2@host.example.com",
        "user:hunter2@host.example.com",
        "https:/user:hunter2@host.example.com",
    ],
)
def test_password_in_an_endpoint_is_refused_and_never_shown(given):
    message = refusal({**OPTIONS, "endpoint": given})
    assert message.startswith("endpoint ")
    assert "hunter2" not in message


@pytest.mark.parametrize("given", ["https://host.example.com:443", "http://host.example.com:80"])
def test_default_port_is_dropped_since_no_client_sends_it_in_the_host_header(given):
    assert target({"endpoint": given}).endpoint == given.rpartition(":")[0]


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
