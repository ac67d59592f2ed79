# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Who we are and where we send to: credentials, project and endpoint; and the signing of requests."""

from __future__ import annotations

import configparser
import hashlib
import hmac
import os
import re
import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from ._errors import InputError

try:
    from requests.auth import AuthBase
except ImportError:  # _client reports it, with the interpreter's name

    class AuthBase:  # type: ignore[no-redef]
        """Stands in where requests is absent, so that this file can be imported."""


if t.TYPE_CHECKING:
    from requests import PreparedRequest

# The SDK's variables come before Terraform's, both before the SDK's credentials file. (SDK, Terraform provider)
SDK_VARIABLES = {
    "access_key": "HUAWEICLOUD_SDK_AK",
    "secret_key": "HUAWEICLOUD_SDK_SK",
    "security_token": "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    "project_id": "HUAWEICLOUD_SDK_PROJECT_ID",
}
TERRAFORM_VARIABLES = {
    "access_key": "HW_ACCESS_KEY",
    "secret_key": "HW_SECRET_KEY",
    "security_token": "HW_SECURITY_TOKEN",
    "auth_token": "HW_AUTH_TOKEN",
    "region": "HW_REGION_NAME",
    "project_id": "HW_PROJECT_ID",
}
CREDENTIALS_FILE_VARIABLE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
CREDENTIALS_FILE = "~/.huaweicloud/credentials"
CREDENTIALS_FILE_KEYS = {
    "access_key": "ak",
    "secret_key": "sk",
    "security_token": "security_token",
    "project_id": "project_id",
}
# The SDK's own way to point a service of one region elsewhere; the region is appended in capitals.
ENDPOINT_VARIABLE = "HUAWEICLOUD_SDK_REGION_MODELARTS_"

SECRETS = ("access_key", "secret_key", "security_token", "auth_token")

REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PROJECT_ID = re.compile(r"[-a-zA-Z0-9]{1,64}")  # seed pages, path parameters
HOST = re.compile(r"([a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?|\[[:.a-fA-F0-9]+\])(:[0-9]+)?")
DEFAULT_PORTS = {"http": 80, "https": 443}
HEADER_VALUE = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class Credentials:
    """One identity: a token, or a pair of keys with, for temporary ones, their security token."""

    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    security_token: str | None = field(default=None, repr=False)
    auth_token: str | None = field(default=None, repr=False)

    def secrets(self) -> list[str]:
        """All that must never be shown."""
        return [value for value in (getattr(self, name) for name in SECRETS) if value]


@dataclass(frozen=True)
class Target:
    """Where requests go: C(endpoint) is scheme, host and port without a slash at the end."""

    endpoint: str
    project_id: str


