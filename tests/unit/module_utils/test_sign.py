# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing equals the vendor's."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer as VendorSigner
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._identity import Credentials
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._sign import Signer, authorization, encode_query

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
