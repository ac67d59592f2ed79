# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout to watch: the collection's own playbooks against a simulated fleet. Started by `make demo`.

The project in build/demo is set up as the README tells to set up a real one, with the README's own ansible.cfg.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "build" / "demo"
sys.path.insert(0, str(ROOT))

from tests.demo.readme import block  # noqa: E402
from tests.simulator import Simulator  # noqa: E402

OLD, NEW = "24.1.rc3.10", "24.1.0.3"
UNHEALTHY = 6  # the place in the fleet of the server that fails
SMALLEST = UNHEALTHY + 2
# A simulated minute takes less than a second, so the platform is asked more often than a real one would be.
VARIABLES = """\
hdk_upgrade_wait_interval: 0.2
software_query_wait_interval: 0.2
"""


def main() -> int:
    """Three acts: an upgrade during which one server fails, the same again, a query of the versions."""
    fleet = options().fleet
    with Simulator(servers=fleet, speed=90, driver=OLD) as sim:
        sim.outcome(sim.server_ids[UNHEALTHY], "FAILED", times=1, message="upgrade failed: device 3 is not healthy")
        environment = prepare(sim)
        upgrade = ["huaweicloud.modelarts.hdk_upgrade", "-e", f"hdk_upgrade_version={NEW}"]
        say(f"{fleet} simulated servers have driver {OLD}. Upgrade them to {NEW}; one of them is going to fail.")
        started, requests = time.monotonic(), len(sim.requests)
        play(environment, *upgrade, "-e", "hdk_upgrade_report_dir=reports", expected=2)
        say(f"That took {time.monotonic() - started:.0f} s and {len(sim.requests) - requests} requests.")
        say("The device has been repaired. Run the same again: what is upgraded is not touched.")
        play(environment, *upgrade, "-e", "hdk_upgrade_report_dir=reports")
        say("Ask all servers which versions they have now.")
        play(environment, "huaweicloud.modelarts.software_query")
        done = {server.driver for server in sim.servers.values()} == {NEW} and not sim.violations
    first, second = sorted((PROJECT / "reports").glob("*.html"), key=lambda page: page.stat().st_mtime)
    say("The reports of the two rollouts, to open in a browser:")
    print(f"    {first.as_uri()}\n    {second.as_uri()}\n", flush=True)
    return 0 if done else 1


def options() -> argparse.Namespace:
    """What is on the command line."""
    parser = argparse.ArgumentParser(prog="make demo", description="A rollout against the simulator.")
    parser.add_argument("--fleet", type=int, default=16, metavar="SERVERS", help="size of the fleet (default: 16)")
    found = parser.parse_args()
    if found.fleet < SMALLEST:
        parser.error(f"--fleet is {found.fleet}. Give {SMALLEST} or more.")
    return found


def prepare(sim: Simulator) -> dict[str, str]:
    """A project as the README describes it, and an environment with nothing of the user's own."""
    link = PROJECT / "collections" / "ansible_collections" / "huaweicloud" / "modelarts"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(ROOT, target_is_directory=True)
    for report in (PROJECT / "reports").glob("*.*"):
        if report.is_file():
            report.unlink()
    files = {
        "ansible.cfg": block("ini"),
        "fleet.liteserver.yml": "plugin: huaweicloud.modelarts.liteserver\n",
        "group_vars/liteservers.yml": VARIABLES,
    }
    for name, text in files.items():
        path = PROJECT / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ANSIBLE_", "HUAWEICLOUD_", "HW_"))}
    environment.update(
        ANSIBLE_CONFIG=str(PROJECT / "ansible.cfg"),
        ANSIBLE_HOME=str(PROJECT / "home"),
        ANSIBLE_COLLECTIONS_PATH=str(PROJECT / "collections"),
        ANSIBLE_FORCE_COLOR="true" if sys.stdout.isatty() else "false",
        # What a user exports to reach a real project; here it leads to the simulator.
        HUAWEICLOUD_SDK_AK=sim.access_key,
        HUAWEICLOUD_SDK_SK=sim.secret_key,
        HUAWEICLOUD_SDK_PROJECT_ID=sim.project_id,
        HW_REGION_NAME="simulator",
        HUAWEICLOUD_MODELARTS_ENDPOINT=sim.endpoint,
        NO_PROXY="127.0.0.1",
        no_proxy="127.0.0.1",
    )
    return environment


def play(environment: dict[str, str], *arguments: str, expected: int = 0) -> None:
    """Run a playbook of the collection, and end the demo where it does not end as expected."""
    print("$", "ansible-playbook", *arguments, flush=True)
    program = Path(sys.executable).with_name("ansible-playbook")
    status = subprocess.run(
        [str(program), *arguments], cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, check=False
    )
    if status.returncode != expected:
        sys.exit(f"The playbook ended with {status.returncode} in place of {expected}.")


def say(text: str) -> None:
    """A line of our own between those of Ansible."""
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
    print(f"\n{bold}### {text}{plain}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
