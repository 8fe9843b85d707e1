"""Commands in what the product says are made by one type, and run as they were printed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from okr_core.basics.command import BLANKS, filled, okr

ROOT = Path(__file__).parents[1]
COMMAND = re.compile(r"`okr( |`)")
NOT_ADVICE = {
    "okr_core/basics/command.py": "makes them",
    "flows/okr_cli/plan/templates.py": "a file for people, in which a comment names a command",
}


def modules() -> Iterator[Path]:
    for folder in ("okr_core", "integrations", "flows"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if str(path.relative_to(ROOT)) not in NOT_ADVICE:
                yield path


def described(tree: ast.Module) -> set[int]:
    """Texts that describe the code or an option: the help of a command has a test of its own."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
        if isinstance(node, ast.keyword) and node.arg == "help":
            found.update(map(id, ast.walk(node.value)))
    return found


def literals(path: Path) -> Iterator[str]:
    """Texts of a module in which a command stands as it was typed there."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    apart = described(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in apart:
            continue
        if isinstance(node.value, str) and COMMAND.search(node.value):
            yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.value[:60]}"


def test_no_text_holds_a_command_that_was_typed_into_it() -> None:
    found = [each for path in modules() for each in literals(path)]
    assert found == []


@pytest.mark.parametrize("word", ["a b", 'say "no"', "5 $", "it's", "x`y", "über", ""])
def test_a_command_is_read_back_by_a_shell_as_it_was_meant(word: str) -> None:
    assert filled(str(okr("checkin", "kr", note=word or None))) == [
        *("checkin", "kr"),
        *(("--note", word) if word else ()),
    ]


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_is_filled_alone_and_beside_an_equals_sign(blank: str) -> None:
    example = BLANKS[blank]
    assert filled(str(okr("close", blank, resolve=f"kr={blank}"))) == [
        *("close", example, "--resolve", f"kr={example}"),
    ]
