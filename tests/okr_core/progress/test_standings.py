"""How key results and objectives stand at a time."""

import gc
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import (
    AtMost,
    BaselineFinding,
    Binary,
    Decrease,
    Grade,
    Increase,
    Metric,
    Milestones,
    Part,
)
from okr_core.plan.plan import KeyResult, Objective, Pace, Plan
from okr_core.plan.workspace import Policies, StalenessPolicy, StatusPolicy
from okr_core.progress.grades import End, grade_of
from okr_core.progress.judge import Judge
from okr_core.progress.rollup import roll_up
from okr_core.progress.standings import Standing, Status, standing
from okr_core.progress.status import Guard
from okr_core.record.entries import CheckIn, Entry, HypothesisClosed, Reading, SyncRecord

CYCLE = Cycle(id="2026-q4", starts=date(2026, 10, 1), ends=date(2026, 12, 29))  # 90 days
HALF = datetime(2026, 11, 15, 12, tzinfo=UTC)  # 45 days have passed
AFTER = datetime(2026, 12, 30, 0, 0, tzinfo=UTC)
PERCENT = Increase(baseline=Decimal(0), target=Decimal(100))
CAP = AtMost(bound=Decimal(20))
PARTS = Milestones(parts=(Part(id="a", title="A"), Part(id="b", title="B")))
KINDS: tuple[Metric, ...] = (PERCENT, CAP, PARTS, Binary(), Grade(), BaselineFinding())


def key_result(metric: Metric = PERCENT, name: str = "k", **more: object) -> KeyResult:
    return KeyResult.model_validate({"id": name, "title": name, "metric": metric} | more)


def plan_of(*key_results: KeyResult, **more: object) -> Plan:
    fields = {"id": "o", "title": "o", "key_results": key_results}
    return Plan(cycle=CYCLE, objectives=(Objective.model_validate(fields | more),))


def reading(value: object, days_ago: float = 1, **more: object) -> Reading:
    fresh = Reading(at=HALF - timedelta(days=days_ago), value=Decimal(str(value)))
    return replace(fresh, **more)  # type: ignore[arg-type]


def check_in(confidence: int | None, days_ago: float = 1) -> Entry:
    return Entry(at=HALF - timedelta(days=days_ago), body=CheckIn(confidence=confidence))


def of(
    kr: KeyResult, *readings: Reading, said: Sequence[Entry] = (), at: datetime = HALF
) -> Standing:
    return standing(plan_of(kr), {kr.id: readings}, {kr.id: said}, at)[kr.id]


@pytest.mark.parametrize(
    ("percent", "status"),
    [
        ("60", "ahead"),
        ("59.99", "on_track"),
        ("45", "on_track"),
        ("44.99", "behind"),
        ("30", "behind"),
        ("29.99", "at_risk"),
        ("-50", "at_risk"),
        ("100", "done"),
        ("140", "done"),
    ],
)
def test_the_gap_to_the_pace_gives_the_status_and_its_limits_belong_to_it(
    percent: str, status: Status
) -> None:
    found = of(key_result(), reading(percent))
    assert found.expected == Fraction(1, 2)
    assert found.progress.clamped is not None
    assert found.gap == found.progress.clamped - Fraction(1, 2)
    assert found.status == found.shown == status


def test_a_standing_names_the_reading_that_counts() -> None:
    """Of two equal values the one that still holds, not the newest."""
    ada = reading(40, 6, id="r1", by="ada")
    bob = reading(40, 5, id="r2", by="bob", until=HALF - timedelta(days=3))
    assert of(key_result(), ada, bob).reading == ada
    assert of(key_result(), ada, bob, at=HALF - timedelta(days=4)).reading == bob
    assert of(key_result(), ada).reading == ada
    assert of(key_result()).reading is None
    assert of(key_result(), reading(1, state="suspect")).reading is None
    dropped = key_result(state="dropped", state_reason="no time")
    assert of(dropped, ada).reading is None


