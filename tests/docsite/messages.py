# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages that the code can show, found in its source. What varies in one stands as `…`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from .page import ROOT

VARIES = "…"
FEWEST_WORDS = 4  # a shorter text is a label
WORD = re.compile(r"[A-Za-z]{2,}")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
DOCUMENTS = ("DOCUMENTATION", "EXAMPLES", "RETURN")
# Markup, patterns, headers and code are no messages.
NO_TEXT = re.compile(r"[\\<&|~]|SDK-HMAC|__")
QUOTED = re.compile(r"""'([^'\n]+)'|\b(?:msg|hint)[:=] ?["']([^{"\n]+)""")
FOLDED = re.compile(r"msg: >-\n((?: +[A-Z].*\n)(?: +\{\{ .*\n)*)")
TEMPLATE = re.compile(r"\{\{.*?\}\}")


def messages() -> dict[str, str]:
    """Where each message stands, by the message."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        # The words of reports are labels; the argument's documents are documents.
        if not {"_report", "doc_fragments"} & set(path.parts):
            found.update((text, _place(path)) for text in _of_python(path.read_text(encoding="utf-8")))
    for folder in ("roles", "playbooks"):
        for path in sorted((ROOT / folder).rglob("*.yml")):
            if not {"meta", "defaults"} & set(path.parts):
                found.update((text, _place(path)) for text in _of_yaml(path.read_text(encoding="utf-8")))
    return {text: place for text, place in found.items() if _is_message(text)}


def fragments(message: str) -> list[str]:
    """What does not vary, piece by piece. Pieces without a word are left out."""
    return [piece.strip() for piece in message.split(VARIES) if WORD.search(piece)]


def holds(text: str, message: str) -> bool:
    """Whether a text holds all that does not vary in a message, in its order."""
    at = 0
    for piece in fragments(message):
        place = text.find(piece, at)
        if place < 0:
            return False
        at = place + len(piece)
    return True


def _place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _is_message(text: str) -> bool:
    return " " in text.strip() and len(WORD.findall(text)) >= FEWEST_WORDS and not NO_TEXT.search(text)


def _of_python(source: str) -> Iterator[str]:
    """All texts but docstrings and documents; an f-string, or texts that are added up, as one."""
    tree = ast.parse(source)
    seen: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            seen.update(map(id, ast.walk(node.body[0])))
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in DOCUMENTS:
            seen.update(map(id, ast.walk(node)))
        text = None if id(node) in seen else _text(node)
        if text is not None:
            seen.update(map(id, ast.walk(node)))
            yield text


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else VARIES for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return None if left is None and right is None else (left or VARIES) + (right or VARIES)
    return None


def _of_yaml(source: str) -> Iterator[str]:
    """What stands in quotes in templates, and the text of a message outside of them."""
    lines = [line for line in source.splitlines() if not line.lstrip().startswith(("#", "- name:"))]
    text = "\n".join(lines)
    for inside, message in QUOTED.findall(text):
        yield inside or message
    for message in FOLDED.findall(text):
        yield TEMPLATE.sub(VARIES, " ".join(message.split()))
