"""Closing: overrides that are refused, and what keeps a cycle open."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from score_samples import AFTER, BEGINS, goal, key_result, plan, reading, said, versions

from okr_core.errors import InputError, RefusalError
from okr_core.record.entries import Entry, Override, Reading, Resolution
from okr_core.score.closing import blockers, checked_override, parse_score, refuse_open
from okr_core.score.score import scorecard
from okr_core.score.scores import Scorecard

SUSPECT = replace(reading(85, 0), state="suspect", id="r9")


def card(readings: list[Reading], entries: dict[str, list[Entry]] | None = None) -> Scorecard:
    two = plan(goal("o", key_result("kr"), key_result("b")))
    history = versions((-5, two))
    return scorecard(history, {"kr": readings, "b": [reading(80, 50)]}, entries or {}, AFTER)


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
    found = scorecard(history, {"b": [reading(80, 50)]}, {}, AFTER)
    assert checked_override(found, "kr", Decimal("0.3"), by="ana", reason="why").score is not None


def test_a_retired_key_result_takes_no_override() -> None:
    two = plan(goal("o", key_result("kr"), key_result("b")))
    history = versions((-5, two), (20, plan(goal("o", key_result("b")))))
    found = scorecard(history, {"b": [reading(80, 50)]}, {}, AFTER)
    with pytest.raises(RefusalError, match="removed on 2026-10-21"):
        checked_override(found, "kr", Decimal(1), by="ana", reason="why")
    assert blockers(found, {}) == ()


def test_pending_and_suspect_key_results_keep_a_cycle_open() -> None:
    pending = blockers(card([]), {})
    assert [(b.key_result, b.why) for b in pending] == [("kr", "pending")]
    suspect = blockers(card([reading(80, 40), SUSPECT]), {})
    assert [(b.why, b.reading) for b in suspect] == [("suspect", "r9")]
    with pytest.raises(RefusalError, match="`kr` is suspect"):
        refuse_open(card([reading(80, 40), SUSPECT]), {})


def test_a_resolution_with_a_reason_lets_a_cycle_close() -> None:
    refuse_open(card([]), said(92, Resolution(reason="the counter was never built")))
    of_it = said(92, Resolution(reading="r9", reason="a renamed label"))
    refuse_open(card([reading(80, 40), SUSPECT]), of_it)
    assert not blockers(card([reading(80, 40), SUSPECT]), of_it)


def test_a_resolution_does_not_cover_a_newer_suspect_reading() -> None:
    newer = replace(reading(86, 0), state="suspect", id="r10")
    of_old = said(92, Resolution(reading="r9", reason="a renamed label"))
    assert blockers(card([reading(80, 40), SUSPECT, newer]), of_old)


def test_a_suspect_reading_after_due_keeps_nothing_open() -> None:
    late = replace(reading(92, 0), state="suspect", id="r9")
    assert blockers(card([reading(80, 40), late]), {}) == ()


def test_an_override_settles_a_pending_key_result() -> None:
    override = Entry(BEGINS + timedelta(days=92), Override(score=Decimal("0.5"), reason="seen"))
    assert blockers(card([], {"kr": [override]}), {}) == ()
