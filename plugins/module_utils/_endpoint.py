# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The endpoint to send requests to: from an option or the environment, else made of region and cloud."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit

from ._errors import InputError

VARIABLE = "HUAWEICLOUD_MODELARTS_ENDPOINT"
# The SDK's own way to point a service of one region elsewhere; the region is appended in capitals.
SDK_VARIABLE = "HUAWEICLOUD_SDK_REGION_MODELARTS_"
REGION_VARIABLE = "HW_REGION_NAME"
CLOUD_VARIABLE = "HW_CLOUD"
CLOUD = "myhuaweicloud.com"
EUROPE = "myhuaweicloud.eu"  # of the regions that begin with eu-west-1

REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DOMAIN = re.compile(r"[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)+")
HOST = re.compile(r"([a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?|\[[:.a-fA-F0-9]+\])(:[0-9]+)?")
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Target:
    """Where requests go: C(endpoint) is scheme, host and port without a slash at the end."""

    endpoint: str
    project_id: str


def find(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> str:
    """The endpoint. Raises InputError where none is given, or what gives it is malformed."""
    region, cloud = _region("region", options), _cloud("cloud", options)
    endpoint = _text(options, "endpoint")
    if endpoint:
        return _checked(endpoint, "endpoint")
    endpoint = _text(environ, VARIABLE)
    if endpoint:
        return _checked(endpoint, VARIABLE)
    region = region or _region(REGION_VARIABLE, environ)
    if not region:
        raise InputError(
            "region is missing, and no endpoint is given. Set the option region or the environment variable "
            f"{REGION_VARIABLE}, or the option endpoint or the environment variable {VARIABLE}."
        )
    variable = SDK_VARIABLE + region.replace("-", "_").upper()
    endpoint = _text(environ, variable).partition(",")[0].strip()
    if endpoint:
        return _checked(endpoint, variable)
    cloud = cloud or _cloud(CLOUD_VARIABLE, environ) or (EUROPE if region.startswith("eu-west-1") else CLOUD)
    return f"https://modelarts.{region}.{cloud}"


def region_of(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> str | None:
    """The name of the region for people; where there is none, the host of the endpoint. None where nothing gives one."""
    endpoint = _text(options, "endpoint") or _text(environ, VARIABLE)
    region = _text(options, "region") or _text(environ, REGION_VARIABLE)
    return region or urlsplit(endpoint).hostname


def _text(source: t.Mapping[str, t.Any], name: str) -> str:
    """The value of an option, else of its environment variable; blank where neither is set."""
    return str(source.get(name) or "").strip()


def _region(name: str, source: t.Mapping[str, t.Any]) -> str:
    region = _text(source, name)
    if region and not REGION.fullmatch(region):
        raise InputError(f"{name} {region!r} is not a region's name. Give one such as cn-north-4.")
    return region


def _cloud(name: str, source: t.Mapping[str, t.Any]) -> str:
    cloud = _text(source, name)
    if cloud and not DOMAIN.fullmatch(cloud):
        shown = "" if "@" in cloud else f" {cloud!r}"  # it may hold a password
        raise InputError(f"{name}{shown} is not a domain. Give one such as {CLOUD}.")
    return cloud.lower()


def _checked(given: str, origin: str) -> str:
    remedy = "Give scheme and host, such as https://modelarts.cn-north-4.myhuaweicloud.com."
    if "@" in given:  # not shown, since it may hold a password
        raise InputError(f"{origin} carries a user name or password. {remedy}")
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise InputError(f"{origin} {given!r} is not a URL. {remedy}") from None
    whole = parts.scheme in DEFAULT_PORTS and HOST.fullmatch(parts.netloc) and port != 0
    if not whole or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise InputError(f"{origin} {given!r} is not the address of a server. {remedy}")
    # Without the scheme's own port: the Host header that is sent leaves it out, so it must not be signed either.
    host = parts.netloc.lower()
    return f"{parts.scheme}://{host.rpartition(':')[0] if port == DEFAULT_PORTS[parts.scheme] else host}"