def test_of_milestones_the_newest_counts_with_the_number_done() -> None:
    done = [reading(1, 3, part="a", id="r1"), reading(0, 2, part="b", id="r2")]
    found = of(key_result(PARTS), *done)
    assert found.reading is not None
    assert found.reading.id == "r2"
    assert found.reading.value == found.current == 1


@pytest.mark.parametrize(
    ("later", "stale"),
    [(timedelta(seconds=-1), False), (timedelta(0), False), (timedelta(seconds=1), True)],
)
@pytest.mark.parametrize("cadence", ["weekly", "biweekly", "monthly"])
@pytest.mark.parametrize("metric", [PERCENT, CAP])
def test_data_is_fresh_through_the_last_moment_of_its_cadence_and_grace(
    metric: Metric, cadence: str, later: timedelta, stale: bool
) -> None:
    days = {"weekly": 7 + 3, "biweekly": 14 + 3, "monthly": 31 + 3}[cadence]
    read = Reading(at=HALF - timedelta(days=days), value=Decimal(10))
    said = [Entry(at=read.at, body=CheckIn(note="still so"))]
    older = replace(read, at=read.at - timedelta(days=9))
    kr = key_result(metric, cadence=cadence)
    for readings, words in ((read, ()), (read, said), (older, said)):
        assert of(kr, readings, said=words, at=HALF + later).stale is stale


def test_a_policy_moves_the_limits() -> None:
    policies = Policies(status=StatusPolicy(on_track=Decimal("-0.3"), behind=Decimal("-0.4")))
    found = standing(plan_of(key_result()), {"k": [reading(20)]}, {}, HALF, policies=policies)
    assert found["k"].status == "on_track"


@pytest.mark.parametrize("metric", KINDS)
def test_without_a_reading_it_is_pending_and_after_its_due_day_it_has_the_worst_outcome(
    metric: Metric,
) -> None:
    kr = key_result(metric)
    assert of(kr).status == "pending"
    assert of(kr).progress.clamped is None
    assert of(kr, at=AFTER - timedelta(seconds=1)).status == "pending"
    assert of(kr, at=AFTER).status == "red"


@pytest.mark.parametrize("metric", KINDS)
def test_a_closed_cycle_is_closed_whatever_its_readings_say(metric: Metric) -> None:
    kr = key_result(metric)
    found = standing(plan_of(kr), {"k": [reading(1)]}, {}, AFTER, closed=True)
    assert found["k"].status == found["o"].status == "closed"


@pytest.mark.parametrize(
    ("ambition", "percent", "outcome"),
    [
        ("committed", 100, "reached"),
        ("committed", 99, "not_reached"),
        ("aspirational", 100, "green"),
        ("aspirational", 70, "green"),
        ("aspirational", 69, "yellow"),
        (None, 40, "yellow"),
        (None, 39, "red"),
        ("learning", 39, "red"),
    ],
)
def test_after_its_due_day_a_status_is_the_outcome(
    ambition: str | None, percent: int, outcome: Status
) -> None:
    kr = key_result(due=date(2026, 11, 14))
    plan = plan_of(kr, ambition=ambition)
    read = {"k": [reading(percent, 1.5)]}
    ended = standing(plan, read, {}, HALF)["k"]
    assert (ended.status, ended.outcome, ended.expected) == (outcome, outcome, None)
    minute_before = standing(plan, read, {}, datetime(2026, 11, 14, 23, 59, tzinfo=UTC))["k"]
    assert minute_before.outcome is None
    assert minute_before.expected is not None


def test_what_comes_after_its_due_day_counts_neither_for_progress_nor_for_the_outcome() -> None:
    kr = key_result(due=date(2026, 11, 14))
    found = of(kr, reading(74, 2), reading(100, 0.2), at=HALF)
    assert (found.current, found.progress.clamped) == (Decimal(74), Fraction(74, 100))
    assert found.status == "green"


