# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy's malformed address is refused by the name of its variable; user name and password are never shown."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _proxy
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError

HTTPS = "https://modelarts.cn-north-4.myhuaweicloud.com"
MALFORMED = [
    "http://user:hunter2@proxy.example.com:port",
    "http://user:hunter2@proxy.example.com:99999",
    "http://user:hunter2@proxy.example.com:0",
    "http://user:hunter2#x@proxy.example.com:3128",
    "http://user:hunter2/x@proxy.example.com:3128",
    "http://user:hunter2?x@proxy.example.com:3128",
    "http://user:12#hunter2@proxy.example.com:3128",
    "http://user:hunter2[x@proxy.example.com:3128",
    # A Python before 3.11 takes brackets in a password.
    *(["http://user:[hunter2]@proxy.example.com:3128"] if sys.version_info >= (3, 11) else []),
    "user:hunter2[@proxy.example.com:3128",
    "user:hunter2#@proxy.example.com:3128",
    "http://user:hunter2@:3128",
    "http://user:hunter2@",
    "http://user:hunter2",
]


@pytest.fixture
def proxies(monkeypatch):
    """Sets the variables of the proxies, all others unset, and returns them."""

    def put(**variables):
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return variables

    return put


def refusal(url, environ):
    with pytest.raises(InputError) as caught:
        _proxy.check(url, environ)
    return caught.value.message


@pytest.mark.parametrize("value", MALFORMED)
def test_malformed_address_names_its_variable_and_shows_nothing(value, proxies):
    message = refusal(HTTPS, proxies(HTTPS_PROXY=value))
    assert message.startswith("The environment variable HTTPS_PROXY is no address of a proxy")
    assert "percent-encode" in message
    assert "hunter2" not in message


@pytest.mark.parametrize(
    "value",
    [
        "http://proxy.example.com:3128",
        "http://proxy.example.com",
        "proxy.example.com:3128",
        "http://user:hunter2@proxy.example.com:3128/",
        "http://user:%23%2F%5B%40@proxy.example.com:3128",
        "http://us:er:p@ss@proxy.example.com:3128",
        "user:hunter2@10.0.0.1:3128",
        "https://[::1]:3128",
        "socks5://proxy.example.com:1080",
        "",
    ],
)
def test_address_that_requests_takes_is_taken(value, proxies):
    _proxy.check(HTTPS, proxies(HTTPS_PROXY=value))


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_each_variable_is_named(name, proxies):
    assert f"variable {name} is" in refusal(HTTPS, proxies(**{name: MALFORMED[0]}))


def test_proxy_that_is_not_used_is_not_checked(proxies):
    _proxy.check(HTTPS, proxies(HTTP_PROXY=MALFORMED[0]))
    _proxy.check(HTTPS, proxies(HTTPS_PROXY=MALFORMED[0], NO_PROXY=".myhuaweicloud.com"))
    assert "HTTP_PROXY" in refusal("http://127.0.0.1:9", proxies(HTTP_PROXY=MALFORMED[0]))


@pytest.mark.parametrize("value", [value for value in MALFORMED if "@" in value])
def test_login_of_a_malformed_address_is_secret_too(value, proxies):
    proxies(HTTP_PROXY=value)
    login = value.partition("://")[2].rpartition("@")[0] or value.rpartition("@")[0]
    assert {login, login.partition(":")[2]} <= set(_proxy.secrets())


def test_login_is_secret_as_written_and_decoded(proxies):
    proxies(https_proxy="http://m%40e:p%23ss%2F@proxy.example.com:3128")
    assert {"m%40e", "m@e", "p%23ss%2F", "p#ss/"} <= set(_proxy.secrets())


def test_without_a_login_nothing_is_secret(proxies):
    proxies(https_proxy="http://proxy.example.com:3128", no_proxy="example.com")
    assert _proxy.secrets() == []


login = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["Cs"]), min_size=6, max_size=12
)


@given(login, st.sampled_from(["proxy:1", "proxy", "[::1]:8", "proxy:x", ""]))
def test_no_refusal_shows_a_password_and_each_is_known(password, host):
    environ = {"HTTPS_PROXY": f"http://me:Zq{password}@{host}"}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("https_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
            patch.delenv(name, raising=False)
        patch.setenv("HTTPS_PROXY", environ["HTTPS_PROXY"])
        assert f"Zq{password}" in _proxy.secrets()
        try:
            _proxy.check(HTTPS, environ)
        except InputError as error:
            assert f"Zq{password}" not in error.message
