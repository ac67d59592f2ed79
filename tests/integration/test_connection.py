# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection of the job modules: where it comes from, and what is refused. What is never shown is in test_secrets."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())  # a byte-order mark, as editors on Windows leave it
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
        "endpoint by its variable": {
            "HUAWEICLOUD_MODELARTS_ENDPOINT": sim.endpoint,
            "HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(path),
        },
        "first of several endpoints": {
            "HW_REGION_NAME": REGION,
            ENDPOINT_VARIABLE: f"{sim.endpoint},http://127.0.0.1:9",
            "HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(path),
        },
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
    # Complete options do not read what is wrong elsewhere; a blank endpoint is none
    (tmp_path / "broken").write_text("no INI file")
    broken = {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(tmp_path / "broken"), "HW_REGION_NAME": "no region"}
    tasks.append(task("complete options", INFO, playbook.connection(), environment=broken))
    blank = {**playbook.connection(), "endpoint": "", "region": REGION}
    tasks.append(task("blank endpoint", INFO, blank, environment=region))
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
        "half": (
            "secret_key is missing: the options hold access_key without secret_key",
            "from several sources are not mixed",
        ),
        "project": ("project_id is missing", "HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"),
        "region": ("region is missing", "HW_REGION_NAME", "endpoint", "HUAWEICLOUD_MODELARTS_ENDPOINT"),
        "file": ("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(tmp_path / "none"), "does not exist"),
    }
    for name, texts in expected.items():
        assert result.status(name) == "ignored"
        assert [text for text in texts if text not in result.tasks[name]["msg"]] == [], result.tasks[name]["msg"]
    assert sim.requests == []


@pytest.fixture
def pod_identity(tmp_path):
    """A pod's identity: a service that gives keys for its token. Yields its variables and the list of what it gives."""
    given = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            content = json.dumps({"credential": given.pop(0) if given[1:] else given[0]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format, *args):
            pass

    (tmp_path / "token").write_text("token of the pod")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        variables = {
            "HC_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{server.server_port}",
            "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
        }
        yield variables, given
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("sim", [{"security_token": "simulatorSecurityToken+/=="}], indirect=True)
def test_keys_come_from_the_sdk_and_are_renewed_where_they_are_refused(sim, playbook, pod_identity):
    """The first keys have been withdrawn. By the option and by its variable; beside keys the option is refused."""
    variables, given = pod_identity
    good = {"access": sim.access_key, "secret": sim.secret_key, "securitytoken": sim.security_token}
    old = {"access": "WITHDRAWN-KEY", "secret": "withdrawnSecret", "securitytoken": "withdrawnToken"}
    given += [{**keys, "expires_at": "2999-01-01T00:00:00.000000Z"} for keys in (old, good)]
    where = {"endpoint": sim.endpoint, "project_id": sim.project_id}
    named = {**variables, "HUAWEICLOUD_MODELARTS_CREDENTIALS": "sdk"}
    result = playbook.tasks(
        [
            task("option", JOB, {**query(sim.server_ids), **where, "credentials": "sdk"}, environment=variables),
            task("variable", INFO, where, environment=named),
            task("both", INFO, {**playbook.connection(), "credentials": "sdk"}, ignore_errors=True),
            task("neither", INFO, where, environment={**variables, "HOME": "/nowhere"}, ignore_errors=True),
        ],
        connection={},
        verbosity=4,
    )
    assert [result.status(name) for name in ("option", "variable", "both", "neither")] == ["ok", "ok"] + ["ignored"] * 2
    assert result.tasks["option"]["summary"]["success"] == 3
    assert [request.status for request in sim.requests][:2] == [401, 200]
    assert "two identities" in result.tasks["both"]["msg"]
    assert "set credentials to sdk" in result.tasks["neither"]["msg"]
    assert "withdrawnSecret" not in result.output and "token of the pod" not in result.output


@pytest.mark.parametrize("password", ["hunter2", "hunter2[x"])
def test_password_of_a_malformed_proxy_is_not_shown(sim, playbook, password):
    """Neither in the message nor anywhere at -vvvv, where Ansible itself shows a task's environment."""
    port = "port" if password == "hunter2" else "3128"
    there = {**playbook.connection(), "endpoint": "http://modelarts.invalid"}
    proxy = {"HTTP_PROXY": f"http://me:{password}@127.0.0.1:{port}", "NO_PROXY": "", "no_proxy": ""}
    result = playbook.tasks([task("read", INFO, there)], connection={}, env=proxy, verbosity=4)
    assert result.status("read") == "failed"
    assert result.tasks["read"]["msg"].startswith("The environment variable HTTP_PROXY is no address of a proxy")
    assert "hunter2" not in result.output


def test_what_the_platform_says_reaches_the_screen_without_escapes(sim, playbook):
    """Neither from an error nor from the message of a task; core 2.19 and later would pass them on."""
    evil = "\x1b]0;title\x07\x1b[31mred\u202e\x9b5m"
    sim.inject(faults.refuse(403, message=evil, method="POST", times=1))
    sim.outcome(sim.server_ids[0], "FAILED", message=evil)
    result = playbook.tasks(
        [
            task("refused", JOB, upgrade(sim.server_ids), ignore_errors=True),
            task("failed", JOB, upgrade(sim.server_ids), ignore_errors=True),
            task("read", INFO, {"details": True}),
        ]
    )
    assert "]0;title[31mred5m" in result.tasks["refused"]["msg"]
    assert "]0;title[31mred5m" in json.dumps(result.tasks["read"])
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(result.output + json.dumps(result.events, ensure_ascii=False))


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


def test_redirects_and_wrong_keys_are_refused_and_netrc_is_left_alone(sim, playbook, tmp_path):
    """Each asked for once only, also the create. Requests would take a password of .netrc for any host it knows."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password wrong\ndefault login me password wrong\n")
    sim.inject(faults.refuse(302, location="http://127.0.0.1:9/elsewhere", method="POST", times=1))
    sim.inject(
        faults.refuse(307, location="http://127.0.0.1:9/elsewhere", path="/jobs", method="GET", after=1, times=1)
    )
    wrong = "notTheSecretKeyOfTheSimulator"
    result = playbook.tasks(
        [
            task("create", JOB, upgrade(sim.server_ids), ignore_errors=True),
            task("read", INFO, {}, ignore_errors=True),
            task("wrong key", JOB, upgrade(sim.server_ids, secret_key=wrong), ignore_errors=True),
            task("netrc", JOB, query(sim.server_ids), environment={"HOME": str(tmp_path)}),
        ]
    )
    for name, status in {"create": 302, "read": 307}.items():
        assert f"HTTP {status}, a redirect to 127.0.0.1:9" in result.tasks[name]["msg"]
        assert "Correct endpoint or region" in result.tasks[name]["msg"]
        assert result.tasks[name]["failure"]["status"] == status
    failed = result.tasks["wrong key"]
    assert "HTTP 401, APIGW.0301" in failed["msg"] and "Check the credentials" in failed["msg"]
    assert failed["failure"]["status"] == 401 and failed["failure"]["code"] == "APIGW.0301"
    assert failed["failure"]["request_id"] in failed["msg"]
    assert wrong not in result.output
    assert result.calls[:5] == ["GET /jobs", "POST /jobs", "GET /jobs", "GET /jobs", "GET /jobs"]
    assert result.rc == 0 and result.tasks["netrc"]["summary"]["success"] == 3
    assert {request.headers["authorization"].split()[0] for request in sim.requests} == {"SDK-HMAC-SHA256"}


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
