# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that the modules share, the client made of them, and what errors become."""

from __future__ import annotations

import json
import math

import pytest
import yaml

from ansible_collections.huaweicloud.modelarts.plugins.doc_fragments import auth, wait
from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _call, _transport
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError, RequestError

OPTIONS = {
    "region": None,
    "cloud": None,
    "endpoint": "http://127.0.0.1:9",
    "project_id": "project",
    "credentials": None,
    "access_key": "AK-SECRET",
    "secret_key": "SK-SECRET",
    "security_token": None,
    "auth_token": None,
    "validate_certs": True,
    "ca_path": None,
    "request_timeout": 30.0,
    "retries": 5,
}


@pytest.fixture(autouse=True)
def empty_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))


def called(environ=None, **options):
    hidden = set()
    call = _call.Call({**OPTIONS, **options}, environ=environ or {}, hide=hidden.update)
    return call, hidden


def performed(work, **options):
    result = _call.perform(work, called(**options)[0])
    json.dumps(result)
    return result


def message(environ=None, **options):
    with pytest.raises(InputError) as caught:
        called(environ, **options)[0].client()
    return caught.value.message


# Options


@pytest.mark.parametrize("spec, fragment", [(_call.AUTH_SPEC, auth), (_call.WAIT_SPEC, wait)])
def test_shared_options_equal_their_documentation(spec, fragment):
    documented = yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]
    kept = {name: {key: value for key, value in option.items() if key != "no_log"} for name, option in spec.items()}
    told = {
        name: {key: value for key, value in option.items() if key in ("type", "default", "required", "choices")}
        for name, option in documented.items()
    }
    assert kept == told


def test_secrets_are_not_logged():
    hidden = {name for name, option in _call.AUTH_SPEC.items() if option.get("no_log")}
    assert hidden == {"access_key", "secret_key", "security_token", "auth_token"}


def test_defaults_are_taken_by_the_client():
    defaults = {name: option.get("default") for name, option in _call.AUTH_SPEC.items()}
    given = {name: value for name, value in defaults.items() if value is not None}
    client = called(**given)[0].client()
    assert (client.request_timeout, client.retries, client.verify) == (30, 5, True)


@pytest.mark.parametrize("value", [0, -1, 0.0, -0.5, math.nan, math.inf, -math.inf])
def test_time_that_is_none_is_refused(value):
    with pytest.raises(InputError) as caught:
        _call.check_positive({"wait_interval": 5, "wait_timeout": value}, "wait_interval", "wait_timeout")
    assert caught.value.message == f"wait_timeout is {value:g}. Give a number of seconds above 0."


@pytest.mark.parametrize("value", [0.001, 1, 1e9])
def test_time_above_zero_is_taken(value):
    _call.check_positive({"wait_timeout": value}, "wait_timeout")


def test_request_timeout_is_checked():
    assert message(request_timeout=0.0).startswith("request_timeout is 0.")


def test_negative_retries_are_refused():
    assert message(retries=-1) == "retries is -1. Give 0 or more."


def test_no_retries_are_taken():
    assert called(retries=0)[0].client().retries == 0


def test_ca_path_that_does_not_exist_is_refused(tmp_path):
    missing = str(tmp_path / "ca.pem")
    assert message(ca_path=missing) == f"ca_path {missing!r} does not exist. Give a file or directory of certificates."


@pytest.mark.parametrize("kind", ["file", "directory"])
def test_ca_path_may_be_a_file_or_a_directory(kind, tmp_path):
    path = tmp_path / "ca.pem"
    path.touch() if kind == "file" else path.mkdir()
    assert called(ca_path=str(path))[0].client().verify == str(path)


def test_variable_of_certificates_that_do_not_exist_is_refused(tmp_path):
    missing = str(tmp_path / "ca.pem")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        assert message({name: missing}).startswith(f"{name} {missing!r} does not exist.")


