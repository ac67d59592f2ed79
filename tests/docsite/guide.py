# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guide as it is read: its files written, its commands run one after the other, in a session of its own.

The output of each command is kept below build/guides/PAGE, numbered, for whoever writes the page.
"""

from __future__ import annotations

from .output import missing
from .page import ROOT, Block, Command, PageError, blocks, commands, simulator_arguments
from .session import Session

KEPT = ROOT / "build" / "guides"


class Guide:
    """Runs a page in a session."""

    def __init__(self, page: str, session: Session) -> None:
        self.page = page
        self.session = session
        self.output: str | None = None  # of the last command
        self.count = 0

    def run(self) -> None:
        """The page from top to bottom. AssertionError says where it shows what is not so."""
        for block in blocks(self.page):
            for note in block.notes:
                self._set_up(note)
            if block.kind == "file":
                self.session.write(block.caption, block.text)
            elif block.kind == "commands":
                for command in commands(block):
                    self._command(command)
            elif block.kind == "output":
                self._compare(block, block.text.splitlines())
        for simulator in (*self.session.simulators, *self.session.regions.values()):
            assert simulator.violations == [], f"{self.page}: {simulator.violations}"

    def _set_up(self, note: str) -> None:
        word, *others = note.split()
        if word != "files":
            self.session.set_up(note)
            return
        for block in (block for page in others for block in blocks(page)):
            if block.kind == "file":
                self.session.write(block.caption, block.text)

    def _command(self, command: Command) -> None:
        arguments = simulator_arguments(command.line)
        if arguments is not None:
            self.session.simulate(arguments)
            return
        if self.session.export(command.line):
            return
        status, self.output = self.session.execute(command.line)
        self.count += 1
        kept = KEPT / self.page / f"{self.count:02}.txt"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(f"$ {command.line}\n{self.output}", encoding="utf-8")
        where = command.block.where
        assert status == command.status, (
            f"{where}: {command.line!r} ends with {status} in place of {command.status}\n{self.output}"
        )
        self._compare(command.block, command.shown)

    def _compare(self, block: Block, excerpt: list[str]) -> None:
        if self.output is None:
            raise PageError(f"{block.where}: output of which command? None is above it")
        line = missing(excerpt, self.output)
        assert line is None, f"{block.where} shows what the command does not print:\n{line}\nIt prints:\n{self.output}"