def test_what_is_observed_after_the_cut_off_does_not_count() -> None:
    cycle = CYCLE.model_copy(update={"cutoff": datetime(2027, 1, 3)})  # noqa: DTZ001 - local
    plan = plan_of(key_result()).model_copy(update={"cycle": cycle})
    at = datetime(2026, 12, 20, tzinfo=UTC)
    seen = [
        Reading(at=at, value=Decimal(50), observed_at=at),
        Reading(at=at + timedelta(days=1), value=Decimal(100), observed_at=at + timedelta(days=30)),
    ]
    late = datetime(2027, 2, 1, tzinfo=UTC)
    assert standing(plan, {"k": seen}, {}, late)["k"].progress.clamped == Fraction(1, 2)


def test_before_its_first_day_it_has_not_begun() -> None:
    kr = key_result(starts=date(2026, 12, 1))
    found = standing(plan_of(kr), {"k": [reading(5)]}, {}, HALF)
    assert found["k"].status == found["o"].status == "not_begun"
    assert found["o"].pending == 0
    both = standing(plan_of(kr, key_result(name="b")), {"b": [reading(50)]}, {}, HALF)
    assert both["o"].status == "on_track"


@pytest.mark.parametrize(("cadence", "days"), [("weekly", 10), ("biweekly", 17), ("monthly", 34)])
def test_what_nobody_ever_reported_is_asked_for_after_cadence_and_grace(
    cadence: str, days: int
) -> None:
    kr = key_result(cadence=cadence, starts=date(2026, 10, 5))
    asked = datetime(2026, 10, 5, tzinfo=UTC) + timedelta(days=days)
    assert not of(kr, at=asked - timedelta(seconds=1)).unreported
    assert of(kr, at=asked).unreported
    assert not of(kr, at=AFTER).unreported
    first = Reading(at=asked - timedelta(days=1), value=Decimal(1))
    assert not of(kr, first, at=asked).unreported
    assert not of(kr, replace(first, state="suspect"), at=asked).unreported
    said = Entry(at=first.at, body=CheckIn(confidence=5))
    assert not of(kr, said=[said], at=asked).unreported


def test_a_score_says_how_an_item_ended_and_a_frozen_one_alone() -> None:
    plan = plan_of(key_result())
    read = {"k": [Reading(at=HALF, value=Decimal(90))]}
    half = End("yellow", Fraction(1, 2), Fraction(1, 2), Fraction(1), reading=read["k"][0])
    card = {"k": half, "o": half._replace(score=Fraction(2, 5))}  # by weights as agreed
    found = standing(plan, read, {}, AFTER, ends=card)
    assert (found["k"].status, found["o"].status) == ("yellow", "yellow")
    assert found["k"].progress.clamped == Fraction(1, 2)
    assert found["o"].progress.clamped == Fraction(2, 5)
    under_way = standing(plan, read, {}, HALF, ends=card)
    assert (under_way["k"].status, under_way["k"].outcome) == ("ahead", None)
    assert under_way["k"].progress.clamped == under_way["o"].progress.clamped == Fraction(9, 10)
    frozen = standing(plan, read, {}, AFTER, closed=True, ends={"k": half})
    assert (frozen["k"].status, frozen["k"].shown) == ("closed", "yellow")
    assert (frozen["o"].outcome, frozen["o"].shown) == (None, "closed")


def test_a_band_is_on_track_while_it_holds_and_reached_only_after_its_due_day() -> None:
    kr = key_result(CAP)
    assert of(kr, reading(20)).status == "on_track"
    assert of(kr, reading(21)).status == "at_risk"
    assert of(kr, reading(20)).expected is None
    committed = plan_of(kr, ambition="committed")
    for value, outcome in ((20, "reached"), (21, "not_reached")):
        assert standing(committed, {"k": [reading(value)]}, {}, AFTER)["k"].status == outcome


def test_a_band_that_must_always_hold_is_not_reached_from_the_day_on_which_it_broke() -> None:
    kr = key_result(CAP.model_copy(update={"judge": "worst"}))
    broken = HALF - timedelta(days=40)
    several = [reading(19, 60), reading(21, 40), reading(30, 39), reading(18, 38)]
    plan = plan_of(kr, key_result(name="b"))
    found = standing(plan, {"k": several, "b": [reading(1)]}, {}, HALF)
    assert (found["k"].status, found["k"].stale, found["k"].broken_at) == (
        "not_reached",
        False,
        broken,
    )
    assert found["k"].verdict is not None
    assert found["k"].verdict.value == 30
    assert found["k"].verdict.at == HALF - timedelta(days=39)
    assert (found["o"].status, found["o"].worst) == ("not_reached", "k")
    held = of(kr, reading(19, 60), reading(18, 1))
    assert (held.status, held.broken_at) == ("on_track", None)


