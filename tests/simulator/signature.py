# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks SDK-HMAC-SHA256 signatures from the vendor's description alone; shares no code with the collection."""

from __future__ import annotations

import datetime
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote, unquote

ALGORITHM = "SDK-HMAC-SHA256"
DATE_FORMAT = "%Y%m%dT%H%M%SZ"
MAX_SKEW = 900.0  # seconds between the client's clock and ours
EMPTY = hashlib.sha256(b"").hexdigest()


class SignatureRefused(Exception):
    """Why a signature is not accepted."""


def _encode(text: str) -> str:
    return quote(text, safe="~")


def canonical_path(raw_path: str) -> str:
    """Percent-encoded by segment, always ending in a slash."""
    path = "/".join(_encode(unquote(segment)) for segment in raw_path.split("/"))
    return path if path.endswith("/") else path + "/"


def canonical_query(raw_query: str) -> str:
    """Sorted by key, then value. A plus sign is itself, not a space: the URL must carry the encoding signed."""
    pairs = []
    for part in raw_query.split("&") if raw_query else []:
        key, _sign, value = part.partition("=")
        pairs.append((unquote(key), unquote(value)))
    return "&".join(f"{_encode(key)}={_encode(value)}" for key, value in sorted(pairs))


def sign(
    secret_key: str,
    method: str,
    raw_path: str,
    raw_query: str,
    headers: Mapping[str, str],
    signed_headers: list[str],
    body: bytes,
) -> str:
    """The hexadecimal signature of a request; `headers` by name in lower case, among them x-sdk-date."""
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in signed_headers)
    canonical = "\n".join(
        [
            method.upper(),
            canonical_path(raw_path),
            canonical_query(raw_query),
            lines,
            ";".join(signed_headers),
            hashlib.sha256(body).hexdigest() if body else EMPTY,
        ]
    )
    to_sign = "\n".join([ALGORITHM, headers["x-sdk-date"], hashlib.sha256(canonical.encode()).hexdigest()])
    return hmac.new(secret_key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()


def parse_authorization(value: str) -> tuple[str, list[str], str]:
    """Access key, signed header names and signature of an Authorization header."""
    algorithm, _space, rest = value.partition(" ")
    if algorithm != ALGORITHM:
        raise SignatureRefused("Incorrect IAM authentication information: the algorithm is not " + ALGORITHM)
    fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    try:
        return fields["Access"], fields["SignedHeaders"].split(";"), fields["Signature"]
    except KeyError as err:
        raise SignatureRefused(f"Incorrect IAM authentication information: no {err.args[0]}") from None


def verify(
    access_key: str,
    secret_key: str,
    method: str,
    raw_path: str,
    raw_query: str,
    headers: Mapping[str, str],
    body: bytes,
    now: float,
) -> None:
    """Raise SignatureRefused unless the request is signed with these keys; `now` in real seconds since the epoch."""
    if "authorization" not in headers:
        raise SignatureRefused("Incorrect IAM authentication information: no Authorization header")
    given_key, signed_headers, signature = parse_authorization(headers["authorization"])
    if given_key != access_key:
        raise SignatureRefused("Incorrect IAM authentication information: the access key is not known")
    if signed_headers != sorted(signed_headers) or any(name != name.lower() for name in signed_headers):
        raise SignatureRefused("Incorrect IAM authentication information: signed headers not in order")
    for name in ("host", "x-sdk-date", *signed_headers):
        if name not in signed_headers or name not in headers:
            raise SignatureRefused(f"Incorrect IAM authentication information: header {name} not signed or not sent")
    try:
        date = datetime.datetime.strptime(headers["x-sdk-date"], DATE_FORMAT).replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise SignatureRefused("Incorrect IAM authentication information: X-Sdk-Date is malformed") from None
    if abs(date.timestamp() - now) > MAX_SKEW:
        raise SignatureRefused("Incorrect IAM authentication information: X-Sdk-Date is over 15 minutes off")
    expected = sign(secret_key, method, raw_path, raw_query, headers, signed_headers, body)
    if not hmac.compare_digest(expected, signature):
        raise SignatureRefused("Incorrect IAM authentication information: verify aksk signature fail")
