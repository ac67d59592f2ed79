# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each guide of the documentation, run from top to bottom: its files, its commands, what it shows of their output."""

from __future__ import annotations

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
    """A program that keeps what it was to mail, in `mailbox`."""
    program = programs / "mail"
    program.write_text('#!/bin/sh\n{ echo "$@"; cat; } >>mailbox\n', encoding="utf-8")
    program.chmod(0o755)


TOOLS: Tools = {"kubectl": cluster("kubectl"), "scontrol": cluster("scontrol"), "mail": mail}


@pytest.mark.parametrize("page", pages())
def test_the_guide_is_true(page, tmp_path):
    with Session(tmp_path, TOOLS) as session:
        Guide(page, session).run()
