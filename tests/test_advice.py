"""Commands in what the product says are made by one type, and run as they were printed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from okr_cli.app import build_app
from okr_core.basics.command import BLANKS, filled, okr

ROOT = Path(__file__).parents[1]
VERBS = "|".join(sorted(str(name) for name in build_app() if str(name).isalpha()))
COMMAND = re.compile(rf"`okr( |`)|(?:^|[\s:])okr (?:{VERBS})\b(?!:)")
NOT_ADVICE = {
    "flows/okr_cli/examples.py": "the examples of `--help`: a test of their own runs them",
    "flows/okr_cli/synonyms.py": "what is meant by words that are no command: tested by usage",
    "flows/okr_cli/operate/demo.py": "what the demo does, as it does it; a test runs the demo",
    "flows/okr_cli/operate/demo_playground.py": "the demo's list of what to try: a test runs it",
    "flows/okr_cli/operate/demo_quarter.py": "what the demo does, as it does it",
    "flows/okr_cli/operate/demo_running.py": "what the demo does, as it does it",
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
            yield f"{path.name}:{node.lineno}: {node.value[:60]}"


def test_no_text_holds_a_command_that_was_typed_into_it() -> None:
    found = [each for path in modules() for each in literals(path)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        'hint = "Run `okr sync` again."',
        'hint = f"Run `okr sync --only {name}`."',
        'print("Next: okr apply")',
        'yield f"or give it a pool of its own:\\n  okr deploy --pool {name}"',
    ],
)
def test_a_command_that_is_typed_into_a_text_is_found(text: str, tmp_path: Path) -> None:
    seeded = tmp_path / "seeded.py"
    seeded.write_text(f"name = 'x'\n{text}\n", encoding="utf-8")
    [found] = literals(seeded)
    assert found.startswith("seeded.py:2: ")


@pytest.mark.parametrize(
    "text",
    [
        '"""Run `okr sync`."""',
        'Parameter(help="As `okr sync` does.")',
        'title = "okr demo: all of it"',
    ],
)
def test_what_describes_a_command_is_no_advice(text: str, tmp_path: Path) -> None:
    described_ = tmp_path / "described.py"
    described_.write_text(f"{text}\n", encoding="utf-8")
    assert [*literals(described_)] == []


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