def test_certificates_that_are_not_used_need_not_exist(tmp_path):
    environ = {"REQUESTS_CA_BUNDLE": str(tmp_path / "ca.pem")}
    assert called(environ, ca_path=str(tmp_path))[0].client().verify == str(tmp_path)
    unverified = {"validate_certs": False, "ca_path": str(tmp_path / "ca.pem")}
    assert called(environ, **unverified)[0].client().verify is False
    called({"REQUESTS_CA_BUNDLE": str(tmp_path), "CURL_CA_BUNDLE": str(tmp_path / "ca.pem")})[0].client()


@pytest.mark.parametrize(
    "value", ["http://me:hunter2@proxy:port", "http://me:hunter2[@proxy:1", "http://me:1#hunter2@proxy"]
)
def test_malformed_proxy_is_refused_before_anything_is_sent(value, monkeypatch):
    for name in ("https_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", value)
    told = message({"HTTPS_PROXY": value}, endpoint="https://modelarts.invalid")
    assert told.startswith("The environment variable HTTPS_PROXY is no address of a proxy") and "hunter2" not in told


def test_environment_is_read_where_options_are_silent(monkeypatch):
    monkeypatch.setenv("HW_ACCESS_KEY", "of this process")
    environ = {"HW_ACCESS_KEY": "ENV-AK", "HW_SECRET_KEY": "ENV-SK"}
    call, hidden = called(environ, access_key=None, secret_key=None)
    client = call.client()
    assert client.signer.identity.current().access_key == "ENV-AK"
    assert hidden == {"ENV-AK", "ENV-SK"}


# The work


def test_result_of_the_work_is_the_result():
    assert performed(lambda call: {"changed": True, "jobs": []}) == {"changed": True, "jobs": []}


def test_error_becomes_a_failed_result_with_its_details():
    def work(call):
        raise RequestError("It broke.", 403, "ModelArts.1", "id")

    assert performed(work) == {
        "failed": True,
        "msg": "It broke.",
        "failure": {"status": 403, "code": "ModelArts.1", "request_id": "id"},
    }


def test_bad_connection_option_is_a_failed_result():
    result = performed(lambda call: call.client(), region="no region")
    assert result["failed"] and "region 'no region'" in result["msg"]


def test_secrets_from_anywhere_are_hidden():
    call, hidden = called()
    call.client()
    assert hidden == {"AK-SECRET", "SK-SECRET"}
    call, hidden = called({"HW_AUTH_TOKEN": "ENV-TOKEN"}, access_key=None, secret_key=None)
    call.client()
    assert hidden == {"ENV-TOKEN"}


def test_secrets_among_the_options_are_hidden_before_anything_can_be_refused():
    """In specs, and in addresses, however wrong the rest is."""
    spec = {"level": "all", "uploadPassword": "hunter2", "pin_code": 1234, "key": "ab"}
    asked = {"endpoint": "https://me:hunter3@a.b", "cloud": "you:p%40ss@a.b", "items": ["no dict", {"spec": spec}]}
    call, hidden = called(**asked)

    def refuse(call):
        raise InputError("no")

    assert _call.perform(refuse, call) == {"failed": True, "msg": "no"}
    assert hidden == {"hunter2", "me:hunter3", "hunter3", "you:p%40ss", "you:p@ss", "you", "p%40ss", "p@ss"}


def test_a_fault_of_ours_becomes_a_result_so_that_secrets_can_be_taken_out_of_it():
    result = performed(lambda call: {}["AK-SECRET"])
    assert result["failed"] and result["msg"].startswith("The collection has a fault: KeyError: 'AK-SECRET'.")
    assert result["exception"].startswith("Traceback")


def test_missing_requests_library_names_interpreter_and_remedy(monkeypatch):
    monkeypatch.setattr(_transport, "REQUESTS_ERROR", "ImportError: no requests")
    result = performed(lambda call: {})
    assert all(word in result["msg"] for word in ("pip install requests", "ansible_python_interpreter"))
