# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code blocks of a guide, and what each of them is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "docsite" / "rst"
BLOCK = re.compile(r"^( *)\.\. code-block::(.*)$")
NOTE = re.compile(r"^ *\.\. test: (.*)$")
# Directives and marks that would show code which is not looked at here.
UNSEEN = re.compile(r"^ *(?:\.\. (?:code|sourcecode|literalinclude|parsed-literal|raw)::|(?!\.\. ).*::$)")
OUTPUT = ("ansible-output", "text", "json", "markdown")
PROMPT = "$ "
# Notes that set up what comes, wherever they stand: they are handed to the next block. Others stand right above it.
SETUP = ("simulator", "region", "tool", "files")


class PageError(ValueError):
    """A page is not written as CONTRIBUTING says. The message has file and line."""


@dataclass
class Block:
    """A code block. kind: file, commands, output, or "not run"."""

    page: str
    line: int  # of the directive, from 1
    language: str
    caption: str
    notes: list[str]  # what the comments "test:" above it say
    text: str
    kind: str = ""

    @property
    def where(self) -> str:
        return f"{self.page}.rst:{self.line}"

    @property
    def status(self) -> int:
        """The exit status that the last command of the block ends with."""
        found = [note.partition("=")[2] for note in self.notes if note.startswith("status=")]
        return int(found[0]) if found else 0


@dataclass
class Command:
    """A command line of a page, and the lines that the page shows of its output."""

    block: Block
    line: str
    shown: list[str] = field(default_factory=list)
    status: int = 0


def pages() -> list[str]:
    """The names of all guides."""
    return sorted(path.stem for path in GUIDES.glob("*.rst"))


def blocks(page: str) -> list[Block]:
    """All code blocks of a page, in order. Raises PageError on code that no test would see."""
    return list(_blocks(page, (GUIDES / f"{page}.rst").read_text(encoding="utf-8")))


def _blocks(page: str, text: str) -> Iterator[Block]:
    lines = text.splitlines()
    notes: list[str] = []
    at = 0
    while at < len(lines):
        line, at = lines[at], at + 1
        if UNSEEN.match(line):
            raise PageError(f"{page}.rst:{at}: {line.strip()!r}: use code-block, which the tests read")
        if note := NOTE.match(line):
            notes.append(note[1].strip())
        elif found := BLOCK.match(line):
            start = at
            while at < len(lines) and (not lines[at].strip() or lines[at].startswith(found[1] + "   ")):
                at += 1
            yield _block(page, start, found[2].strip(), lines[start:at], notes)
            notes = []
        elif line.strip():
            notes = [note for note in notes if note.startswith(SETUP)]


def _block(page: str, line: int, language: str, body: list[str], notes: list[str]) -> Block:
    caption = ""
    while body and body[0].strip().startswith(":"):
        name, _colon, value = body.pop(0).strip()[1:].partition(":")
        caption = value.strip() if name == "caption" else caption
    indent = min((len(one) - len(one.lstrip()) for one in body if one.strip()), default=0)
    text = "\n".join(one[indent:] for one in body).strip("\n") + "\n"
    made = Block(page, line, language, caption, notes, text)
    made.kind = _kind(made)
    return made


def _kind(block: Block) -> str:
    if any(note.startswith("not run") for note in block.notes):
        reason = next(note for note in block.notes if note.startswith("not run")).partition(",")[2].strip()
        if not reason:
            raise PageError(f"{block.where}: say why: '.. test: not run, it needs ...'")
        return "not run"
    if block.caption:
        return "file"
    if block.language == "console":
        return "commands"
    if block.language in OUTPUT:
        return "output"
    raise PageError(
        f"{block.where}: no test runs this {block.language} block. Give it a file name as :caption:, and use the file in "
        "a command, or say above it why not: '.. test: not run, it needs ...'"
    )


def commands(block: Block) -> list[Command]:
    """The command lines of a console block, each with the output under it."""
    made: list[Command] = []
    lines = block.text.splitlines()
    at = 0
    while at < len(lines):
        line, at = lines[at], at + 1
        if line.startswith(PROMPT):
            words = [line[len(PROMPT) :]]
            while words[-1].endswith("\\") and at < len(lines):
                words.append(lines[at])
                at += 1
            made.append(Command(block, "\n".join(words)))
        elif not made:
            raise PageError(f"{block.where}: a console block begins with a command, '$ ...'")
        else:
            made[-1].shown.append(line)
    if made:
        made[-1].status = block.status
    return made


def simulator_arguments(line: str) -> list[str] | None:
    """What `make simulator ARGS="..."` gives to the simulator; None where the line is another command."""
    words = shlex.split(line, comments=True)
    if words[:2] != ["make", "simulator"]:
        return None
    return shlex.split(dict(word.split("=", 1) for word in words[2:]).get("ARGS", ""))
