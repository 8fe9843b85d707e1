"""Scores: by what was first agreed, until when, and what is shown beside them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from score_samples import (
    AFTER,
    BEGINS,
    CYCLE,
    ENDS,
    exported_score,
    goal,
    key_result,
    one,
    plan,
    reading,
    rise,
    said,
    versions,
    weekly,
)

from okr_core.errors import RefusalError
from okr_core.plan.cycle import cutoff_of
from okr_core.plan.metrics import AtMost, Milestones
from okr_core.plan.plan import Objective, Plan
from okr_core.progress.grades import grade_of, success_of
from okr_core.record.entries import Entry, HypothesisClosed, Override, Reading
from okr_core.score.closing import blockers
from okr_core.score.score import scorecard
from okr_core.score.scores import Score, Scorecard

AGREED = one()


def card(first: Plan, readings: list[Reading], *, as_of: datetime = AFTER) -> Scorecard:
    return scorecard(versions((-5, first)), {"kr": readings}, {}, as_of)


def kr(found: Scorecard) -> Score:
    return found.scores["kr"]


def test_the_last_reading_before_the_end_of_due_scores() -> None:
    found = kr(card(AGREED, [reading(80, 60), reading(90.9, 65), reading(91, 90)]))
    assert found.figures.computed == Fraction(65, 100)
    assert found.reading is not None
    assert found.reading.value == 65


def test_due_ends_at_local_midnight_of_the_cycles_zone() -> None:
    zurich = CYCLE.model_copy(update={"timezone": "Europe/Zurich"})
    local = plan(goal("o", key_result("kr")), cycle=zurich)
    # 23:30 in UTC is after midnight in Zurich.
    found = kr(card(local, [reading(80, 60), reading(90 + 23.5 / 24, 90)]))
    assert found.figures.computed == Fraction(60, 100)


def test_a_target_reached_late_is_shown_and_not_scored() -> None:
    found = kr(card(AGREED, [reading(80, 60), reading(92, 90), reading(94, 100), reading(95, 99)]))
    assert found.figures.computed == Fraction(60, 100)
    assert found.late is not None
    assert (found.late.at, found.late.value) == (BEGINS + timedelta(days=94), Decimal(100))


def test_a_shock_moves_the_current_score_and_not_the_headline() -> None:
    history = versions((-5, AGREED), (45.5, one(metric=rise(50)), "external_shock"))
    figures = kr(scorecard(history, {"kr": [reading(80, 40)]}, {}, AFTER)).figures
    assert figures[:4] == (Fraction(40, 100),) * 2 + (Fraction(40, 50), Fraction(60, 100))


def test_a_metric_error_recomputes_the_history() -> None:
    history = versions((-5, AGREED), (45, one(metric=rise(50)), "metric_error"))
    figures = kr(scorecard(history, {"kr": [reading(80, 40)]}, {}, AFTER)).figures
    assert set(figures) == {Fraction(4, 5)}


def test_a_metric_error_does_not_smuggle_in_a_target_lowered_before() -> None:
    history = versions(
        (-5, AGREED),
        (20, one(metric=rise(50)), "strategy_change"),
        (45, one(metric=rise(50, baseline=10)), "metric_error"),
    )
    computed = kr(scorecard(history, {"kr": [reading(80, 40)]}, {}, AFTER)).figures.computed
    assert computed == Fraction(30, 90)


def test_a_metric_error_seen_later_is_not_known_before() -> None:
    history = versions((-5, AGREED), (45, one(metric=rise(50)), "metric_error"))
    found = scorecard(history, {"kr": [reading(30, 40)]}, {}, BEGINS + timedelta(days=40))
    assert kr(found).figures.computed == Fraction(40, 100)
    assert found.revision == 1


def test_time_weighted_goes_by_time_and_not_by_how_often_anybody_read_or_revised() -> None:
    shock = one(metric=rise(50))
    seldom = versions((-5, AGREED), (45.5, shock, "external_shock"))
    often = versions(
        (-5, AGREED), (10, AGREED), (20, AGREED), (45.5, shock, "learned"), (50, shock), (51, shock)
    )
    few, many = [reading(80, 40)], [*(reading(day, 5) for day in range(1, 80)), reading(80, 40)]
    found = [
        kr(scorecard(history, {"kr": readings}, {}, AFTER)).figures.time_weighted
        for history in (seldom, often)
        for readings in (few, many)
    ]
    assert found == [Fraction(60, 100)] * 4


def test_moving_the_start_of_the_cycle_reopens_nothing() -> None:
    later = CYCLE.model_copy(update={"starts": date(2026, 12, 1)})
    history = versions(
        (-5, AGREED),
        (50, plan(goal("o", key_result("kr", metric=rise(40))), cycle=later), "strategy_change"),
    )
    found = scorecard(history, {"kr": [reading(80, 40)]}, {}, AFTER)
    assert kr(found).figures.computed == Fraction(40, 100)


def test_until_the_cycle_begins_everything_may_still_change() -> None:
    history = versions((-5, AGREED), (-1, one(metric=rise(50))))
    assert kr(
        scorecard(history, {"kr": [reading(80, 40)]}, {}, AFTER)
    ).figures.computed == Fraction(4, 5)


def test_what_is_added_later_is_scored_as_it_was_when_added() -> None:
    added = plan(goal("o", key_result("kr"), key_result("late", metric=rise(10))))
    eased = plan(goal("o", key_result("kr"), key_result("late", metric=rise(5))))
    history = versions((-5, AGREED), (30, added), (60, eased, "learned"))
    found = scorecard(history, {"late": [reading(80, 5)]}, {}, AFTER)
    assert found.scores["late"].figures.computed == Fraction(1, 2)


def test_removing_and_adding_again_does_not_change_the_agreed_target() -> None:
    without = plan(goal("o", key_result("other")))
    back = plan(goal("o", key_result("other"), key_result("kr", metric=rise(40))))
    history = versions((-5, AGREED), (20, without, "learned"), (21, back))
    found = kr(scorecard(history, {"kr": [reading(80, 40)]}, {}, AFTER))
    assert found.figures.computed == Fraction(40, 100)
    assert found.retired is None


def test_retired_before_half_time_is_counted_and_not_scored() -> None:
    both = plan(goal("o", key_result("kr"), key_result("b")))
    fewer = plan(goal("o", key_result("kr", state="dropped", state_reason="sold"), key_result("b")))
    readings = {"kr": [reading(10, 5)], "b": [reading(80, 80)]}
    found = scorecard(versions((-5, both), (45.4, fewer, "strategy_change")), readings, {}, AFTER)
    assert kr(found).figures.computed is None
    assert kr(found).reason == "dropped on 2026-11-15: sold"
    assert found.retired == 1
    assert found.scores["o"].figures.computed == Fraction(80, 100)


def test_retired_at_half_time_is_scored() -> None:
    history = versions((-5, AGREED), (45.5, plan(goal("o", key_result("b"))), "learned"))
    found = scorecard(history, {"kr": [reading(10, 20)]}, {}, AFTER)
    assert kr(found).figures.computed == Fraction(20, 100)


def test_retired_after_half_time_is_scored() -> None:
    both = plan(goal("o", key_result("kr"), key_result("b")))
    fewer = plan(goal("o", key_result("b")))
    readings = {"kr": [reading(10, 20)], "b": [reading(80, 80)]}
    found = scorecard(versions((-5, both), (45.6, fewer, "strategy_change")), readings, {}, AFTER)
    assert kr(found).figures[:3] == (Fraction(20, 100), Fraction(20, 100), None)
    assert kr(found).retired is not None
    assert found.retired == 0
    assert found.scores["o"].figures.computed == Fraction(50, 100)
    assert found.scores["o"].figures.current == Fraction(80, 100)


def test_an_override_stands_beside_the_computed_score_and_rolls_up_beside_it() -> None:
    both = plan(goal("o", key_result("kr"), key_result("b")))
    readings = {"kr": [reading(80, 40)], "b": [reading(80, 80)]}
    entries = said(92, Override(score=Decimal("0.7"), reason="the counter was down"))
    found = scorecard(versions((-5, both)), readings, entries, AFTER)
    assert kr(found).figures[:2] == (Fraction(4, 10), Fraction(7, 10))
    assert kr(found).grade == "green"
    assert kr(found).override is not None
    assert found.scores["o"].figures[:2] == (Fraction(60, 100), Fraction(75, 100))
    assert found.teams[""][:2] == (Fraction(60, 100), Fraction(75, 100))


def test_the_last_override_counts_and_can_be_withdrawn() -> None:
    entries = [
        Entry(BEGINS + timedelta(days=92), Override(score=Decimal(1), reason="so"), by="ana"),
        Entry(BEGINS + timedelta(days=93), Override(score=None, reason="sorry"), by="ana"),
    ]
    found = scorecard(versions((-5, AGREED)), {"kr": [reading(80, 40)]}, {"kr": entries}, AFTER)
    assert kr(found).figures.effective == Fraction(4, 10)
    assert kr(found).override is None


def test_an_override_counts_from_when_it_was_said() -> None:
    said_later = said(92, Override(score=Decimal(1), reason="so"))
    history, readings = versions((-5, AGREED)), {"kr": [reading(80, 40)]}
    before = scorecard(history, readings, said_later, BEGINS + timedelta(days=91.9))
    assert kr(before).figures.effective == Fraction(4, 10)
    assert kr(scorecard(history, readings, said_later, AFTER)).figures.effective == 1


def test_of_two_overrides_at_one_time_the_one_recorded_last_counts() -> None:
    at = BEGINS + timedelta(days=92)
    entries = [Entry(at, Override(score=Decimal(n), reason="so"), by="ana") for n in (1, 0)]
    found = scorecard(versions((-5, AGREED)), {"kr": [reading(80, 40)]}, {"kr": entries}, AFTER)
    assert kr(found).figures.effective == 0


def test_a_scorecard_names_the_revision_so_that_one_applied_meanwhile_can_be_refused() -> None:
    history = versions((-5, AGREED), (40, one(metric=rise(50)), "learned"), (91, AGREED))
    for days, revision in ((39, 1), (40, 2), (96, 3)):
        found = scorecard(history, {"kr": [reading(30, 40)]}, {}, BEGINS + timedelta(days=days))
        assert found.revision == revision


def test_readings_observed_after_the_cut_off_do_not_score() -> None:
    strict = CYCLE.model_copy(update={"cutoff": datetime(2026, 12, 31, 12)})  # noqa: DTZ001
    held = plan(goal("o", key_result("kr")), cycle=strict)
    known = reading(80, 40)
    told_later = Reading(
        at=BEGINS + timedelta(days=90),
        value=Decimal(90),
        observed_at=cutoff_of(strict) + timedelta(seconds=1),
    )
    assert kr(card(held, [known, told_later])).figures.computed == Fraction(40, 100)
    assert kr(card(AGREED, [known, told_later])).figures.computed == Fraction(90, 100)


def test_without_a_cut_off_the_grace_ends_the_scoring() -> None:
    assert cutoff_of(CYCLE) == ENDS + timedelta(days=5)


def test_a_committed_miss_asks_for_a_post_mortem() -> None:
    committed = plan(goal("o", key_result("kr"), ambition="committed"))
    found = card(committed, [reading(80, 99)])
    assert (kr(found).success, kr(found).post_mortem) == (False, True)
    assert found.scores["o"].post_mortem


def test_before_the_end_there_is_neither_success_nor_miss() -> None:
    committed = plan(goal("o", key_result("kr"), ambition="committed"))
    found = card(committed, [reading(10, 10)], as_of=BEGINS + timedelta(days=20))
    assert (kr(found).final, kr(found).success, kr(found).post_mortem) == (False, None, False)


def test_a_learning_goal_succeeds_once_its_hypothesis_is_closed_with_evidence() -> None:
    learning = plan(goal("o", key_result("kr"), ambition="learning"))
    readings = {"kr": [reading(80, 10)]}
    refuted = said(85, HypothesisClosed(outcome="refuted", evidence="A/B test 12"), "o")
    bare = said(85, HypothesisClosed(outcome="refuted", evidence=" "), "o")
    history = versions((-5, learning))
    assert scorecard(history, readings, refuted, AFTER).scores["o"].success is True
    assert scorecard(history, readings, bare, AFTER).scores["o"].success is False


def test_a_grade_goes_by_the_unrounded_score() -> None:
    almost = Fraction(6_999_999, 10_000_000)
    assert grade_of(almost) == "yellow"
    assert success_of("aspirational", almost) is False
    found = kr(card(one(metric=rise(10_000_000)), [reading(80, 6_999_999)]))
    exported = exported_score(found)
    assert exported["computed"] == 0.7
    assert exported["grade"] == found.grade == "yellow"


def test_screen_and_export_take_their_figures_from_one_place() -> None:
    found = kr(card(AGREED, [reading(80, 45)]))
    exported = exported_score(found)
    for name, value in found.figures._asdict().items():
        assert exported[name] == float(value)


def test_a_threshold_met_exactly_is_met() -> None:
    bug_limit = one(metric=AtMost(bound=Decimal(3)))
    assert kr(card(bug_limit, [reading(80, 3)])).figures.computed == 1


def test_drift_beyond_a_bound_to_keep_earns_nothing_more() -> None:
    kept = one(metric=AtMost(bound=Decimal(3)))
    assert kr(card(kept, [reading(80, -50)])).figures.computed == 1
    assert kr(card(kept, [reading(80, 4)])).figures.computed == 0


def test_a_band_reached_after_due_is_not_late_but_missed() -> None:
    kept = one(metric=AtMost(bound=Decimal(3)))
    assert kr(card(kept, [reading(80, 4), reading(92, 2)])).late is None


def test_milestones_score_by_their_parts() -> None:
    parts = Milestones.model_validate(
        {"parts": [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}]}
    )
    found = kr(card(one(metric=parts), [reading(10, 1, part="a"), reading(93, 1, part="b")]))
    assert found.figures.computed == Fraction(1, 2)
    assert found.late is not None


def test_before_its_due_day_no_reading_is_no_score_and_never_zero() -> None:
    both = plan(goal("o", key_result("kr"), key_result("b")))
    early = BEGINS + timedelta(days=80)
    found = scorecard(versions((-5, both)), {"b": [reading(80, 80)]}, {}, early)
    assert kr(found).figures == (None,) * 5
    assert kr(found).reason == "no reading yet"
    assert found.scores["o"].figures.computed == Fraction(80, 100)
    assert found.scores["o"].coverage == Fraction(1, 2)


def test_a_guard_has_no_score_and_moves_none() -> None:
    guard = key_result("g").model_copy(update={"metric": AtMost(bound=Decimal(20)), "guard": True})
    both = plan(goal("o", key_result("kr"), guard))
    alone = plan(goal("o", key_result("kr")))
    readings = {"kr": [reading(80, 50)], "g": [reading(80, 90)]}
    found = scorecard(versions((-5, both)), readings, {}, AFTER)
    assert set(found.scores["g"].figures) == {None}
    assert found.scores["g"].guard
    without = scorecard(versions((-5, alone)), readings, {}, AFTER)
    assert found.scores["o"] == without.scores["o"]
    assert found.teams == without.teams
    assert not [each for each in blockers(found) if each.key_result == "g"]


def test_links_count_as_first_agreed() -> None:
    def tree(counts: dict[str, int]) -> Plan:
        child = goal("child", key_result("c"), contributes_to=["top"])
        return plan(goal("top", key_result("kr"), counts=counts), child)

    readings = {"kr": [reading(80, 20)], "c": [reading(80, 100)]}
    changed = versions((-5, tree({})), (30, tree({"child": 9}), "learned"))
    top = scorecard(changed, readings, {}, AFTER).scores["top"].figures
    assert top.computed == Fraction(20, 100)
    assert top.current == Fraction(92, 100)


def test_links_that_never_were_in_force_together_make_no_loop() -> None:
    def item(name: str, parent: str = "", child: str = "") -> Objective:
        links = {
            "contributes_to": [parent] if parent else [],
            "counts": {child: 1} if child else {},
        }
        return goal(name, key_result(f"{name}.kr"), **links)

    before = plan(item("a", child="b"), item("b", parent="a"))
    after = plan(item("a", "c"), item("b", child="c"), item("c", "b", "a"))
    readings = {"a.kr": [reading(80, 50)], "b.kr": [reading(80, 100)]}
    found = scorecard(versions((-5, before), (30, after, "learned")), readings, {}, AFTER)
    assert found.scores["a"].figures.computed == Fraction(75, 100)


def test_a_key_result_that_moves_stays_with_the_objective_it_was_agreed_under() -> None:
    before = plan(goal("a", key_result("kr"), key_result("x")), goal("b", key_result("y")))
    after = plan(goal("a", key_result("x")), goal("b", key_result("y"), key_result("kr")))
    readings = {"kr": [reading(80, 0)], "x": [reading(80, 100)], "y": [reading(80, 100)]}
    found = scorecard(versions((-5, before), (60, after, "learned")), readings, {}, AFTER)
    assert found.scores["a"].figures.computed == Fraction(1, 2)
    assert found.scores["b"].figures.computed == 1


def test_a_cycle_that_has_not_begun_is_not_scored() -> None:
    with pytest.raises(RefusalError, match="begins on 2026-10-01"):
        card(AGREED, [reading(-2, 5)], as_of=BEGINS - timedelta(hours=1))


def test_a_clock_before_the_first_reading_is_refused() -> None:
    with pytest.raises(RefusalError, match="no reading up to"):
        card(AGREED, [reading(30, 5)], as_of=BEGINS + timedelta(days=20))


def test_a_clock_before_the_first_version_is_refused() -> None:
    with pytest.raises(RefusalError, match="no plan was in force"):
        scorecard(versions((5, AGREED)), {"kr": weekly([1])}, {}, BEGINS)
