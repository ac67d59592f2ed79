# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that the modules share, and how a module ends."""

from __future__ import annotations

import json
import math

import pytest
import yaml

from ansible_collections.huaweicloud.modelarts.plugins.doc_fragments import auth, wait
from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _client, _module
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError, RequestError

OPTIONS = {
    "region": None,
    "endpoint": "http://127.0.0.1:9",
    "project_id": "project",
    "access_key": "AK-SECRET",
    "secret_key": "SK-SECRET",
    "security_token": None,
    "auth_token": None,
    "validate_certs": True,
    "ca_path": None,
    "request_timeout": 30.0,
    "retries": 5,
}


class End(Exception):
    """A module has ended."""


class Module:
    """What `run` uses of an AnsibleModule."""

    def __init__(self, **options):
        self.params = {**OPTIONS, **options}
        self.no_log_values = set()
        self.result = None

    def exit_json(self, **result):
        self.result = {"failed": False, **result}
        raise End

    def fail_json(self, **result):
        self.result = {"failed": True, **result}
        raise End


@pytest.fixture(autouse=True)
def empty_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))


def ended(check=lambda: None, work=lambda client: {}, **options):
    module = Module(**options)
    with pytest.raises(End):
        _module.run(module, check, work)
    json.dumps(module.result)
    return module


def message(**options):
    with pytest.raises(InputError) as caught:
        _module.new_client({**OPTIONS, **options})
    return caught.value.message


# Options


@pytest.mark.parametrize("spec, fragment", [(_module.AUTH_SPEC, auth), (_module.WAIT_SPEC, wait)])
def test_shared_options_equal_their_documentation(spec, fragment):
    documented = yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]
    kept = {name: {key: value for key, value in option.items() if key != "no_log"} for name, option in spec.items()}
    told = {
        name: {key: value for key, value in option.items() if key in ("type", "default", "required", "choices")}
        for name, option in documented.items()
    }
    assert kept == told


def test_secrets_are_not_logged():
    hidden = {name for name, option in _module.AUTH_SPEC.items() if option.get("no_log")}
    assert hidden == {"access_key", "secret_key", "security_token", "auth_token"}


def test_defaults_are_taken_by_the_client():
    defaults = {name: option.get("default") for name, option in _module.AUTH_SPEC.items()}
    client = _module.new_client({**OPTIONS, **{name: value for name, value in defaults.items() if value is not None}})
    assert (client.request_timeout, client.retries, client.verify) == (30, 5, True)


@pytest.mark.parametrize("value", [0, -1, 0.0, -0.5, math.nan, math.inf, -math.inf])
def test_time_that_is_none_is_refused(value):
    with pytest.raises(InputError) as caught:
        _module.check_positive({"wait_interval": 5, "wait_timeout": value}, "wait_interval", "wait_timeout")
    assert caught.value.message == f"wait_timeout is {value:g}. Give a number of seconds above 0."


@pytest.mark.parametrize("value", [0.001, 1, 1e9])
def test_time_above_zero_is_taken(value):
    _module.check_positive({"wait_timeout": value}, "wait_timeout")


def test_request_timeout_is_checked():
    assert message(request_timeout=0.0).startswith("request_timeout is 0.")


def test_negative_retries_are_refused():
    assert message(retries=-1) == "retries is -1. Give 0 or more."


def test_no_retries_are_taken():
    assert _module.new_client({**OPTIONS, "retries": 0}).retries == 0


def test_ca_path_that_does_not_exist_is_refused(tmp_path):
    missing = str(tmp_path / "ca.pem")
    assert message(ca_path=missing) == f"ca_path {missing!r} does not exist. Give a file or directory of certificates."


@pytest.mark.parametrize("kind", ["file", "directory"])
def test_ca_path_may_be_a_file_or_a_directory(kind, tmp_path):
    path = tmp_path / "ca.pem"
    path.touch() if kind == "file" else path.mkdir()
    assert _module.new_client({**OPTIONS, "ca_path": str(path)}).verify == str(path)


def test_environment_is_read_where_options_are_silent(monkeypatch):
    monkeypatch.setenv("HW_ACCESS_KEY", "ENV-AK")
    monkeypatch.setenv("HW_SECRET_KEY", "ENV-SK")
    hidden = set()
    client = _module.new_client({**OPTIONS, "access_key": None, "secret_key": None}, hidden.update)
    assert client.signer.credentials.access_key == "ENV-AK"
    assert hidden == {"ENV-AK", "ENV-SK"}


# The end of a module


def test_result_of_the_work_is_the_result_of_the_module():
    assert ended(work=lambda client: {"changed": True, "jobs": []}).result == {
        "failed": False,
        "changed": True,
        "jobs": [],
    }


def test_work_gets_a_client_of_the_options():
    seen = []
    ended(work=lambda client: seen.append(client) or {})
    assert isinstance(seen[0], _client.Client) and seen[0].base == "http://127.0.0.1:9/v1/project/dev-servers"


def test_error_becomes_a_failed_result_with_its_details():
    def work(client):
        raise RequestError("It broke.", 403, "ModelArts.1", "id")

    assert ended(work=work).result == {
        "failed": True,
        "msg": "It broke.",
        "failure": {"status": 403, "code": "ModelArts.1", "request_id": "id"},
    }


def test_options_are_checked_before_anything_else():
    def check():
        raise InputError("Bad option.")

    module = ended(check, work=None, retries=-1)
    assert module.result == {"failed": True, "msg": "Bad option."}


def test_bad_connection_option_is_a_failed_result():
    module = ended(work=None, region="no region")
    assert module.result["failed"] and "region 'no region'" in module.result["msg"]


def test_secrets_from_anywhere_are_hidden_by_the_module(monkeypatch):
    monkeypatch.setenv("HW_AUTH_TOKEN", "ENV-TOKEN")
    assert ended(access_key=None, secret_key=None).no_log_values == {"ENV-TOKEN"}
    assert ended().no_log_values == {"AK-SECRET", "SK-SECRET"}


def test_missing_requests_library_names_interpreter_and_remedy(monkeypatch):
    monkeypatch.setattr(_client, "REQUESTS_ERROR", "ImportError: no requests")
    module = ended(work=None)
    assert all(word in module.result["msg"] for word in ("pip install requests", "ansible_python_interpreter"))
