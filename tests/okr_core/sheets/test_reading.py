"""Reading sheets: units, scales, periods and people, as the rules for lines say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.errors import InputError
from okr_core.plan.workspace import Person, Workspace
from okr_core.sheets.cells import Cell
from okr_core.sheets.days import day_of, day_orders
from okr_core.sheets.drafts import WhoText
from okr_core.sheets.goals import quarter_named
from okr_core.sheets.metrics import measured
from okr_core.sheets.people import People
from okr_core.sheets.places import Place
from okr_core.sheets.quantities import Quantity, quantity

HERE = Place("a.csv", "", 2)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("30 %", "30", "%"),
        ("€ 1,200", "1200", "€"),
        ("EUR 5", "5", "EUR"),
        ("1.2M", "1200000", ""),
        ("5 Mio. €", "5000000", "€"),
        ("120万", "1200000", ""),
        ("3k", "3000", ""),
        ("5 m", "5", "m"),
        ("5 kg", "5", "kg"),
        ("4.5 stars", "4.5", "stars"),
        ("(5)", "-5", ""),
        ("12 months", "12", "months"),
    ],
)
def test_a_number_comes_with_its_unit(text: str, value: str, unit: str) -> None:
    found = quantity(Cell(text), ".")
    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize("text", ["abc", "100-120", "1.5.0", "1 23", "between 4 and 5", "9" * 50])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        quantity(Cell(text), ".")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_is_read_in_every_form_that_is_no_other_day(day: date) -> None:
    forms = (
        "%Y-%m-%d",
        "%d.%m.%Y",
        "%Y/%m/%d",
        "%Y年%m月%d日",
        "%d %B %Y",
        "%B %d, %Y",
        "%d.%m.%y",
    )
    assert {day_of(Cell(day.strftime(form)), None) for form in forms} == {day}
    assert day_of(Cell(day.strftime("%d/%m/%Y")), "dmy") == day
    assert day_of(Cell(day.strftime("%m/%d/%Y")), "mdy") == day


def test_one_day_that_is_clear_tells_the_order_of_the_others() -> None:
    cells = [Cell("4/5/2026"), Cell("13/5/2026")]
    assert day_orders(cells) == ({"dmy"}, ["4/5/2026"])
    with pytest.raises(InputError, match="can be two days"):
        day_of(cells[0], None)


@given(st.fractions(0, 1, max_denominator=99), st.fractions(0, 1, max_denominator=99))
def test_fractions_in_per_cent_keep_their_proportion(low: object, high: object) -> None:
    start, target = Decimal(str(float(low))), Decimal(str(float(high)))  # type: ignore[arg-type]
    if start == target:
        return
    found = measured(Quantity(start), Quantity(target), None, "%")
    part = found.value(Quantity((start + target) / 2))
    ends = sorted([found.value(Quantity(start)), found.value(Quantity(target))])
    assert ends[0] <= part <= ends[1]


@pytest.mark.parametrize(
    ("text", "cycle"),
    [
        ("Q4 2026", "2026-q4"),
        ("2026 Q1", "2026-q1"),
        ("2026-q2", "2026-q2"),
        ("2026年第三季度", "2026-q3"),
    ],
)
def test_a_quarter_is_known_by_every_name(text: str, cycle: str) -> None:
    assert quarter_named(text) == cycle


@pytest.mark.parametrize("text", ["2026", "Annual 2026", "", "Q5 2026", "next"])
def test_what_is_no_quarter_is_none(text: str) -> None:
    assert quarter_named(text) == ""


def people(**named: str) -> People:
    known = {name.replace("_", "-"): Person(name=full) for name, full in named.items()}
    return People(Workspace(organization="Acme", people=known))


def test_two_people_of_one_name_are_told_apart_by_mail_alone() -> None:
    with pytest.raises(InputError, match="can be `ada` or `ada-2`"):
        people(ada="Ada Okafor", ada_2="Ada Okafor").find(WhoText(HERE, "Ada Okafor"))


def test_a_new_owner_gets_an_id_that_nobody_has() -> None:
    known = people(bo_lind="Bo Berg")
    assert known.find(WhoText(HERE, "Bo Lind")) == ("owner", "bo-lind-2")
    assert known.find(WhoText(HERE, "", "cy.ax@acme.example")) == ("owner", "cy-ax")
    assert known.said["cy-ax"] == {"name": "Cy Ax", "email": "cy.ax@acme.example"}
