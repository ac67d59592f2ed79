# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast the collection is, against the simulator. What is compared is measured in turns in one run.

make benchmark                          one read beside ansible.builtin.uri; a fleet as one job and host by host
make benchmark ARGS="--fleet 2000"      what a rollout of 2,000 hosts costs beside its jobs
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.simulator import Simulator

ROOT = Path(__file__).resolve().parents[2]
CALLBACKS = Path(__file__).resolve().parent / "callback_plugins"
PHASES = {
    "jobs": ("Upgrade wave", "Query the versions", "Wait for the jobs"),
    "verdicts": ("Verdict",),
    "report": ("Write the report",),
}  # how the names of the role's tasks begin; all others plan and judge


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20, help="reads of each kind (default 20)")
    parser.add_argument("--hosts", type=int, default=50, help="servers that are waited for (default 50)")
    parser.add_argument("--fleet", type=int, help="roll out to so many servers, and measure nothing else")
    options = parser.parse_args()
    if options.fleet:
        rollout(options.fleet)
    else:
        one_read(options.rounds)
        one_fleet(options.hosts)


def one_read(rounds: int) -> None:
    """One call of the info module beside one GET of ansible.builtin.uri, in turns."""
    info = {"name": "info", "huaweicloud.modelarts.liteserver_job_info": {}}
    with Simulator(servers=3, speed=0) as sim:
        sim.add_job(name="one", type="ASCEND_SOFTWARE_QUERY", items=[{"type": "HDK_QUERY"}], server_ids=sim.server_ids)
        uri = {"name": "uri", "ansible.builtin.uri": get(sim, "/jobs")}
        times = durations(sim, [info, uri] * rounds)
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    print(f"one read, median of {rounds} each:")
    print(f"  liteserver_job_info   {medians['info'] * 1000:6.0f} ms")
    print(
        f"  ansible.builtin.uri   {medians['uri'] * 1000:6.0f} ms   (info takes {medians['info'] / medians['uri']:.2f} of it)"
    )


def one_fleet(hosts: int) -> None:
    """A job on each of so many hosts: one that is waited for at once, and one for each host, polled with uri and until."""
    job = {
        "name": "one job",
        "huaweicloud.modelarts.liteserver_job": {
            "type": "ASCEND_DIAGNOSIS",
            "items": [{"type": "CHECK"}],
            "wait_interval": 1,
        },
    }
    with Simulator(servers=hosts, speed=21.4) as sim:  # a diagnosis takes 214 s there, 10 s here
        job["huaweicloud.modelarts.liteserver_job"]["server_ids"] = sim.server_ids
        started = time.monotonic()
        durations(sim, [job])
        ours, requests = time.monotonic() - started, len(sim.requests)
    with Simulator(servers=hosts, speed=21.4) as sim:
        jobs = {
            server.name: sim.add_job(
                name="one", type="ASCEND_DIAGNOSIS", items=[{"type": "CHECK"}], server_ids=[server_id]
            ).id
            for server_id, server in sim.servers.items()
        }
        poll = {
            "name": "poll",
            "ansible.builtin.uri": get(sim, "/jobs/{{ job_id }}"),
            "register": "job",
            "until": "job.json.status == 'FINISHED'",
            "retries": 60,
            "delay": 1,
        }
        started = time.monotonic()
        durations(sim, [poll], {name: {"job_id": job_id} for name, job_id in jobs.items()}, forks=20)
        theirs, polled = time.monotonic() - started, len(sim.requests)
    print(f"a job of 10 s on {hosts} servers, the whole playbook:")
    print(f"  liteserver_job, one job               {ours:6.1f} s   {requests:5} requests")
    print(
        f"  uri and until for each host, 20 forks {theirs:6.1f} s   {polled:5} requests   ({theirs / ours:.1f} times as long)"
    )


