"""What an expression looks for in a list's entries and does not find is never a number."""

from decimal import Decimal

import pytest

from okr_core.errors import DataError
from okr_http.rows import Number, number_in
from okr_sources.gate.document import document_of

HERE = "https://api.example.com/deals"


def found(document: str, expression: str) -> Number:
    return number_in(document_of(document.encode(), HERE), expression, HERE)


@pytest.mark.parametrize(
    ("document", "expression", "name"),
    [
        ('{"d": [{"A": 1}, {"A": 2}]}', "sum(d[].a)", "`a`"),
        ('{"d": [{"A": 1}, {"A": 2}]}', "sum(d[*].a)", "`a`"),
        ('{"d": {"x": {"A": 1}, "y": {"A": 2}}}', "sum(d.*.a)", "`a`"),
        ('{"d": [{"f": {"A": 1}}, {"f": {}}]}', "sum(d[].f.a)", "`a`"),
        ('{"d": [{"A": 1}, {"A": 2}]}', "sum(d[].f.a)", "`f`"),
        ('{"d": [{"i": {"A": 1}}, {"i": {"A": 2}}]}', "sum(d[*].i[*].a)", "`i`"),
        ('{"d": [{"i": [{"A": 1}]}, {"i": [{"A": 2}]}]}', "sum(d[*].i[*].a[])", "`a`"),
        ('{"d": [{"S": "won"}, {"S": "won"}]}', "length(d[?s=='won'])", "`s`"),
        ('{"d": [{"S": "won"}, {"S": "won"}]}', "d[?s!='lost'] | length(@)", "`s`"),
        ('{"d": [{"S": 1}, {"S": 2}]}', "length(d[?s > `0`])", "`s`"),
        ('{"d": [{"A": 1}, {"A": 2}]}', "length(d[?won])", "`won`"),
        ('{"d": [{"A": 1}, {"A": 2}]}', "length(d[?k=='x' && s=='y'])", "`k`"),
        ('{"d": [{"s": "won", "A": 1}, {"s": "won"}]}', "sum(d[?s=='won'].a)", "`a`"),
        ('{"d": [{"A": 1}, {"A": 2}]}', "sum(d[].[a || b][])", "`a` or `b`"),
        ('{"d": [{"A": 1}, {"A": 2}]}', "sum(d[].not_null(a, b))", "`a` or `b`"),
        ('{"d": [{"A": 1}, {"A": 2}]}', "d[*].{a: a} | length([?a=='x'])", "`a`"),
        ('{"d": [{"A": 1}, {"A": 2}]}', "length(map(&a, d)[?@ == 'x'])", "`a`"),
        ('{"d": [1, 2]}', "sum(d[].a)", "`a`"),
        ('{"d": [null, null]}', "sum(d[].a)", "`a`"),
        ('{"d": [null, null]}', "length(d[?s=='won'])", "`s`"),
        ('{"d": [null, null]}', "length(d[*])", "value"),
        ('{"d": [{"v": []}, {"v": []}]}', "sum(d[*].v[0])", "`v`"),
    ],
)
def test_a_name_that_no_entry_has_is_no_number(document: str, expression: str, name: str) -> None:
    with pytest.raises(DataError) as caught:
        found(document, expression)
    assert caught.value.message.endswith(f" finds no {name} in any of 2 entries at {HERE}.")
    assert caught.value.hint.startswith("Correct the name. ")


def test_the_names_that_an_entry_has_are_offered() -> None:
    with pytest.raises(DataError) as caught:
        found('{"deals": [{"stage": "won", "betrag": 100}]}', "sum(deals[].amount)")
    assert "finds no `amount` in its one entry" in caught.value.message
    assert "An entry has: `stage`, `betrag`." in caught.value.hint