def resolve(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> tuple[Credentials, Target]:
    """Find credentials and target in the options, then the environment, then the SDK's credentials file.

    Raises InputError where something is missing, malformed or contradictory.
    """
    sources = _sources(options, environ)
    credentials = _credentials(sources)
    region = _first(sources, "region")
    if region and not REGION.fullmatch(region):
        raise InputError(f"region {region!r} is not a region's name. Give one such as cn-north-4.")
    return credentials, Target(_endpoint(options, environ, region), _project_id(sources))


def _sources(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> list[dict[str, str]]:
    """The sources in their order, each a dict by option name without its blank values."""
    found: list[dict[str, t.Any]] = [dict(options)]
    for variables in (SDK_VARIABLES, TERRAFORM_VARIABLES):
        found.append({option: environ.get(variable) for option, variable in variables.items()})
    found.append(_credentials_file(environ))
    return [{k: v.strip() for k, v in source.items() if isinstance(v, str) and v.strip()} for source in found]


def _credentials_file(environ: t.Mapping[str, str]) -> dict[str, t.Any]:
    named = environ.get(CREDENTIALS_FILE_VARIABLE)
    path = os.path.expanduser(named or CREDENTIALS_FILE)
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with open(path, encoding="utf-8") as handle:
            parser.read_file(handle)
    except (FileNotFoundError, NotADirectoryError):  # a home that is /dev/null, say
        if named:
            raise InputError(
                f"{CREDENTIALS_FILE_VARIABLE} names the file {path}, which does not exist. Correct it or unset it."
            ) from None
        return {}
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        # The parser's own text quotes lines of the file, which may hold a key.
        raise InputError(
            f"The credentials file {path} cannot be read ({type(error).__name__}). It is an INI file with a section "
            "[basic] that holds ak, sk and, if wanted, project_id and security_token."
        ) from None
    if not parser.has_section("basic"):
        return {}
    return {option: parser.get("basic", key, fallback=None) for option, key in CREDENTIALS_FILE_KEYS.items()}


def _first(sources: list[dict[str, str]], name: str) -> str | None:
    return next((source[name] for source in sources if name in source), None)


def _credentials(sources: list[dict[str, str]]) -> Credentials:
    """The first source that names a token or a key decides; a half pair is completed from those behind it.

    The security token belongs to its access key: it is taken from the same source or one before, so that temporary keys
    left in the environment never spoil permanent ones given as options.
    """
    if "auth_token" in sources[0] and ("access_key" in sources[0] or "secret_key" in sources[0]):
        raise InputError("auth_token and access_key/secret_key are two identities. Give one of them.")
    for rank, source in enumerate(sources):
        if "auth_token" in source:
            return _checked(Credentials(auth_token=source["auth_token"]))
        if "access_key" in source or "secret_key" in source:
            access_key, secret_key = _first(sources[rank:], "access_key"), _first(sources[rank:], "secret_key")
            if access_key and secret_key:
                origin = next(n for n, source in enumerate(sources) if n >= rank and "access_key" in source)
                return _checked(Credentials(access_key, secret_key, _first(sources[: origin + 1], "security_token")))
            missing = "secret_key" if access_key else "access_key"
            raise InputError(f"{missing} is missing. {_ways(missing)}")
    raise InputError(f"No credentials: give access_key and secret_key, or auth_token. {_ways('access_key')}")


def _checked(credentials: Credentials) -> Credentials:
    """The credentials, if each can go into a header."""
    for name in SECRETS:
        if not HEADER_VALUE.fullmatch(getattr(credentials, name) or "-"):
            raise InputError(f"{name} holds a blank or a character outside ASCII. Copy it again, without quotes.")
    return credentials


def _ways(option: str) -> str:
    variables = [names[option] for names in (SDK_VARIABLES, TERRAFORM_VARIABLES) if option in names]
    text = f"Set the option {option} or the environment variable {' or '.join(variables)}"
    if option in CREDENTIALS_FILE_KEYS:
        text += f", or write {CREDENTIALS_FILE_KEYS[option]} into section [basic] of {CREDENTIALS_FILE}"
    return text + "."


def _project_id(sources: list[dict[str, str]]) -> str:
    project_id = _first(sources, "project_id")
    if not project_id:
        raise InputError(f"project_id is missing. {_ways('project_id')}")
    if not PROJECT_ID.fullmatch(project_id):
        raise InputError(
            f"project_id {project_id!r} is malformed: 1 to 64 letters, digits and hyphens. "
            "Take the ID, not the name, from the console's page My Credentials."
        )
    return project_id


def _endpoint(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str], region: str | None) -> str:
    given, origin = options.get("endpoint"), "endpoint"
    if given is None and region:
        origin = ENDPOINT_VARIABLE + region.replace("-", "_").upper()
        given = environ.get(origin) or None
    if given is None:
        if not region:
            raise InputError(f"region is missing, and no endpoint is given. {_ways('region')}")
        return f"https://modelarts.{region}.myhuaweicloud.com"
    return _checked_endpoint(given, origin)


def _checked_endpoint(given: str, origin: str) -> str:
    remedy = "Give scheme and host, such as https://modelarts.cn-north-4.myhuaweicloud.com."
    if "@" in given:  # not shown, since it may hold a password
        raise InputError(f"{origin} carries a user name or password. {remedy}")
    try:
        parts = urlsplit(given.strip())
        port = parts.port
    except ValueError:
        raise InputError(f"{origin} {given!r} is not a URL. {remedy}") from None
    whole = parts.scheme in ("http", "https") and HOST.fullmatch(parts.netloc) and port != 0
    if not whole or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise InputError(f"{origin} {given!r} is not the address of a server. {remedy}")
    # Without the scheme's own port: the Host header that is sent leaves it out, so it must not be signed either.
    host = parts.netloc.lower()
    return f"{parts.scheme}://{host.rpartition(':')[0] if port == DEFAULT_PORTS[parts.scheme] else host}"


class Signer(AuthBase):
    """Signs a request the moment it is sent (SDK-HMAC-SHA256), or adds the token.

    Being a requests AuthBase it also keeps C(~/.netrc) from replacing the signature.
    """

    def __init__(self, credentials: Credentials, project_id: str, now: t.Callable[[], datetime] | None = None) -> None:
        self.credentials = credentials
        self.project_id = project_id
        self.now = now or (lambda: datetime.now(timezone.utc))

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        mine, headers = self.credentials, r.headers
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
    """The Authorization header for a request, after the vendor's API signing guide.

    C(headers) are the ones to sign, by lower-case name, C(x-sdk-date) and C(host) among them.
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
    """The query in the one encoding that is both signed and sent: sorted by key, then value."""
    return "&".join(f"{quote(key, safe='~')}={quote(value, safe='~')}" for key, value in sorted(pairs))
