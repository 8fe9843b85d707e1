"""Evidence: rows add up to the value, exactly and years later; what was stored still reads."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.errors import DataError
from okr_core.record.evidence import (
    Evidence,
    Formula,
    Row,
    Selection,
    decode,
    digest_of,
    encode,
    re_add,
    selection_of,
)

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


@pytest.mark.parametrize(
    ("values", "shown"),
    [(["-0.0"], "0"), (["2.0"], "2"), (["1.50"], "1.5"), (["20.00"], "20")],
)
@pytest.mark.parametrize("formula", ["sum", "value", "median"])
def test_a_value_ends_in_no_zeros_and_is_never_minus_zero(
    values: list[str], shown: str, formula: Formula
) -> None:
    rows = tuple(Row(str(n), Decimal(value)) for n, value in enumerate(values))
    found = re_add(Evidence("jira", "acme", "q", "m", formula, rows=rows))
    assert str(found) == shown


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


READ = Evidence("jira", "acme", "labels = a", "count of issues", "count", rows=(Row("1"), Row("2")))
STORED = (
    b'{"complete":true,"connection":"acme","formula":"count","ids":["1","2"],"kind":"jira",'
    b'"link":"","measure":"count of issues","notes":[],"query":"labels = a","requests":1,'
    b'"scale":"1","version":1}'
)
"""Evidence as it was stored before there were reconstructions."""
STORED_AS = "sha256:0999d2307ba6be11139c9a74c66c36e24d42ed067ffea1c2aecb0afbb3ba9e51"

FULL = Evidence(
    "notion",
    "wiki",
    "Deals where Stage = Won",
    "done ratio weighted by Amount",
    "ratio",
    Decimal(100),
    complete=False,
    link="https://x.example/p?q=ü",
    requests=3,
    rows=(
        Row("p1", Decimal(1), Decimal("2.50"), "Ärzte"),
        Row("p2", Decimal(0)),
        Row("p3", None, Decimal("0.5"), "third"),
    ),
    notes=("1 row has no Amount.",),
    reconstructed="from dates",
    assumptions=("nothing was deleted",),
)
FULL_STORED = (
    '{"assumptions":["nothing was deleted"],"complete":false,"connection":"wiki",'
    '"formula":"ratio","ids":["p1","p2","p3"],"kind":"notion","labels":["Ärzte","","third"],'
    '"link":"https://x.example/p?q=ü","measure":"done ratio weighted by Amount",'
    '"notes":["1 row has no Amount."],"query":"Deals where Stage = Won",'
    '"reconstructed":"from dates","requests":3,"scale":"100","values":["1","0",null],'
    '"version":1,"weights":["2.50","1","0.5"]}'
).encode()
FULL_STORED_AS = "sha256:c6948b49986b34dfc4c96cca8c8ef18f5fb4c2c8a8c0f7936ce5968120c6e585"
"""What older versions wrote: every field and every column."""


def test_evidence_of_a_reading_keeps_the_bytes_and_the_digest_that_it_always_had() -> None:
    assert encode(READ) == STORED
    assert decode(STORED) == READ
    assert decode(STORED).reconstructed == ""
    assert digest_of(encode(READ)) == digest_of(STORED) == STORED_AS


def test_a_reconstruction_keeps_how_and_on_what_grounds() -> None:
    past = Evidence(
        "jira",
        "acme",
        "labels = a",
        "share done",
        "ratio",
        rows=(Row("1"), Row("2", Decimal(0))),
        reconstructed="from dates",
        assumptions=("labels as they are today", "nothing was deleted"),
    )
    content = encode(past)
    assert decode(content) == past
    assert re_add(decode(content)) == Decimal("0.5")
    assert json.loads(content)["assumptions"] == list(past.assumptions)
    assert digest_of(content) != digest_of(encode(READ))


def test_rows_of_a_frozen_scope_that_were_found_nowhere_are_remembered() -> None:
    gone = replace(READ, missing=("10001", "10007"))
    content = encode(gone)
    assert decode(content) == gone
    assert selection_of(content)[2] == {"10001", "10007"}
    assert b"missing" not in encode(READ)


def test_all_that_evidence_can_say_is_stored_as_it_always_was() -> None:
    assert encode(FULL) == FULL_STORED
    assert digest_of(FULL_STORED) == FULL_STORED_AS
    assert decode(FULL_STORED) == FULL
    assert re_add(decode(FULL_STORED)) == Decimal("62.5")
    assert selection_of(FULL_STORED) == Selection(3, Decimal("4.00"))