@pytest.mark.parametrize(
    ("document", "expression", "value", "note"),
    [
        ('[{"a": 1}, {"b": 2}]', "sum([].a)", 1, "1 of 2 entries has no `a`"),
        ('[{"a": 1}, {"a": null}, {}]', "sum([].a)", 1, "2 of 3 entries have no `a`"),
        ('[{"a": null}, {"a": null}]', "sum([].a)", 0, "2 of 2 entries have no `a`"),
        ('[{"f": {"a": 1}}, {"f": null}]', "sum([].f.a)", 1, "1 of 2 entries has no `f.a`"),
        ('[{"s": "won"}, {}]', "length([?s=='won'])", 1, "1 of 2 entries has no `s`"),
        ('[{"s": "won"}, null]', "length([*])", 1, None),
        ('[{"i": [{"a": 1}]}, {}]', "sum([*].i[*].a[])", 1, "1 of 2 entries has no `i`"),
        ("[1, null]", "length([*])", 1, "1 of 2 entries has no value"),
    ],
)
def test_a_name_that_some_entries_lack_is_a_note(
    document: str, expression: str, value: int, note: str | None
) -> None:
    number = found(document, expression)
    assert number.value == value
    assert number.notes == (note or "1 of 2 entries has no value",)


@pytest.mark.parametrize(
    ("document", "expression", "value"),
    [
        ('{"d": []}', "sum(d[].a)", 0),
        ('{"d": [{"s": "lost", "a": 3}]}', "sum(d[?s=='won'].a)", 0),
        ('{"d": [{"a": 1}, {"a": 2}]}', "sum(d[].a)", 3),
        ('{"d": [{"a": 1}, {"b": 2}]}', "sum(d[].[a || b][])", 3),
        ('{"d": [{"b": 1}, {"b": 2}]}', "sum(d[].not_null(a, b))", 3),
        ('{"d": [{"b": 1}, {"b": 2}]}', "sum(d[].not_null(a, `0`))", 0),
        ('{"d": [{"b": 1}, {"b": 2}]}', "sum(d[].[a || `1`][])", 2),
        ('{"d": [{"b": 1}, {"b": 2}]}', "length(d[?!archived])", 2),
        ('{"d": [{"b": 1}, {"b": 2}]}', "length(d[?merged != `null`])", 0),
        ('{"d": [{"b": 1}, {"b": 2}]}', "length(d[?merged == `null`])", 2),
        ('{"d": [{"b": 1}, {"b": 2}]}', "length(d[?merged != null])", 0),
        ('{"d": [{"b": 1}, {"b": 2}]}', "length(d[?type(merged) == 'string'])", 0),
        ('{"d": [{"m": null}, {"m": null}]}', "length(d[?m.title == 'x'])", 0),
        ('{"d": [{"k": "x"}, {"k": "x"}]}', "length(d[?k=='y' && s=='z'])", 0),
        ('{"d": {"total": 0}}', "d.total", 0),
    ],
)
def test_what_may_be_absent_is_a_number_without_a_word(
    document: str, expression: str, value: int
) -> None:
    assert found(document, expression)[:2] == (Decimal(value), ())


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        (" 5 ", '`" 5 "`'),
        ("5_0", '`"5_0"`'),
        ("NaN", '`"NaN"`'),
        ("05", '`"05"`'),
        ("+5", '`"+5"`'),
        ("\N{FULLWIDTH DIGIT FIVE}", r'`"\uff15"`'),
    ],
)
@pytest.mark.parametrize(
    ("document", "expression"),
    [
        ('{"n": "%s"}', "to_number(n)"),
        ('{"n": [{"a": "%s"}, {"a": "4"}]}', "sum(n[].to_number(a))"),
        ('{"n": ["%s", "4"]}', "n[*].to_number(@) | sum(@)"),
    ],
)
def test_a_text_that_is_no_number_is_quoted(
    said: str, quoted: str, document: str, expression: str
) -> None:
    with pytest.raises(DataError) as caught:
        found(document % said, expression)
    assert f"meets the text {quoted} at {HERE}, which is no number" in caught.value.message
    assert "path" not in caught.value.hint
