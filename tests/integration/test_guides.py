# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each guide of the documentation, run from top to bottom: its files, its commands, what it shows of their output."""

from __future__ import annotations

import shlex
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.docsite.guide import Guide
from tests.docsite.page import pages
from tests.docsite.session import Session, Tools
from tests.integration.stand_ins import Cluster
from tests.simulator import Simulator


def cluster(tool: str, **node: object):
    """A stand-in of kubectl or scontrol whose nodes are named as the servers."""

    def make(programs: Path, sim: Simulator) -> None:
        nodes = {server.name: dict(node) for server in sim.servers.values()}
        made = Cluster(programs.parent / tool, tool, nodes)
        (programs / tool).symlink_to(made.command())

    return make


def mail(programs: Path, _sim: Simulator) -> None:
    """A program that keeps what it was to mail. It is called in a folder of the collection."""
    program = programs / "mail"
    box = shlex.quote(str(programs.parent / "mailbox"))
    program.write_text(f'#!/bin/sh\n{{ echo "$@"; cat; }} >>{box}\n', encoding="utf-8")
    program.chmod(0o755)


def scheduler(programs: Path, _sim: Simulator) -> None:
    """A program that does all it is asked for."""
    program = programs / "scheduler"
    program.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    program.chmod(0o755)


def keys(programs: Path, sim: Simulator) -> None:
    """The keys in files, for Vault, and the password for it."""
    project = programs.parent / "home" / "project"
    names = {"access_key": sim.access_key, "secret_key": sim.secret_key}
    for name, value in names.items():
        (project / f"{name}.vault").write_text(f"{value}\n", encoding="utf-8")
    variables = "".join(f"vault_{name}: {value}\n" for name, value in names.items())
    (project / "keys.yml").write_text(variables, encoding="utf-8")
    (project / "password.txt").write_text("a password\n", encoding="utf-8")


def storage(programs: Path, sim: Simulator) -> None:
    """Logs that can be downloaded: of each server but the last, whose answer names none."""
    file = programs.parent / "web" / "device.tar.gz"
    file.parent.mkdir()
    file.write_bytes(b"logs" * 100)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(file.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    link = f"http://127.0.0.1:{server.server_port}/{file.name}?sign=1"
    for server_id in sim.server_ids[:-1]:
        sim.outcome(server_id, "SUCCESS", message=f"uploaded to {link}", job_types=["LOG_COLLECT"])


class Silent(SimpleHTTPRequestHandler):
    """Serves files, and writes nothing on the screen."""

    def log_message(self, format: str, *args: object) -> None:  # pylint: disable=redefined-builtin
        pass


def health(_programs: Path, sim: Simulator) -> None:
    """What a diagnosis says of the first three servers. Of the others it says nothing."""
    for server_id, words in zip(sim.server_ids, ("8 devices: PASS", "HCCS link 3: WARN", "device 5: FAIL")):
        sim.outcome(server_id, "SUCCESS", message=words, job_types=["ASCEND_DIAGNOSIS"])


TOOLS: Tools = {
    "kubectl": cluster("kubectl", pods={"training-1": "replica", "agent-1": "daemon"}),
    "scontrol": cluster("scontrol", state="IDLE"),
    "mail": mail,
    "scheduler": scheduler,
    "keys": keys,
    "storage": storage,
    "health": health,
}


@pytest.mark.parametrize("page", pages())
def test_the_guide_is_true(page, tmp_path):
    with Session(tmp_path, TOOLS) as session:
        Guide(page, session).run()
