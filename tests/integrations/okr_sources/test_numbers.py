"""One rule for what is a number, whichever tool gave it."""

import doctest
from decimal import Decimal

import pytest

from okr_core.errors import DataError
from okr_http.absence import searched
from okr_jira.read.rows import Fetched, NumberField, number
from okr_notion.read.values import number_in
from okr_sources import numbers
from okr_sources.numbers import exact

NONE = [
    " 1_2 ",
    "1_2",
    "١٢",
    "１２",
    "1 000",
    "05",
    "-01",
    "1,5",
    "+1",
    ".5",
    "5.",
    "0x10",
    "NaN",
    "Infinity",
    "1e",
]
LONG = ["1" * 41, "1e308", "1e-308", "1e9999999999999999999999", "0." + "1" * 41]


def test_examples_in_docstrings_run() -> None:
    assert doctest.testmod(numbers).failed == 0


def in_jira(value: object) -> Decimal | None:
    from datetime import UTC, datetime  # noqa: PLC0415

    found = Fetched(("1",), datetime.now(UTC), fields={"1": {"f": value}})
    return number(found, "1", NumberField(("f",), "f"))


def in_notion(value: object) -> Decimal | None:
    if isinstance(value, str):
        return number_in({"type": "rich_text", "rich_text": [{"plain_text": value}]})
    return number_in({"type": "number", "number": value})


@pytest.mark.parametrize("text", NONE[1:] + LONG)
def test_a_text_that_is_no_number_is_one_in_no_tool(text: str) -> None:
    for read in (exact, in_jira, in_notion):
        with pytest.raises(DataError):
            read(text)
    assert searched("to_number(n)", {"n": text}).value is None


@pytest.mark.parametrize("text", LONG)
def test_a_number_has_the_same_most_digits_in_every_tool(text: str) -> None:
    if len(text) > 20 and "e" in text:
        return  # no decimal has such an exponent: the answer as a whole is refused
    for read in (exact, in_jira, in_notion):
        with pytest.raises(DataError):
            read(Decimal(text))


@pytest.mark.parametrize("text", ["0", "-7", "1.10", "2e3", "-1.5E-3", "9" * 40, "1e40"])
def test_a_number_is_the_same_in_every_tool(text: str) -> None:
    for read in (exact, in_jira, in_notion):
        assert str(read(text)) == str(Decimal(text))
    assert searched("to_number(n)", {"n": text}).value == Decimal(text)


@pytest.mark.parametrize("value", [True, None, [], {}, float("nan"), Decimal("Infinity"), b"1"])
def test_what_is_no_value_of_a_number_is_refused(value: object) -> None:
    with pytest.raises(DataError, match="is no number"):
        exact(value)


def test_only_a_jira_text_that_is_a_number_counts_as_one() -> None:
    with pytest.raises(DataError):
        in_jira(" 1_2 ")
