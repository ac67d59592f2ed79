# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Makes text from elsewhere safe to show: no characters that control a terminal or reverse text, and no secrets."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import unquote

# C0 but tab and newline, DEL, C1; embeddings, overrides and isolates of direction; halves of a UTF-16 pair, which no
# stream can write.
UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Words of a key, which are divided by anything but letters and, as in accessKey, by a capital.
SECRET_KEY = re.compile(
    r"secret|passw|pass_?(?:phrase|code)|token|credential|private|authorization|signature|cookie"
    r"|(?<![a-z])(?:ak|sk|key|pwd|auth)(?![a-z])|(?:access|api|ssh).?key"
)
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
SCHEME = re.compile(r"^[-+.a-zA-Z0-9]+://")
HIDDEN = "********"  # in place of a secret
DEEPEST = 100  # levels of a nested answer; the platform's own have six
LONGEST = 500  # characters of a text that goes into a message
LONGEST_SAID = 20_000  # characters of any text of an answer; the links of one server's logs have fewer


def cleaned(value: t.Any, depth: int = DEEPEST) -> t.Any:
    """A value of parsed JSON, keys included, without characters that must not be shown, each text cut to C(LONGEST_SAID).

    Raises ValueError where it is nested deeper than C(depth).
    """
    if isinstance(value, str):
        value = shortened(value, LONGEST_SAID)
        return UNSHOWABLE.sub("", value) if UNSHOWABLE.search(value) else value
    if isinstance(value, (dict, list)):
        if not depth:
            raise ValueError("nested too deeply")
        if isinstance(value, dict):
            return {cleaned(key): cleaned(one, depth - 1) for key, one in value.items()}
        return [cleaned(one, depth - 1) for one in value]
    return value


def is_secret(key: str) -> bool:
    """Whether a key's name suggests that its value is a secret."""
    return SECRET_KEY.search(CAPITAL.sub("_", key).lower()) is not None


def logins(address: str) -> set[str]:
    """User name and password in an address, alone and together, percent-encoded and decoded. It may be malformed."""
    login = SCHEME.sub("", address.rpartition("@")[0])  # up to the last @
    user, _colon, password = login.partition(":")
    found = {part for text in (login, user, password) for part in (text, unquote(text))}
    return {text for text in found if len(text) > 2}  # shorter ones are in every text


def showable(text: str, secrets: t.Iterable[str]) -> str:
    """A text for a message: cleaned, each secret replaced by ***, cut to C(LONGEST) characters."""
    text = cleaned(text)
    for secret in sorted(secrets, key=len, reverse=True):  # one may begin with another
        text = text.replace(secret, "***")
    return shortened(text)


def shortened(text: str, longest: int = LONGEST) -> str:
    """A text, cut where it is longer."""
    return text if len(text) <= longest else text[:longest] + "…"
