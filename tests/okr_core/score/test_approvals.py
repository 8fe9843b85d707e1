"""Approvals: what nobody else approved is said beside the score that it moved."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from score_samples import AFTER, goal, key_result, one, plan, reading, rise, said, versions

from okr_core.plan.agreement import PlanVersion
from okr_core.record.entries import Override
from okr_core.score.notes import score_notes
from okr_core.score.score import scorecard
from okr_core.score.scores import Score

START = plan(goal("o", key_result("kr", role="lead")))


def by(versions_: list[PlanVersion], approved_by: str = "") -> list[PlanVersion]:
    return [replace(each, by="ana", approved_by=approved_by, reason="bots") for each in versions_]


def kr(
    history: list[PlanVersion], name: str = "kr", holders: dict[str, str] | None = None
) -> Score:
    def held(role: str, _: date) -> list[str]:
        return [person for each, person in (holders or {}).items() if each == role]

    told = {"kr": [reading(85, 40)], "new": [reading(85, 40)]}
    return scorecard(history, told, {}, AFTER, holders=held).scores[name]


def decisions(score: Score) -> list[str]:
    return [each.decision for each in score.self_approved]


MENDED = plan(goal("o", key_result("kr", role="lead", metric=rise(50))))


def test_a_metric_error_shows_the_score_before_and_who_decided_alone() -> None:
    score = kr(by(versions((-5, START), (60, MENDED, "metric_error"))))
    assert score.figures.computed == Fraction(40, 50)
    assert score.mended is not None
    assert score.mended.before == Fraction(40, 100)
    assert decisions(score) == ["metric_error"]
    notes = score_notes(score, START.cycle)
    assert notes == [
        "a metric error was put right (ana, 30 Nov: bots): 0.40 before, 0.80 after",
        "self-approved, no second person: metric error",
    ]


def test_a_second_person_takes_the_mark_away_and_the_accountable_one_is_none() -> None:
    history = by(versions((-5, START), (60, MENDED, "metric_error")), "bo")
    assert decisions(kr(history)) == []
    assert decisions(kr(history, holders={"lead": "bo"})) == ["metric_error"]


def test_additions_retirements_and_changed_sources_need_a_second_person() -> None:
    more = plan(goal("o", key_result("kr", source={"jira": {"jql": "a"}}), key_result("new")))
    history = by(versions((-5, plan(goal("o", key_result("kr")))), (60, more, "learned")))
    assert decisions(kr(history, "new")) == ["addition"]
    changed = kr(history)
    assert decisions(changed) == ["source"]
    assert "measured by another query since 30 Nov" in score_notes(changed, START.cycle)
    gone = by(versions((-5, more), (60, plan(goal("o", key_result("new"))), "learned")))
    assert decisions(kr(gone)) == ["retirement"]


def test_an_override_of_one_person_is_self_approved_until_it_is_withdrawn() -> None:
    override = said(92, Override(score=Decimal(1), reason="so"))
    found = scorecard(versions((-5, one())), {"kr": [reading(85, 40)]}, override, AFTER)
    assert decisions(found.scores["kr"]) == ["override"]
    withdrawn = said(92, Override(score=None, reason="no"))
    found = scorecard(versions((-5, one())), {"kr": [reading(85, 40)]}, withdrawn, AFTER)
    assert decisions(found.scores["kr"]) == []


def test_until_a_plan_has_settled_nothing_needs_a_second_person() -> None:
    assert decisions(kr(by(versions((-5, START), (10, MENDED))))) == []
