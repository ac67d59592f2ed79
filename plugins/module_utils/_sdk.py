# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Keys from the vendor's SDK, where it is installed: OIDC, federation, pod identity, or the agency of a server."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import time
import typing as t
from dataclasses import dataclass

from . import _profile, _proxy
from ._errors import InputError, ModelArtsError, NotSentError
from ._identity import Credentials, Hide, checked
from ._text import showable

LIBRARY = "huaweicloudsdkcore"
# Seconds between two looks at the age of the keys. At a look the SDK fetches others where they expire within 40 minutes.
LOOK_EVERY = 60.0
IAM = "https://iam.myhuaweicloud.com"  # the SDK's own, as is the next; here for the choice of the proxy only
METADATA = "http://169.254.169.254"

# What sets each provider up. The first two of each tell one identity from another.
OIDC = [f"HUAWEICLOUD_OIDC_{name}" for name in ("PROVIDER_URN", "AGENCY_URN", "TOKEN_FILE", "ID_TOKEN")]
VARIABLES = [f"HUAWEICLOUD_SDK_{name}" for name in ("AK", "IDP_ID", "SK", "ID_TOKEN_FILE")]
PROFILE = ["ak", "idp_id", "sk", "id_token_file"]
POD = [f"HC_CONTAINER_{name}" for name in ("CREDENTIALS_FULL_URI", "AUTHORIZATION_TOKEN_FILE")]

# Errors of requests and of the SDK
NO_ANSWER = {"ConnectionError", "Timeout", "ConnectionException", "RequestTimeoutException"}


@dataclass(frozen=True)
class Way:
    """A way to get keys. C(name) is for messages; C(mark) differs between two identities that use the same way."""

    provider: str  # the SDK's class
    name: str
    mark: str
    address: str  # where the keys come from
    tokens: tuple[str, ...] = ()  # files with the token that is changed for keys
    secrets: tuple[str, ...] = ()


def configured(environ: t.Mapping[str, str]) -> Way | None:
    """The way that the environment or the credentials file sets up, if any. Raises InputError where the file is malformed.

    The SDK itself tries one way after the other, so a broken one would lead to another identity. Here the first way that is set
    up has to work. The metadata of a server needs no set-up, so it comes last.
    """
    return (
        _way("OidcStsCredentialProvider", OIDC, environ, IAM)
        or _way("EnvCredentialProvider", VARIABLES, environ, IAM)
        or _way("ProfileCredentialProvider", PROFILE, _profile.read(environ), IAM, _profile.path(environ))
        or _way("PodIdentityCredentialProvider", POD, environ, environ.get(POD[0], ""))
    )


def _way(
    provider: str, words: list[str], content: t.Mapping[str, str], address: str, file: str | None = None
) -> Way | None:
    held = [word for word in words if content.get(word)]
    if not held:
        return None
    return Way(
        provider,
        f"{', '.join(held)} in the credentials file {file}" if file else f"the environment's {', '.join(held)}",
        " ".join(content.get(word, "") for word in words[:2]),
        address,
        tuple(content[word] for word in held if word.lower().endswith("token_file")),
        tuple(content[word] for word in held if word.lower().endswith(("ak", "sk", "id_token"))),
    )


def identity(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str], hide: Hide) -> SdkIdentity:
    """The identity that the SDK finds in the environment of this process. C(environ) has to be the same environment.

    Raises InputError where the SDK is not installed or is too old.
    """
    way = configured(environ) or Way("MetadataCredentialProvider", "the metadata of this server", "", METADATA)
    try:
        from huaweicloudsdkcore.auth import provider as providers
        from huaweicloudsdkcore.exceptions.exception_handler import DefaultExceptionHandler
        from huaweicloudsdkcore.http.http_client import HttpClient
        from huaweicloudsdkcore.http.http_config import HttpConfig

        provider = getattr(providers, way.provider).get_basic()
    except (ImportError, AttributeError) as error:
        lack = "has no library" if isinstance(error, ModuleNotFoundError) else "has too old a library"
        raise InputError(
            f"credentials is sdk, but the Python that runs this, {sys.executable}, {lack} {LIBRARY}. Install it there "
            f"({sys.executable} -m pip install -U {LIBRARY}), or give access_key and secret_key."
        ) from None
    if way.address:
        _proxy.check(way.address, environ)
    validate = options.get("validate_certs", True)
    config = HttpConfig(
        ignore_ssl_verification=not validate,
        ssl_ca_cert=options.get("ca_path") if validate else None,
        timeout=(options.get("request_timeout", 30),) * 2,
    )

    silent = logging.getLogger(__name__)  # it would print errors, which are reported here
    silent.disabled = True

    def connect() -> t.Any:
        return HttpClient(config, None, DefaultExceptionHandler(), silent)

    return SdkIdentity(way, provider, connect, hide)


