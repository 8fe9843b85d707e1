"""Whatever people or servers wrote, a terminal obeys nothing of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from okr_cli.entry import main
from okr_cli.shell.ink import Ink
from okr_cli.shell.output import print_json, print_rows, print_text, tell

HOSTILE = "a\x1b]0;x\x07b\x1b[2Jc\u202ed\x9b31me\rf"
OBEYED = "\x1b\x07\u202e\x9b\r"


@dataclass
class Shown:
    title: str


def test_a_result_a_row_and_a_message_hold_nothing_that_a_terminal_obeys(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_text(HOSTILE)
    print_rows([[HOSTILE, HOSTILE]])
    tell(HOSTILE)
    shown = capsys.readouterr()
    assert not set(OBEYED) & set(shown.out + shown.err)
    assert "a\ufffd]0;x" in shown.out


def test_our_own_colours_stay(capsys: pytest.CaptureFixture[str]) -> None:
    for exact in (True, False):
        ink = Ink(colour=True, exact=exact)
        text = ink.bold("bold") + ink.faint("faint") + ink.status("at_risk", "risk")
        print_text(text)
        assert capsys.readouterr().out == text + "\n"


def test_json_says_the_same_with_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(Shown(HOSTILE))
    shown = capsys.readouterr().out
    assert json.loads(shown) == {"title": HOSTILE}
    assert not set(OBEYED) & set(shown)


def test_an_error_that_quotes_what_was_typed_is_obeyed_by_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["status", "--as-of", HOSTILE]) == 2
    assert main([HOSTILE]) == 2
    assert not set(OBEYED) & set(capsys.readouterr().err)
