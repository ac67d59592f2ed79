# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoint is found where it is documented to be, and refused where it is malformed."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._endpoint import find
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError

VARIABLE = "HUAWEICLOUD_MODELARTS_ENDPOINT"
SDK_VARIABLE = "HUAWEICLOUD_SDK_REGION_MODELARTS_CN_NORTH_4"


def refusal(options, environ=None):
    with pytest.raises(InputError) as caught:
        find({"region": "cn-north-4", **options}, environ or {})
    return caught.value.message


def test_region_gives_the_endpoint():
    assert find({"region": "ap-southeast-1"}, {}) == "https://modelarts.ap-southeast-1.myhuaweicloud.com"
    assert find({}, {"HW_REGION_NAME": "cn-east-3"}) == "https://modelarts.cn-east-3.myhuaweicloud.com"


@pytest.mark.parametrize(
    "region, domain",
    [
        ("eu-west-101", "myhuaweicloud.eu"),
        ("eu-west-1", "myhuaweicloud.eu"),
        ("eu-west-0", "myhuaweicloud.com"),
        ("cn-north-4", "myhuaweicloud.com"),
    ],
)
def test_cloud_follows_the_region(region, domain):
    assert find({"region": region}, {}) == f"https://modelarts.{region}.{domain}"


def test_cloud_is_an_option_before_its_variable():
    environ = {"HW_CLOUD": "variable.example"}
    assert find({"region": "eu-west-101"}, environ) == "https://modelarts.eu-west-101.variable.example"
    assert find({"region": "cn-1", "cloud": "Option.example"}, environ) == "https://modelarts.cn-1.option.example"
    assert find({"region": "cn-1", "cloud": " "}, {"HW_CLOUD": ""}) == "https://modelarts.cn-1.myhuaweicloud.com"


@pytest.mark.parametrize("cloud", ["https://myhuaweicloud.com", "myhuaweicloud", "a..b", "x.com/", "x.com:443", ".com"])
def test_cloud_that_is_no_domain_is_refused_by_its_name(cloud):
    assert refusal({"cloud": cloud}).startswith(f"cloud {cloud!r} is not a domain")
    assert refusal({}, {"HW_CLOUD": cloud}).startswith(f"HW_CLOUD {cloud!r} is not a domain")


def test_password_in_a_cloud_is_not_shown():
    assert "hunter2" not in refusal({"cloud": "https://me:hunter2@x.example"})


def test_endpoint_needs_neither_region_nor_cloud():
    assert find({"endpoint": "http://127.0.0.1:8080"}, {}) == "http://127.0.0.1:8080"
    assert find({}, {VARIABLE: "http://127.0.0.1:8080"}) == "http://127.0.0.1:8080"


def test_endpoint_decides_and_what_it_replaces_is_not_read():
    unused = {"region": "cn-north-4", "cloud": "cloud.example.com"}
    environ = {"HW_REGION_NAME": "no region", "HW_CLOUD": "no cloud", VARIABLE: "no endpoint"}
    assert find({**unused, "endpoint": "https://inner.example.com"}, environ) == "https://inner.example.com"


@pytest.mark.parametrize("option", [{"region": "no region"}, {"cloud": "no cloud"}])
def test_malformed_option_is_refused_also_where_it_is_not_used(option):
    assert refusal({**option, "endpoint": "https://inner.example.com"}).startswith(f"{next(iter(option))} 'no ")


def test_sources_come_in_the_documented_order():
    environ = {VARIABLE: "https://fixed.example.com", SDK_VARIABLE: "https://sdk.example.com"}
    options = {"region": "cn-north-4", "cloud": "cloud.example.com"}
    assert find({**options, "endpoint": "https://option.example.com"}, environ) == "https://option.example.com"
    assert find(options, environ) == "https://fixed.example.com"
    del environ[VARIABLE]
    assert find(options, environ) == "https://sdk.example.com"
    assert find({**options, "region": "cn-east-3"}, environ) == "https://modelarts.cn-east-3.cloud.example.com"


@pytest.mark.parametrize("blank", [None, "", " ", "\n"])
def test_blank_endpoint_is_one_not_given(blank):
    environ = {VARIABLE: blank or "", SDK_VARIABLE: blank or ""}
    assert (
        find({"region": "cn-north-4", "endpoint": blank}, environ) == "https://modelarts.cn-north-4.myhuaweicloud.com"
    )


@pytest.mark.parametrize("more", ["", ",https://second.example.com", " , https://second.example.com"])
def test_first_of_several_endpoints_in_the_sdks_variable_is_taken(more):
    assert find({"region": "cn-north-4"}, {SDK_VARIABLE: "https://first.example.com" + more}) == (
        "https://first.example.com"
    )


@pytest.mark.parametrize("options", [{"region": None}, {"region": " ", "endpoint": ""}])
def test_neither_region_nor_endpoint_names_the_ways(options):
    message = refusal(options)
    assert all(word in message for word in ("region is missing", "endpoint", "HW_REGION_NAME", VARIABLE))


@pytest.mark.parametrize("region", ["cn_north_4", "CN-NORTH-4", "cn-north-4.evil.example", "-cn", "cn--north", "a/b"])
def test_malformed_region_is_refused(region):
    message = refusal({"region": region})
    assert message.startswith(f"region {region!r}") and "cn-north-4" in message
    assert refusal({"region": None}, {"HW_REGION_NAME": region}).startswith(f"HW_REGION_NAME {region!r}")


@pytest.mark.parametrize("name", [VARIABLE, SDK_VARIABLE])
def test_bad_variable_is_named(name):
    assert refusal({}, {name: "inner.example.com"}).startswith(name)


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
    assert find({"endpoint": given}, {}) == taken


MALFORMED = [
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
    message = refusal({"endpoint": given})
    assert message.startswith("endpoint ")
    assert "https://modelarts.cn-north-4.myhuaweicloud.com" in message


@pytest.mark.parametrize("given", MALFORMED)
def test_malformed_endpoint_without_a_password_is_shown(given):
    assert given in refusal({"endpoint": given})


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
    message = refusal({"endpoint": given})
    assert message.startswith("endpoint ")
    assert "hunter2" not in message


@pytest.mark.parametrize("given", ["https://host.example.com:443", "http://host.example.com:80"])
def test_default_port_is_dropped_since_no_client_sends_it_in_the_host_header(given):
    assert find({"endpoint": given}, {}) == given.rpartition(":")[0]
