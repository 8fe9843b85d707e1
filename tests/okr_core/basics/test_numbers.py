"""Numbers as people write them: grouped in any way, they are the number that was grouped."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.basics.numbers import MARKS, Mark, is_ambiguous, marks_told, number_written

GROUPS = ["", " ", "'", "\u2019", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "other"]
DECIMALS = st.decimals(-(10**12), 10**12, places=2, allow_nan=False)


def written(value: Decimal, mark: Mark, group: str) -> str:
    sign = "," if mark == "." else "."
    text = f"{value:,.2f}" if group else f"{value:.2f}"
    between = sign if group == "other" else group
    return text.replace(",", "G").replace(".", mark).replace("G", between)


@given(DECIMALS, st.sampled_from(MARKS), st.sampled_from(GROUPS))
def test_a_number_is_read_however_it_is_grouped(value: Decimal, mark: Mark, group: str) -> None:
    text = written(value, mark, group)
    assert number_written(text, mark) == value
    assert number_written(text.replace("-", "\N{MINUS SIGN}"), mark) == value
    assert marks_told(text) == mark


@given(st.text("0123456789., '-+", max_size=12))
def test_what_can_be_read_in_one_way_alone_proves_nothing_else(text: str) -> None:
    readings = {number_written(text, mark) for mark in MARKS} - {None}
    if len(readings) == 2:
        assert is_ambiguous(text)
        assert marks_told(text) is None


@pytest.mark.parametrize("text", ["1.50.0", "1,23,456", "1 23", "12'34", "", "-", ".", "x", "1e5"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert [number_written(text, mark) for mark in MARKS] == [None, None]
