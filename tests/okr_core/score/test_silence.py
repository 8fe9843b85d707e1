"""Silence never beats honesty: what nobody reports counts 0, and who stops to speak is named."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from score_samples import AFTER, BEGINS, ENDS, goal, key_result, plan, reading, said, versions

from okr_core.plan.metrics import AtLeast, AtMost, Binary, Milestones, Part
from okr_core.plan.plan import Plan
from okr_core.record.entries import Override, Reading
from okr_core.score.closing import blockers
from okr_core.score.notes import score_notes
from okr_core.score.score import scorecard
from okr_core.score.score_words import card_notes
from okr_core.score.scores import Scorecard

DONE = {"metric": Binary()}


def five(**first: object) -> Plan:
    names = ("a", "b", "c", "d", "e")
    return plan(goal("o", *(key_result(n, **DONE) for n in names), ambition="committed", **first))


def card(found: Plan, readings: dict[str, list[Reading]], day: float | None = None) -> Scorecard:
    as_of = AFTER if day is None else BEGINS + timedelta(days=day)
    return scorecard(versions((-5, found)), readings, {}, as_of)


def test_two_of_five_delivered_late_and_never_reported_are_two_misses() -> None:
    told = {name: [reading(80, 1)] for name in "abc"} | {name: [reading(93, 1)] for name in "de"}
    found = card(five(), told)
    score = found.scores["o"]
    assert score.figures.computed == Fraction(3, 5)
    assert (score.coverage, score.unreported, score.counted) == (Fraction(3, 5), 2, 5)
    assert score.success is False
    assert found.scores["d"].late is not None
    assert "2 of 5 unreported count 0" in card_notes(found)
    honest = {**told, "d": [reading(80, 0)], "e": [reading(80, 0)]}
    assert card(five(), honest).scores["o"].figures.computed == score.figures.computed


def test_before_the_due_day_silence_is_left_out() -> None:
    found = card(five(), {"a": [reading(10, 1)]}, day=40)
    assert found.scores["o"].figures.computed == 1
    assert found.scores["o"].coverage == Fraction(1, 5)
    assert not found.scores["b"].silent


def test_until_the_cut_off_a_zero_for_silence_is_provisional() -> None:
    found = card(five(), {"a": [reading(10, 1)]}, day=92)
    assert found.scores["b"].silent
    assert found.scores["b"].figures.computed == 0
    [note] = score_notes(found.scores["b"], five().cycle, found.cutoff)
    assert note == "nothing reported by its end: counts 0, unless it is said by 4 Jan"


def test_what_is_due_earlier_is_silent_from_then_on() -> None:
    early = plan(goal("o", key_result("a", due="2026-10-31"), key_result("b")))
    found = card(early, {"b": [reading(40, 80)]}, day=41)
    assert found.scores["a"].figures.computed == 0
    assert found.scores["o"].figures.computed == Fraction(40, 100)


def test_a_band_that_its_worst_value_lost_is_not_asked_for_a_last_one() -> None:
    always = plan(goal("o", key_result("kr", metric=AtLeast(bound=Decimal(10), judge="worst"))))
    lost = card(always, {"kr": [reading(10, 12), reading(20, 5)]})
    assert lost.scores["kr"].last_said is None
    held = card(always, {"kr": [reading(10, 12), reading(20, 11)]})
    assert held.scores["kr"].last_said is not None


def test_an_override_speaks_for_a_silent_key_result_in_the_effective_figure_alone() -> None:
    override = said(92, Override(score=Decimal(1), reason="seen"))
    found = scorecard(
        versions((-5, plan(goal("o", key_result("kr"))))), {}, override, AFTER, unread=True
    )
    assert found.scores["kr"].figures[:2] == (Fraction(0), Fraction(1))
    assert not found.scores["kr"].silent


def test_a_parent_leaves_out_a_child_of_which_everything_was_retired_early() -> None:
    child = goal("child", key_result("c"), contributes_to=["top"])
    top = goal("top", key_result("t"), counts={"child": 1})
    both = plan(top, child)
    gone = plan(
        top,
        goal(
            "child", key_result("c", state="dropped", state_reason="sold"), contributes_to=["top"]
        ),
    )
    readings = {"t": [reading(85, 60)]}
    silent = scorecard(versions((-5, both)), readings, {}, AFTER)
    assert silent.scores["top"].figures.computed == Fraction(30, 100)
    retired = scorecard(versions((-5, both), (20, gone, "learned")), readings, {}, AFTER)
    assert retired.scores["top"].figures.computed == Fraction(60, 100)
    assert retired.scores["top"].coverage == 1


def test_a_line_that_stopped_in_week_5_is_named_and_keeps_the_cycle_open() -> None:
    found = card(plan(goal("o", key_result("kr"))), {"kr": [reading(35, 80)]})
    score = found.scores["kr"]
    assert score.figures.computed == Fraction(80, 100)
    assert score.last_said == date(2026, 11, 5)
    assert [b.why for b in blockers(found)] == ["last_said"]
    assert not blockers(found, "the counter was switched off")


def test_a_share_of_time_that_fell_silent_through_bad_weeks_holds_for_what_was_said() -> None:
    metric = AtMost(bound=Decimal(5), judge="share")
    found = card(
        plan(goal("o", key_result("kr", metric=metric))), {"kr": [reading(0, 3), reading(7, 3)]}
    )
    score = found.scores["kr"]
    assert score.figures.computed is not None
    assert abs(score.figures.computed - Fraction(17, 91)) < Fraction(1, 1000)
    assert score.last_said is None


def test_what_cannot_be_undone_may_have_been_said_long_ago() -> None:
    parts = Milestones(parts=(Part(id="a", title="A"), Part(id="b", title="B")))
    both = plan(goal("o", key_result("kr", metric=parts), key_result("b", **DONE)))
    found = card(both, {"kr": [reading(20, 1, part="a")], "b": [reading(20, 1)]})
    assert not blockers(found)


def test_a_milestone_first_done_after_its_due_day_is_not_done() -> None:
    parts = Milestones(parts=(Part(id="a", title="A"), Part(id="b", title="B")))
    found = card(
        plan(goal("o", key_result("kr", metric=parts))),
        {"kr": [reading(20, 1, part="a"), reading(92, 1, part="b")]},
    )
    assert found.scores["kr"].figures.computed == Fraction(1, 2)


@given(st.lists(st.integers(0, 100), min_size=13, max_size=13), st.integers(0, 13))
def test_whoever_falls_silent_scores_above_the_truth_only_where_the_item_is_named(
    values: list[int], weeks: int
) -> None:
    true = [reading(7 * week, value) for week, value in enumerate(values)]
    one = plan(goal("o", key_result("kr")))
    honest = scorecard(versions((-5, one)), {"kr": true}, {}, AFTER)
    silent = scorecard(versions((-5, one)), {"kr": true[:weeks]}, {}, AFTER, unread=True)
    told, truth = silent.scores["kr"], honest.scores["kr"]
    assert told.figures.computed is not None
    assert truth.figures.computed is not None
    if told.figures.computed > truth.figures.computed and weeks < 12:
        assert told.last_said is not None
        assert blockers(silent)
    assert ENDS < AFTER


@given(st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_adding_a_link_moves_no_figure(one: int, other: int, backwards: bool) -> None:
    names = ["a", "b"][:: -1 if backwards else 1]
    apart = plan(*(goal(n, key_result(f"{n}.kr"), weight=w) for n, w in (("a", one), ("b", other))))
    linked = apart.model_copy(
        update={
            "objectives": tuple(
                o.model_copy(update={"contributes_to": (names[1],) if o.id == names[0] else ()})
                for o in apart.objectives
            )
        }
    )
    told = {"a.kr": [reading(85, 100)], "b.kr": [reading(85, 0)]}
    assert card(apart, told).teams == card(linked, told).teams
    assert card(apart, told).averages == card(linked, told).averages
