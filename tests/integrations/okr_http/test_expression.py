"""JMESPath with exact numbers."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.errors import DataError
from okr_http.absence import searched
from okr_http.expression import expression_of
from okr_http.rows import number_in
from okr_sources.gate.document import document_of

HERE = "https://api.example.com/metrics"


def yielded(document: str, expression: str) -> Decimal:
    return number_in(document_of(document.encode(), HERE), expression, HERE).value


def _short(number: float) -> bool:
    """Whether a plan could hold the number: at most 40 digits, written out."""
    written = Decimal(json.dumps(number))
    exponent = written.as_tuple().exponent
    return len(written.as_tuple().digits) <= 40 and abs(int(exponent)) <= 40


def complaint(document: str, expression: str) -> DataError:
    with pytest.raises(DataError) as caught:
        yielded(document, expression)
    return caught.value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("total", "1.10"),
        ("length(items)", "3"),
        ("sum(items[].score)", "0.6"),
        ("avg(items[].score)", "0.2"),
        ("items[?score >= `0.2`] | length(@)", "2"),
        ("items[?score == `0.1`] | length(@)", "1"),
        ("max(items[].score)", "0.3"),
        ("max_by(items, &score).weight", "30"),
        ("sort_by(items, &score)[0].weight", "10"),
        ("to_number(text)", "42.50"),
        ("abs(below)", "1.5"),
        ("ceil(total)", "2"),
        ("floor(total)", "1"),
        ("length(items[?type(score) == 'number'])", "3"),
    ],
)
def test_numbers_come_out_as_they_are_written_and_add_up_exactly(
    expression: str, value: str
) -> None:
    document = """{"total": 1.10, "text": "42.50", "below": -1.5, "items": [
        {"score": 0.1, "weight": 10}, {"score": 0.2, "weight": 20}, {"score": 0.3, "weight": 30}
    ]}"""
    found = yielded(document, expression)
    assert str(found) == value


@given(st.lists(st.decimals(-1000, 1000, places=3), min_size=1, max_size=20))
def test_sums_have_no_rounding(numbers: list[Decimal]) -> None:
    document = json.dumps({"n": [0]}).replace("0", ",".join(str(number) for number in numbers))
    assert Fraction(yielded(document, "sum(n)")) == sum(Fraction(number) for number in numbers)


@pytest.mark.parametrize(
    ("document", "expression", "reason", "hint"),
    [
        ('{"n": "42"}', "n", "yields the text `42`", "Write `to_number(n)`."),
        ('{"n": "many"}', "n", "yields a text", "Pick a number"),
        ('{"n": [1, 2]}', "n", "yields a list of 2", "Write `length(n)` to count"),
        ('{"n": null, "m": 1}', "n", "yields nothing (null)", "There is: `n`, `m`."),
        ('{"m": 1}', "n.o.p", "yields nothing (null)", "Correct the path. There is: `m`."),
        ('{"n": []}', "avg(n)", "yields nothing (null)", "There is: `n`."),
        ('{"n": true}', "n", "yields true", "Pick a number"),
        ('{"n": {"deep": 1}}', "n", "yields an object", "There is: `deep`."),
        ("[1, 2]", "n", "yields nothing (null)", "`length(@)` counts it"),
        ('{"n": [1, "2"]}', "sum(n)", "`sum` takes list of number, and got text", "There is: `n`"),
        ('"no items"', "length(@)", "`length` takes array, and got string", "no named values"),
        (
            '{"error": "x"}',
            "length(@)",
            "`length` takes array, and got object",
            "There is: `error`.",
        ),
        ('{"m": 1}', "length(n)", "and got null, which is nothing", "There is: `m`."),
        ('{"n": 1e300}', "n", "yields a number of more than 40 digits", "Pick another"),
    ],
)
def test_what_is_no_number_says_what_it_is_and_how_to_get_one(
    document: str, expression: str, reason: str, hint: str
) -> None:
    error = complaint(document, expression)
    assert reason in error.message
    assert hint in error.hint


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.text(max_size=5)
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_any_answer_gives_a_finite_number_or_a_reason(document: object) -> None:
    if isinstance(document, int | float) and not isinstance(document, bool) and _short(document):
        assert yielded(json.dumps(document), "@") == Decimal(json.dumps(document))
    else:
        error = complaint(json.dumps(document), "@")
        assert error.message
        assert error.hint


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("items[", "it ends too early"),
        ("a b", "it goes wrong at column 3"),
        ("", "is no JMESPath expression"),
        ("lengt(items)", "Did you mean `length`?"),
        ("length()", "`length` takes 1 argument, not 0"),
        ("length(a, b)", "`length` takes 1 argument, not 2"),
        ("items[?len(name) > `1`]", "JMESPath has no function `len`"),
        ("a" * 3_000, "longer than 2000 characters"),
        ("!" * 1_900 + "a", "is no JMESPath expression"),
        ("a|" * 900 + "a", "nests more than 60 levels"),
        ("`" + "[" * 900 + "]" * 900 + "`", "nests more than 60 levels"),
    ],
)
def test_a_wrong_expression_is_refused_before_anything_is_asked(
    expression: str, complaint: str
) -> None:
    with pytest.raises(ValueError, match=r"\S") as caught:
        expression_of(expression)
    assert complaint in str(caught.value)


def test_a_number_becomes_text_as_json_writes_it() -> None:
    assert searched("to_string(@)", [Decimal("1.5"), 2]).value == "[1.5,2]"
