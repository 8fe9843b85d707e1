"""Evidence: the rows always add up to the value, exactly, also years later."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.errors import DataError
from okr_sources.answers import Evidence, Formula, Row
from okr_sources.evidence import decode, digest_of, encode, quotient, re_add

NUMBERS = st.decimals(
    min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=3
)
WEIGHTS = st.decimals(min_value=0, max_value=1000, places=2)
LABELS = st.text(st.characters(codec="utf-8"), max_size=8)
ROWS = st.lists(
    st.builds(Row, id=LABELS, value=st.none() | NUMBERS, weight=WEIGHTS, label=LABELS), max_size=20
)


def evidence(formula: Formula, *rows: Row, scale: str = "1") -> Evidence:
    return Evidence("jira", "acme", "q", "m", formula, Decimal(scale), rows=rows)


def row(value: str | None, weight: str = "1") -> Row:
    return Row("1", None if value is None else Decimal(value), Decimal(weight))


@pytest.mark.parametrize(
    ("formula", "rows", "scale", "value"),
    [
        ("count", [row("1"), row(None)], "1", "2"),
        ("count", [], "1", "0"),
        ("sum", [row("0.1"), row("0.2"), row(None)], "1", "0.3"),
        ("sum", [], "100", "0"),
        ("average", [row("1"), row("2"), row(None)], "1", "1.5"),
        ("ratio", [row("1"), row("0"), row("0")], "100", "33.33333333333333333333333333"),
        ("ratio", [row("1", "3"), row("0", "1")], "1", "0.75"),
        ("median", [row("5"), row("1"), row("2")], "1", "2"),
        ("median", [row("5"), row("1"), row("2"), row("4")], "10", "30"),
        ("value", [row("42.50")], "1", "42.50"),
        ("latest", [row("7")], "1", "7"),
    ],
)
def test_rows_become_the_value_by_the_formula(
    formula: Formula, rows: list[Row], scale: str, value: str
) -> None:
    assert re_add(evidence(formula, *rows, scale=scale)) == Decimal(value)


@pytest.mark.parametrize("formula", ["average", "ratio", "median", "latest", "value"])
@pytest.mark.parametrize("rows", [(), (row(None, "0"),)])
def test_nothing_to_divide_by_is_an_error_and_not_zero(
    formula: Formula, rows: tuple[Row, ...]
) -> None:
    with pytest.raises(DataError, match="empty selection"):
        re_add(evidence(formula, *rows))


def test_two_values_are_no_single_value() -> None:
    with pytest.raises(DataError, match="2 values where one was expected"):
        re_add(evidence("value", row("1"), row("2")))


def test_a_sum_keeps_every_digit() -> None:
    exact = sum((Fraction(r.value or 0) for r in (row("1E+30"), row("1E-30"))), Fraction(0))
    assert Fraction(re_add(evidence("sum", row("1E+30"), row("1E-30")))) == exact


@given(ROWS, NUMBERS)
def test_what_is_stored_is_what_was_found(rows: list[Row], scale: Decimal) -> None:
    found = replace(evidence("sum", *rows), scale=scale, notes=("a", "ü"), link="https://x")
    content = encode(found)
    again = decode(content)
    assert again == found
    assert encode(again) == content
    assert digest_of(content).startswith("sha256:")


@given(ROWS)
def test_a_sum_equals_the_sum_of_fractions(rows: list[Row]) -> None:
    total = sum((Fraction(each.value) for each in rows if each.value is not None), Fraction(0))
    assert Fraction(re_add(evidence("sum", *rows))) == total


@given(NUMBERS, NUMBERS.filter(bool))
def test_a_division_is_exact_to_28_digits(numerator: Decimal, denominator: Decimal) -> None:
    exact = Fraction(numerator) / Fraction(denominator)
    error = abs(Fraction(quotient(numerator, denominator)) - exact)
    assert error <= abs(exact) / 10**27 / 2


def test_rows_are_written_without_what_goes_without_saying() -> None:
    content = encode(evidence("count", Row("1"), Row("2", Decimal("1.0")), Row("3", None)))
    assert b'"ids":["1","2","3"]' in content
    assert b'"values":["1","1.0",null]' in content
    assert b"weights" not in content
    assert b"labels" not in content


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"version":1}', b'{"version":2}', b"\xff"]
)
def test_what_is_no_evidence_is_an_error_that_says_so(content: bytes) -> None:
    with pytest.raises(DataError, match="evidence"):
        decode(content)


@given(st.binary(max_size=60))
def test_no_bytes_at_all_crash_the_reader(content: bytes) -> None:
    with pytest.raises(DataError):
        decode(content)
