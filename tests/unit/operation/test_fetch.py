# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads of logs: whole or not at all, without credentials, within limits, and never outside of their folder."""

from __future__ import annotations

import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._fleet.surroundings import Clock
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._operation import fetch

LIMITS = fetch.Limits(largest=100_000, timeout=60.0, request_timeout=5.0)
CONTENT = b"log" * 1000


class Handler(BaseHTTPRequestHandler):
    """Answers by the path, and remembers the headers of all requests."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append(dict(self.headers))
        self.close_connection = True
        answer = getattr(self, f"answer_{self.path.split('/')[1].partition('?')[0]}", None)
        if answer is None:
            self.send(404, b"no")
        else:
            answer()

    def send(self, status, content=b"", length=None, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)

    def answer_good(self):
        self.send(200, CONTENT)

    def answer_moved(self):
        self.send(302, Location="/good/elsewhere")

    def answer_round(self):
        self.send(302, Location="/round/again")

    def answer_file(self):
        self.send(302, Location="file:///etc/passwd")

    def answer_astray(self):
        self.send(302, Location="http://[bad/")

    def answer_latin(self):
        self.send(302, Location="/good/\xe9\xff.gz")

    def answer_packed(self):
        self.send(200, b"no gzip", **{"Content-Encoding": "gzip"})

    def answer_broken(self):
        self.send(200, CONTENT, length=len(CONTENT) + 1)

    def answer_large(self):
        self.send(200, b"x" * 100_001)

    def answer_silent_large(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * 200_000)

    def answer_drip(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        while not self.server.over.wait(0.05):
            self.wfile.write(b"x")
            self.wfile.flush()

    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="module")
def server():
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.seen, httpd.over, httpd.daemon_threads = [], threading.Event(), True
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield httpd
    httpd.over.set()
    httpd.shutdown()
    httpd.server_close()


class Silent:
    def tell(self, text):
        pass


def fetched(server, tmp_path, *paths, limits=LIMITS):
    """What is there after the paths were fetched for one server, and what went wrong."""
    links = [f"http://127.0.0.1:{server.server_port}{path}" for path in paths]
    files = fetch.planned(str(tmp_path), {"s1": "node-1"}, {"s1": links})
    there, wrong = fetch.fetch(files, limits, Clock(), Silent())
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {os.path.relpath(path, tmp_path) for path in there.get("s1", [])}, "no part of a file is left"
    return left, wrong.get("s1", [])


def test_files_are_whole_and_others_say_why_they_are_not_there(server, tmp_path):
    paths = [
        "/good/a.tar.gz?sign=1",
        "/moved/b",
        "/none/c",
        "/broken/d",
        "/large/e",
        "/silent_large/f",
        "/file/g",
        "/round/h",
    ]
    left, wrong = fetched(server, tmp_path, *paths)
    assert left == {"node-1/a.tar.gz", "node-1/b"}
    assert (tmp_path / "node-1" / "b").read_bytes() == CONTENT
    assert (tmp_path / "node-1" / "b").stat().st_mode & 0o077 == 0
    assert dict(text.split(": ", 1) for text in wrong) == {
        "c": "HTTP 404",
        "d": wrong[1].split(": ", 1)[1],
        "e": "it is larger than 0.0953674 MiB",
        "f": "it is larger than 0.0953674 MiB",
        "g": "it is redirected to what is neither http nor https",
        "h": "it is redirected more than 5 times",
    }
    assert "broke" in wrong[1]


def test_an_address_that_is_none_keeps_no_other_from_being_fetched(server, tmp_path):
    """Neither in what a server said, nor in a redirect."""
    good = f"http://127.0.0.1:{server.server_port}/good/a"
    odd = ["http://[bad/x", "https://", "http://h:port/y", "http://\x7f/z"]
    folder = tmp_path / "first"
    files = fetch.planned(str(folder), {"s1": "n1", "s2": "n2"}, {"s1": odd, "s2": [good]})
    there, wrong = fetch.fetch(files, LIMITS, Clock(), Silent())
    assert there == {"s2": [str(folder / "n2" / "a")]} and len(wrong.pop("s1")) == len(odd) and not wrong
    left, wrong = fetched(server, tmp_path / "then", "/astray/b", "/latin/c", "/packed/d", "/good/e")
    assert "node-1/e" in left
    told = dict(text.split(": ", 1) for text in wrong)
    assert told["b"] == "its address, or one that it is redirected to, cannot be used"
    assert told["d"] == "what came cannot be unpacked"
    assert all("Error" not in text and "URL" not in text and "Invalid" not in text for text in told.values()), told


def test_no_credentials_are_sent(server, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.seen.clear()
    fetched(server, tmp_path / "logs", "/moved/a")
    assert len(server.seen) == 2
    assert not [headers for headers in server.seen if "Authorization" in headers or "X-Auth-Token" in headers]


def test_what_drips_is_given_up_when_the_time_is_over(server, tmp_path):
    limits = fetch.Limits(largest=100_000, timeout=0.5, request_timeout=5.0)
    left, wrong = fetched(server, tmp_path, "/drip/a", limits=limits)
    assert (left, wrong) == (set(), ["a: the time for downloads was over"])


def test_nobody_listens(tmp_path, server):
    class Nowhere:
        server_port = 1

    left, wrong = fetched(Nowhere, tmp_path, "/a?secret=1")
    assert (left, wrong) == (set(), ["a: no connection, or it broke"])


def test_a_folder_in_which_nothing_can_be_written(server, tmp_path):
    (tmp_path / "node-1").write_text("in the way")
    files = fetch.planned(str(tmp_path), {"s1": "node-1"}, {"s1": [f"http://127.0.0.1:{server.server_port}/good/a"]})
    assert fetch.fetch(files, LIMITS, Clock(), Silent())[1] == {"s1": ["a: it cannot be written: File exists"]}


def test_one_that_hangs_keeps_no_other_waiting():
    begun, release = threading.Event(), threading.Event()

    def download(link, path, limits, deadline):
        if link.endswith("hangs"):
            begun.set()
            assert release.wait(30)
        else:
            assert begun.wait(30)
            release.set()

    files = fetch.planned("/logs", {"a": None, "b": None}, {"a": ["http://x/hangs"], "b": ["http://x/quick"]})
    there, wrong = fetch.fetch(files, LIMITS, Clock(), Silent(), download)
    assert (set(there), wrong) == ({"a", "b"}, {})


def test_names():
    names = {"id-1": "node", "id-2": "Node", "id-3": "../../etc", "id-4": None}
    links = {
        "id-1": ["https://x/a.gz?k=1", "https://y/a.gz", "obs://b/c", "HTTP://x/"],
        "id-2": ["https://x/%2e%2e%2fpasswd"],
        "id-3": ["https://x/.."],
        "id-4": ["https://x/a b\\c"],
    }
    paths = [os.path.relpath(file.path, "/logs") for file in fetch.planned("/logs", names, links)]
    assert paths == [
        "node-id-1/a.gz",
        "node-id-1/2-a.gz",
        "node-id-1/log",
        "Node-id-2/_passwd",
        "_.._etc/log",
        "id-4/a_b_c",
    ]


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_name_leads_out_of_its_folder(name, segment):
    for file in fetch.planned("/logs", {"id": name}, {"id": [f"https://host/{segment}"]}):
        parts = Path(os.path.normpath(file.path)).parts
        assert parts[:2] == ("/", "logs")
        assert len(parts) == 4
        assert all(len(part) <= fetch.LONGEST_NAME and part.isascii() for part in parts)


def test_the_time_for_all_is_one():
    now = [0.0]

    def download(link, path, limits, deadline):
        now[0] += 100.0

    links = {"a": [f"http://x/{n}" for n in range(30)]}
    files = fetch.planned("/logs", {"a": None}, links)
    clock = Clock(time.time, lambda: now[0], time.sleep)
    there, wrong = fetch.fetch(files, LIMITS, clock, Silent(), download)
    assert len(there["a"]) + len(wrong["a"]) == 30
    assert {text.split(": ")[1] for text in wrong["a"]} == {fetch.TIME_OVER}
