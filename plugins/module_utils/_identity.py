# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Credentials, and an identity that has them for each request."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ._errors import InputError

SECRETS = ("access_key", "secret_key", "security_token", "auth_token")
HEADER_VALUE = re.compile(r"[!-~]+")

Hide = t.Callable[[t.Iterable[str]], None]  # is told each secret, so that it is shown nowhere


class Identity(t.Protocol):
    """Gives the credentials for each request. They may be renewed meanwhile."""

    @property
    def name(self) -> str:
        """A text that differs between identities. It may be a token, so it must not be shown."""

    def current(self) -> Credentials:
        """The credentials for a request that is sent now. Raises ModelArtsError where there are none."""

    def renew(self, refused: Credentials) -> bool:
        """Whether there are newer credentials than those that the platform refused. Raises ModelArtsError like C(current)."""

    def secrets(self) -> list[str]:
        """All secrets that were handed out so far."""


@dataclass(frozen=True)
class Credentials:
    """A token, or a pair of keys, with their security token where they are temporary. An identity that never changes."""

    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    security_token: str | None = field(default=None, repr=False)
    auth_token: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return str(self.access_key or self.auth_token)

    def current(self) -> Credentials:
        return self

    def renew(self, refused: Credentials) -> bool:
        return False

    def secrets(self) -> list[str]:
        return [value for value in (getattr(self, name) for name in SECRETS) if value]


def checked(credentials: Credentials, source: str) -> Credentials:
    """The credentials, if each can be sent in a header. C(source): where they come from, for the message."""
    for name in SECRETS:
        if not HEADER_VALUE.fullmatch(getattr(credentials, name) or "-"):
            raise InputError(
                f"{name} holds a blank or a character outside ASCII, in {source}. Copy it again, without quotes."
            )
    return credentials