def test_a_band_says_what_it_is_judged_by() -> None:
    average = of(
        key_result(CAP.model_copy(update={"judge": "average"})), reading(30, 3), reading(9, 1)
    )
    assert average.verdict is not None
    assert average.verdict.value == Fraction(2 * 30 + 9, 3)
    share = of(
        key_result(CAP.model_copy(update={"judge": "share", "goal": Decimal("0.9")})),
        reading(9, 3),
        reading(30, 2),
        reading(9, 1),
    )
    assert share.verdict is not None
    assert share.progress.clamped == share.verdict.value / Fraction(9, 10)
    assert of(key_result(CAP), reading(9)).verdict is None


@pytest.mark.parametrize("metric", [Binary(), Grade(), BaselineFinding()])
@pytest.mark.parametrize(
    ("confidence", "status"),
    [
        (10, "on_track"),
        (7, "on_track"),
        (6, "behind"),
        (4, "behind"),
        (3, "at_risk"),
        (0, "at_risk"),
    ],
)
def test_where_there_is_no_pace_the_last_confidence_gives_the_status(
    metric: Metric, confidence: int, status: Status
) -> None:
    said = [check_in(None, 0.5), check_in(confidence, 2), check_in(1 if confidence > 3 else 9, 8)]
    found = of(key_result(metric), said=said)
    assert found.status == status
    assert found.confidence == confidence
    assert found.expected is None


def test_without_confidence_a_binary_that_is_open_is_pending() -> None:
    assert of(key_result(Binary()), reading(0)).status == "pending"


def test_confidence_does_not_change_the_status_of_a_line() -> None:
    found = of(key_result(), reading(50), said=[check_in(1)])
    assert found.status == "on_track"
    assert found.confidence == 1


def test_words_of_later_and_entries_of_other_kinds_are_not_heard() -> None:
    sync = Entry(at=HALF, body=SyncRecord(connection="acme", observed_at=HALF))
    found = of(key_result(Binary()), said=[check_in(8, -1), sync])
    assert found.status == "pending"
    assert found.confidence is None


@pytest.mark.parametrize(("cadence", "days"), [("weekly", 10), ("biweekly", 17), ("monthly", 34)])
def test_data_is_stale_when_it_is_older_than_its_cadence_and_the_grace(
    cadence: str, days: int
) -> None:
    kr = key_result(cadence=cadence)
    assert not of(kr, reading(50, days)).stale
    old = of(kr, reading(50, days + 0.001))
    assert old.stale
    assert old.status == "on_track"
    assert old.shown == "stale"


def test_a_check_in_without_a_value_is_a_fresh_word_too() -> None:
    assert not of(key_result(), reading(50, 30), said=[check_in(None, 9)]).stale
    assert of(key_result(), reading(50, 30), said=[check_in(None, 11)]).stale


def test_a_policy_sets_when_data_is_stale() -> None:
    policies = Policies(staleness=StalenessPolicy(weekly=2, grace_days=0))
    found = standing(plan_of(key_result()), {"k": [reading(50, 3)]}, {}, HALF, policies=policies)
    assert found["k"].stale


def test_staleness_takes_the_green_away_and_never_the_red() -> None:
    shown = {p: of(key_result(), reading(p, 20)).shown for p in (90, 50, 35, 10)}
    assert shown == {90: "stale", 50: "stale", 35: "behind", 10: "at_risk"}


def test_a_reached_target_is_done_only_while_the_word_is_fresh() -> None:
    old = of(key_result(), reading(100, 20))
    assert (old.status, old.shown) == ("ahead", "stale")


