# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""What the modules share: options, the client made of them, and errors turned into a failed result."""

from __future__ import annotations

import math
import os
import sys
import typing as t

from . import _client
from ._auth import resolve
from ._errors import InputError, ModelArtsError

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

# Equals doc_fragments/auth.py. Environment and credentials file are read by _auth.resolve, so there is no fallback here.
AUTH_SPEC: dict[str, dict[str, t.Any]] = {
    "region": {"type": "str"},
    "endpoint": {"type": "str"},
    "project_id": {"type": "str"},
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


def run(
    module: AnsibleModule, check: t.Callable[[], t.Any], work: t.Callable[[_client.Client], dict[str, t.Any]]
) -> None:
    """Check a module's options, do its work, and end the module with the result or the error."""
    if _client.REQUESTS_ERROR:
        module.fail_json(
            msg=f"This module was run by {sys.executable} (Python {sys.version.split()[0]}), which has no library "
            f"requests. Install it there ({sys.executable} -m pip install requests), or have another interpreter run the "
            "module: set ansible_python_interpreter for the host, on the controller to "
            "'{{ ansible_playbook_python }}'.",
        )
    try:
        check()
        result = work(new_client(module.params, module.no_log_values.update))
    except ModelArtsError as error:
        module.fail_json(msg=error.message, **error.details)
    module.exit_json(**result)


def new_client(
    options: t.Mapping[str, t.Any], hide: t.Callable[[t.Iterable[str]], None] = lambda secrets: None
) -> _client.Client:
    """The client that connection options ask for. C(hide) is told each secret, wherever it was found."""
    check_positive(options, "request_timeout")
    if options["retries"] < 0:
        raise InputError(f"retries is {options['retries']}. Give 0 or more.")
    ca_path = options["ca_path"]
    if ca_path is not None and not os.path.exists(ca_path):
        raise InputError(f"ca_path {ca_path!r} does not exist. Give a file or directory of certificates.")
    credentials, target = resolve(options, os.environ)
    hide(credentials.secrets())
    return _client.Client(
        credentials,
        target,
        validate_certs=options["validate_certs"],
        ca_path=ca_path,
        request_timeout=options["request_timeout"],
        retries=options["retries"],
    )


def check_positive(options: t.Mapping[str, t.Any], *names: str) -> None:
    """Refuse times that are zero, negative or not a number."""
    for name in names:
        value = options[name]
        if not (math.isfinite(value) and value > 0):
            raise InputError(f"{name} is {value:g}. Give a number of seconds above 0.")
