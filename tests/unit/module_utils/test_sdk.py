# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of the vendor's SDK: its own providers against stand-ins of the services that give them, over real HTTP."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from huaweicloudsdkcore.auth import internal

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _auth, _sdk
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._client import Client
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import InputError, NotSentError
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._identity import Credentials

OPTIONS = {"credentials": "sdk", "endpoint": "http://127.0.0.1:9", "project_id": "project"}
HOUR = 3600


class Keys:
    """A stand-in for what gives keys: STS, IAM, a server's metadata, a pod's identity. Each time it gives other keys."""

    def __init__(self):
        self.asked = []  # method, path, body
        self.given = 0
        self.live = HOUR  # seconds that the keys live for
        self.fault = None  # a status in place of an answer
        self.same = False  # whether it gives the same keys again
        self.said = "no keys today"
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    def stop(self):
        if self.thread.is_alive():
            self.server.shutdown()
            self.thread.join()
            self.server.server_close()

    def keys(self, number):
        until = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(time.time() + self.live))
        return {
            "access": f"AK-{number}",
            "secret": f"SK-{number}",
            "securitytoken": f"ST-{number}",
            "expires_at": until,
        }

    def _answer(self, method, path, body):
        self.asked.append((method, path, body))
        if self.fault:
            return self.fault, {}, self.said.encode()
        if path in ("/meta-data/latest/api/token", "/v3.0/OS-AUTH/id-token/tokens"):
            return 200 if method == "PUT" else 201, {"X-Subject-Token": "unscoped"}, b"session"
        self.given += not (self.same and self.given)
        return 200, {}, json.dumps({"credential": self.keys(self.given)}).encode()

    def _handler(self):
        keys = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                status, headers, content = keys._answer(self.command, self.path, body)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = answer

            def log_message(self, format, *args):
                pass

        return Handler


@pytest.fixture
def service():
    keys = Keys()
    yield keys
    keys.stop()


@pytest.fixture
def environ(monkeypatch, tmp_path):
    """Sets variables of this process and returns all there are, as a task's environment would be."""

    def put(**variables):
        monkeypatch.setenv("HOME", str(tmp_path))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return dict(os.environ)

    return put


@pytest.fixture
def token(tmp_path):
    (tmp_path / "token").write_text("ID-TOKEN-1\n")
    return tmp_path / "token"


def oidc(service, token):
    return {
        "HUAWEICLOUD_OIDC_PROVIDER_URN": "iam::provider",
        "HUAWEICLOUD_OIDC_AGENCY_URN": "iam::agency:one",
        "HUAWEICLOUD_OIDC_TOKEN_FILE": str(token),
        "HUAWEICLOUD_SDK_STS_ENDPOINT": service.url,
    }


def federation(service, token):
    return {
        "HUAWEICLOUD_SDK_IDP_ID": "my-idp",
        "HUAWEICLOUD_SDK_ID_TOKEN_FILE": str(token),
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": service.url,
    }


def profile(service, token):
    file = token.parent / ".huaweicloud" / "credentials"
    file.parent.mkdir()
    file.write_text(f"[basic]\nidp_id = my-idp\nid_token_file = {token}\niam_endpoint = {service.url}\n")
    return {}


def pod(service, token):
    return {
        "HC_CONTAINER_CREDENTIALS_FULL_URI": f"{service.url}/pod",
        "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token),
    }


def metadata(service, token):
    return {}


@pytest.fixture(autouse=True)
def metadata_of_a_server(service, monkeypatch):
    """The address is a constant of the SDK."""
    monkeypatch.setattr(internal.MetadataAccessor, "_METADATA_ENDPOINT", service.url)


def find(environ, hide=lambda secrets: None, **options):
    return _auth.resolve({**OPTIONS, **options}, environ, hide)[0]


def keys(number):
    return Credentials(f"AK-{number}", f"SK-{number}", f"ST-{number}")


