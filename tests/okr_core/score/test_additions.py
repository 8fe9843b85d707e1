"""Additions: what was agreed at the start stands beside the headline."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from score_samples import AFTER, CYCLE, goal, key_result, plan, reading, versions

from okr_core.plan.metrics import Binary
from okr_core.plan.plan import Plan
from okr_core.score.notes import score_notes
from okr_core.score.score import scorecard
from okr_core.score.score_words import additions_text, card_notes
from okr_core.score.scores import Scorecard

SALES = goal("o", key_result("kr"), ambition="committed")
START = plan(SALES)


def padded(number: int, **more: object) -> Plan:
    """The plan with some key results more, all of them done at once."""
    extra = (key_result(f"extra{i}", metric=Binary(), **more) for i in range(number))
    return plan(goal("o", key_result("kr"), *extra, ambition="committed"))


def card(*versions_: tuple[float, Plan] | tuple[float, Plan, str], kr: int = 10) -> Scorecard:
    told = {"kr": [reading(85, kr)]} | {f"extra{i}": [reading(88, 1)] for i in range(5)}
    return scorecard(versions(*versions_), told, {}, AFTER)  # type: ignore[arg-type]


def test_what_is_added_on_day_87_is_told_with_the_score_without_it() -> None:
    found = card((-5, START), (86, padded(3), "learned"))
    objective = found.scores["o"]
    assert objective.figures.effective == Fraction(310, 400)
    assert objective.figures.as_agreed == Fraction(10, 100)
    assert found.scores["extra0"].added == date(2026, 12, 26)
    assert score_notes(found.scores["extra0"], CYCLE) == ["added on day 87 of 91"]
    text = additions_text(found, padded(3).objectives[0], CYCLE)
    assert text == "3 key results added, the last on day 87 of 91; without them 0.10"
    assert "as agreed at the start 0.10" in card_notes(found)


def test_a_success_that_the_start_does_not_share_stands_beside_its_own() -> None:
    easy = goal("o", key_result("kr"), key_result("extra0", metric=Binary(), weight=9))
    found = card((-5, plan(goal("o", key_result("kr")))), (86, plan(easy), "learned"))
    assert (found.scores["o"].success, found.scores["o"].agreed_success) == (True, False)
    assert additions_text(found, easy, CYCLE).endswith("(as agreed at the start not reached)")


def test_an_added_objective_has_nothing_agreed_at_the_start() -> None:
    new = goal("new", key_result("extra0", metric=Binary()), team="late")
    found = card((-5, START), (60, plan(SALES, new), "learned"))
    assert found.teams["late"].as_agreed is None
    assert found.teams[""].as_agreed == Fraction(10, 100)
    assert found.teams[""].effective == Fraction(55, 100)


def test_where_nothing_was_added_nothing_is_told() -> None:
    found = card((-5, START), (10, padded(1)))
    assert not found.with_additions
    assert card_notes(found) == ["the average of 1 objective", "2 key results count"]


def test_a_plan_first_agreed_late_says_so_beside_every_figure() -> None:
    assert "first agreed on day 61 of 91" in card_notes(card((60.5, START)))
    assert card((60.5, START)).scores["o"].success is False


def test_a_plan_recorded_afterwards_is_no_success_and_no_miss() -> None:
    found = card((91.5, START), kr=100)
    assert found.scores["o"].figures.computed == 1
    assert found.scores["o"].success is None
    assert any(note.startswith("recorded afterwards") for note in card_notes(found))


@given(st.integers(0, 100), st.integers(1, 5), st.integers(15, 90), st.integers(0, 9))
def test_an_addition_never_raises_what_was_agreed_at_the_start(
    value: int, number: int, day: int, weight: int
) -> None:
    plain = card((-5, START), kr=value)
    found = card((-5, START), (day, padded(number, weight=weight), "learned"), kr=value)
    assert found.teams[""].as_agreed == plain.teams[""].effective
    assert found.scores["o"].figures.as_agreed == plain.scores["o"].figures.effective