@pytest.mark.parametrize(
    ("metric", "readings"),
    [
        (Binary(), [reading(1, 40)]),
        (BaselineFinding(), [reading(31, 40)]),
        (PARTS, [reading(1, 40, part="a"), reading(1, 39, part="b")]),
    ],
)
def test_what_cannot_be_undone_stays_done(metric: Metric, readings: list[Reading]) -> None:
    found = of(key_result(metric), *readings)
    assert (found.status, found.shown, found.stale) == ("done", "done", False)


def test_what_has_ended_is_never_stale() -> None:
    kr = key_result(due=date(2026, 11, 1))
    assert of(kr, reading(100, 15), at=AFTER).shown == "green"
    assert (of(kr, reading(100, 26), at=AFTER).shown, of(kr, at=AFTER).stale) == ("green", False)


def test_milestones_are_measured_against_the_days_of_their_parts() -> None:
    dated = Milestones(
        parts=(
            Part(id="a", title="A", due=date(2026, 10, 20)),
            Part(id="b", title="B", due=date(2026, 12, 20)),
        )
    )
    found = of(key_result(dated), reading(0, part="a"))
    assert found.expected == Fraction(1, 2)
    assert found.status == "at_risk"
    found = of(key_result(dated), reading(1, part="a"))
    assert found.status == "on_track"
    assert found.current == 1


def test_holidays_slow_the_pace_of_workdays() -> None:
    kr = key_result(pace=Pace(curve="workdays"))
    without = standing(plan_of(kr), {"k": [reading(50)]}, {}, HALF)["k"].expected
    off = [date(2026, 10, day) for day in (5, 6, 7, 8, 9)]
    with_them = standing(plan_of(kr), {"k": [reading(50)]}, {}, HALF, off)["k"].expected
    assert without == Fraction(32, 64)
    assert with_them == Fraction(27, 59)


def test_key_results_of_one_plan_have_each_their_own_steps() -> None:
    several = [
        key_result(name=f"k{share}", pace=Pace(steps={date(2026, 10, 2): Decimal(share)}))
        for share in ("0.2", "0.7")
    ]
    found = standing(plan_of(*several), {}, {}, HALF)
    assert [found[kr.id].expected for kr in several] == [Fraction(1, 5), Fraction(7, 10)]


def test_a_suspect_reading_waits_beside_the_number_that_still_counts() -> None:
    suspect = reading(0, 1, state="suspect")
    found = of(key_result(), reading(50, 2), suspect)
    assert found.current == 50
    assert found.suspect == suspect
    only = of(key_result(), suspect)
    assert (only.status, only.current, only.suspect) == ("pending", None, suspect)


def test_a_standing_names_the_value_and_when_it_was_seen() -> None:
    seen = HALF - timedelta(days=2)
    read = reading(50, 3, observed_at=seen, source="jira:acme")
    assert of(key_result(), read).observed_at == seen
    assert of(key_result(), reading(50, 3)).observed_at == HALF - timedelta(days=3)


def objective_of(**readings: Sequence[Reading]) -> Standing:
    """An objective of percents `a`, `b`, `c` with these readings."""
    key_results = [key_result(name=name) for name in ("a", "b", "c")]
    return standing(plan_of(*key_results), readings, {}, HALF)["o"]


def test_an_objective_shows_its_worst_item_and_how_many_are_pending() -> None:
    found = objective_of(a=[reading(90)], b=[reading(10)])
    assert (found.status, found.shown, found.pending) == ("at_risk", "at_risk", 1)
    assert objective_of(a=[reading(90)], b=[reading(50)]).status == "on_track"
    assert objective_of().status == "pending"
    assert objective_of().pending == 3


def test_an_old_word_of_what_is_pending_takes_no_green_from_the_objective() -> None:
    launch = key_result(Binary(kind="binary"), "launch")
    known = {"k": [reading(60)], "launch": [reading(0, 30, key_result="launch")]}
    found = standing(plan_of(key_result(), launch), known, {}, HALF)
    assert (found["launch"].shown, found["launch"].stale) == ("pending", True)
    assert (found["k"].shown, found["o"].shown, found["o"].pending) == ("ahead", "ahead", 1)