WAYS = {
    oidc: "/v5/agencies/assume-with-oidc",
    federation: "/v3.0/OS-CREDENTIAL/securitytokens",
    profile: "/v3.0/OS-CREDENTIAL/securitytokens",
    pod: "/pod",
    metadata: "/openstack/latest/securitykey",
}


@pytest.mark.parametrize("way, path", WAYS.items())
def test_each_provider_of_the_sdk_gives_keys(way, path, service, token, environ):
    hidden = []
    identity = find(environ(**way(service, token)), hidden.extend)
    assert service.asked == []  # before the first request
    assert identity.current() == identity.current() == keys(1)
    assert [asked[1] for asked in service.asked][-1] == path and service.given == 1
    assert hidden == identity.secrets() == ["AK-1", "SK-1", "ST-1"]


def test_variable_stands_in_for_the_option(service, environ):
    variables = environ(HUAWEICLOUD_MODELARTS_CREDENTIALS="sdk")
    assert find(variables, credentials=None).current() == keys(1)
    assert find(variables, credentials=None, access_key="A", secret_key="S") == Credentials("A", "S")
    variables.update(HUAWEICLOUD_SDK_AK="A", HUAWEICLOUD_SDK_SK="S")
    assert find(variables, credentials="auto") == Credentials("A", "S")


def test_variable_of_another_word_is_refused():
    with pytest.raises(InputError, match="HUAWEICLOUD_MODELARTS_CREDENTIALS is 'both'. Give auto or sdk."):
        find({"HUAWEICLOUD_MODELARTS_CREDENTIALS": "both"}, credentials=None)


@pytest.mark.parametrize("name", ["access_key", "secret_key", "security_token", "auth_token"])
def test_option_and_given_keys_are_two_identities(name):
    with pytest.raises(InputError, match=f"credentials is sdk, and {name} is given: two identities"):
        find({}, **{name: "x"})


def test_pair_in_the_environment_is_taken_as_the_sdk_takes_it(environ, service):
    identity = find(environ(HUAWEICLOUD_SDK_AK="A", HUAWEICLOUD_SDK_SK="S"))
    assert identity.current() == Credentials("A", "S") and not identity.renew(Credentials("A", "S"))
    assert service.asked == []


