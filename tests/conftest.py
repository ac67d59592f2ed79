# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the tests run: the checkout as an installed collection, and nothing of the user's own settings.

`pytest` started by hand and `make unit` see the same. The checkout is linked at build/collections, so that tests import
`ansible_collections.huaweicloud.modelarts...` and the playbooks they start find the collection by its name.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
COLLECTIONS = BUILD / "collections"
HOME = BUILD / "home"


def _link_collection() -> None:
    link = COLLECTIONS / "ansible_collections" / "huaweicloud" / "modelarts"
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink() and link.resolve() == ROOT:
        return
    # Workers start at the same time: replace in one move.
    temporary = link.with_name(f"{link.name}.{os.getpid()}")
    temporary.symlink_to(ROOT, target_is_directory=True)
    temporary.replace(link)


def _private_environment() -> None:
    for name in list(os.environ):
        if name.startswith(("ANSIBLE_", "HUAWEICLOUD_", "HW_", "OS_")):
            del os.environ[name]
    HOME.mkdir(parents=True, exist_ok=True)
    settings = HOME / "ansible.cfg"
    # Ansible's own loop, which looks each millisecond, would take a good part of a core from the other tests.
    settings.write_text("[defaults]\ninternal_poll_interval = 0.01\n", encoding="utf-8")
    os.environ.update(
        HOME=str(HOME),
        ANSIBLE_CONFIG=str(settings),
        ANSIBLE_HOME=str(HOME / ".ansible"),
        # These two would follow the account, not HOME.
        ANSIBLE_REMOTE_TEMP=str(HOME / ".ansible" / "tmp"),
        ANSIBLE_ASYNC_DIR=str(HOME / ".ansible_async"),
        ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS),
        ANSIBLE_NOCOLOR="1",
        HYPOTHESIS_STORAGE_DIRECTORY=str(BUILD / "cache" / "hypothesis"),
        NO_PROXY="127.0.0.1,localhost",
        no_proxy="127.0.0.1,localhost",
        # ansible-playbook of this environment, also where it was not activated
        PATH=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
    )


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """For `-n auto`: more than there are cores, since tests of real runs wait for jobs much of the time."""
    from xdist.plugin import pytest_xdist_auto_num_workers as number_of_cores

    return int(number_of_cores(config)) + (2 if "tests/integration" in config.args else 1)


_link_collection()
_private_environment()
for entry in (str(COLLECTIONS), str(ROOT)):
    if entry not in sys.path:
        sys.path.insert(0, entry)

# After the environment, which says where it keeps its examples. A busy machine is no failure.
import hypothesis  # noqa: E402  # pylint: disable=wrong-import-position

hypothesis.settings.register_profile("project", deadline=None)
hypothesis.settings.load_profile("project")
