"""From readings to progress, for every kind of metric."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from okr_core.plan.metrics import (
    AtLeast,
    AtMost,
    BaselineFinding,
    Binary,
    Curve,
    Decrease,
    Grade,
    Increase,
    Judge,
    Metric,
    Milestones,
    Part,
    Within,
)
from okr_core.progress.progress import current_reading, parse_value, progress_of
from okr_core.record.entries import Reading
from okr_core.record.readings import counting_readings, waiting_reading

START = datetime(2026, 10, 1, tzinfo=UTC)
AS_OF = START + timedelta(days=60)
NUMBERS = st.decimals(-10_000, 10_000, places=2)
JUDGES: tuple[Judge, ...] = ("latest", "worst", "average", "share")


def reading(value: object, day: float = 0, **more: object) -> Reading:
    fresh = Reading(at=START + timedelta(days=day), value=Decimal(str(value)))
    return replace(fresh, **more)  # type: ignore[arg-type]


def raw(metric: Metric, *readings: Reading, day: float = 60) -> Fraction | None:
    return progress_of(metric, readings, START + timedelta(days=day)).raw


def straight(baseline: Decimal, target: Decimal) -> Increase | Decrease:
    kind = Increase if target > baseline else Decrease
    return kind(baseline=baseline, target=target)


def test_without_a_reading_there_is_no_number_and_a_reason() -> None:
    progress = progress_of(Increase(baseline=Decimal(0), target=Decimal(1)), [], AS_OF)
    assert progress.raw is None
    assert progress.clamped is None
    assert progress.coverage == 0
    assert progress.reason == "no reading yet"


def test_a_reading_of_later_does_not_count_yet() -> None:
    metric = Increase(baseline=Decimal(0), target=Decimal(10))
    assert raw(metric, reading(5, day=1), reading(9, day=3), day=2) == Fraction(1, 2)
    assert raw(metric, reading(9, day=3), day=2) is None


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_line_is_nothing_at_its_baseline_all_at_its_target_and_clamped_beyond(
    baseline: Decimal, target: Decimal, value: Decimal
) -> None:
    if baseline == target:
        return
    metric = straight(baseline, target)
    assert raw(metric, reading(baseline)) == 0
    assert raw(metric, reading(target)) == 1
    progress = progress_of(metric, [reading(value)], AS_OF)
    assert progress.raw == (Fraction(value) - Fraction(baseline)) / (
        Fraction(target) - Fraction(baseline)
    )
    assert progress.clamped == min(max(progress.raw, Fraction(0)), Fraction(1))
    assert progress.coverage == 1


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_mirrored_line_gives_the_same_progress(
    baseline: Decimal, target: Decimal, value: Decimal
) -> None:
    if baseline != target:
        mirrored = straight(-baseline, -target)
        assert raw(straight(baseline, target), reading(value)) == raw(mirrored, reading(-value))


@given(NUMBERS, NUMBERS, st.lists(NUMBERS, min_size=2, max_size=6))
def test_a_value_nearer_to_the_target_never_means_less_progress(
    baseline: Decimal, target: Decimal, values: list[Decimal]
) -> None:
    if baseline == target:
        return
    metric = straight(baseline, target)
    values.sort(reverse=target < baseline)
    several = [progress_of(metric, [reading(value)], AS_OF) for value in values]
    for before, after in pairwise(several):
        assert before.raw is not None
        assert after.raw is not None
        assert before.clamped is not None
        assert after.clamped is not None
        assert before.raw <= after.raw
        assert before.clamped <= after.clamped


@given(NUMBERS, st.sampled_from([Increase, Decrease, Curve]))
def test_a_target_that_equals_its_baseline_cannot_be_written(
    number: Decimal, kind: type[Increase | Decrease | Curve]
) -> None:
    with pytest.raises(ValidationError, match="target equals baseline"):
        kind(baseline=number, target=number)


def test_numbers_longer_than_decimals_usually_are_stay_exact() -> None:
    metric = Increase(baseline=Decimal(0), target=Decimal("3e39"))
    assert raw(metric, reading("1." + "0" * 38 + "1")) == Fraction(10**39 + 1, 3 * 10**78)


def test_a_curve_bends_at_its_points_in_both_directions() -> None:
    up = Curve(
        baseline=Decimal(0),
        target=Decimal(100),
        points=((Decimal(80), Decimal("0.7")), (Decimal(50), Decimal("0.4"))),
    )
    down = Curve(baseline=Decimal(100), target=Decimal(0), points=((Decimal(50), Decimal("0.4")),))
    assert raw(up, reading(65)) == Fraction(11, 20)
    assert raw(up, reading(-5)) == 0
    assert raw(up, reading(500)) == 1
    assert raw(down, reading(75)) == Fraction(1, 5)
    assert raw(down, reading(25)) == Fraction(7, 10)
    assert raw(down, reading(-5)) == 1
    assert raw(down, reading(120)) == 0


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_curve_without_points_is_a_clamped_line(
    baseline: Decimal, target: Decimal, value: Decimal
) -> None:
    if baseline != target:
        line = progress_of(straight(baseline, target), [reading(value)], AS_OF)
        curve = progress_of(Curve(baseline=baseline, target=target), [reading(value)], AS_OF)
        assert curve.raw == curve.clamped == line.clamped


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("fail", Fraction(0)),
        ("commit", Fraction(3, 7)),
        ("target", Fraction(1)),
        ("Stretch", Fraction(10, 7)),
    ],
)
def test_a_grade_in_words_has_the_progress_of_its_zone(zone: str, expected: Fraction) -> None:
    assert raw(Grade(), reading(parse_value(Grade(), zone))) == expected


@pytest.mark.parametrize("value", ["4", "-1", "1.5"])
def test_a_grade_that_is_no_zone_is_unknown_and_not_zero(value: str) -> None:
    progress = progress_of(Grade(), [reading(value)], AS_OF)
    assert progress.raw is None
    assert progress.coverage == 0
    assert "no zone" in progress.reason


@pytest.mark.parametrize("sign", [1, -1])
def test_a_grade_on_a_number_is_straight_between_its_marks_and_flat_beyond(sign: int) -> None:
    metric = Grade(baseline=Decimal(sign * 5), stretch=Decimal(sign * 10))
    values = {
        "5": 0,
        "6.5": Fraction(3, 7),
        "8.5": 1,
        "10": Fraction(10, 7),
        "4": 0,
        "99": Fraction(10, 7),
    }
    for value, expected in values.items():
        assert raw(metric, reading(sign * Decimal(value))) == expected
    own = Grade(baseline=Decimal(0), commit=Decimal(10), target=Decimal(12), stretch=Decimal(20))
    assert raw(own, reading(11)) == Fraction(5, 7)


@given(NUMBERS, NUMBERS, st.sampled_from(JUDGES))
def test_a_bound_that_is_met_exactly_holds(bound: Decimal, other: Decimal, judge: Judge) -> None:
    low, high = min(bound, other), max(bound, other)
    for metric in (
        AtLeast(bound=bound, judge=judge),
        AtMost(bound=bound, judge=judge),
        Within(low=low, high=high, judge=judge),
    ):
        assert raw(metric, reading(bound), day=9) == 1


@given(NUMBERS, st.decimals(0, 10_000, places=2), st.sampled_from(JUDGES))
def test_drift_beyond_a_value_to_maintain_is_not_rewarded(
    bound: Decimal, drift: Decimal, judge: Judge
) -> None:
    for metric, value in (
        (AtLeast(bound=bound, judge=judge), bound + drift),
        (AtMost(bound=bound, judge=judge), bound - drift),
    ):
        progress = progress_of(metric, [reading(value)], START + timedelta(days=9))
        assert progress.raw == progress.clamped == 1


def test_each_judge_looks_at_the_readings_of_a_band_in_its_own_way() -> None:
    several = [reading(10, 0), reading(30, 7), reading(12, 14)]  # 20 may not be passed
    judged = {
        judge: raw(AtMost(bound=Decimal(20), judge=judge), *several, day=21) for judge in JUDGES
    }
    assert judged == {"latest": 1, "worst": 0, "average": 1, "share": Fraction(2, 3)}


def test_a_mean_is_weighted_by_the_time_that_each_reading_held() -> None:
    several = [reading(10, 0), reading(40, 6), reading(10, 7)]
    average = AtMost(bound=Decimal("13.75"), judge="average")  # (6·10 + 40 + 10) / 8
    assert raw(average, *several, day=8) == 1
    assert raw(average.model_copy(update={"bound": Decimal("13.74")}), *several, day=8) == 0


def test_a_share_of_time_counts_against_its_goal_and_at_most_once() -> None:
    metric = AtLeast(bound=Decimal(5), judge="share", goal=Decimal("0.8"))
    assert raw(metric, reading(6, 0), reading(4, 4), day=8) == Fraction(5, 8)
    assert raw(metric, reading(6, 0), reading(4, 9), day=10) == 1


def test_a_reading_holds_until_the_next_and_at_most_its_cadence_and_grace() -> None:
    metric = AtLeast(bound=Decimal(5), judge="share")
    several = [reading(6, 0), reading(4, 30)]
    # 10 covered days hold, then 20 silent ones, 10 that do not hold, and 20 silent ones.
    assert raw(metric, *several, day=60) == Fraction(10, 60)
    monthly = progress_of(metric, several, AS_OF, cadence="monthly", grace_days=0)
    assert monthly.raw == Fraction(30, (AS_OF - START).days)
    shorter = progress_of(metric, several, START + timedelta(days=32), cadence="monthly")
    assert shorter.raw == Fraction(30, 32)


def test_only_the_time_of_a_key_result_is_judged() -> None:
    metric = AtMost(bound=Decimal(20), judge="worst")
    several = [reading(99, 0), reading(10, 5), reading(99, 50)]
    span = {"since": START + timedelta(days=5), "until": START + timedelta(days=40)}
    assert progress_of(metric, several, AS_OF, **span).raw == 1  # type: ignore[arg-type]
    earlier = progress_of(metric, several, AS_OF, since=START + timedelta(days=4))
    assert earlier.raw == 0
    late = progress_of(metric, [reading(10, 50)], AS_OF, until=START + timedelta(days=40))
    assert late.raw is None
    assert late.reason == "no reading between its start and its due day"


@given(
    st.lists(st.tuples(st.integers(0, 90), NUMBERS), min_size=1, max_size=8),
    NUMBERS,
    st.randoms(),
)
def test_bands_do_not_depend_on_the_order_in_which_readings_are_given(
    values: list[tuple[int, Decimal]], bound: Decimal, chance: object
) -> None:
    several = [reading(v, day, sequence=i) for i, (day, v) in enumerate(values)]
    shuffled = list(several)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    for judge in JUDGES:
        metric = AtMost(bound=bound, judge=judge)
        assert raw(metric, *several, day=95) == raw(metric, *shuffled, day=95)
        worst = raw(AtMost(bound=bound, judge="worst"), *several, day=95)
        assert worst is not None
        if judge != "share":  # in which time that no reading covers does not hold
            assert worst <= (raw(metric, *several, day=95) or 0)


def test_milestones_count_by_weight_and_only_what_is_known_to_be_done() -> None:
    metric = Milestones(parts=(Part(id="a", title="A", weight=Decimal(3)), Part(id="b", title="B")))
    assert raw(metric) is None
    assert raw(metric, reading(1, part="b")) == Fraction(1, 4)
    assert raw(metric, reading(1, part="b"), reading(1, 1, part="a")) == 1
    assert raw(metric, reading(1, part="a"), reading(0, 1, part="a")) == 0
    assert raw(metric, reading(1, part="gone")) is None


def test_binary_is_done_or_not_and_a_baseline_is_found_by_its_first_reading() -> None:
    assert raw(Binary(), reading(0)) == 0
    assert raw(Binary(), reading(1)) == 1
    assert raw(BaselineFinding()) is None
    assert raw(BaselineFinding(), reading(0)) == 1


def test_the_current_reading_is_the_latest_by_time_and_then_by_sequence() -> None:
    several = [reading(1, 5, sequence=9), reading(2, 6, sequence=1), reading(3, 6, sequence=2)]
    assert current_reading(several, AS_OF) == several[2]
    assert current_reading(several, START + timedelta(days=5)) == several[0]


def test_the_current_reading_is_right_where_clocks_are_set_back() -> None:
    zurich = ZoneInfo("Europe/Zurich")
    first = replace(reading(1), at=datetime(2026, 10, 25, 2, 45, tzinfo=zurich))
    second = replace(reading(2), at=datetime(2026, 10, 25, 2, 15, tzinfo=zurich, fold=1))
    assert current_reading([second, first], AS_OF) == second


def test_suspect_void_and_superseded_readings_do_not_count() -> None:
    good = reading(1, 1, id="r1")
    suspect = reading(9, 2, id="r2", state="suspect")
    wrong = reading(8, 3, id="r3")
    void = reading(8, 3, sequence=4, id="r4", state="void", supersedes="r3")
    assert current_reading([good, suspect, wrong], AS_OF) == wrong
    assert current_reading([good, suspect, wrong, void], AS_OF) == good
    assert current_reading([suspect], AS_OF) is None
    assert current_reading([], AS_OF) is None
    corrected = reading(2, 3, sequence=5, id="r5", supersedes="r3")
    assert current_reading([good, wrong, corrected], AS_OF) == corrected


def test_a_suspect_reading_waits_only_while_nothing_newer_counts() -> None:
    old, suspect, newer = reading(1, 1), reading(0, 2, state="suspect", id="r2"), reading(2, 3)
    assert waiting_reading([old, suspect], AS_OF, old) == suspect
    assert waiting_reading([old, suspect, newer], AS_OF, newer) is None
    accepted = reading(0, 2, sequence=7, supersedes="r2")
    assert waiting_reading([old, suspect, accepted], AS_OF, accepted) is None
    assert waiting_reading([suspect], AS_OF, None) == suspect
    assert waiting_reading([suspect], START, None) is None


def test_progress_says_that_its_only_reading_is_suspect() -> None:
    metric = Increase(baseline=Decimal(0), target=Decimal(1))
    assert "suspect" in progress_of(metric, [reading(1, state="suspect")], AS_OF).reason


def test_a_persons_value_on_a_bound_key_result_ends_at_its_until() -> None:
    source = reading(5, 1, source="jira:acme")
    word = reading(8, 2, until=START + timedelta(days=10))
    several = [source, word]
    before, after = START + timedelta(days=9), START + timedelta(days=10)
    assert current_reading(several, before, bound=True) == word
    assert current_reading(several, after, bound=True) == source
    assert current_reading(several, after) == source
    assert current_reading([word], after, bound=True) is None
    metric = Increase(baseline=Decimal(0), target=Decimal(10))
    assert "has ended" in progress_of(metric, [word], after, bound=True).reason


def test_a_sources_newer_answer_replaces_a_persons_value_before_its_until() -> None:
    word = reading(8, 2, until=START + timedelta(days=30))
    answer = reading(6, 3, source="jira:acme")
    assert current_reading([word, answer], AS_OF, bound=True) == answer


def test_without_an_until_only_values_from_before_the_binding_count() -> None:
    before, answer = reading(3, 0), reading(5, 1, source="jira:acme")
    stray = reading(9, 2)
    assert counting_readings([stray, answer, before], AS_OF, bound=True) == [before, answer]
    assert current_reading([before], AS_OF, bound=True) == before


def test_a_value_that_ended_covers_no_more_time_of_a_band() -> None:
    metric = AtLeast(bound=Decimal(5), judge="share")
    several: Sequence[Reading] = [
        reading(9, 0, until=START + timedelta(days=2)),
        reading(1, 6, source="jira:acme"),
    ]
    assert raw(metric, *several, day=8) == Fraction(2, 8)


def test_of_several_readings_at_one_time_the_last_is_the_one_that_counts() -> None:
    several = [reading(99, 1, sequence=1), reading(5, 1, sequence=2)]
    assert raw(AtMost(bound=Decimal(10), judge="worst"), *several) == 1


@pytest.mark.parametrize(
    ("metric", "text", "value"),
    [
        (Increase(unit="%", baseline=Decimal(1), target=Decimal(2)), " 1.10 % ", "1.10"),
        (Increase(baseline=Decimal(1), target=Decimal(2)), "-1e3", "-1000"),
        (Grade(baseline=Decimal(1), stretch=Decimal(2)), "1.5", "1.5"),
        (Binary(), "Done", "1"),
        (Binary(), "no", "0"),
        (Milestones(parts=(Part(id="a", title="A"),)), "true", "1"),
        (BaselineFinding(), "37", "37"),
    ],
)
def test_a_value_is_read_as_people_write_it(metric: Metric, text: str, value: str) -> None:
    assert parse_value(metric, text) == Decimal(value)


@pytest.mark.parametrize(
    ("metric", "text", "told"),
    [
        (AtMost(bound=Decimal(1)), "1,5", r"Write 1\.5\."),
        (AtMost(bound=Decimal(1)), "NaN", "Write digits"),
        (AtMost(bound=Decimal(1)), "Infinity", "Write digits"),
        (AtMost(bound=Decimal(1)), "", "Write digits"),
        (AtMost(bound=Decimal(1)), "1_000", "Write digits"),
        (AtMost(bound=Decimal(1)), "１２", "Write digits"),
        (AtMost(bound=Decimal(1)), "1e99", "Write a shorter one"),
        (AtMost(bound=Decimal(1)), "9" * 5000, "Write a shorter one"),
        (Grade(), "good", "fail, commit, target, stretch"),
        (Grade(), "2", "fail, commit, target, stretch"),
        (Binary(), "perhaps", "`done` or `open`"),
    ],
)
def test_a_value_that_is_none_says_what_to_write(metric: Metric, text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_value(metric, text)


@given(st.text(max_size=30))
def test_any_text_is_a_finite_number_or_a_plain_refusal(text: str) -> None:
    try:
        value = parse_value(AtMost(bound=Decimal(1)), text)
    except ValueError:
        return
    assert value.is_finite()