@pytest.mark.parametrize(
    "variables, told",
    [
        ({"HUAWEICLOUD_OIDC_PROVIDER_URN": "x"}, "HUAWEICLOUD_OIDC_AGENCY_URN"),
        ({"HUAWEICLOUD_SDK_IDP_ID": "x"}, "idTokenFile"),
        ({"HUAWEICLOUD_SDK_AK": "x"}, "ak&sk"),
        ({"HC_CONTAINER_CREDENTIALS_FULL_URI": "x"}, "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
    ],
)
def test_half_of_a_way_is_an_error_and_nobody_else_is_taken(variables, told, environ, service):
    with pytest.raises(InputError) as caught:
        find(environ(**variables)).current()
    assert told in caught.value.message and next(iter(variables)) in caught.value.message
    assert service.asked == []


def test_missing_library_is_named_with_the_way_out(environ, monkeypatch):
    monkeypatch.setitem(sys.modules, "huaweicloudsdkcore.auth", None)
    with pytest.raises(InputError) as caught:
        find(environ())
    assert f"{sys.executable}, has no library huaweicloudsdkcore" in caught.value.message
    assert "-m pip install -U huaweicloudsdkcore" in caught.value.message


@pytest.mark.parametrize(
    "way, word", [(oidc, "HUAWEICLOUD_OIDC_"), (federation, "_IDP_ID"), (profile, "idp_id"), (pod, "HC_")]
)
def test_without_the_option_what_only_the_sdk_can_use_is_pointed_out(way, word, service, token, environ):
    with pytest.raises(InputError) as caught:
        find(environ(**way(service, token)), credentials=None)
    assert "No credentials" in caught.value.message
    assert "set credentials to sdk" in caught.value.message and word in caught.value.message


# Renewal


@pytest.fixture
def clock(monkeypatch):
    """The clock by which the age of keys is looked at; the keys' own end is in real time."""
    now = [1000.0]

    def advance(seconds):
        now[0] += seconds

    made = _sdk.SdkIdentity.__init__

    def init(self, *arguments, **options):
        made(self, *arguments, **{**options, "clock": lambda: now[0]})

    monkeypatch.setattr(_sdk.SdkIdentity, "__init__", init)
    return advance


@pytest.mark.parametrize("way", WAYS)
def test_keys_are_renewed_before_they_expire(way, service, token, environ, clock):
    hidden = []
    identity = find(environ(**way(service, token)), hidden.extend)
    service.live = 30 * 60
    assert identity.current() == keys(1)
    clock(_sdk.LOOK_EVERY / 2)
    assert identity.current() == keys(1)
    service.live = HOUR
    clock(_sdk.LOOK_EVERY)
    assert identity.current() == keys(2)
    clock(_sdk.LOOK_EVERY)
    assert identity.current() == keys(2)
    assert hidden == identity.secrets() == [*keys(1).secrets(), *keys(2).secrets()]


@pytest.mark.parametrize("fault", [403, 500])
@pytest.mark.parametrize("way", WAYS)
def test_old_keys_serve_where_there_are_no_new_ones(way, fault, service, token, environ, clock):
    identity = find(environ(**way(service, token)))
    service.live = 30 * 60
    identity.current()
    service.fault = fault
    clock(2 * _sdk.LOOK_EVERY)
    assert identity.current() == keys(1)
    asked = len(service.asked)
    assert identity.current() == keys(1) and len(service.asked) == asked
    service.fault = None
    clock(2 * _sdk.LOOK_EVERY)
    assert identity.current() == keys(2)


def test_token_is_read_again_where_the_old_one_is_refused(service, token, environ, clock, monkeypatch):
    identity = find(environ(**oidc(service, token)))
    service.live = 30 * 60
    identity.current()
    token.write_text("ID-TOKEN-2")
    answer = service._answer

    def refuse_the_old(method, path, body):
        if "ID-TOKEN-1" in body:
            return 401, {}, b"expired"
        return answer(method, path, body)

    monkeypatch.setattr(service, "_answer", refuse_the_old)
    clock(2 * _sdk.LOOK_EVERY)
    assert identity.current() == keys(2)


@pytest.mark.parametrize("way", WAYS)
def test_refused_keys_are_replaced(way, service, token, environ):
    identity = find(environ(**way(service, token)))
    refused = identity.current()
    assert identity.renew(refused) and identity.current() == keys(2)
    assert identity.renew(refused) and service.given == 2  # another thread has asked
    service.same = True
    assert not identity.renew(keys(2))


def test_threads_ask_once(service, environ):
    identity = find(environ())
    gate, got = threading.Barrier(8), []

    def ask():
        gate.wait()
        got.append(identity.current())

    threads = [threading.Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [keys(1)] * 8 and service.given == 1


def test_name_stays_when_keys_change_and_differs_between_identities(service, token, environ):
    identity = find(environ(**oidc(service, token)))
    name = identity.name
    identity.renew(identity.current())
    assert identity.name == name
    assert find(environ(HUAWEICLOUD_OIDC_AGENCY_URN="iam::agency:two")).name != name


@pytest.mark.parametrize("way", [oidc, pod, metadata])
def test_client_outlives_its_keys(way, sim, make_client, service, token, environ):
    """The platform takes the newest keys only."""
    identity = find(environ(**way(service, token)))
    client = make_client(identity=identity)

    def accept(number):
        sim.access_key, sim.secret_key, sim.security_token = f"AK-{number}", f"SK-{number}", f"ST-{number}"

    for number in (1, 2, 3):
        accept(number)
        assert client.list_jobs() == ([], True)
    assert [request.status for request in sim.requests] == [200, 401, 200, 401, 200]
    assert isinstance(client, Client) and service.given == 3


# Failures


@pytest.mark.parametrize(
    "fault, kind", [(429, NotSentError), (503, NotSentError), (400, InputError), (404, InputError)]
)
@pytest.mark.parametrize("way", [oidc, federation, pod, metadata])
def test_failure_names_the_way_and_whether_it_may_pass(way, fault, kind, service, token, environ):
    service.fault = fault
    service.said = "no \x1b[31mkeys"
    with pytest.raises((InputError, NotSentError)) as caught:
        find(environ(**way(service, token))).current()
    assert caught.value.__class__ is kind
    assert "huaweicloudsdkcore got no keys from " in caught.value.message and str(fault) in caught.value.message
    assert "\x1b" not in caught.value.message


def test_failure_that_passes_is_outlived_by_reads_and_known_not_to_send_a_create(
    sim, make_client, service, environ, ticker
):
    sim.access_key, sim.secret_key, sim.security_token = "AK-1", "SK-1", "ST-1"
    service.given, service.fault = 0, 503
    with pytest.raises(NotSentError):
        make_client(identity=find(environ())).create_job({})
    ticker.on_sleep[:] = [lambda: setattr(service, "fault", None)]
    make_client(identity=find(environ())).list_jobs()
    assert len(ticker.pauses) == 1
    assert [request.status for request in sim.requests] == [200]


def test_nothing_set_up_and_no_server_of_the_cloud_says_what_to_do(service, environ):
    service.stop()
    with pytest.raises(InputError) as caught:
        find(environ()).current()
    assert all(
        word in caught.value.message for word in ("the metadata of this server", "agency", "OIDC", "pod identity")
    )


@pytest.mark.parametrize("way", [oidc, federation, pod])
def test_service_that_does_not_answer_may_come_back_and_nothing_is_logged(way, service, token, environ, caplog):
    identity = find(environ(**way(service, token)))
    service.stop()
    with pytest.raises(NotSentError):
        identity.current()
    assert [record for record in caplog.records if record.name.startswith(("huaweicloud", "ansible"))] == []


@pytest.mark.parametrize("way", [oidc, federation, pod])
def test_token_is_not_shown_where_the_service_repeats_it(way, service, token, environ):
    token.write_text("ID-TOKEN-SECRET")
    service.fault, service.said = 400, json.dumps({"error_msg": "ID-TOKEN-SECRET is bad", "error_code": "X"})
    with pytest.raises(InputError) as caught:
        find(environ(**way(service, token))).current()
    assert "ID-TOKEN-SECRET" not in caught.value.message


def test_broken_file_is_not_quoted(environ, tmp_path):
    (tmp_path / "credentials").write_bytes(b"\xef\xbb\xbf[basic]\nak = SECRET-AK\nsk = SECRET-SK\n")
    identity = find(environ(HUAWEICLOUD_SDK_CREDENTIALS_FILE=str(tmp_path / "credentials")))
    with pytest.raises(InputError) as caught:  # the SDK does not take a byte-order mark
        identity.current()
    assert "MissingSectionHeaderError" in caught.value.message and "SECRET" not in caught.value.message


def test_malformed_proxy_is_refused_before_anything_is_asked(environ, service):
    with pytest.raises(InputError, match="HTTP_PROXY is no address of a proxy"):
        find(environ(HTTP_PROXY="http://me:hunter2@proxy:port", NO_PROXY="", no_proxy=""))
    assert service.asked == []


def test_certificates_and_time_outs_are_those_of_the_options(environ, token, service, monkeypatch):
    made = []
    identity = find(environ(**oidc(service, token)), ca_path="/ca.pem", validate_certs=True, request_timeout=7)
    connect = identity._connect
    monkeypatch.setattr(identity, "_connect", lambda: made.append(connect()) or made[-1])
    identity.current()
    config = made[0].config
    assert (config.ssl_ca_cert, config.ignore_ssl_verification, config.timeout) == ("/ca.pem", False, (7, 7))