def test_a_stale_item_is_worse_than_one_behind_and_better_than_one_at_risk() -> None:
    stale, behind, risky = [reading(90, 20)], [reading(35)], [reading(1)]
    assert objective_of(a=stale, b=behind).shown == "stale"
    assert objective_of(a=stale, b=risky).shown == "at_risk"
    assert objective_of(a=[reading(35, 20)], b=[reading(90)]).shown == "behind"


def test_an_item_without_weight_does_not_show_in_its_objective() -> None:
    plan = plan_of(key_result(name="a"), key_result(name="b", weight=0))
    found = standing(plan, {"a": [reading(90)], "b": [reading(0)]}, {}, HALF)
    assert found["b"].status == "at_risk"
    assert found["o"].status == "ahead"
    assert found["o"].pending == 0


def test_an_objective_is_under_way_until_its_last_item_has_ended() -> None:
    early = key_result(name="a", due=date(2026, 11, 1))
    plan = plan_of(early, key_result(name="b"), ambition="committed")
    read = {"a": [reading(50, 20)], "b": [reading(90)]}
    found = standing(plan, read, {}, HALF)["o"]
    assert (found.status, found.worst, found.outcome) == ("ahead", "b", None)
    assert (found.ended, found.fell_short, found.counted) == (1, 1, 2)
    read["b"] = [reading(100)]
    ended = standing(plan, read, {}, AFTER)["o"]
    assert (ended.status, ended.worst, ended.pending) == ("not_reached", "", 0)
    assert (ended.ended, ended.fell_short, ended.counted) == (2, 1, 2)


def test_an_objective_about_which_nothing_was_ever_known_is_red_in_the_end() -> None:
    plan = plan_of(key_result(name="a"), key_result(name="b", due=date(2026, 11, 1)))
    assert standing(plan, {}, {}, HALF)["o"].status == "pending"
    assert standing(plan, {}, {}, AFTER)["o"].status == "red"
    assert standing(plan_of(), {}, {}, AFTER)["o"].status == "pending"


@pytest.mark.parametrize(
    ("evidence", "outcome"), [("a test with 40 teams", "learned"), (" ", "open")]
)
def test_a_learning_objective_has_learned_once_its_hypothesis_is_closed_with_evidence(
    evidence: str, outcome: Status
) -> None:
    plan = plan_of(key_result(), ambition="learning")
    closed = Entry(at=HALF, body=HypothesisClosed(outcome="refuted", evidence=evidence))
    found = standing(plan, {"k": [reading(10)]}, {"o": [closed]}, AFTER)
    assert (found["o"].status, found["k"].status) == (outcome, "red")
    assert standing(plan, {}, {"o": [closed]}, HALF)["o"].status == "pending"


def test_a_binary_that_only_confidence_speaks_of_shows_in_its_objective() -> None:
    plan = plan_of(key_result(Binary(), "a"), key_result(name="b"))
    found = standing(plan, {"b": [reading(90)]}, {"a": [check_in(2)]}, HALF)
    assert (found["o"].status, found["o"].pending) == ("at_risk", 0)


def test_an_objective_tells_the_age_of_its_oldest_number() -> None:
    found = objective_of(a=[reading(50, 2)], b=[reading(50, 12)])
    assert found.observed_at == HALF - timedelta(days=12)
    assert found.stale


def test_a_counted_child_shows_in_its_parent() -> None:
    child = Objective(id="c", title="c", key_results=(key_result(),), contributes_to=("p",))
    gone = child.model_copy(
        update={"id": "g", "key_results": (), "state": "dropped", "state_reason": "why not"}
    )
    drawn = child.model_copy(update={"id": "d", "key_results": ()})
    parent = Objective(id="p", title="p", counts={"c": Decimal(1), "g": Decimal(1)})
    plan = Plan(cycle=CYCLE, objectives=(parent, child, gone, drawn))
    found = standing(plan, {"k": [reading(1)]}, {}, HALF)
    assert (found["p"].status, found["p"].pending) == ("at_risk", 0)
    assert found["p"].progress.clamped == Fraction(1, 100)
    assert found["g"].status == "closed"


