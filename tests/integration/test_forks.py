# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is forked is as one that is started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests import forks
from tests.conftest import ROOT
from tests.integration.playbook import task, until

SHOW = "{{ lookup('env', 'MARK') }} {{ lookup('pipe', 'pwd; ls $ANSIBLE_HOME/tmp') }}"


def test_it_has_its_own_environment_folders_output_and_code(tmp_path):
    book = tmp_path / "site.yml"
    tasks = [task("show", "ansible.builtin.debug", {"msg": SHOW}), task("fail", "ansible.builtin.fail")]
    book.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    command = ["ansible-playbook", "-i", "localhost,", str(book)]
    temporary = set()
    for mark in ("one", "two", "three"):
        done = forks.run(command, tmp_path, {**os.environ, "MARK": mark, "ANSIBLE_HOME": str(tmp_path / "home")})
        assert done.returncode == 2, done.stderr
        said = next(line for line in done.stdout.splitlines() if '"msg": "' + mark in line)
        _mark, folder, *there = said.split('"')[3].replace("\\n", " ").split()
        assert folder == str(tmp_path)
        assert set(there) - temporary, "it has a temporary folder"
        temporary |= set(there)
        assert list((tmp_path / "home" / "tmp").iterdir()) == []


def test_it_ends_by_a_signal(tmp_path):
    book = tmp_path / "site.yml"
    pause = task("pause", "ansible.builtin.pause", {"seconds": 60})
    book.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [pause]}]))
    with (tmp_path / "output").open("w") as output:
        server = forks.Server(dict(os.environ), tmp_path)
        run = server.fork(
            ["ansible-playbook", "-i", "localhost,", str(book)], tmp_path, dict(os.environ), (output, output)
        )
        until(lambda: "TASK [pause]" in (tmp_path / "output").read_text())
        assert run.poll() is None
        run.send_signal(signal.SIGKILL)
        assert run.wait() == run.poll() == -signal.SIGKILL
        server.stop()


def test_what_it_is_forked_from_ends_with_who_started_it():
    code = "import os, pathlib; from tests import forks; print(forks.Server(dict(os.environ), pathlib.Path()).pid, flush=True); os._exit(0)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    until(lambda: not Path(f"/proc/{int(told)}").exists())
