# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The proxy: its address is checked, and its password never shown."""

from __future__ import annotations

import typing as t
import urllib.request
from urllib.parse import urlsplit

from ._errors import InputError
from ._text import SCHEME, logins

try:
    from requests.utils import get_environ_proxies, select_proxy
    from urllib3.util import parse_url
except ImportError:  # _transport reports it, with the interpreter's name
    pass


def check(url: str, environ: t.Mapping[str, str]) -> None:
    """Refuse a malformed address of the proxy that requests would use for a URL.

    requests reads the environment of this process; C(environ) is used to name the variable in the message.
    """
    proxy = select_proxy(url, get_environ_proxies(url))
    if proxy and not _is_address(proxy):
        raise InputError(
            f"{_variable(url, proxy, environ)} is no address of a proxy, such as "
            "http://user:password@proxy.example.com:3128. In user name and password percent-encode what is neither a "
            "letter nor a digit: %23 for #, %2F for /, %5B for [, %40 for @. (Not shown, as it may hold a password.)"
        )


def secrets() -> list[str]:
    """User names and passwords of all proxies in the environment of this process, percent-encoded and decoded."""
    return [text for proxy in urllib.request.getproxies_environment().values() for text in logins(proxy)]


def _is_address(proxy: str) -> bool:
    address = proxy if SCHEME.match(proxy) else f"http://{proxy}"
    try:
        parts, parsed = urlsplit(address), parse_url(address)
        beyond = parts.path + parts.query + parts.fragment
        return bool(parsed.host and parts.hostname) and parts.port != 0 and "@" not in beyond
    except ValueError:  # a port that is none, a bracket; urllib3's errors are ValueErrors as well
        return False


def _variable(url: str, proxy: str, environ: t.Mapping[str, str]) -> str:
    """The environment variable that the proxy for a URL comes from, for a message."""
    for name in (f"{urlsplit(url).scheme}_proxy", "all_proxy"):
        for spelling in (name, name.upper()):
            if environ.get(spelling) == proxy:
                return f"The environment variable {spelling}"
    return "The proxy in the system's settings"
