# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of README and guides, made anew from real runs: `make pictures`."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import browser, plan, terminal
from .page import ROOT
from .session import Session

PICTURES = ROOT / "docs" / "docsite" / "images"
LARGEST = 150 * 1024  # bytes
INVENTORY = "fleet.liteserver.yml"
PLAY = f"ansible-playbook -i {INVENTORY} huaweicloud.modelarts."
SETTINGS = "[defaults]\ncallback_result_format = yaml\n"
COLORS = {"ANSIBLE_NOCOLOR": "", "ANSIBLE_FORCE_COLOR": "1"}
FLAVORS = {"physical_kat2e_48xlarge_8_ei": "24.1.0.3", "physical_kat3_48xlarge_8_ei": "25.2.1"}  # group: version wanted


def project(session: Session, simulator: str) -> None:
    """A fleet, and the files that every project has. Its versions are known already."""
    session.simulate(simulator.split())
    session.write("ansible.cfg", SETTINGS)
    session.write(INVENTORY, "plugin: huaweicloud.modelarts.liteserver\n")


def run(session: Session, line: str, **environment: str) -> str:
    """What a playbook printed; verdicts may fail it."""
    status, printed = session.execute(line, **environment)
    if status not in (0, 2):
        raise RuntimeError(f"{line!r} ends with {status}:\n{printed}")
    return printed


def report(session: Session, operation: str) -> Path:
    """The newest report of an operation, without its ending."""
    return sorted((session.folder / "reports").glob(f"{operation}-*.json"))[-1].with_suffix("")


def plans(session: Session, options: str) -> str:
    """A picture of the plan of a rollout with these options."""
    run(session, f"{PLAY}software_query")
    run(session, f"{PLAY}hdk_upgrade --check -e hdk_upgrade_report_dir=reports {options}")
    document: dict[str, Any] = json.loads(report(session, "hdk_upgrade").with_suffix(".json").read_text("utf-8"))
    return plan.picture(document)


def excerpt(printed: str, first: str, last: str) -> str:
    """The lines from the one that holds a text to the one that holds another."""
    lines = printed.splitlines()
    begin = next(n for n, line in enumerate(lines) if first in line)
    end = next(n for n, line in enumerate(lines) if n >= begin and last in line)
    return "\n".join(lines[begin : end + 1])


def plan_of_waves(session: Session) -> None:
    """plan.svg: canary, waves, budget."""
    project(session, "--servers 48")
    options = "-e hdk_upgrade_version=24.1.0.3 -e hdk_upgrade_canary=2 -e hdk_upgrade_waves=4,25%,50% -e hdk_upgrade_max_failures=5%"
    save("plan.svg", plans(session, options))


def plan_of_supernodes(session: Session) -> None:
    """plan-supernodes.svg: none is split."""
    project(session, "--servers 20 --supernodes 4 --supernode-size 4")
    options = "-e hdk_upgrade_version=24.1.0.3 -e hdk_upgrade_waves=4,8"
    save("plan-supernodes.svg", plans(session, options))


def plan_of_flavors(session: Session) -> None:
    """plan-flavors.svg: a version for each flavor."""
    project(session, "--servers 16 --flavor physical.kat3.48xlarge.8.ei:6")
    for flavor, version in FLAVORS.items():
        session.write(f"group_vars/liteserver_flavor_{flavor}.yml", f'hdk_upgrade_version: "{version}"\n')
    options = "-e hdk_upgrade_allow_mixed_flavors=true -e hdk_upgrade_waves=5,50%"
    save("plan-flavors.svg", plans(session, options))


def rollout(session: Session) -> None:
    """rollout.svg: the terminal."""
    project(session, "--servers 48 --speed 400 --fail 3")
    line = (
        f"{PLAY}hdk_upgrade -e hdk_upgrade_version=24.1.0.3 \\\n"
        "    -e hdk_upgrade_waves=5,50% -e hdk_upgrade_max_failures=10% -e hdk_upgrade_report_dir=reports"
    )
    shown = excerpt(run(session, line, **COLORS), "Plan:", "next: ")
    save("rollout.svg", terminal.picture(f"\x1b[1m$ {line}\x1b[0m\n{shown}", "An upgrade of 48 servers in waves"))


def demo(session: Session) -> None:
    """report.png, report-phone.png: the report of the first rollout of `make demo`, on a desk and on a phone."""
    project(session, "--servers 16 --speed 90")
    sim = session.simulator
    sim.outcome(sim.find("liteserver-978c-00007").id, "FAILED", message="upgrade failed: device 3 is not healthy")
    run(session, f"{PLAY}hdk_upgrade -e hdk_upgrade_version=24.1.0.3 -e hdk_upgrade_report_dir=reports")
    page = report(session, "hdk_upgrade").with_suffix(".html").as_uri()
    photograph("report.png", page, 1200, 780)
    photograph("report-phone.png", page, 500, 900)


def drift(session: Session) -> None:
    """drift.png: the report of a query that finds servers of other versions."""
    project(session, "--servers 24 --driver 24.1.0.3 --installed 24.1.rc3.10:3")
    run(session, f"{PLAY}software_query -e software_query_wanted=24.1.0.3 -e software_query_report_dir=reports")
    photograph("drift.png", report(session, "software_query").with_suffix(".html").as_uri(), 1200, 700)


def awx_jobs(session: Session) -> None:
    """awx-plan.svg, awx-upgrade.svg: what the output of two jobs shows, as AWX runs them."""
    from tests.awx import kit
    from tests.awx.jobs import Awx

    sim = session.simulate(["--servers", "12", "--speed", "400", "--fail", "liteserver-978c-00007"])
    awx = Awx(session.folder, sim, kit.made(session.folder))
    answers = {"hdk_upgrade_version": "24.1.0.3", "hdk_upgrade_waves": "4,50%", "hdk_upgrade_max_failures": "2"}
    awx.launch("Query versions")
    for template, first, name in (
        ("Upgrade plan", "Plan the rollout", "awx-plan.svg"),
        ("Upgrade", "Roll out wave by wave", "awx-upgrade.svg"),
    ):
        shown = excerpt(awx.launch(template, answers).output, first, "next: ")
        save(name, terminal.picture(shown, f"From the output of a job of the template {template}"))


def save(name: str, text: str) -> None:
    """A picture that is text."""
    (PICTURES / name).write_text(text, encoding="utf-8")
    check(name)


def photograph(name: str, page: str, width: int, height: int) -> None:
    """A picture of a web page."""
    browser.photograph(page, PICTURES / name, width, height)
    check(name)


def check(name: str) -> None:
    """Small enough for a README."""
    size = (PICTURES / name).stat().st_size
    if size > LARGEST:
        raise RuntimeError(f"{name} has {size:,} bytes, more than {LARGEST:,}")
    print(f"{name}: {size:,} bytes")


SCENES: dict[str, Callable[[Session], None]] = {
    scene.__name__: scene
    for scene in (plan_of_waves, plan_of_supernodes, plan_of_flavors, rollout, demo, drift, awx_jobs)
}


def main(names: list[str]) -> int:
    """Make the pictures of these scenes, by default of all."""
    PICTURES.mkdir(exist_ok=True)
    for name in names or SCENES:
        with tempfile.TemporaryDirectory() as folder, Session(Path(folder)) as session:
            SCENES[name](session)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
