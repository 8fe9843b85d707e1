"""Numbers as people write them: grouped in any way, they are the number that was grouped."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.basics.numbers import (
    MARKS,
    Mark,
    is_ambiguous,
    marks_told,
    number_to_write,
    number_written,
    typed_number,
)
from okr_core.plan.metrics import Increase
from okr_core.plan.values import parse_value
from okr_core.words.figures import number, with_unit

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


EUROS = Increase(unit="€", baseline=Decimal(0), target=Decimal(1))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, max_value=10**9))
def test_every_number_is_read_as_it_is_printed(value: Decimal) -> None:
    assert parse_value(EUROS, with_unit(number(value), "€")) == value


@pytest.mark.parametrize(
    "text", ["11 100", "11\u00a0100", "11\u202f100", "11\u2009100", "11'100", "11 100 €", "11100"]
)
def test_a_blank_or_an_apostrophe_may_part_thousands(text: str) -> None:
    assert parse_value(EUROS, text) == 11100


@pytest.mark.parametrize("text", ["−5", "-5", "\u22125 €"])
def test_a_minus_may_be_the_one_that_is_printed(text: str) -> None:
    assert parse_value(EUROS, text) == -5


@pytest.mark.parametrize("text", ["11 10", "1 1000", "1_000", "١٢", "nan", "", "1 000 00", "- 5"])
def test_what_may_be_a_slip_of_the_pen_is_no_number(text: str) -> None:
    assert typed_number(text) is None


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("21,5", "21.5"),
        ("0,03", "0.03"),
        ("1.234,5", "1234.5"),
        ("1,234.50", "1234.5"),
        ("11,100", "11100 or 11.1"),
        ("1.234.567", "1234567"),
        ("–5", "-5"),
        ("40 %", "40"),
        ("about ten", ""),
        ("8 1000", ""),
        ("1 00", ""),
    ],
)
def test_what_to_write_instead_is_said(text: str, instead: str) -> None:
    assert number_to_write(text) == instead
    with pytest.raises(ValueError, match=r"is not a number\. Write") as refused:
        parse_value(EUROS, text)
    assert (f"Write {instead}." if instead else "such as 1250") in str(refused.value)