def test_dropped_items_are_listed_as_closed_and_do_not_show() -> None:
    gone = key_result(name="b", state="dropped", state_reason="no longer wanted")
    found = standing(plan_of(key_result(name="a"), gone), {"b": [reading(1)]}, {}, HALF)
    assert found["b"].status == "closed"
    assert found["b"].progress.reason == "dropped: no longer wanted"
    assert (found["o"].status, found["o"].pending) == ("pending", 1)
    plan = plan_of(key_result(name="a"), state="deferred", state_reason="later")
    found = standing(plan, {"a": [reading(1)]}, {}, HALF)
    assert found["a"].status == found["o"].status == "closed"


METRICS = st.sampled_from(
    (
        *KINDS,
        Decrease(baseline=Decimal(100), target=Decimal(0)),
        CAP.model_copy(update={"judge": "share"}),
    )
)
READINGS = st.builds(
    reading,
    st.sampled_from(["-5", "0", "1", "2", "20", "45", "50", "60.1", "100", "130"]),
    st.sampled_from([-3, 0, 0.5, 9.9, 10, 10.1, 33]),
    state=st.sampled_from(["observed", "observed", "observed", "suspect", "void"]),
    part=st.sampled_from(["", "", "a", "b"]),
    source=st.sampled_from(["manual", "jira:acme"]),
    until=st.sampled_from([None, None, HALF, HALF + timedelta(days=1)]),
    observed_at=st.sampled_from([None, HALF]),
    sequence=st.integers(1, 5),
)
KEY_RESULTS = st.builds(
    key_result,
    METRICS,
    pace=st.sampled_from(
        [Pace(), Pace(curve="s_curve"), Pace(steps={CYCLE.starts: Decimal("0.4")})]
    ),
    due=st.sampled_from([None, date(2026, 11, 14), date(2026, 11, 15), date(2026, 9, 1)]),
    cadence=st.sampled_from(["weekly", "monthly"]),
)


def guarded(*readings: Reading, at: datetime = HALF, percent: int = 100) -> dict[str, Standing]:
    """A committed objective with a key result and a guard `churn` of at most 20."""
    plan = plan_of(key_result(), key_result(CAP, "churn", guard=True), ambition="committed")
    said = {"k": [reading(percent, 1)], "churn": readings}
    return standing(plan, said, {}, at)


def test_a_broken_guard_stands_beside_the_outcome_and_takes_no_part_in_it() -> None:
    broken = [reading(19, 20), reading(25, 12), reading(30, 3)]
    now, end = guarded(*broken), guarded(*broken, at=AFTER)
    since = HALF - timedelta(days=12)
    assert now["o"].guards == end["o"].guards == (Guard("churn", since),)
    assert (now["o"].status, now["o"].counted, end["o"].status) == ("done", 1, "reached")
    assert (now["churn"].status, end["churn"].status) == ("at_risk", "not_reached")
    assert guarded(*broken, reading(19, 1))["o"].guards == ()
    assert guarded(reading(19, 1), at=AFTER)["churn"].status == "reached"


def test_a_silent_guard_is_not_known_and_nobody_counts_it_as_pending() -> None:
    nothing = guarded()
    assert nothing["o"].guards == (Guard("churn", None),)
    assert (nothing["o"].pending, nothing["churn"].unreported) == (0, False)
    first_days = datetime(2026, 10, 5, tzinfo=UTC)
    assert guarded(at=first_days)["o"].guards == ()
    old = guarded(reading(19, 20))
    assert (old["o"].guards, old["churn"].shown) == ((Guard("churn", None),), "not_known")
    end = guarded(at=AFTER)
    assert (end["churn"].status, end["churn"].outcome, end["o"].status) == (
        "not_known",
        None,
        "reached",
    )


@given(st.lists(READINGS, max_size=3), st.sampled_from([HALF, AFTER]))
def test_a_guard_moves_nothing_that_is_said_of_its_objective(
    several: list[Reading], at: datetime
) -> None:
    plan = plan_of(key_result(), ambition="committed")
    alone = standing(plan, {"k": [reading(60, 1)]}, {}, at)["o"]
    assert guarded(*several, at=at, percent=60)["o"]._replace(guards=()) == alone


