# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""One call of a module: its options, the client made of them, and errors turned into a failed result.

The work of a module is one function that takes a C(Call). It is called by the module itself (C(_door)) or by the action plugin
of the same name, which does the work in Ansible's own process. This file knows neither.
"""

from __future__ import annotations

import math
import os
import sys
import traceback
import typing as t
from dataclasses import dataclass, field

from . import _client, _proxy, _transport
from ._auth import CREDENTIALS_CHOICES, resolve
from ._errors import InputError, ModelArtsError
from ._hidden import secrets_in
from ._identity import Hide
from ._progress import Progress
from ._wait import Wait

# Equals doc_fragments/auth.py. Environment and credentials file are read by _auth.resolve, so there is no fallback here.
AUTH_SPEC: dict[str, dict[str, t.Any]] = {
    "region": {"type": "str"},
    "cloud": {"type": "str"},
    "endpoint": {"type": "str"},
    "project_id": {"type": "str"},
    "credentials": {"type": "str", "choices": list(CREDENTIALS_CHOICES)},
    "access_key": {"type": "str", "no_log": True},
    "secret_key": {"type": "str", "no_log": True},
    "security_token": {"type": "str", "no_log": True},
    "auth_token": {"type": "str", "no_log": True},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "request_timeout": {"type": "float", "default": 30},
    "retries": {"type": "int", "default": 5},
}

# Equals doc_fragments/wait.py.
WAIT_SPEC: dict[str, dict[str, t.Any]] = {
    "wait_timeout": {"type": "float", "default": 3600},
    "wait_interval": {"type": "float", "default": 10},
}

# Where requests looks for the certificates of authorities before it takes its own
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

Result = dict[str, t.Any]


@dataclass
class Call:
    """What a module's work needs to know.

    C(params): the options, as the argument spec has converted them. C(environ): the environment of this process, in which
    requests finds the proxy and the SDK its keys. C(hide) is called with each secret that is found. C(wanted) says whether the
    run that asked for the work still waits for it. C(line) makes the line that is shown after each look of a wait, from the
    servers as modules return them; the work makes its own where it is not given. C(fresh): seconds from now in which a create
    may be sent, where the caller knows something of the servers that grows old.
    """

    params: dict[str, t.Any]
    check_mode: bool = False
    environ: t.Mapping[str, str] = field(default_factory=dict)
    warn: t.Callable[[str], None] = lambda text: None
    hide: Hide = lambda secrets: None
    wanted: t.Callable[[], bool] = lambda: True
    progress: Progress = field(default_factory=Progress)
    line: t.Callable[[t.Mapping[str, t.Any]], str | None] | None = None
    fresh: float | None = None

    def client(self) -> _client.Client:
        """The client for the connection options. Raises InputError for options that cannot be right."""
        options = self.params
        check_positive(options, "request_timeout")
        if options["retries"] < 0:
            raise InputError(f"retries is {options['retries']}. Give 0 or more.")
        if options["validate_certs"]:
            _check_authorities(options, self.environ)
        identity, target = resolve(options, self.environ, self.hide)
        _proxy.check(target.endpoint, self.environ)
        return _client.Client(
            identity,
            target,
            validate_certs=options["validate_certs"],
            ca_path=options["ca_path"],
            request_timeout=options["request_timeout"],
            retries=options["retries"],
            wanted=self.wanted,
            progress=self.progress,
        )

    def wait(self, client: _client.Client, grace: float = 0.0) -> Wait:
        """The wait for the wait options. Its time runs from this call. C(grace): seconds for a new job to show up."""
        options = self.params
        return Wait(client, options["wait_timeout"], options["wait_interval"], grace, self.warn, self.progress)


def perform(work: t.Callable[[Call], Result], call: Call) -> Result:
    """The result of the work. Where it raises an error, a failed result with C(msg)."""
    if _transport.REQUESTS_ERROR:
        return {
            "failed": True,
            "msg": f"This module was run by {sys.executable} (Python {sys.version.split()[0]}), which has no library "
            f"requests. Install it there ({sys.executable} -m pip install requests), or have another interpreter run the "
            "module: set ansible_python_interpreter for the host, on the controller to "
            "'{{ ansible_playbook_python }}'.",
        }
    call.hide(secrets_in(call.params))
    try:
        return work(call)
    except ModelArtsError as error:
        return {"failed": True, "msg": error.message, **error.details}
    except (
        Exception
    ) as error:  # a fault of ours. Ansible would show it as it is; as a result, secrets are taken out of it
        return {
            "failed": True,
            "msg": f"The collection has a fault: {type(error).__name__}: {error}. Please report it with what -vvv shows.",
            "exception": traceback.format_exc(),
        }


def _check_authorities(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> None:
    """Refuse a file of certificates that does not exist, whether the option or a variable names it."""
    places = (("ca_path", options["ca_path"]), *((name, environ.get(name)) for name in CA_VARIABLES))
    name, path = next(((name, path) for name, path in places if path), ("", ""))
    if path and not os.path.exists(path):
        raise InputError(f"{name} {path!r} does not exist. Give a file or directory of certificates.")


def check_positive(options: t.Mapping[str, t.Any], *names: str) -> None:
    """Refuse times that are zero, negative or not a number."""
    for name in names:
        value = options[name]
        if not (math.isfinite(value) and value > 0):
            raise InputError(f"{name} is {value:g}. Give a number of seconds above 0.")