class SdkIdentity:
    """Keys from one provider of the SDK, renewed before they expire. Safe to use from several threads."""

    def __init__(
        self,
        way: Way,
        provider: t.Any,
        connect: t.Callable[[], t.Any],
        hide: Hide,
        clock: t.Callable[[], float] = time.monotonic,
    ) -> None:
        self.way = way
        self._provider = provider
        self._connect = connect
        self._hide = hide
        self._clock = clock
        self._lock = threading.Lock()
        self._held: t.Any = None  # the SDK's credentials
        self._known: Credentials | None = None  # the same as ours
        self._look_at = 0.0
        self._secrets = list(way.secrets)
        hide(self._secrets)

    @property
    def name(self) -> str:
        return f"{self.way.provider} {self.way.mark}"

    def current(self) -> Credentials:
        """The keys, fetched at the first call and again when they are about to expire.

        Where the SDK has no new ones, the old ones are used until the platform refuses them. Raises NotSentError where a later
        call may get the first keys, InputError where it will not.
        """
        with self._lock:
            if self._known is None:
                return self._ask(anew=True)
            if self._clock() >= self._look_at:
                with contextlib.suppress(ModelArtsError):
                    return self._look()
            return self._known

    def renew(self, refused: Credentials) -> bool:
        with self._lock:
            if self._known is None or self._known == refused:  # otherwise another thread has asked
                self._ask(anew=True)
            return self._known != refused

    def secrets(self) -> list[str]:
        return list(self._secrets)

    def _look(self) -> Credentials:
        try:
            return self._ask(anew=False)
        except ModelArtsError:
            # The SDK keeps an OIDC token in memory; the file has a younger one.
            return self._ask(anew=True)

    def _ask(self, anew: bool) -> Credentials:
        self._look_at = self._clock() + LOOK_EVERY
        http = self._connect()
        try:
            anew = anew or not self._held
            held = self._provider.get_credentials() if anew else self._held
            if not (anew and held.ak):  # some providers have asked for the keys by now
                held.process_sts(http)  # asks where there are none, or where they expire soon
            known = checked(Credentials(held.ak, held.sk, held.security_token or None), self.way.name)
        except InputError:
            raise
        except Exception as error:  # the SDK raises its own errors, and those of requests, json, configparser and more
            raise self._failure(error) from None
        finally:
            http.close()
        self._held = held
        if known != self._known:
            self._known = known
            self._secrets += known.secrets()
            self._hide(known.secrets())
        return known

    def _failure(self, error: Exception) -> ModelArtsError:
        # Texts of other libraries may quote the credentials file.
        told = str(error) if type(error).__module__.startswith(LIBRARY) else type(error).__name__
        secrets = [*self._secrets, *_proxy.secrets(), *map(_content, self.way.tokens)]
        message = f"{LIBRARY} got no keys from {self.way.name}: {showable(told, secrets).rstrip('.')}."
        if self.way.address == METADATA and self._known is None:
            message += (
                " That is asked where nothing else is set up. Give this server an agency, or set up one of the "
                "others: OIDC, federation, pod identity, or a pair of keys."
            )
            if _status(error) is None:  # no server of the cloud, most likely
                return InputError(message)
        return NotSentError(message) if _is_passing(error) else InputError(message)


def _content(file: str) -> str:
    try:
        with open(file, encoding="utf-8") as handle:
            return handle.read().strip()
    except (OSError, ValueError):
        return ""


def _status(error: BaseException) -> int | None:
    """The HTTP status behind an error; None where there was no answer."""
    for below in _below(error):
        status = getattr(below, "status_code", None) or getattr(getattr(below, "response", None), "status_code", None)
        if status:
            return int(status)
    return None


def _is_passing(error: BaseException) -> bool:
    """Whether the same call may succeed later: throttled, a server error, or no answer."""
    status = _status(error)
    if status:
        return status == 429 or status >= 500
    return any(kind.__name__ in NO_ANSWER for below in _below(error) for kind in type(below).__mro__)


def _below(error: BaseException | None) -> t.Iterator[BaseException]:
    """An error and its causes, since the SDK wraps some errors in its own."""
    while error:
        yield error
        error = error.__cause__ or error.__context__
