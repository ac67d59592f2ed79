# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The signing of requests."""

from __future__ import annotations

import hashlib
import hmac
import typing as t
from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from ._identity import Credentials, Identity

try:
    from requests.auth import AuthBase
except ImportError:  # _transport reports it, with the interpreter's name

    class AuthBase:  # type: ignore[no-redef]
        """Stands in where requests is absent, so that this file can be imported."""


if t.TYPE_CHECKING:
    from requests import PreparedRequest


class Signer(AuthBase):
    """Signs a request when it is sent (SDK-HMAC-SHA256), or adds the token.

    As it is an AuthBase of requests, C(~/.netrc) cannot replace the signature.
    """

    def __init__(self, identity: Identity, project_id: str, now: t.Callable[[], datetime] | None = None) -> None:
        self.identity = identity
        self.project_id = project_id
        self.now = now or (lambda: datetime.now(timezone.utc))

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        mine, headers = self.identity.current(), r.headers
        headers["X-Project-Id"] = self.project_id
        if mine.auth_token:
            headers["X-Auth-Token"] = mine.auth_token
            return r
        headers["X-Sdk-Date"] = self.now().strftime("%Y%m%dT%H%M%SZ")
        if mine.security_token:
            headers["X-Security-Token"] = mine.security_token
        signed = {"host": urlsplit(r.url or "").netloc}
        for name in ("Content-Type", "X-Project-Id", "X-Sdk-Date", "X-Security-Token"):
            if name in headers:
                signed[name.lower()] = str(headers[name])
        body = r.body.encode() if isinstance(r.body, str) else r.body or b""
        headers["Authorization"] = authorization(mine, r.method or "GET", r.url or "", signed, body)
        return r


def authorization(credentials: Credentials, method: str, url: str, headers: t.Mapping[str, str], body: bytes) -> str:
    """The Authorization header for a request, according to the vendor's API signing guide.

    C(headers): those to sign, by lower-case name, C(x-sdk-date) and C(host) among them.
    """
    parts = urlsplit(url)
    path = "/".join(quote(segment, safe="~") for segment in unquote(parts.path).split("/"))
    names = ";".join(sorted(headers))
    canonical = "\n".join(
        [
            method.upper(),
            path if path.endswith("/") else path + "/",
            encode_query(parse_qsl(parts.query, keep_blank_values=True)),
            "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers)),
            names,
            hashlib.sha256(body).hexdigest(),
        ]
    )
    text = "\n".join(["SDK-HMAC-SHA256", headers["x-sdk-date"], hashlib.sha256(canonical.encode()).hexdigest()])
    signature = hmac.new(str(credentials.secret_key).encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"SDK-HMAC-SHA256 Access={credentials.access_key}, SignedHeaders={names}, Signature={signature}"


def encode_query(pairs: t.Iterable[tuple[str, str]]) -> str:
    """The query string, encoded in the one way that is both signed and sent: sorted by key, then value."""
    return "&".join(f"{quote(key, safe='~')}={quote(value, safe='~')}" for key, value in sorted(pairs))
