# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection of the job modules: where it comes from, what is refused, and that no secret is ever shown."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.playbook import INFO, JOB, REGION, query, task, upgrade
from tests.simulator import faults

ENDPOINT_VARIABLE = "HUAWEICLOUD_SDK_REGION_MODELARTS_" + REGION.replace("-", "_").upper()


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter without requests."""
    where = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(where)], check=True)
    return where / "bin" / "python"


def credentials_file(sim, folder, **more):
    """The SDK's file, in the place it has by default below a home directory."""
    path = folder / ".huaweicloud" / "credentials"
    path.parent.mkdir(parents=True)
    values = {"ak": sim.access_key, "sk": sim.secret_key, "project_id": sim.project_id, **more}
    path.write_text("[basic]\n" + "".join(f"{key} = {value}\n" for key, value in values.items()), encoding="utf-8")
    return path


def test_the_connection_comes_from_options_environment_or_file(sim, playbook, tmp_path):
    """The SDK's variables, Terraform's, the SDK's file by its variable and in the home directory, a token."""
    region = {"HW_REGION_NAME": REGION, ENDPOINT_VARIABLE: sim.endpoint}
    path = credentials_file(sim, tmp_path / "home")
    ways = {
        "SDK's variables": {
            **region,
            "HUAWEICLOUD_SDK_AK": sim.access_key,
            "HUAWEICLOUD_SDK_SK": sim.secret_key,
            "HUAWEICLOUD_SDK_PROJECT_ID": sim.project_id,
        },
        "Terraform's variables": {
            **region,
            "HW_ACCESS_KEY": sim.access_key,
            "HW_SECRET_KEY": sim.secret_key,
            "HW_PROJECT_ID": sim.project_id,
        },
        "file by its variable": {**region, "HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(path)},
        "file in the home directory": {**region, "HOME": str(tmp_path / "home")},
        "token": {**region, "HW_AUTH_TOKEN": sim.auth_token, "HW_PROJECT_ID": sim.project_id},
    }
    tasks = [task(name, INFO, {}, environment=variables) for name, variables in ways.items()]
    # An option comes before the environment
    wrong = {"HUAWEICLOUD_SDK_AK": "WRONG", "HUAWEICLOUD_SDK_SK": "wrong", "HUAWEICLOUD_SDK_PROJECT_ID": "wrong"}
    tasks.append(task("options", INFO, playbook.connection(), environment=wrong))
    tasks.append(
        task(
            "token as an option",
            INFO,
            {"endpoint": sim.endpoint, "project_id": sim.project_id, "auth_token": sim.auth_token},
        )
    )
    # A narrated wait looks with the same variables
    narrated = query(sim.server_ids)
    tasks.append(task("wait", JOB, narrated, environment=ways["SDK's variables"]))
    result = playbook.tasks(tasks, connection={})
    assert result.rc == 0, result.output
    assert {request.status for request in sim.requests} == {200}
    assert sum("x-auth-token" in request.headers for request in sim.requests) == 2
    assert "3 of 3 servers done" in result.stdout


def test_without_a_connection_the_message_names_every_way_to_give_it(sim, playbook, tmp_path):
    """For each part that is missing."""
    home = {"HOME": str(tmp_path)}
    keys = {"access_key": "AK", "secret_key": "sk"}
    result = playbook.tasks(
        [
            task("keys", INFO, {}, environment=home, ignore_errors=True),
            task("half", INFO, {"access_key": "AK"}, environment=home, ignore_errors=True),
            task("project", INFO, {**keys, "region": REGION}, environment=home, ignore_errors=True),
            task("region", INFO, {**keys, "project_id": "p"}, environment=home, ignore_errors=True),
            task(
                "file",
                INFO,
                {},
                environment={"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(tmp_path / "none")},
                ignore_errors=True,
            ),
        ],
        connection={},
    )
    expected = {
        "keys": ("access_key", "HUAWEICLOUD_SDK_AK", "HW_ACCESS_KEY", "~/.huaweicloud/credentials"),
        "half": ("secret_key is missing", "HUAWEICLOUD_SDK_SK", "HW_SECRET_KEY", "[basic]"),
        "project": ("project_id is missing", "HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"),
        "region": ("region is missing", "HW_REGION_NAME"),
        "file": ("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(tmp_path / "none"), "does not exist"),
    }
    for name, texts in expected.items():
        assert result.status(name) == "ignored"
        assert [text for text in texts if text not in result.tasks[name]["msg"]] == [], result.tasks[name]["msg"]
    assert sim.requests == []


@pytest.mark.parametrize("sim", [{"security_token": "simulatorSecurityToken+/=="}], indirect=True)
def test_temporary_keys_are_sent_with_their_token(sim, playbook, tmp_path):
    """From an option and from the file; without the token they are refused."""
    credentials_file(sim, tmp_path, security_token=sim.security_token)
    there = {"HW_REGION_NAME": REGION, ENDPOINT_VARIABLE: sim.endpoint, "HOME": str(tmp_path)}
    result = playbook.tasks(
        [
            task("option", INFO, {**playbook.connection(), "security_token": sim.security_token}),
            task("file", INFO, {}, environment=there),
            task("without", INFO, playbook.connection(), ignore_errors=True),
        ],
        connection={},
        verbosity=4,
    )
    assert [result.status(name) for name in ("option", "file", "without")] == ["ok", "ok", "ignored"]
    assert result.tasks["without"]["failure"]["status"] == 401


def test_a_wrong_key_is_refused_with_code_and_advice(sim, playbook):
    """And asked for once only."""
    wrong = {**playbook.connection(), "secret_key": "notTheSecretKeyOfTheSimulator"}
    result = playbook.tasks([task("submit", JOB, upgrade(sim.server_ids))], connection=wrong)
    failed = result.tasks["submit"]
    assert result.status("submit") == "failed"
    assert "HTTP 401, APIGW.0301" in failed["msg"] and "Check the credentials" in failed["msg"]
    assert failed["failure"]["status"] == 401 and failed["failure"]["code"] == "APIGW.0301"
    assert failed["failure"]["request_id"] in failed["msg"]
    assert wrong["secret_key"] not in result.output
    assert result.calls == ["GET /jobs"]


def test_a_redirect_is_refused(sim, playbook):
    """Of reads and of the create, which is not sent again."""
    sim.inject(faults.refuse(302, location="http://127.0.0.1:9/elsewhere", method="POST"))
    sim.inject(faults.refuse(307, location="http://127.0.0.1:9/elsewhere", path="/jobs", method="GET", after=1))
    result = playbook.tasks(
        [
            task("create", JOB, upgrade(sim.server_ids), ignore_errors=True),
            task("read", INFO, {}, ignore_errors=True),
        ]
    )
    for name, status in {"create": 302, "read": 307}.items():
        assert f"HTTP {status}, a redirect to 127.0.0.1:9" in result.tasks[name]["msg"]
        assert "Correct endpoint or region" in result.tasks[name]["msg"]
        assert result.tasks[name]["failure"]["status"] == status
    assert result.calls == ["GET /jobs", "POST /jobs", "GET /jobs"]


def test_netrc_does_not_replace_the_signature(sim, playbook, tmp_path):
    """Requests would take a password from there for any host it knows."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password wrong\ndefault login me password wrong\n")
    result = playbook.tasks([task("query", JOB, query(sim.server_ids), environment={"HOME": str(tmp_path)})])
    assert result.rc == 0, result.output
    assert {request.headers["authorization"].split()[0] for request in sim.requests} == {"SDK-HMAC-SHA256"}


@pytest.mark.parametrize("source", ["options", "environment"])
def test_secrets_are_shown_nowhere_however_loud_ansible_is(sim, playbook, source):
    """Not when the platform echoes them, nor in a diff, nor anywhere at -vvvv. The harness looks for them in every run."""
    echo = f"key {sim.access_key} with {sim.secret_key} is not welcome"
    sim.inject(faults.refuse(403, message=echo, method="POST", times=1))
    sim.inject(faults.refuse(503, message=echo, path="/jobs/*", times=1))
    tasks = [
        task("refused", JOB, upgrade(sim.server_ids), ignore_errors=True),
        task("submitted", JOB, upgrade(sim.server_ids)),
        task("read", INFO, {"details": True}),
    ]
    how = {} if source == "options" else {"connection": {}, "env": playbook.environment()}
    result = playbook.tasks(tasks, verbosity=4, diff=True, **how)
    assert result.rc == 0, result.output
    assert "is not welcome" in result.tasks["refused"]["msg"]
    assert "key *** with *** is not welcome" in result.tasks["refused"]["msg"].replace("********", "***")
    assert json.dumps(result.tasks["read"]).count("SUCCESS") >= 3


def test_an_interpreter_without_requests_is_named_with_the_way_out(sim, playbook, bare_python):
    """And works once another one is given."""
    inventory = f"localhost ansible_connection=local ansible_python_interpreter={bare_python}\n"
    other = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    result = playbook.tasks(
        [
            task("submit", JOB, upgrade(sim.server_ids), ignore_errors=True),
            task("read", INFO, {}, ignore_errors=True),
            task("bad input", JOB, {"id": ".."}, ignore_errors=True),
            task("elsewhere", JOB, upgrade(sim.server_ids), vars=other),
        ],
        inventory=inventory,
    )
    for name in ("submit", "read", "bad input"):
        message = result.tasks[name]["msg"]
        assert str(bare_python) in message and "requests" in message
        assert "ansible_python_interpreter" in message and "{{ ansible_playbook_python }}" in message
        assert f"{bare_python} -m pip install requests" in message
    assert result.status("elsewhere") == "ok"
    assert result.tasks["elsewhere"]["summary"]["success"] == 3
