# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client over real HTTP: what it sends again and what never, and what it makes of each answer."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import json
import socket
import socketserver
import ssl
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import urllib3
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _answers, _client, _transport
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._endpoint import Target
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import (
    AbandonedError,
    LostAnswerError,
    ModelArtsError,
    NotFoundError,
    NotSentError,
    RequestError,
)
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._identity import Credentials
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._job import parse
from tests.simulator import Simulator, faults

ROOT = Path(__file__).resolve().parents[3]
READ_FAULTS = [429, 500, 502, 503, 504, "reset"]
LOST = ["reset", "close", "502", "504", "html", "truncated", "empty"]


def body(sim, name="job-1", servers=1):
    return {
        "name": name,
        "type": "ASCEND_SOFTWARE_QUERY",
        "server_ids": sim.server_ids[:servers],
        "items": [{"type": "HDK_QUERY"}],
    }


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def failure(call, *arguments, kind=RequestError):
    """The error that a call ends with, which must be of exactly this kind."""
    with pytest.raises(ModelArtsError) as caught:
        call(*arguments)
    assert caught.value.__class__ is kind, caught.value.message
    return caught.value


@contextlib.contextmanager
def serve(respond, certificate=None):
    """A server whose answers `respond(method, path)` gives: (status, headers, bytes), or None to hang up."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            made = respond(self.command, self.path)
            if made is None:
                self.close_connection = True
                return
            status, headers, content = made
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = do_CONNECT = answer

        def log_message(self, format, *args):
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"{scheme}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def always(content, status=200, **headers):
    """A respond for `serve` that gives one answer to everything."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda method, path: (status, named, data)


