# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signature check, against the vendor's published sample, and what it refuses."""

from __future__ import annotations

import datetime
import time

import pytest

from tests.simulator.signature import DATE_FORMAT, SignatureRefused, canonical_path, canonical_query, sign, verify

AK = "QTWAOYTTINDUT2QVKYUC"
SK = "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"
NAMES = ["content-type", "host", "x-sdk-date"]
SIGNATURE = "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"
PATH = "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs"
QUERY = "limit=2&marker=13551d6b-755d-4757-b956-536f674975c0"
HEADERS = {
    "content-type": "application/json",
    "host": "service.region.example.com",
    "x-sdk-date": "20191115T033655Z",
}
THEN = datetime.datetime(2019, 11, 15, 3, 36, 55, tzinfo=datetime.timezone.utc).timestamp()


def authorization(names=tuple(NAMES), signature=SIGNATURE, key=AK, algorithm="SDK-HMAC-SHA256"):
    return f"{algorithm} Access={key}, SignedHeaders={';'.join(names)}, Signature={signature}"


def check(header=None, method="GET", path=PATH, query=QUERY, body=b"", now=THEN, **headers):
    given = {**HEADERS, "authorization": header or authorization(), **headers}
    verify(AK, SK, method, path, query, given, body, now)


def test_the_published_sample():
    assert sign(SK, "GET", PATH, QUERY, HEADERS, NAMES, b"") == SIGNATURE
    check()
    check(query="&".join(reversed(QUERY.split("&"))))
    check(now=THEN + 899)


@pytest.mark.parametrize(
    "change",
    [
        {"method": "POST"},
        {"path": PATH + "x"},
        {"query": "limit=3"},
        {"body": b"{}"},
        {"host": "elsewhere"},
        {"now": THEN + 901},
        {"now": THEN - 901},
        {"x-sdk-date": "yesterday"},
        {"header": authorization(signature="0" * 64)},
        {"header": authorization(key="other")},
        {"header": authorization(algorithm="AWS4-HMAC-SHA256")},
        {"header": authorization(names=["host"])},
        {"header": authorization(names=["x-sdk-date", "host"])},
        {"header": "SDK-HMAC-SHA256 Access=" + AK},
    ],
)
def test_refused(change):
    with pytest.raises(SignatureRefused):
        check(**change)


def test_canonical_forms():
    assert canonical_path("/a b/%C3%BC~") == "/a%20b/%C3%BC~/"
    assert canonical_path("/a/") == "/a/"
    assert canonical_query("") == ""
    assert canonical_query("b=2&a=%7e&b=1&c") == "a=~&b=1&b=2&c="
    # A plus sign in a URL is not a space
    assert canonical_query("a=b+c") == "a=b%2Bc"


def test_over_http(sim, client):
    path = f"/v1/{sim.project_id}/dev-servers"
    date = datetime.datetime.fromtimestamp(time.time(), datetime.timezone.utc).strftime(DATE_FORMAT)
    headers = {"host": f"127.0.0.1:{sim.port}", "x-sdk-date": date}
    names = sorted(headers)

    def get(**changes):
        del client.session.headers["X-Auth-Token"]
        signature = sign(sim.secret_key, "GET", path, "", headers, names, b"")
        sent = {**headers, "authorization": authorization(names, signature, sim.access_key), **changes}
        answer = client("GET", "", headers=sent)
        client.session.headers["X-Auth-Token"] = sim.auth_token
        return answer

    assert get().status_code == 200
    refused = get(authorization="Basic Og==")
    assert refused.status_code == 401
    assert refused.json()["error_code"] == "APIGW.0301"
    assert refused.json()["request_id"] == refused.headers["X-Request-Id"]
    # A security token has no place beside permanent keys
    assert get(**{"x-security-token": "stale"}).status_code == 401
    client.session.headers["X-Auth-Token"] = "wrong"
    assert client("GET", "").status_code == 401
