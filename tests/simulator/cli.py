# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: `python -m tests.simulator`."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from . import faults, versions
from .fleet import Server
from .simulator import Simulator

FLAGS = {
    "FAILED": "fail",
    "SKIPPED": "skip",
    "MISSING": "missing",
    "UNCONFIRMED": "unconfirmed",
    "HUNG": "hang",
}  # an outcome, and the option that asks for it
REGION = "simulator"  # a region name of no cloud
PARENT_CHECK = 0.5  # seconds


def parser() -> argparse.ArgumentParser:
    """The options; README.md explains them."""
    made = argparse.ArgumentParser(
        prog="python -m tests.simulator", description="A stand-in for the ModelArts Lite Server API on this machine."
    )
    made.add_argument("--servers", type=int, default=16, metavar="N")
    made.add_argument("--supernodes", type=int, default=0, metavar="N", help="super-nodes among the servers")
    made.add_argument("--supernode-size", type=int, default=0, metavar="N", help="servers in each super-node")
    made.add_argument("--driver", default=versions.DEFAULT_DRIVER, metavar="VERSION", help="installed everywhere")
    made.add_argument("--installed", action="append", default=[], metavar="VERSION:N", help="on the last N; repeatable")
    made.add_argument("--flavor", action="append", default=[], metavar="FLAVOR:N", help="of the last N; repeatable")
    made.add_argument("--speed", type=float, default=60.0, help="simulated seconds per second (default 60)")
    made.add_argument("--seed", type=int, default=0, help="the same seed gives the same fleet")
    made.add_argument("--port", type=int, default=0, help="on 127.0.0.1 (default: any free one)")
    for status, flag in FLAGS.items():
        made.add_argument(
            f"--{flag}",
            action="append",
            default=[],
            metavar="SERVER|N",
            help=f"upgrades of this server (name, id) or of N servers end {status}; repeatable",
        )
    made.add_argument("--times", type=int, default=None, metavar="N", help="only the first N upgrades of such a server")
    made.add_argument("--fault", action="append", default=[], metavar="KIND[:VALUE][:KEY=VALUE]", help="repeatable")
    made.add_argument("--no-software", action="store_true", help="a region without GET /software")
    made.add_argument("--no-hyperinstance", action="store_true", help="a region without GET /hyperinstance")
    made.add_argument("--ready-file", metavar="PATH", help="written as JSON once listening")
    made.add_argument("--inventory", metavar="PATH", help="an Ansible inventory of the servers, written once listening")
    made.add_argument("--with-parent", action="store_true", help="stop when the parent process ends")
    made.add_argument("--quiet", action="store_true", help="print nothing")
    return made


def build(options: argparse.Namespace) -> Simulator:
    """A simulator as the options say; a ValueError or KeyError says what is wrong with them."""
    sim = Simulator(
        servers=options.servers,
        speed=options.speed,
        seed=options.seed,
        driver=options.driver,
        supernodes=options.supernodes,
        supernode_size=options.supernode_size,
        software=not options.no_software,
        hyperinstance=not options.no_hyperinstance,
        port=options.port,
    )
    for server, version in from_the_end(sim, "--installed", options.installed):
        server.driver = version
        server.firmware = versions.firmware_for(version) or versions.DEFAULT_FIRMWARE
    for server, flavor in from_the_end(sim, "--flavor", options.flavor):
        server.flavor = flavor
    named: dict[str, str] = {}
    counts: list[tuple[str, int]] = []
    for status, flag in FLAGS.items():
        for value in getattr(options, flag):
            if value.isdecimal():
                counts.append((status, int(value)))
            else:
                named[sim.find(value).id] = status
    # One server has one ending, so that `--fail 2 --skip 2` are four servers
    free = [one for one in sim.server_ids if one not in named]
    random.Random(options.seed).shuffle(free)
    for status, count in counts:
        if count > len(free):
            raise ValueError(f"--{FLAGS[status]} {count}: there are not so many servers left")
        named.update((free.pop(), status) for _draw in range(count))
    for server_id, status in named.items():
        sim.outcome(server_id, status, times=options.times)
    for text in options.fault:
        sim.inject(faults.parse(text))
    return sim


def from_the_end(sim: Simulator, option: str, values: Sequence[str]) -> Iterator[tuple[Server, str]]:
    """The last servers, each with what a value `WHAT:N` of the option says of it; a second value goes on before the first."""
    left = list(sim.world.servers.values())
    for value in values:
        what, _colon, number = value.rpartition(":")
        if not what or not number.isdecimal():
            raise ValueError(f"{option} {value}: a text and a number of servers, as in WHAT:4")
        if int(number) > len(left):
            raise ValueError(f"{option} {value}: there are not so many servers left")
        for _server in range(int(number)):
            yield left.pop(), what


def ready(sim: Simulator) -> dict[str, Any]:
    """What --ready-file says."""
    return {
        "endpoint": sim.endpoint,
        "project_id": sim.project_id,
        "access_key": sim.access_key,
        "secret_key": sim.secret_key,
        "servers": [{"id": server.id, "name": server.name} for server in sim.servers.values()],
    }


def inventory(sim: Simulator) -> str:
    """A YAML inventory: the group liteservers, each host by its name with its id."""
    lines = ["---", "liteservers:", "  hosts:"]
    for server in sim.servers.values():
        lines += [f"    {server.name}:", f"      liteserver_id: {server.id}"]
    return "\n".join(lines) + "\n"


def greeting(sim: Simulator) -> str:
    """What a person needs to know to use it."""
    return f"""\
Lite Server simulator: {len(sim.servers)} servers at {sim.endpoint}, {sim.clock.speed:g} times as fast as real time.

  export HUAWEICLOUD_SDK_AK={sim.access_key}
  export HUAWEICLOUD_SDK_SK={sim.secret_key}
  export HUAWEICLOUD_SDK_PROJECT_ID={sim.project_id}
  export HW_REGION_NAME={REGION}
  export HUAWEICLOUD_SDK_REGION_MODELARTS_{REGION.upper()}={sim.endpoint}

The last two say where; the option  endpoint: {sim.endpoint}  does so too.
What happened is at {sim.endpoint}/_simulator/record
Ctrl-C stops it.
"""


def write(path: str, text: str) -> None:
    """Write a file at one stroke: whoever sees it sees all of it. Readable by this user alone."""
    handle, name = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)), prefix=".simulator-")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(name, path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT, SIGTERM or, with --with-parent, the end of the parent."""
    parent = os.getppid()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    options = parser().parse_args(arguments)
    try:
        sim = build(options).start()
    except (ValueError, KeyError, OSError) as err:
        print(f"simulator: {err.args[0] if err.args else err}", file=sys.stderr)
        return 2
    with sim:
        if options.inventory:
            write(options.inventory, inventory(sim))
        if options.ready_file:
            write(options.ready_file, json.dumps(ready(sim)) + "\n")
        if not options.quiet:
            print(greeting(sim), flush=True)
        while not stopped.wait(PARENT_CHECK):
            if options.with_parent and os.getppid() != parent:
                break
    return 0