@contextlib.contextmanager
def tunnel(seen, certificate):
    """A proxy whose tunnel ends in a server that reads one request, notes its method, and hangs up."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            while b"\r\n\r\n" not in self.request.recv(65536):
                pass
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with context.wrap_socket(self.request, server_side=True) as inner:
                seen.append(inner.recv(65536).split()[0].decode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


# Reads


@pytest.mark.parametrize("status", READ_FAULTS)
def test_read_goes_again_on_a_passing_fault(status, sim, client, ticker):
    job = sim.add_job()
    sim.inject(faults.refuse(status, times=3))
    assert client.get_job(job.id)["id"] == job.id
    assert sim.count("GET", "/jobs/*") == 4
    assert len(ticker.pauses) == 3


@pytest.mark.parametrize("how", ["reset", "close", "502", "504", "html", "truncated"])
def test_read_whose_answer_is_lost_goes_again(how, sim, client):
    sim.add_job()
    sim.inject(faults.lost(how, method="GET", path="/jobs", times=2))
    rows, complete = client.list_jobs()
    assert len(rows) == 1 and complete
    assert sim.count("GET", "/jobs") == 3


def test_read_that_hangs_goes_again_after_the_request_timeout(sim, make_client):
    sim.inject(faults.lost("hang", method="GET", path="/jobs", times=1))
    assert make_client(request_timeout=0.2).list_jobs() == ([], True)
    assert sim.count("GET", "/jobs") == 2


def test_html_page_of_a_proxy_is_a_passing_fault(sim, client):
    sim.inject(faults.refuse(503, html=True, times=1))
    assert client.list_jobs() == ([], True)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_definite_refusal_is_not_repeated(status, sim, client, ticker):
    sim.inject(faults.refuse(status))
    failure(client.list_jobs, kind=NotFoundError if status == 404 else RequestError)
    assert sim.count("GET", "/jobs") == 1 and ticker.pauses == []


@pytest.mark.parametrize("retries", [0, 1, 5])
def test_retries_bound_how_often_a_read_goes_again(retries, sim, make_client):
    sim.inject(faults.refuse(503))
    assert failure(make_client(retries=retries).list_jobs, kind=LostAnswerError).status == 503
    assert sim.count("GET", "/jobs") == retries + 1


def test_pauses_double_up_to_ten_seconds_with_jitter(sim, make_client, ticker):
    sim.inject(faults.refuse(503))
    failure(make_client(retries=8).list_jobs, kind=LostAnswerError)
    full = [0.5, 1, 2, 4, 8, 10, 10, 10]
    assert len(ticker.pauses) == len(full)
    assert all(most / 2 <= pause <= most for pause, most in zip(ticker.pauses, full))


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_honoured(status, sim, client, ticker):
    sim.inject(faults.refuse(status, retry_after=7, times=2))
    client.list_jobs()
    assert ticker.pauses == [7, 7]


def test_retry_after_as_a_date_is_honoured(sim, client, ticker):
    sim.inject(faults.refuse(429, retry_after=formatdate(time.time() + 100, usegmt=True), times=1))
    client.list_jobs()
    assert 30 < sum(ticker.pauses) <= 100


def test_retry_after_in_the_past_means_at_once(sim, client, ticker):
    sim.inject(faults.refuse(429, retry_after="Thu, 01 Jan 2015 00:00:00 GMT", times=1))
    client.list_jobs()
    assert sum(ticker.pauses) == 0


def test_retry_after_of_nothing_that_comes_again_does_not_make_a_storm(sim, client, ticker):
    sim.inject(faults.refuse(429, retry_after=0, times=4))
    client.list_jobs()
    assert ticker.pauses == [1, 1, 1]


@pytest.mark.parametrize("patient", [False, True])
def test_pause_of_minutes_ends_soon_after_nobody_waits_any_more(patient, sim, make_client, ticker):
    waited_for_until = ticker.now + 60
    sim.inject(faults.refuse(429, retry_after=300))
    client = make_client(wanted=lambda: ticker.now < waited_for_until)
    error = failure((client.until(ticker.now + 3600) if patient else client).list_jobs, kind=AbandonedError)
    assert "has ended, or its time was up" in error.message
    assert ticker.now <= waited_for_until + 10
    assert sim.count("GET", "/jobs") == 1


def test_retry_after_of_hours_is_cut(sim, client, ticker):
    sim.inject(faults.refuse(429, retry_after=86400, times=1))
    client.list_jobs()
    assert sum(ticker.pauses) == _transport.LONGEST_PAUSE


@given(st.text(st.characters(max_codepoint=255)))
@example("²")
def test_retry_after_of_any_text_is_seconds_or_nothing(value):
    seconds = _answers.retry_after(value)
    assert seconds is None or seconds >= 0


def test_deadline_replaces_the_count_of_retries(sim, make_client, ticker):
    sim.inject(faults.refuse(503, times=30))
    patient = make_client(retries=0).until(ticker.now + 1000)
    assert patient.list_jobs() == ([], True)
    assert sim.count("GET", "/jobs") == 31


def test_no_retry_is_made_past_the_deadline(sim, client, ticker):
    sim.inject(faults.refuse(503))
    deadline = ticker.now + 60
    failure(client.until(deadline).list_jobs, kind=LostAnswerError)
    assert ticker.now < deadline
    assert len(ticker.pauses) > 5


@pytest.mark.parametrize("status", [503, "reset"])
def test_bound_ends_retries_and_adds_none(status, sim, make_client, ticker):
    sim.inject(faults.refuse(status))
    began = ticker.now
    failure(make_client(retries=2).within(began + 1000).list_jobs, kind=LostAnswerError)
    assert sim.count("GET", "/jobs") == 3
    failure(make_client(retries=200).within(ticker.now + 30).list_jobs, kind=LostAnswerError)
    assert ticker.now < began + 60


@pytest.mark.parametrize("method", ["within", "until"])
def test_no_answer_is_waited_for_beyond_the_deadline(method, client, ticker, monkeypatch):
    given = []
    client = getattr(client, method)(ticker.now + 12)
    request = client.session.request
    monkeypatch.setattr(client.session, "request", lambda *a, **o: (given.append(o["timeout"]), request(*a, **o))[1])
    client.list_jobs()
    ticker.now += 11.5
    client.list_jobs()
    assert given == [12, 1]


@pytest.mark.parametrize("method", ["within", "until"])
def test_deadline_leaves_the_first_client_as_it_was(method, client, ticker):
    getattr(client, method)(ticker.now + 5)
    assert client.deadline is None and not client.patient


def test_each_retry_is_signed_afresh(sim, client):
    sim.inject(faults.refuse(503, times=1))
    dates = iter([1, 2])
    client.signer.now = lambda: datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=next(dates))
    client.list_jobs()
    assert len({request.headers["x-sdk-date"] for request in sim.requests}) == 2
    assert len({request.headers["authorization"] for request in sim.requests}) == 2


# Creates


def test_create_answers_with_the_job(sim, client):
    job = client.create_job(body(sim))
    assert [job["id"]] == list(sim.jobs)


@pytest.mark.parametrize("how", LOST)
def test_create_whose_answer_is_lost_is_sent_once(how, sim, client, ticker):
    sim.inject(faults.lost(how))
    failure(client.create_job, body(sim), kind=LostAnswerError)
    assert sim.count("POST", "/jobs") == 1 and len(sim.jobs) == 1
    assert ticker.pauses == []


def test_create_that_hangs_is_sent_once(sim, make_client):
    sim.inject(faults.lost("hang"))
    error = failure(make_client(request_timeout=0.2).create_job, body(sim), kind=LostAnswerError)
    assert "no answer within 0.2 s" in error.message
    assert sim.count("POST", "/jobs") == 1


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, "reset"])
def test_create_refused_in_a_way_that_may_be_a_loss_is_sent_once(status, sim, client):
    sim.inject(faults.refuse(status, method="POST"))
    failure(client.create_job, body(sim), kind=LostAnswerError)
    assert sim.count("POST", "/jobs") == 1


def test_server_error_that_asks_for_a_retry_does_not_get_one_for_a_create(sim, client):
    sim.inject(faults.refuse(503, retry_after=1, method="POST"))
    failure(client.create_job, body(sim), kind=LostAnswerError)
    assert sim.count("POST", "/jobs") == 1


def test_throttled_create_is_told_with_the_time_asked_for(sim, client, ticker):
    sim.inject(faults.refuse(429, retry_after=3, method="POST"))
    error = failure(client.create_job, body(sim))
    assert (error.status, error.retry_after) == (429, 3) and "APIGW.0308" in error.message
    assert sim.count("POST", "/jobs") == 1 and ticker.pauses == []


def test_create_without_any_connection_says_what_to_check(sim, make_client, ticker):
    endpoint = f"http://127.0.0.1:{free_port()}"
    error = failure(make_client(endpoint=endpoint).create_job, body(sim), kind=NotSentError)
    assert endpoint[7:] in error.message and "Check endpoint" in error.message
    assert error.details["failure"] == {"status": None, "code": None, "request_id": None}


def test_create_is_not_sent_for_a_caller_that_has_gone(sim, make_client):
    failure(make_client(wanted=lambda: False).create_job, body(sim), kind=AbandonedError)
    assert sim.requests == []


def test_pause_ends_the_work_for_a_caller_that_has_gone(sim, make_client):
    sim.inject(faults.refuse(503))
    failure(make_client(wanted=lambda: False).list_jobs, kind=AbandonedError)
    assert len(sim.requests) == 1


def test_create_uses_a_connection_of_its_own(sim, client, monkeypatch):
    client.list_jobs()
    monkeypatch.setattr(client.session, "request", None)
    client.create_job(body(sim))
    assert sim.count("POST", "/jobs") == 1


@pytest.mark.parametrize("answer", [{}, {"id": None}, {"id": 7}, [], "text", None])
def test_create_answered_without_a_job_id_is_a_loss(answer, sim, make_client):
    with serve(always(answer)) as endpoint:
        failure(make_client(endpoint=endpoint).create_job, body(sim), kind=LostAnswerError)


@pytest.fixture
def proxied(monkeypatch):
    """Sets the proxy for a host that exists behind it only."""

    def use(address):
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, address)

    return use


def test_create_whose_answer_a_proxy_loses_is_sent_once(sim, make_client, proxied):
    seen = []
    with serve(lambda method, path: seen.append(method)) as proxy:
        proxied(proxy)
        failure(make_client(endpoint="http://modelarts.invalid").create_job, body(sim), kind=LostAnswerError)
    assert seen == ["POST"]


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_create_whose_answer_is_lost_inside_a_tunnel_is_sent_once(sim, make_client, proxied, authorities):
    seen = []
    with tunnel(seen, authorities[0]) as proxy:
        proxied(proxy)
        client = make_client(endpoint="https://modelarts.invalid", validate_certs=False)
        failure(client.create_job, body(sim), kind=LostAnswerError)
    assert seen == ["POST"]


def test_break_behind_a_proxy_as_older_urllib3_tells_it_is_a_loss(sim, client, monkeypatch):
    broken = urllib3.exceptions.ProxyError("Cannot connect to proxy.", ConnectionResetError(104, "reset by peer"))
    attempts = []

    def request(session, method, url, **options):
        attempts.append(method)
        raise requests.exceptions.ProxyError(urllib3.exceptions.MaxRetryError(None, url, broken))

    monkeypatch.setattr(requests.Session, "request", request)
    failure(client.create_job, body(sim), kind=LostAnswerError)
    assert attempts == ["POST"]


def test_create_is_known_not_to_be_sent_where_the_proxy_takes_no_connection(sim, make_client, proxied):
    proxied(f"http://127.0.0.1:{free_port()}")
    failure(make_client(endpoint="http://modelarts.invalid").create_job, body(sim), kind=NotSentError)


def test_proxy_that_refuses_the_tunnel_is_told(make_client, proxied):
    with serve(lambda method, path: (403, {"Connection": "close"}, b"")) as proxy:
        proxied(proxy)
        with pytest.raises(RequestError, match="Tunnel connection failed: 403"):
            make_client(endpoint="https://modelarts.invalid", retries=1).list_jobs()


@pytest.mark.parametrize("address", ["http://me:p%23ss-word@127.0.0.1:{port}", "http://me:p%23ss-word@[bad:{port}"])
def test_password_of_a_proxy_is_shown_in_no_error(address, make_client, proxied):
    client = make_client(endpoint="http://modelarts.invalid", retries=0)
    with serve(always({"error_code": "X.1", "error_msg": "no p%23ss-word, no p#ss-word"}, 403)) as proxy:
        proxied(address.format(port=proxy.rpartition(":")[2]))
        with pytest.raises(RequestError) as caught:
            client.list_jobs()
    assert "ss-word" not in str(vars(caught.value))


def test_proxy_that_cannot_be_parsed_is_an_error_and_not_a_traceback(sim, make_client, proxied):
    proxied("http://me:pass[word@127.0.0.1:1")
    for call in (lambda client: client.list_jobs(), lambda client: client.create_job(body(sim))):
        with pytest.raises(RequestError) as caught:
            call(make_client(endpoint="http://modelarts.invalid", retries=0))
        assert "pass[word" not in caught.value.message


# Where credentials must not go


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_refused_and_nobody_else_contacted(status, sim, client):
    with Simulator(servers=1, speed=0) as other:
        sim.inject(faults.refuse(status, location=f"{other.endpoint}/elsewhere"))
        for call in (client.list_jobs, lambda: client.create_job(body(sim))):
            error = failure(call)
            assert error.status == status
            assert other.endpoint[7:] in error.message and "Correct endpoint or region" in error.message
        assert other.requests == []
    assert len(sim.requests) == 2


@pytest.mark.parametrize("kind", ["keys", "token"])
def test_netrc_does_not_replace_our_authentication(kind, sim, make_client, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login intruder password netrc-password\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert requests.utils.get_netrc_auth(sim.endpoint) == ("intruder", "netrc-password")
    credentials = Credentials(auth_token=sim.auth_token) if kind == "token" else None
    client = make_client(identity=credentials)
    client.list_jobs()
    client.create_job(body(sim))
    sent = [request.headers.get("authorization", "") for request in sim.requests]
    assert all(value.startswith("SDK-HMAC-SHA256 " if kind == "keys" else "") for value in sent)
    assert not any("Basic" in value for value in sent)


def test_temporary_keys_are_let_in(ticker):
    with Simulator(servers=1, speed=0, security_token="temporary") as sim:
        keys = Credentials(sim.access_key, sim.secret_key, "temporary")
        target = Target(sim.endpoint, sim.project_id)
        assert _client.Client(keys, target, sleep=ticker.sleep).list_jobs() == ([], True)
        permanent = Credentials(sim.access_key, sim.secret_key)
        assert failure(_client.Client(permanent, target).list_jobs).status == 401


def test_names_with_odd_characters_are_sent_as_they_were_signed(sim, client):
    name = "a b+c/~é&d=%"
    sim.add_job(name=name)
    rows, _complete = client.list_jobs({"name": name})
    assert [row["name"] for row in rows] == [name]


# TLS


@pytest.fixture(scope="module")
def authorities(tmp_path_factory):
    """Two self-signed certificates with their keys: that of the server, and one that has nothing to do with it."""
    folder = tmp_path_factory.mktemp("tls")
    return [_self_signed(folder / f"{name}.pem") for name in ("server", "stranger")]


def _self_signed(path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, path.stem)])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return str(path)


@pytest.fixture
def tls(authorities, monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with serve(always({"id": "j1"}), authorities[0]) as endpoint:
        yield endpoint


def test_self_signed_certificate_is_refused_at_once_with_the_remedies(tls, make_client, ticker):
    error = failure(make_client(endpoint=tls).get_job, "j1")
    assert all(word in error.message for word in ("certificate", tls[8:], "ca_path", "validate_certs"))
    assert ticker.pauses == []


def test_self_signed_certificate_is_refused_for_a_create_as_not_done(tls, make_client, sim):
    failure(make_client(endpoint=tls).create_job, body(sim))


def test_ca_path_makes_the_certificate_good(tls, make_client, authorities):
    assert make_client(endpoint=tls, ca_path=authorities[0]).get_job("j1") == {"id": "j1"}


def test_ca_path_replaces_the_bundle_of_the_environment(tls, make_client, authorities, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authorities[0])
    assert make_client(endpoint=tls).get_job("j1") == {"id": "j1"}
    failure(make_client(endpoint=tls, ca_path=authorities[1]).get_job, "j1")


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", None])
def test_validate_certs_false_takes_any_certificate_whatever_the_environment(
    variable, tls, make_client, authorities, monkeypatch, sim
):
    if variable:
        monkeypatch.setenv(variable, authorities[1])
    client = make_client(endpoint=tls, validate_certs=False)
    assert client.get_job("j1") == {"id": "j1"}
    assert client.create_job(body(sim)) == {"id": "j1"}


@pytest.mark.parametrize("validate, ca_path, verify", [(True, None, True), (True, "/ca", "/ca"), (False, "/ca", False)])
def test_verification_is_decided_by_the_two_options(validate, ca_path, verify, make_client):
    assert make_client(validate_certs=validate, ca_path=ca_path).verify == verify


def test_ca_path_that_vanished_is_an_error_and_not_a_traceback(make_client, tmp_path):
    error = failure(make_client(endpoint="https://127.0.0.1:9", ca_path=str(tmp_path / "no.pem")).get_job, "j1")
    assert str(tmp_path / "no.pem") in error.message


def test_endpoint_that_does_not_speak_tls_is_an_error(sim, make_client):
    error = failure(make_client(endpoint=sim.endpoint.replace("http:", "https:")).list_jobs, kind=LostAnswerError)
    assert sim.endpoint[7:] in error.message or "SSL" in error.message


# Errors


def test_error_carries_status_code_and_request_id(sim, client):
    sim.inject(faults.refuse(403, code="ModelArts.0042", message="Not allowed."))
    error = failure(client.list_jobs)
    request_id = error.details["failure"]["request_id"]
    assert error.details == {"failure": {"status": 403, "code": "ModelArts.0042", "request_id": request_id}}
    assert len(request_id) == 32
    assert all(word in error.message for word in ("GET /dev-servers/jobs", "403", "ModelArts.0042", request_id))
    assert "Not allowed. " in error.message and "permission" in error.message


def test_request_id_of_the_gateway_is_read_from_the_body(make_client):
    answer = {"error_code": "APIGW.0301", "error_msg": "Incorrect", "request_id": "abc123"}
    with serve(always(answer, 401)) as endpoint:
        error = failure(make_client(endpoint=endpoint).list_jobs)
    assert error.details["failure"] == {"status": 401, "code": "APIGW.0301", "request_id": "abc123"}
    assert "clock" in error.message


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[1]", b"\xff\xfe", b"<html>", b'{"error_msg": 5}', b'{"error_code": {}}']
)
def test_error_of_any_shape_is_told_with_its_status(content, make_client):
    with serve(always(content, 403)) as endpoint:
        assert "HTTP 403" in failure(make_client(endpoint=endpoint).list_jobs).message


@pytest.mark.parametrize(
    "call, answer",
    [
        pytest.param("get", b"{}"),
        pytest.param("list", b'{"data": 5, "total": 1}'),
        pytest.param("find", b'{"data": [{"id": 5, "name": "n"}], "total": 1}'),
        pytest.param("list", b'{"data": [], "total": 1e999}'),
        pytest.param("get", b"[" * 200000),
        ("get", b'{"id": "a", "create_at": ' + b"9" * 5000 + b"}"),
    ],
    ids=["detail without id", "data is a number", "id is a number", "infinite total", "deep nesting", "long number"],
)
def test_strange_answer_to_a_read_is_told_without_a_traceback(call, answer, make_client):
    wanted = parse({"id": "a", "name": "n"})
    with serve(always(answer)) as endpoint, contextlib.suppress(ModelArtsError):
        client = make_client(endpoint=endpoint, retries=1)
        if call == "get":
            parse(client.get_job(wanted.id))
        elif call == "list":
            client.list_jobs()
        else:
            client.get_jobs([row["id"] for row in client.list_jobs({"name": wanted.name})[0]])


HOSTILE = "a\x1b]0;title\x07b\u202ec\x9bd\ud800e\x00\nf"


def hostile(**more):
    return json.dumps({"error_code": "X.1", "id": "j1", HOSTILE: [HOSTILE], "error_msg": HOSTILE, **more}).encode()


def test_answer_is_handed_out_without_control_characters(make_client):
    with serve(always(hostile())) as endpoint:
        job = make_client(endpoint=endpoint).get_job("j1")
    assert job["a]0;titlebcde\nf"] == ["a]0;titlebcde\nf"]


def test_error_shows_no_control_characters(make_client):
    evil = {"X_Request_Id": "id\x1b[31m\x9b", "Content_Type": "x\x1b[1m", "Location": "http://me:secret@h\x1b[5mh/"}
    for status, content in ((403, hostile()), (302, b""), (200, b"\xff"), (500, hostile(error_code=HOSTILE))):
        with serve(always(content, status, **evil)) as endpoint, pytest.raises(RequestError) as caught:
            make_client(endpoint=endpoint, retries=0).list_jobs()
        shown = json.dumps([caught.value.message, caught.value.details, caught.value.code], ensure_ascii=False)
        assert shown.isprintable() and "secret@" not in shown


@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize(
    "content",
    [b"[" * 200000, b'{"a":' * 900 + b"1" + b"}" * 900, b'{"error_msg": "' + b"x" * 10**7 + b'"}', b"9" * 10000],
    ids=["deep", "deep and whole", "huge", "long number"],
)
def test_answer_of_any_size_is_told_in_few_words(status, content, make_client):
    with serve(always(content, status)) as endpoint, pytest.raises(RequestError) as caught:
        make_client(endpoint=endpoint, retries=0).list_jobs()
    assert len(caught.value.message) < 1000


def test_create_whose_answer_has_a_malformed_header_is_a_loss(sim, make_client):
    with serve(lambda method, path: (200, {"Content-Length": "1, 2"}, b"{}")) as endpoint:
        failure(make_client(endpoint=endpoint).create_job, body(sim), kind=LostAnswerError)


@pytest.mark.parametrize("status", [400, 403])
def test_project_of_another_region_is_told_as_such(status, make_client):
    with serve(always({"error_code": "ModelArts.0210", "error_msg": "Mismatch."}, status)) as endpoint:
        error = failure(make_client(endpoint=endpoint).list_jobs)
    assert "The project of the URL is not that of the token or the region. Check project_id" in error.message


@pytest.mark.parametrize("location", ["http://[bad", "//["])
def test_redirect_to_a_broken_address_is_refused_like_any(location, make_client):
    with serve(always(b"", 302, Location=location)) as endpoint:
        assert "a redirect to elsewhere" in failure(make_client(endpoint=endpoint).list_jobs).message


@pytest.mark.parametrize("answer", [{}, {"status": "ok"}, {"data": None, "total": None}])
def test_answer_that_is_no_list_does_not_pass_for_an_empty_one(answer, make_client):
    with serve(always(answer)) as endpoint, pytest.raises(ModelArtsError):
        make_client(endpoint=endpoint, retries=1).list_jobs()


def test_wrong_keys_are_refused_with_advice(sim, make_client):
    error = failure(make_client(identity=Credentials(sim.access_key, "wrong-secret")).list_jobs)
    assert error.status == 401 and error.code == "APIGW.0301" and "Check the credentials" in error.message


class Renewable:
    """An identity whose keys may change. `young` are those that come once the others are refused."""

    name = "renewable"

    def __init__(self, sim, young):
        self.now = Credentials("OLD-KEY", "old-secret")
        self.young = young
        self.asked = 0

    def current(self):
        return self.now

    def renew(self, refused):
        self.asked += 1
        self.now = self.young
        return self.now != refused

    def secrets(self):
        return ["old-secret", *self.young.secrets()]


def test_read_with_refused_keys_goes_again_once_with_others(sim, make_client, ticker):
    identity = Renewable(sim, Credentials(sim.access_key, sim.secret_key))
    assert make_client(identity=identity).list_jobs() == ([], True)
    assert [request.status for request in sim.requests] == [401, 200]
    assert identity.asked == 1 and ticker.pauses == []


@pytest.mark.parametrize(
    "young, sent", [(Credentials("OTHER-KEY", "wrong"), 2), (Credentials("OLD-KEY", "old-secret"), 1)]
)
def test_read_whose_new_keys_are_no_better_is_refused(young, sent, sim, make_client):
    identity = Renewable(sim, young)
    error = failure(make_client(identity=identity).list_jobs)
    assert (error.status, error.renewed, len(sim.requests), identity.asked) == (401, False, sent, 1)


def test_create_with_refused_keys_is_sent_once_and_says_that_there_are_others(sim, make_client):
    client = make_client(identity=Renewable(sim, Credentials(sim.access_key, sim.secret_key)))
    error = failure(client.create_job, body(sim))
    assert (error.status, error.renewed) == (401, True)
    assert sim.count("POST", "/jobs") == 1 and sim.jobs == {}
    assert client.create_job(body(sim))["id"] in sim.jobs


def test_create_whose_keys_have_no_others_is_just_refused(sim, make_client):
    error = failure(make_client(identity=Credentials("OLD-KEY", "old")).create_job, body(sim))
    assert (error.status, error.renewed) == (401, False)


@pytest.mark.parametrize("kind", ["keys", "token"])
def test_secrets_are_redacted_from_what_the_server_says(kind, sim, make_client):
    keys, token = Credentials(sim.access_key, sim.secret_key), Credentials(auth_token=sim.auth_token)
    credentials = keys if kind == "keys" else token
    told = " and ".join(credentials.secrets())
    sim.inject(faults.refuse(403, message=f"you sent {told}"))
    error = failure(make_client(identity=credentials).list_jobs)
    assert "you sent ***" in error.message
    assert not any(secret in str((error.message, error.details)) for secret in credentials.secrets())


def test_long_text_of_the_server_is_cut(sim, client):
    sim.inject(faults.refuse(403, message="x" * 5000))
    assert len(failure(client.list_jobs).message) < 1000


def test_missing_thing_is_not_found_by_code_and_by_status(sim, client):
    assert failure(client.get_job, "no-such-job", kind=NotFoundError).status == 400
    assert failure(client.get_server, "no-such-server", kind=NotFoundError).code == "ModelArts.6404"
    sim.inject(faults.refuse(404))
    assert failure(client.get_job, "other", kind=NotFoundError).status == 404


def test_other_bad_request_is_not_a_missing_thing(sim, client):
    sim.inject(faults.refuse(400, code="ModelArts.0001"))
    failure(client.get_job, "some-job")


numbers = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text())


@given(numbers)
@example(float("inf"))
def test_number_of_any_kind_is_an_integer_or_the_default(value):
    assert isinstance(_answers.number(value, 7), int)


def test_user_agent_names_the_version_of_the_collection(sim, client):
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    client.list_jobs()
    assert sim.requests[0].headers["user-agent"] == f"ansible-huaweicloud.modelarts/{version}"


# Lists


def fill(sim, count, **options):
    return [sim.add_job(age=count - n, status="FINISHED", **options).id for n in range(count)]


def test_list_of_one_page_takes_one_request_without_paging_parameters(sim, client):
    fill(sim, 25)
    rows, complete = client.list_jobs()
    assert len(rows) == 25 and complete
    assert [request.query for request in sim.requests] == [{}]


def test_list_of_several_pages_goes_on_with_limit_and_offset(sim, client):
    ids = fill(sim, 25)
    sim.inject(faults.paging(10))
    rows, complete = client.list_jobs({"name": "console-job"})
    assert {row["id"] for row in rows} == set(ids) and complete
    assert [request.query for request in sim.requests] == [
        {"name": "console-job"},
        {"name": "console-job", "limit": "1024", "offset": "9"},
    ]


def test_server_that_caps_the_limit_is_followed_page_by_page(sim, client):
    ids = fill(sim, 25)
    sim.inject(faults.paging(10, cap=10))
    rows, complete = client.list_jobs()
    assert len(rows) == len(ids) and complete
    assert [request.query.get("offset") for request in sim.requests] == [None, "9", "18"]


def test_server_that_ignores_paging_leaves_the_list_incomplete(sim, client):
    fill(sim, 25)
    sim.inject(faults.paging(10, supported=False))
    rows, complete = client.list_jobs()
    assert len(rows) == 10 and not complete
    assert len(sim.requests) == 2


def test_server_that_refuses_paging_leaves_the_list_incomplete(sim, client):
    fill(sim, 25)
    sim.inject(faults.paging(10))
    sim.inject(faults.refuse(400, path="/jobs", after=1))
    rows, complete = client.list_jobs()
    assert len(rows) == 10 and not complete


def test_refusal_of_the_first_page_is_an_error(sim, client):
    sim.inject(faults.refuse(400, path="/jobs"))
    failure(client.list_jobs)


@pytest.mark.parametrize("total", ["2", 2])
def test_total_of_either_kind_ends_the_list(total, make_client):
    answer = {"data": [{"id": "a"}, {"id": "b"}], "total": total}
    with serve(always(answer)) as endpoint:
        rows, complete = make_client(endpoint=endpoint).list_jobs()
    assert len(rows) == 2 and complete


@pytest.mark.parametrize("more", [{}, {"total": None}, {"total": "many"}, {"total": -1}, {"pages": 3}, {"total": 3}])
def test_list_that_does_not_prove_its_end_is_incomplete(more, make_client):
    with serve(always({"data": [{"id": "a"}, {"id": "b"}], **more})) as endpoint:
        rows, complete = make_client(endpoint=endpoint).list_jobs()
    assert len(rows) == 2 and not complete


def paged(rows, size, **more):
    """An answer of a server that honours limit and offset, with pages of at most `size`; `more` goes into each page."""

    def respond(method, path):
        query = dict(parse_qsl(urlsplit(path).query))
        start, limit = int(query.get("offset", 0)), min(int(query.get("limit", size)), size)
        return 200, {}, json.dumps({"data": rows()[start : start + limit], **more}).encode()

    return respond


@pytest.mark.parametrize("more", [{}, {"pages": 3}])
def test_empty_page_proves_the_end_where_no_total_is_told(more, make_client):
    rows = [{"id": letter} for letter in "abcde"]
    with serve(paged(lambda: rows, 2, **more)) as endpoint:
        assert make_client(endpoint=endpoint).list_jobs() == (rows, True)


def test_one_page_that_says_so_is_all(make_client):
    with serve(always({"data": [{"id": "a"}], "pages": 1})) as endpoint:
        assert make_client(endpoint=endpoint).list_jobs() == ([{"id": "a"}], True)


def test_row_that_vanishes_between_two_pages_makes_no_other_be_skipped(make_client):
    left = list("abcdefgh")
    reads = []

    def rows():
        reads.append(1)
        if len(reads) == 2:
            left.remove("b")
            left.append("i")  # so that the total stays
        return [{"id": letter} for letter in left]

    with serve(paged(rows, 4, total=8)) as endpoint:
        found, complete = make_client(endpoint=endpoint).list_jobs()
    assert {row["id"] for row in found} == set("acdefghi") and complete


def test_list_that_never_holds_still_is_incomplete(make_client):
    first = count()

    def rows():
        start = next(first) * 3
        return [{"id": f"row-{n}"} for n in range(start, start + 8)]

    with serve(paged(rows, 4, total=8)) as endpoint:
        _found, complete = make_client(endpoint=endpoint).list_jobs()
    assert not complete


@pytest.mark.parametrize("data", [None, []])
def test_an_empty_list_may_lack_its_rows(data, make_client):
    with serve(always({"data": data, "total": 0})) as endpoint:
        assert make_client(endpoint=endpoint).list_jobs() == ([], True)


@pytest.mark.parametrize("total", [0, 1, None])
@pytest.mark.parametrize("row", [None, 5, "x", {}, {"id": None}, {"id": True}, {"id": 1.5}, {"id": ["x"]}, {"id": ""}])
def test_a_row_that_cannot_be_read_is_no_proof_of_absence(row, total, make_client):
    with serve(always({"data": [row], "total": total, "pages": 1})) as endpoint:
        assert make_client(endpoint=endpoint).list_jobs() == ([], False)


def test_list_stops_as_soon_as_there_is_enough(sim, client):
    fill(sim, 25)
    sim.inject(faults.paging(10, cap=10))
    rows, complete = client.list_jobs(enough=lambda rows: len(rows) >= 15)
    assert len(rows) == 19 and not complete
    assert len(sim.requests) == 2


def test_rows_of_jobs_pages_only_until_all_are_found(sim, client):
    ids = fill(sim, 25)
    sim.inject(faults.paging(10, cap=10))
    newest = {ids[-1], ids[-5]}
    assert {row["id"] for row in client.rows_of(newest, "console-job")} == newest
    assert [request.query for request in sim.requests] == [{"name": "console-job"}]


def test_rows_of_one_job_asks_for_its_id(sim, client):
    ids = fill(sim, 3)
    assert [row["id"] for row in client.rows_of([ids[1]], None)] == [ids[1]]
    assert [request.query for request in sim.requests] == [{"id": ids[1]}]


def test_rows_of_jobs_leaves_out_those_not_asked_for(sim, client):
    ids = fill(sim, 5)
    sim.inject(faults.ignore_filters())
    assert [row["id"] for row in client.rows_of([ids[1]], None)] == [ids[1]]


def test_servers_are_asked_for_in_large_pages(client, sim):
    servers, complete = client.list_servers()
    assert [server["id"] for server in servers] == sim.server_ids and complete
    everyone, _complete = client.list_servers(everyone=True)
    assert everyone == servers
    assert [(request.path, request.query) for request in sim.requests] == [
        ("", {"limit": "1024", "offset": "0"}),
        ("/all", {"limit": "1024", "offset": "0"}),
    ]


def test_more_servers_than_a_page_are_all_read(make_client, ticker):
    with Simulator(servers=23, speed=0) as sim:
        sim.inject(faults.paging(10, cap=10, path="/"))
        servers, complete = make_client(endpoint=sim.endpoint).list_servers()
    assert [server["id"] for server in servers] == sim.server_ids and complete


def test_templates_are_listed_and_read(sim, client):
    rows, complete = client.list_templates()
    assert complete and {row["id"] for row in rows} == {one["id"] for one in sim.templates.values()}
    assert client.get_template(rows[0]["id"])["id"] == rows[0]["id"]


# Details


def test_details_come_by_id_in_order_and_once_each(sim, client):
    ids = fill(sim, 3)
    details = client.get_jobs([ids[2], "missing", ids[0], ids[2]])
    assert list(details) == [ids[2], "missing", ids[0]]
    assert details["missing"] is None
    assert details[ids[0]]["id"] == ids[0]
    assert sim.count("GET", "/jobs/*") == 3


def test_one_or_no_detail(sim, client):
    ids = fill(sim, 1)
    assert client.get_jobs([]) == {}
    assert list(client.get_jobs(ids)) == ids


def test_details_are_read_several_at_a_time_and_not_too_many(make_client):
    state = threading.Condition()
    now, most = 0, 0

    def respond(method, path):
        nonlocal now, most
        with state:
            now += 1
            most = max(most, now)
            state.notify_all()
            state.wait_for(lambda: most >= _transport.CONCURRENCY, timeout=5)
        with state:
            now -= 1
        return 200, {}, json.dumps({"id": path.rpartition("/")[2]}).encode()

    ids = [f"job-{n}" for n in range(30)]
    with serve(respond) as endpoint:
        details = make_client(endpoint=endpoint).get_jobs(ids)
    assert {job_id: job["id"] for job_id, job in details.items()} == {job_id: job_id for job_id in ids}
    assert most == _transport.CONCURRENCY


def test_error_of_one_detail_is_the_error_of_all(sim, client):
    ids = fill(sim, 5)
    sim.inject(faults.refuse(403, path=f"/jobs/{ids[3]}"))
    assert failure(client.get_jobs, ids).status == 403


def test_ids_are_encoded_in_the_path(sim, client):
    failure(client.get_job, "a b~", kind=NotFoundError)
    assert sim.requests[0].path == "/jobs/a b~"


# Deleting


def test_delete_names_the_jobs_in_the_body(sim, client):
    ids = fill(sim, 2)
    client.delete_jobs(ids)
    assert [request.body for request in sim.requests] == [{"job_ids": ids}]
    assert {sim.status(job_id) for job_id in ids} == {"DELETED"}


def test_delete_whose_answer_is_lost_goes_again(ticker):
    with Simulator(servers=1, speed=0) as sim:
        ids = fill(sim, 1)
        sim.inject(faults.lost("reset", method="DELETE"))
        target = Target(sim.endpoint, sim.project_id)
        _client.Client(Credentials(sim.access_key, sim.secret_key), target, sleep=ticker.sleep).delete_jobs(ids)
        assert sim.count("DELETE", "/jobs") == 2


def test_deleting_what_is_gone_is_fine(client):
    client.delete_jobs(["gone"])
