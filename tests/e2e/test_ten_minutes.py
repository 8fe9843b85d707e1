"""The page "Your own Jira and Notion in ten minutes", typed word for word against a sandbox."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from terminal import Terminal

from okr_core.plan.cycle import quarter_of
from okr_sandbox import Sandbox
from okr_sandbox.demo import build_world

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ten-minutes.md"
_BLOCK = re.compile(
    r"(?:<!-- paste into (?P<file>\S+) -->\n)?```(?P<kind>console|yaml)\n(?P<text>.*?)```",
    re.DOTALL,
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(build_world().company) as running:
        yield running


def test_the_page_works_word_for_word_in_less_than_ten_minutes(
    sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = _replaced(PAGE.read_text(encoding="utf-8"), sandbox)
    terminal = Terminal(
        tmp_path,
        _environment(sandbox, tmp_path),
        {"jira": sandbox.jira_token, "notion": sandbox.notion_token},
    )
    timed: list[tuple[float, str]] = []
    for block in _BLOCK.finditer(page):
        if block["file"]:
            with (terminal.folder / block["file"]).open("a", encoding="utf-8") as plan:
                plan.write(block["text"])
            continue
        for command, expected in _commands(block["text"]):
            began = time.monotonic()
            _compare(command, expected, terminal.type(command))
            timed.append((time.monotonic() - began, command))
    with capsys.disabled():
        for seconds, command in timed:
            print(f"\n{seconds:6.1f} s  {command[:80]}", end="")  # noqa: T201 - asked for
        print(f"\n{sum(s for s, _ in timed):6.1f} s  in all")  # noqa: T201
    assert [command.split()[1] for _, command in timed if command.startswith("okr ")] == [
        *("init", "connect", "connect", "try", "try", "check", "apply"),
        *("sync", "status", "explain", "people", "doctor"),
    ]
    shown = "".join(terminal.transcript)
    assert sandbox.jira_token not in shown
    assert sandbox.notion_token not in shown


def _replaced(page: str, sandbox: Sandbox) -> str:
    """The page with a sandbox's addresses instead of a reader's; nothing else differs."""
    trials = build_world().places["trials"].replace("-", "")
    for mark, value in {
        "https://your-site.atlassian.net": sandbox.jira_url,
        "you@example.com": sandbox.jira_user,
        "00000000000000000000000000000001": trials,
        "2026-q4": quarter_of(datetime.now(UTC).date())[0],
    }.items():
        assert mark in page
        page = page.replace(mark, value)
    return page


def _environment(sandbox: Sandbox, home: Path) -> dict[str, str]:
    """A shell of somebody who never used Prefect; Notion's address is the only help."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OKR_", "PREFECT_"))
    }
    return kept | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "PREFECT_HOME": str(home / ".prefect"),
        "OKR_WIKI_URL": sandbox.notion_url,
        "TERM": "xterm",
        "LANG": "C.UTF-8",
    }


def _commands(block: str) -> Iterator[tuple[str, list[str]]]:
    command, expected = "", list[str]()
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, expected
            command, expected = line.removeprefix("$ "), []
        else:
            expected.append(line)
    if command:
        yield command, expected


def _compare(command: str, expected: list[str], shown: str) -> None:
    """What was shown is what the page says; `…` stands for anything, alone for any lines."""
    pattern = ""
    for line in filter(str.strip, expected):
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(map(re.escape, line.rstrip().split("…"))) + r"\s*\n"
    lines = "".join(f"{line.rstrip()}\n" for line in shown.splitlines() if line.strip())
    assert re.fullmatch(pattern, lines), f"{command} shows something else:\n{lines}\n{expected}"
