"""What people say late: after due it scores and is marked, after the cut-off it is shown alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from score_samples import AFTER, BEGINS, ENDS, goal, key_result, one, plan, reading, versions

from okr_core.plan.metrics import Binary, Milestones, Part
from okr_core.plan.plan import Plan
from okr_core.plan.workspace import Policies
from okr_core.progress.judge import Judge
from okr_core.record.entries import CheckIn, Correction, Entry, Reading
from okr_core.score.calibration import foresight
from okr_core.score.notes import score_notes
from okr_core.score.score import scorecard
from okr_core.score.scores import Score

IN_GRACE = ENDS + timedelta(days=2)
TOO_LATE = ENDS + timedelta(days=60)
MUCH_LATER = ENDS + timedelta(days=90)


def told(day: float, value: float, said: datetime | None = None, part: str = "") -> Reading:
    """A value by hand about a day, said then or at another time."""
    about = reading(day, value, part)
    return about if said is None else replace(about, observed_at=said, id=f"s{day}")


def scored(
    found: Plan,
    readings: Sequence[Reading],
    as_of: datetime = MUCH_LATER,
    entries: Mapping[str, Sequence[Entry]] | None = None,
) -> Score:
    return scorecard(versions((-5, found)), {"kr": readings}, entries or {}, as_of).scores["kr"]


def notes(score: Score) -> list[str]:
    return score_notes(score, one().cycle)


@pytest.mark.parametrize(
    ("fields", "value"), [({}, 100), ({"metric": Binary()}, 1)], ids=["line", "binary"]
)
def test_what_is_said_after_the_cut_off_does_not_score_and_is_shown(
    fields: dict[str, object], value: float
) -> None:
    score = scored(one(**fields), [told(5, 0), told(90, value, TOO_LATE)])
    assert score.figures.computed == 0
    assert score.said_late is None
    [note] = [each for each in notes(score) if "cut-off" in each]
    assert note == f"said on 1 Mar, after the cut-off: {value}, shown but not scored"


def test_what_is_said_after_due_for_an_earlier_day_scores_and_is_marked() -> None:
    score = scored(one(), [told(80, 20), told(90, 100, IN_GRACE)])
    assert score.figures.computed == 1
    assert notes(score) == ["said late, on 2 Jan, after its due day"]


def test_what_is_said_before_due_of_an_earlier_day_bears_no_mark() -> None:
    score = scored(one(), [told(88, 100, ENDS - timedelta(hours=1))])
    assert score.figures.computed == 1
    assert not notes(score)


def test_a_late_word_that_moves_nothing_bears_no_mark() -> None:
    score = scored(one(), [told(60, 10, IN_GRACE), told(90, 100)])
    assert score.figures.computed == 1
    assert not notes(score)


def test_a_milestone_that_is_said_late_is_marked_and_after_the_cut_off_named() -> None:
    parts = Milestones(parts=(Part(id="a", title="A"), Part(id="b", title="B")))
    readings = [told(80, 1, IN_GRACE, "a"), told(80, 1, TOO_LATE, "b")]
    score = scored(one(metric=parts), readings)
    assert score.figures.computed == Fraction(1, 2)
    assert notes(score) == [
        "said late, on 2 Jan, after its due day",
        "said of b on 1 Mar, after the cut-off: shown but not scored",
    ]


def test_a_value_of_others_is_marked_where_one_of_them_was_said_late() -> None:
    total = key_result(metric={"kind": "increase", "baseline": 0, "target": 100})
    total = total.model_copy(update={"source": {"key_results": {"sum": ["a", "b"]}}})
    found = plan(goal("o", total, key_result("a"), key_result("b")))
    readings = {"a": [told(90, 40)], "b": [told(90, 60, IN_GRACE)]}
    score = scorecard(versions((-5, found)), readings, {}, AFTER).scores["kr"]
    assert score.figures.computed == 1
    assert notes(score) == ["said late, on 2 Jan, after its due day"]


def test_as_of_a_day_before_it_was_said_it_is_not_known() -> None:
    readings = [told(85, 20), told(90, 100, IN_GRACE)]
    before, after = IN_GRACE - timedelta(hours=1), IN_GRACE
    assert scored(one(), readings, before).figures.computed == Fraction(20, 100)
    assert scored(one(), readings, after).figures.computed == 1
    for at, progress in ((before, Fraction(20, 100)), (after, Fraction(1))):
        judge = Judge(one(), at, (), policies=Policies(), closed=False)
        standing = judge.key_result(one().key_results_by_id["kr"], readings, ())
        assert standing.progress.clamped == progress


def test_within_the_quarter_a_word_about_an_earlier_day_counts_for_that_day() -> None:
    readings = [told(10, 20, BEGINS + timedelta(days=20))]
    score = scored(one(), readings, BEGINS + timedelta(days=12))
    assert score.figures.computed == Fraction(20, 100)


def test_a_source_that_was_read_later_says_what_held_then() -> None:
    backfilled = replace(told(90, 100, IN_GRACE), source="jira:acme")
    score = scored(one(), [backfilled], IN_GRACE - timedelta(hours=1))
    assert score.figures.computed == 1
    assert not notes(score)


@pytest.mark.parametrize(("value", "standing"), [(100, 100), (None, 20)], ids=["value", "void"])
def test_what_is_put_right_after_due_is_marked(value: int | None, standing: int) -> None:
    body = Correction(reading="r9", value=value, reason="a slip")
    entries = {"kr": [Entry(IN_GRACE, body, key_result="kr", by="ana")]}
    right = told(90, standing) if value is None else replace(told(90, 100), supersedes="r9")
    score = scored(one(), [told(80, 20), right], entries=entries)
    assert score.figures.computed == Fraction(standing, 100)
    assert "corrected on 2 Jan, after its due day" in notes(score)


def test_a_value_of_a_release_that_did_not_keep_it_was_said_when_it_holds() -> None:
    score = scored(one(), [told(90, 100)])
    assert score.figures.computed == 1
    assert not notes(score)


def test_confidence_that_is_said_afterwards_foresees_nothing() -> None:
    at = ENDS - timedelta(days=1)
    entries = {"kr": [Entry(at, CheckIn(confidence=10, said_at=TOO_LATE), key_result="kr")]}
    assert [third.goals for third in foresight([(one().cycle, entries, {"kr": True})])] == [0, 0, 0]
    in_time = {"kr": [Entry(at, CheckIn(confidence=10), key_result="kr")]}
    assert foresight([(one().cycle, in_time, {"kr": True})])[2].goals == 1
