# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""Finds credentials and endpoint in the options, the environment and the SDK's credentials file."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from . import _endpoint, _profile, _sdk
from ._endpoint import Target
from ._errors import InputError
from ._identity import SECRETS, Credentials, Hide, Identity, checked

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
    "project_id": "HW_PROJECT_ID",
}
PROFILE_KEYS = {"access_key": "ak", "secret_key": "sk", "security_token": "security_token", "project_id": "project_id"}
# Says whether keys come from the SDK. A fixed name, as AWX's credential types need.
CREDENTIALS_VARIABLE = "HUAWEICLOUD_MODELARTS_CREDENTIALS"
AUTO, SDK = CREDENTIALS_CHOICES = ("auto", "sdk")

PROJECT_ID = re.compile(r"[-a-zA-Z0-9]{1,64}")  # seed pages, path parameters


def resolve(
    options: t.Mapping[str, t.Any], environ: t.Mapping[str, str], hide: Hide = lambda secrets: None
) -> tuple[Identity, Target]:
    """The identity to sign with and the target to send to, from options, else the environment, else the SDK's credentials file.

    A source is read only where the sources before it leave something open. C(hide) is called with each secret, also with keys
    that are fetched later. Raises InputError where something is missing, malformed or contradictory.
    """
    if _wants_sdk(options, environ):
        # Asked at the first request, so that nothing is sent while an option is wrong.
        target = Target(_endpoint.find(options, environ), _project_id(options, environ))
        return _sdk.identity(options, environ, hide), target
    credentials = _credentials(options, environ)
    hide(credentials.secrets())
    return credentials, Target(_endpoint.find(options, environ), _project_id(options, environ))


@dataclass(frozen=True)
class Source:
    """A place to look in. C(words): what it calls each option; C(values): what it holds, blank values left out."""

    name: str
    words: t.Mapping[str, str]
    values: t.Mapping[str, str]


def _sources(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> t.Iterator[Source]:
    """The sources in their order. The credentials file is read only when it is asked for."""
    yield _source("the options", {name: name for name in (*SECRETS, "project_id")}, options)
    for words in (SDK_VARIABLES, TERRAFORM_VARIABLES):
        name = f"the environment variables {words['access_key']} and {words['secret_key']}"
        yield _source(name, words, environ)
    yield _source(f"the credentials file {_profile.path(environ)}", PROFILE_KEYS, _profile.read(environ))


def _source(name: str, words: t.Mapping[str, str], content: t.Mapping[str, t.Any]) -> Source:
    held = {option: content.get(word) for option, word in words.items()}
    return Source(name, words, {k: v.strip() for k, v in held.items() if isinstance(v, str) and v.strip()})


def _wants_sdk(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> bool:
    """Whether to get keys from the SDK. Keys or a token among the options go before the environment variable."""
    given = [name for name in SECRETS if str(options.get(name) or "").strip()]
    if options.get("credentials"):
        if options["credentials"] == SDK and given:
            raise InputError(f"credentials is {SDK}, and {given[0]} is given: two identities. Give one of them.")
        return bool(options["credentials"] == SDK)
    variable = environ.get(CREDENTIALS_VARIABLE, "").strip() or AUTO
    if variable not in CREDENTIALS_CHOICES:
        raise InputError(f"{CREDENTIALS_VARIABLE} is {variable!r}. Give {AUTO} or {SDK}.")
    return variable == SDK and not given


def _credentials(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> Credentials:
    """The credentials of the first source that holds any key or token. They have to be complete there."""
    for source in _sources(options, environ):
        values = source.values
        keys = [name for name in ("access_key", "secret_key", "security_token") if name in values]
        if "auth_token" in values:
            if keys and source.words["auth_token"] == "auth_token":  # of variables the token comes first
                raise InputError(
                    "auth_token and access_key/secret_key/security_token are two identities. Give one of them."
                )
            return checked(Credentials(auth_token=values["auth_token"]), source.name)
        missing = [name for name in ("access_key", "secret_key") if name not in values]
        if keys and missing:
            held, lacking = (" and ".join(source.words[name] for name in names) for names in (keys, missing))
            raise InputError(
                f"{' and '.join(missing)} {'are' if missing[1:] else 'is'} missing: {source.name} "
                f"{'holds' if source.words is PROFILE_KEYS else 'hold'} {held} without {lacking}. Keys from several "
                f"sources are not mixed: add {lacking} there, or take {held} out."
            )
        if keys:
            return checked(Credentials(**{name: values[name] for name in keys}), source.name)
    raise InputError(
        f"No credentials: give access_key and secret_key, or auth_token. {_ways('access_key')}{_hint(environ)}"
    )


def _hint(environ: t.Mapping[str, str]) -> str:
    """A hint at keys that the SDK could get, for the message that there are none."""
    configured = _sdk.configured(environ)
    if configured:
        return f" Or set credentials to {SDK}: {configured.name} can give keys through the SDK."
    return f" On a server of the cloud that has an agency, set credentials to {SDK}."


def _ways(option: str) -> str:
    variables = [words[option] for words in (SDK_VARIABLES, TERRAFORM_VARIABLES)]
    return (
        f"Set the option {option} or the environment variable {' or '.join(variables)}, or write {PROFILE_KEYS[option]} "
        f"into section [basic] of {_profile.DEFAULT}."
    )


def project_of(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> str | None:
    """The project of the first source that has one. Raises InputError where the credentials file cannot be read."""
    held = (source.values.get("project_id") for source in _sources(options, environ))
    return next(filter(None, held), None)


def _project_id(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> str:
    project_id = project_of(options, environ)
    if not project_id:
        raise InputError(f"project_id is missing. {_ways('project_id')}")
    if not PROJECT_ID.fullmatch(project_id):
        raise InputError(
            f"project_id {project_id!r} is malformed: 1 to 64 letters, digits and hyphens. "
            "Take the ID, not the name, from the console's page My Credentials."
        )
    return project_id