@given(
    KEY_RESULTS,
    st.booleans(),
    st.lists(READINGS, max_size=2),
    st.lists(st.builds(check_in, st.sampled_from([None, 2, 8])), max_size=1),
    st.booleans(),
)
def test_the_short_way_for_plain_lines_says_what_the_rules_say(
    kr: KeyResult, bound: bool, several: list[Reading], said: list[Entry], closed: bool
) -> None:
    if bound and not isinstance(kr.metric, Milestones):
        kr = kr.model_copy(update={"source": {"jira": {}}})
    judge = Judge(plan_of(kr), HALF, (), policies=Policies(), closed=closed)
    assert judge.key_result(kr, several, said) == judge.in_full(kr, several, said)


@given(st.lists(st.tuples(KEY_RESULTS, st.lists(READINGS, max_size=3)), max_size=5))
def test_standing_and_roll_up_give_the_same_progress_but_of_what_ended_in_silence(
    several: list[tuple[KeyResult, list[Reading]]],
) -> None:
    named = [(kr.model_copy(update={"id": f"k{i}"}), rs) for i, (kr, rs) in enumerate(several)]
    plan = plan_of(*(kr for kr, _ in named))
    readings = {kr.id: rs for kr, rs in named}
    found = standing(plan, readings, {}, HALF)
    progress = roll_up(plan, readings, {}, HALF)
    ended = {id_ for id_, each in found.items() if each.outcome is not None}
    silent = {id_ for id_ in ended if progress[id_].clamped is None}
    assert all(found[id_].progress.clamped == 0 for id_ in silent)
    if silent:
        silent.add("o")
    assert all(found[id_].progress == progress[id_] for id_ in progress.keys() - silent)
    shown = {found[kr.id].shown for kr, _ in named}
    assert found["o"].shown in shown | {"pending", "red", "yellow", "green"}


_BEFORE_DUE = {"at_risk", "behind", "on_track", "ahead", "done", "stale", "pending", "not_begun"}


@given(
    st.lists(st.tuples(KEY_RESULTS, st.lists(READINGS, max_size=3)), min_size=1, max_size=4),
    st.sampled_from([None, "committed", "aspirational", "learning"]),
    st.booleans(),
    st.sampled_from([HALF, AFTER, AFTER + timedelta(days=40)]),
)
def test_no_status_contradicts_the_outcome_once_due_has_passed(
    several: list[tuple[KeyResult, list[Reading]]],
    ambition: str | None,
    learned: bool,
    at: datetime,
) -> None:
    """What the score says and what the status says is one thing, whatever was read when."""
    named = [(kr.model_copy(update={"id": f"k{i}"}), rs) for i, (kr, rs) in enumerate(several)]
    plan = plan_of(*(kr for kr, _ in named), ambition=ambition)
    closed = Entry(at=HALF, body=HypothesisClosed(outcome="supported", evidence="seen"))
    said = {"o": [closed]} if learned else {}
    found = standing(plan, {kr.id: rs for kr, rs in named}, said, at)
    for kr, _ in named:
        known, passed = found[kr.id], plan.cycle.end_of(plan.due_of(kr)) <= at
        assert (known.shown in _BEFORE_DUE) is not passed
        if passed:
            assert (known.stale, known.expected, known.unreported) == (False, None, False)
            score = known.progress.clamped or Fraction(0)
            expected: str | None = grade_of(score)
            if ambition == "committed":
                expected = "reached" if score == 1 else "not_reached"
            assert known.shown == expected
    if at >= AFTER:
        assert found["o"].shown not in _BEFORE_DUE
        if ambition == "learning":
            assert found["o"].shown == ("learned" if learned else "open")


def test_the_collector_of_garbage_is_as_it_was_before() -> None:
    for was_on in (True, False):
        (gc.enable if was_on else gc.disable)()
        try:
            objective_of(a=[reading(1)])
            assert gc.isenabled() == was_on
        finally:
            gc.enable()
