# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rollout to watch: the collection's own playbooks against a simulated fleet. Started by `make demo`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "demo"
sys.path.insert(0, str(ROOT))

from tests.simulator import Simulator  # noqa: E402

FLEET, UNHEALTHY = 16, 6
OLD, NEW = "24.1.rc3.10", "24.1.0.3"


def main() -> int:
    """Three acts: an upgrade during which one server fails, the same again, a log collection."""
    with Simulator(servers=FLEET, speed=90, driver=OLD) as sim:
        sim.outcome(sim.server_ids[UNHEALTHY], "FAILED", times=1, message="upgrade failed: device 3 is not healthy")
        environment = prepare(sim)
        upgrade = [
            "huaweicloud.modelarts.hdk_upgrade",
            "-e",
            f"hdk_upgrade_version={NEW}",
            "-e",
            "hdk_upgrade_wait_interval=0.2",
        ]
        say(f"{FLEET} simulated servers have driver {OLD}. Upgrade them to {NEW}; one of them is going to fail.")
        started, requests = time.monotonic(), len(sim.requests)
        play(environment, *upgrade, "-e", f"hdk_upgrade_report_dir={BUILD / 'reports'}", expected=2)
        say(f"That took {time.monotonic() - started:.0f} s and {len(sim.requests) - requests} requests.")
        say("The device has been repaired. Run the same again: only that server is touched.")
        play(environment, *upgrade)
        say("Collect the logs of all servers.")
        play(environment, "huaweicloud.modelarts.log_collection", "-e", "log_collection_wait_interval=0.2")
        drivers = {server.driver for server in sim.servers.values()}
        say(
            f"All {FLEET} servers now have driver {', '.join(sorted(drivers))}. The report of the first run is in build/demo/reports."
        )
        return 0 if drivers == {NEW} and not sim.violations else 1


def prepare(sim: Simulator) -> dict[str, str]:
    """The checkout as an installed collection, the fleet as inventory, and an environment with nothing of the user's own."""
    link = BUILD / "collections" / "ansible_collections" / "huaweicloud" / "modelarts"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(ROOT, target_is_directory=True)
    (BUILD / "fleet.liteserver.yml").write_text("plugin: huaweicloud.modelarts.liteserver\n", encoding="utf-8")
    (BUILD / "ansible.cfg").write_text("[defaults]\n", encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ANSIBLE_", "HUAWEICLOUD_", "HW_"))}
    environment.update(
        ANSIBLE_CONFIG=str(BUILD / "ansible.cfg"),
        ANSIBLE_HOME=str(BUILD / "home"),
        ANSIBLE_REMOTE_TEMP=str(BUILD / "home" / "tmp"),
        ANSIBLE_COLLECTIONS_PATH=str(BUILD / "collections"),
        # Only what happens: the lines of running jobs, what changed, what failed.
        ANSIBLE_DISPLAY_OK_HOSTS="false",
        ANSIBLE_DISPLAY_SKIPPED_HOSTS="false",
        ANSIBLE_CALLBACK_RESULT_FORMAT="yaml",
        ANSIBLE_FORCE_COLOR="true" if sys.stdout.isatty() else "false",
        # What a user exports to reach a real project; here it leads to the simulator.
        HUAWEICLOUD_SDK_AK=sim.access_key,
        HUAWEICLOUD_SDK_SK=sim.secret_key,
        HUAWEICLOUD_SDK_PROJECT_ID=sim.project_id,
        HW_REGION_NAME="simulator",
        HUAWEICLOUD_SDK_REGION_MODELARTS_SIMULATOR=sim.endpoint,
        NO_PROXY="127.0.0.1",
        no_proxy="127.0.0.1",
    )
    return environment


def play(environment: dict[str, str], *arguments: str, expected: int = 0) -> None:
    """Run a playbook of the collection on all servers, and end the demo if it does not end as expected."""
    command = ["ansible-playbook", "-i", "fleet.liteserver.yml", "-e", "modelarts_hosts=liteservers", *arguments]
    print("$", " ".join(argument.replace(str(BUILD), ".") for argument in command), flush=True)
    program = Path(sys.executable).with_name(command[0])
    status = subprocess.run(
        [str(program), *command[1:]], cwd=BUILD, env=environment, stdin=subprocess.DEVNULL, check=False
    )
    if status.returncode != expected:
        sys.exit(f"The playbook ended with {status.returncode} in place of {expected}.")


def say(text: str) -> None:
    """A line of our own between those of Ansible."""
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
    print(f"\n{bold}### {text}{plain}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
