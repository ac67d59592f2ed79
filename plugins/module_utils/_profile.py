# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The SDK's credentials file."""

from __future__ import annotations

import configparser
import os
import typing as t

from ._errors import InputError

VARIABLE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
DEFAULT = "~/.huaweicloud/credentials"


def path(environ: t.Mapping[str, str]) -> str | None:
    """The path of the file; None where the environment names neither a file nor a home directory."""
    named, home = environ.get(VARIABLE), environ.get("HOME")
    if home and (named or DEFAULT).startswith("~/"):
        return os.path.join(home, (named or DEFAULT)[2:])
    return named or None


def read(environ: t.Mapping[str, str]) -> dict[str, str]:
    """The values of the section [basic]; none where there is no file.

    Raises InputError where a file is named that does not exist, and where it cannot be read.
    """
    file = path(environ)
    parser = configparser.ConfigParser(interpolation=None)
    try:
        if file:
            with open(file, encoding="utf-8-sig") as handle:
                parser.read_file(handle)
    except (FileNotFoundError, NotADirectoryError):  # a home that is /dev/null, say
        if environ.get(VARIABLE):
            raise InputError(
                f"{VARIABLE} names the file {file}, which does not exist. Correct it or unset it."
            ) from None
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        # The parser's own text quotes lines of the file, which may hold a key.
        raise InputError(
            f"The credentials file {file} cannot be read ({type(error).__name__}). It is an INI file with a section "
            "[basic] that holds ak, sk and, if wanted, project_id and security_token."
        ) from None
    return dict(parser["basic"]) if parser.has_section("basic") else {}
