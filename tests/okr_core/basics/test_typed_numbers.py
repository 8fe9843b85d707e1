"""What we print is read, and what is typed otherwise is answered with what to write."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.basics.typed_numbers import number_to_write, typed_number
from okr_core.plan.metrics import Increase
from okr_core.plan.values import parse_value
from okr_core.words.figures import number, with_unit

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
    ],
)
def test_what_to_write_instead_is_said(text: str, instead: str) -> None:
    assert number_to_write(text) == instead
    with pytest.raises(ValueError, match=r"is not a number\. Write") as refused:
        parse_value(EUROS, text)
    assert (f"Write {instead}." if instead else "such as 1250") in str(refused.value)
