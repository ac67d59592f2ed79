# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are meant to hurt, or do: without an end, too slow, too long, packed. Each is an error within time and memory.

A server that drips goes on far longer than the client may wait, and ends with a right answer: only a client that gives up fails.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import time
import tracemalloc
from itertools import count

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _connection, _pages
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import ModelArtsError
from tests.simulator import faults

MIB = 1024 * 1024
RIGHT = b'{"current": 1, "data": [], "pages": 1, "size": 0, "total": 0}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextlib.contextmanager
def answering(pieces):
    """A server that sends the pieces, which C(pieces) makes for each connection, then hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(connection):
        with contextlib.suppress(OSError), connection:
            connection.recv(65536)
            for piece in pieces():
                connection.sendall(piece)

    def listen():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=[listener.accept()[0]], daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def dripping(before, blank, after):
    """The pieces of an answer that comes a bit each 50 ms, for a minute."""

    def pieces():
        yield before
        for _number in range(1200):
            time.sleep(0.05)
            yield blank
        yield after

    return pieces


def refusal(client):
    with pytest.raises(ModelArtsError) as caught:
        client.list_jobs()
    assert len(caught.value.message) < 200
    return caught.value.message


SIZED = HEAD + b"Content-Length: %d\r\n" % (1200 + len(RIGHT))
DRIPS = {
    "body": dripping(SIZED + b"\r\n", b" ", RIGHT),
    "body of no length": dripping(HEAD + b"Connection: close\r\n\r\n", b" ", RIGHT),
    "chunks": dripping(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", b"%x\r\n%b\r\n0\r\n\r\n" % (len(RIGHT), RIGHT)
    ),
    "header": dripping(HEAD + b"X-Long: ", b"x", b"\r\nContent-Length: %d\r\n\r\n%b" % (len(RIGHT), RIGHT)),
    "answers that go before": dripping(
        b"", b"HTTP/1.1 100 Continue\r\n\r\n", HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(RIGHT), RIGHT)
    ),
}


@pytest.mark.parametrize("where", DRIPS)
@pytest.mark.parametrize("proxied", [False, True])
def test_an_answer_that_drips_is_given_up_after_the_request_timeout(where, proxied, make_client, monkeypatch):
    with answering(DRIPS[where]) as endpoint:
        if proxied:
            monkeypatch.setenv("HTTP_PROXY", endpoint)
            monkeypatch.setenv("NO_PROXY", "")
            endpoint = "http://modelarts.invalid"
        told = refusal(make_client(endpoint=endpoint, request_timeout=0.3, retries=0))
    assert told == "GET /dev-servers/jobs: no answer within 0.3 s."


def test_an_answer_that_takes_its_time_but_ends_in_time_is_read(make_client):
    def pieces():
        yield SIZED + b"\r\n"
        for _number in range(12):
            time.sleep(0.02)
            yield b" " * 100
        yield RIGHT

    with answering(pieces) as endpoint:
        assert make_client(endpoint=endpoint, request_timeout=30, retries=0).list_jobs() == ([], True)


def test_connections_are_kept(sim, make_client):
    client = make_client()
    for _again in range(3):
        client.list_jobs()
    pools = client.session.get_adapter(sim.endpoint).poolmanager.pools
    (pool,) = map(pools.get, list(pools.keys()))
    assert (pool.num_connections, pool.num_requests) == (1, 3)


def endless():
    yield HEAD + b"Connection: close\r\n\r\n" + b'{"data": "'
    while True:
        yield b"x" * MIB


def packed(encoding, times=1):
    body = b" " * (200 * MIB)
    for _time in range(times):
        body = gzip.compress(body, 1)
    return lambda: [HEAD + b"Content-Encoding: %b\r\nContent-Length: %d\r\n\r\n" % (encoding, len(body)), body]


LARGE = {
    "endless": endless,
    "packed": packed(b"gzip"),
    "packed twice": packed(b"gzip, gzip", 2),
    "packed in an unknown way": lambda: [HEAD + b"Content-Encoding: br\r\nContent-Length: 61\r\n\r\n" + RIGHT],
}


@pytest.mark.parametrize("how", LARGE)
def test_an_answer_that_is_too_long_is_not_read_to_its_end(how, make_client):
    with answering(LARGE[how]) as endpoint:
        client = make_client(endpoint=endpoint, retries=0)
        tracemalloc.start()
        try:
            told = refusal(client)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert told == "GET /dev-servers/jobs: the answer is too long to be read."
    assert most < 6 * _connection.LARGEST


def test_an_error_that_is_too_long_is_told_by_its_status(make_client):
    def pieces():
        yield HEAD.replace(b"200 OK", b"403 Forbidden") + b"Connection: close\r\n\r\n"
        yield from (b"x" * MIB for _number in count())

    with answering(pieces) as endpoint:
        told = refusal(make_client(endpoint=endpoint))
    assert told.startswith("GET /dev-servers/jobs: HTTP 403: Forbidden.")


def test_an_answer_of_too_many_parts_is_not_read(make_client):
    body = b'{"data": [' + b"[]," * 2_000_000 + b"[]]}"
    with answering(lambda: [HEAD + b"Content-Length: %d\r\n\r\n" % len(body), body]) as endpoint:
        assert "is no JSON object that can be read" in refusal(make_client(endpoint=endpoint, retries=0))


@pytest.mark.parametrize("total", [10**12, None])
def test_a_list_without_an_end_is_given_up_and_said_to_be_incomplete(total, monkeypatch):
    monkeypatch.setattr(_pages, "MOST_PAGES", 50)
    asked = []

    def read(paging):
        asked.append(paging)
        start = int(paging.get("offset", 0))
        return {"data": [{"id": str(start)}, {"id": str(start + 1)}], "total": total}

    rows, complete, changed = _pages.read_pages(read, {})
    assert (complete, changed) == (False, False) and 50 <= len(asked) <= 51
    monkeypatch.setattr(_pages, "MOST_ROWS", 10)
    assert len(_pages.read_pages(read, {})[0]) == 12 - (total is not None)


@pytest.mark.parametrize("how", ["drip", "flood", "deep"])
def test_a_create_whose_answer_is_hostile_is_a_loss_and_never_sent_again(how, sim, make_client):
    sim.inject(faults.lost(how))
    body = {
        "name": "j",
        "type": "ASCEND_SOFTWARE_QUERY",
        "server_ids": sim.server_ids[:1],
        "items": [{"type": "HDK_QUERY"}],
    }
    with pytest.raises(ModelArtsError) as caught:
        make_client(request_timeout=2).create_job(body)
    assert caught.value.__class__.__name__ == "LostAnswerError"
    assert sim.count("POST", "/jobs") == len(sim.jobs) == 1


def test_ten_thousand_servers_in_one_answer_are_read(make_client):
    tasks = [{"id": f"t{n}", "server_id": f"s{n}", "status": "SUCCESS", "message": "x" * 200} for n in range(10_000)]
    body = json.dumps({"id": "j", "status": "FINISHED", "tasks": tasks}).encode()
    with answering(lambda: [HEAD + b"Content-Length: %d\r\n\r\n" % len(body), body]) as endpoint:
        assert len(make_client(endpoint=endpoint).get_job("j")["tasks"]) == 10_000