def rollout(fleet: int) -> None:
    """What a rollout in waves of a quarter costs beside the time that its jobs take, and where it goes."""
    with Simulator(servers=fleet, speed=60) as sim:
        hosts = {server.name: {"liteserver_id": server_id} for server_id, server in sim.servers.items()}
        variables = {
            "hdk_upgrade_version": "24.1.0.3",
            "hdk_upgrade_wait_interval": 1,
            "hdk_upgrade_waves": ["25%"],
            "modelarts_hosts": "servers",
        }
        with tempfile.TemporaryDirectory() as reports:
            started = time.monotonic()
            lines = run(
                sim, "huaweicloud.modelarts.hdk_upgrade", hosts, {**variables, "hdk_upgrade_report_dir": reports}
            )
        took = time.monotonic() - started
        jobs = len(sim.jobs)
        upgraded = sum(server.driver == "24.1.0.3" for server in sim.servers.values())
    phases = dict.fromkeys(("jobs", "verdicts", "report", "planning"), 0.0)
    for line in lines:
        task = line["task"].rpartition(" : ")[2]
        phase = next((phase for phase, begins in PHASES.items() if task.startswith(begins)), "planning")
        phases[phase] += line.get("all_hosts", 0.0)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"a rollout to {fleet} servers in {jobs} jobs, {upgraded} upgraded:")
    print(f"  the whole playbook                {took:6.1f} s")
    print(f"  submitting and waiting for jobs   {phases['jobs']:6.1f} s")
    print(f"  one verdict for each host         {phases['verdicts']:6.1f} s")
    print(f"  the report                        {phases['report']:6.1f} s")
    print(f"  planning and judging              {phases['planning']:6.1f} s")
    print(f"  most memory of one process        {memory:6.0f} MiB")


def get(sim: Simulator, path: str) -> dict[str, Any]:
    """A GET as the uri module makes it, with a token."""
    return {"url": f"{sim.endpoint}/v1/{sim.project_id}/dev-servers{path}", "headers": {"X-Auth-Token": sim.auth_token}}


def durations(
    sim: Simulator, tasks: list[dict[str, Any]], hosts: dict[str, dict[str, Any]] | None = None, forks: int = 5
) -> dict[str, list[float]]:
    """The seconds that each task took, by its name."""
    play = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
    times: dict[str, list[float]] = defaultdict(list)
    for line in run(sim, play, hosts or {"controller": {}}, forks=forks):
        if "seconds" in line:
            times[line["task"]].append(line["seconds"])
    return times


def run(
    sim: Simulator,
    play: str | list[dict[str, Any]],
    hosts: dict[str, dict[str, Any]],
    extra: dict[str, Any] | None = None,
    forks: int = 5,
) -> list[dict[str, Any]]:
    """Run a playbook on hosts that all are this machine; what the callback wrote."""
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    inventory = {"all": {"vars": local, "children": {"servers": {"hosts": hosts}}}}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        link = folder / "ansible_collections" / "huaweicloud" / "modelarts"
        link.parent.mkdir(parents=True)
        link.symlink_to(ROOT, target_is_directory=True)
        (folder / "hosts.json").write_text(json.dumps(inventory), encoding="utf-8")
        if not isinstance(play, str):
            (folder / "play.json").write_text(json.dumps(play), encoding="utf-8")
            play = str(folder / "play.json")
        (folder / "durations").touch()
        environment = {
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith(("ANSIBLE_", "HUAWEICLOUD_", "HW_"))
            },
            "ANSIBLE_COLLECTIONS_PATH": name,
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
            "ANSIBLE_CALLBACKS_ENABLED": "durations",
            "ANSIBLE_FORKS": str(forks),
            "ANSIBLE_HOME": str(folder / "home"),
            "DURATIONS_FILE": str(folder / "durations"),
            "HUAWEICLOUD_SDK_AK": sim.access_key,
            "HUAWEICLOUD_SDK_SK": sim.secret_key,
            "HUAWEICLOUD_SDK_PROJECT_ID": sim.project_id,
            "HW_REGION_NAME": "simulator",
            "HUAWEICLOUD_SDK_REGION_MODELARTS_SIMULATOR": sim.endpoint,
        }
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(folder / "hosts.json"), play]
        done = subprocess.run(
            [*command, "-e", json.dumps(extra or {})],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
        return [json.loads(line) for line in (folder / "durations").read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
