"""Closing: overrides that are refused, and what keeps a cycle open."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from score_samples import AFTER, BEGINS, goal, key_result, plan, reading, said, versions

from okr_core.errors import InputError, RefusalError
from okr_core.record.entries import Entry, Exclusion, Override, Reading
from okr_core.score.closing import blockers, checked_override, parse_score, refuse_open
from okr_core.score.score import scorecard
from okr_core.score.scores import Scorecard

SUSPECT = replace(reading(85, 0), state="suspect", id="r9")


def card(
    readings: list[Reading], entries: Mapping[str, Sequence[Entry]] | None = None
) -> Scorecard:
    two = plan(goal("o", key_result("kr"), key_result("b")))
    history = versions((-5, two))
    return scorecard(history, {"kr": readings, "b": [reading(82, 50)]}, entries or {}, AFTER)


def test_an_override_of_an_unknown_key_result_is_refused() -> None:
    for name in ("nothing", "o"):
        with pytest.raises(RefusalError, match=f"`{name}` is no key result"):
            checked_override(card([]), name, Decimal(1), by="ana", reason="why")


def test_an_override_after_closing_is_refused() -> None:
    with pytest.raises(RefusalError, match="is closed"):
        checked_override(card([]), "kr", Decimal(1), by="ana", reason="why", closed=True)


def test_an_override_needs_a_person_and_a_reason() -> None:
    for by, reason in (("", "why"), ("ana", " ")):
        with pytest.raises(RefusalError, match="a person and a reason"):
            checked_override(card([]), "kr", Decimal(1), by=by, reason=reason)


@pytest.mark.parametrize("text", ["1.01", "-0.1", "70 %", "NaN", "Infinity", ""])
def test_a_score_outside_0_to_1_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no score"):
        parse_score(text)


def test_a_score_beyond_1_is_not_even_a_body() -> None:
    with pytest.raises(InputError, match="is no score"):
        checked_override(card([]), "kr", Decimal(2), by="ana", reason="why")
    with pytest.raises(ValueError, match="less than or equal to 1"):
        Override(score=Decimal(2), reason="why")


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_score_that_is_no_number_is_refused_wherever_it_comes_in(text: str) -> None:
    with pytest.raises(InputError, match="is no score"):
        parse_score(text)
    with pytest.raises(InputError, match="is no score"):
        checked_override(card([]), "kr", Decimal(text), by="ana", reason="why")
    with pytest.raises(ValueError, match="score"):
        Override(score=Decimal(text), reason="why")


def test_a_key_result_dropped_after_half_time_is_scored_and_so_takes_an_override() -> None:
    two = plan(goal("o", key_result("kr"), key_result("b")))
    history = versions((-5, two), (60, plan(goal("o", key_result("b")))))
    found = scorecard(history, {"b": [reading(82, 50)]}, {}, AFTER)
    assert checked_override(found, "kr", Decimal("0.3"), by="ana", reason="why").score is not None


def test_a_retired_key_result_takes_no_override() -> None:
    two = plan(goal("o", key_result("kr"), key_result("b")))
    history = versions((-5, two), (20, plan(goal("o", key_result("b")))))
    found = scorecard(history, {"b": [reading(82, 50)]}, {}, AFTER)
    with pytest.raises(RefusalError, match="removed on 2026-10-21"):
        checked_override(found, "kr", Decimal(1), by="ana", reason="why")
    assert blockers(found) == ()


def test_a_suspect_reading_keeps_a_cycle_open() -> None:
    suspect = blockers(card([reading(82, 40), SUSPECT]))
    assert [(b.why, b.reading) for b in suspect] == [("suspect", "r9")]
    with pytest.raises(RefusalError, match="`kr` is suspect"):
        refuse_open(card([reading(82, 40), SUSPECT]), "one reason is for what was last said")


def test_what_nobody_reported_counts_0_and_keeps_nothing_open() -> None:
    assert blockers(card([])) == ()


def test_a_value_last_said_long_before_the_end_asks_for_a_newer_one_or_a_reason() -> None:
    with pytest.raises(RefusalError, match="`kr` was last said on 2026-11-10, long before its end"):
        refuse_open(card([reading(40, 40)]))
    refuse_open(card([reading(40, 40)]), "the counter was switched off")
    refuse_open(card([reading(40, 40), reading(88, 50)]))


def test_what_is_left_out_keeps_nothing_open_and_counts_nowhere() -> None:
    left_out = said(92, Exclusion(reason="a renamed label"))
    found = card([reading(82, 40), SUSPECT], left_out)
    assert blockers(found) == ()
    assert set(found.scores["kr"].figures) == {None}
    assert found.teams[""].computed == Fraction(1, 2)  # the other one alone


def test_a_suspect_reading_after_due_keeps_nothing_open() -> None:
    late = replace(reading(92, 0), state="suspect", id="r9")
    assert blockers(card([reading(82, 40), late])) == ()


def test_an_override_settles_a_pending_key_result() -> None:
    override = Entry(BEGINS + timedelta(days=92), Override(score=Decimal("0.5"), reason="seen"))
    assert blockers(card([], {"kr": [override]})) == ()
