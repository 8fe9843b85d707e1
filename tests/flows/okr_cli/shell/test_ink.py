"""Colour is for terminals that want it, and a word says the same."""

import re
from fractions import Fraction

from okr_cli.shell.ink import STATUS_WIDTH, Ink
from okr_cli.shell.layout import width_of

PLAIN = Ink()


def _bare(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_without_colour_there_is_no_escape_code() -> None:
    text = PLAIN.mark("at_risk") + PLAIN.bold("x") + PLAIN.bar("behind", Fraction(1, 2), None, 10)
    assert "\x1b" not in text


def test_colour_changes_no_character() -> None:
    exact = Ink(colour=True, exact=True)
    for share in (None, Fraction(0), Fraction(1, 3), Fraction(1)):
        bar = exact.bar("behind", share, Fraction(1, 2), 10)
        assert _bare(bar) == PLAIN.bar("behind", share, Fraction(1, 2), 10)


def test_the_palette_is_exact_where_the_terminal_shows_it_and_near_elsewhere() -> None:
    assert "38;2;0;114;178" in Ink(colour=True, exact=True).mark("on_track")
    assert "38;5;32" in Ink(colour=True).mark("on_track")


def test_every_status_has_a_mark_a_word_and_one_width() -> None:
    for status in (
        "done",
        "ahead",
        "on_track",
        "behind",
        "at_risk",
        "not_reached",
        "reached",
        "learned",
        "open",
        "not_begun",
        "stale",
        "pending",
        "left_out",
    ):
        mark = PLAIN.mark(status)
        assert width_of(mark) == STATUS_WIDTH
        assert status.replace("_", " ") in mark


def test_the_tick_stands_where_progress_should_be() -> None:
    assert PLAIN.bar("behind", Fraction(1, 5), Fraction(1, 2), 10) == "━━───┃────"
    assert PLAIN.bar("ahead", Fraction(4, 5), Fraction(1, 2), 10) == "━━━━━┃━━──"


def test_a_bar_is_full_only_when_the_target_is_reached_and_shows_any_progress() -> None:
    assert PLAIN.bar("on_track", Fraction(99, 100), None, 10) == "━━━━━━━━━─"
    assert PLAIN.bar("done", Fraction(1), None, 10) == "━" * 10
    assert PLAIN.bar("behind", Fraction(1, 100), None, 10) == "━─────────"
    assert PLAIN.bar("pending", None, Fraction(1), 10) == "─────────┃"
