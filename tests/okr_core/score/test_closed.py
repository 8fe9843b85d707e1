"""Closed cycles: what is frozen stays, a restatement moves what it should and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from score_samples import AFTER, goal, key_result, plan, reading, versions

from okr_core.errors import InputError, RefusalError
from okr_core.plan.workspace import Policies, StalenessPolicy, Workspace
from okr_core.record.entries import Entry
from okr_core.record.score_records import Restatement
from okr_core.score.closed import checked_restatement
from okr_core.score.recording import closing
from okr_core.snapshot import Snapshot
from okr_core.what_if import what_if

CLOSE = AFTER + timedelta(days=1)
PLAN = plan(
    goal("o", key_result("a"), key_result("b"), team="north"),
    goal("p", key_result("c"), team="south"),
)


def snapshot(**values: float) -> Snapshot:
    readings = {name: [reading(60, value)] for name, value in values.items()}
    return Snapshot(CLOSE, tuple(versions((0, PLAN))), readings)


def closed(known: Snapshot, *more: Entry) -> Snapshot:
    entry = Entry(at=CLOSE, body=closing(known.scorecard, ""), cycle="q4", by="ana", key="closing")
    entries = {"": [entry]}
    for each in more:
        entries.setdefault(each.key_result, []).append(each)
    return replace(known, as_of=CLOSE + timedelta(days=30), entries=entries)


def restatement(name: str, old: str, new: str, version: int = 2) -> Entry:
    body = Restatement(version=version, old=Decimal(old), new=Decimal(new), reason="counted twice")
    return Entry(at=CLOSE + timedelta(days=version), body=body, key_result=name, by="bob")


def effective(known: Snapshot, name: str) -> Fraction | None:
    return known.scorecard.scores[name].figures.effective


def test_frozen_scores_are_those_of_the_closing_and_exact_where_they_agree() -> None:
    known = snapshot(a=100, b=0, c=66.7)
    frozen = closed(known).scorecard
    assert frozen.version == 1
    assert {n: s.figures for n, s in frozen.scores.items()} == {
        n: s.figures for n, s in known.scorecard.scores.items()
    }
    assert frozen.teams == known.scorecard.teams


def test_what_is_computed_otherwise_today_does_not_change_a_frozen_score() -> None:
    frozen = closed(snapshot(a=80, b=40, c=50))
    other = replace(frozen, readings={name: [reading(60, 10)] for name in "abc"})
    assert effective(other, "a") == Fraction(8, 10)
    assert effective(other, "o") == Fraction(6, 10)


def test_a_restatement_moves_its_objective_team_and_cycle_and_nothing_else() -> None:
    known = closed(snapshot(a=80, b=40, c=50), restatement("a", "0.8", "1"))
    card = known.scorecard
    assert card.version == 2
    assert effective(known, "o") == Fraction(7, 10)
    assert card.scores["o"].grade == "green"
    assert card.scores["o"].success is True
    assert card.teams["north"].effective == Fraction(7, 10)
    assert card.teams["south"].effective == Fraction(5, 10)
    assert card.teams[""].effective == Fraction(6, 10)
    assert card.scores["a"].figures.computed == Fraction(8, 10)


def test_a_later_restatement_stands_and_remembers_the_first_score() -> None:
    later = restatement("a", "1", "0.5", version=3)
    known = closed(snapshot(a=80, b=40, c=50), later, restatement("a", "0.8", "1"))
    restated = known.scorecard.scores["a"].restated
    assert restated is not None
    assert (restated.old, restated.new, restated.version) == (Fraction(8, 10), Fraction(1, 2), 3)
    assert effective(known, "a") == Fraction(1, 2)


def test_a_pending_key_result_gets_a_score_by_restatement() -> None:
    body = Restatement(version=2, old=None, new=Decimal("0.5"), reason="found it")
    entry = Entry(at=CLOSE + timedelta(days=2), body=body, key_result="c", by="bob")
    known = closed(snapshot(a=80, b=40), entry)
    assert effective(known, "p") == Fraction(1, 2)
    assert known.scorecard.scores["p"].coverage == 1


@pytest.mark.parametrize("new", ["-0.1", "1.01", "NaN", "Infinity"])
def test_a_restated_score_lies_between_0_and_1(new: str) -> None:
    card = closed(snapshot(a=80, b=40, c=50)).scorecard
    with pytest.raises(InputError, match="is no score"):
        checked_restatement(card, "a", Decimal(new), by="bob", reason="because")


def test_an_open_cycle_is_not_restated() -> None:
    card = snapshot(a=80, b=40, c=50).scorecard
    with pytest.raises(RefusalError, match="is open"):
        checked_restatement(card, "a", Decimal(1), by="bob", reason="because")


def test_a_what_if_leaves_the_cycle_as_it_is() -> None:
    known = snapshot(a=80, b=40, c=50)
    imagined = what_if(known, {"a": "100"})
    assert effective(imagined, "a") == 1
    assert effective(known, "a") == Fraction(8, 10)


def test_a_closed_cycle_has_no_what_if() -> None:
    with pytest.raises(RefusalError, match="frozen"):
        what_if(closed(snapshot(a=80, b=40, c=50)), {"a": "100"})


def test_scores_go_by_the_policies_that_were_agreed() -> None:
    band = {"kind": "at_most", "bound": 5, "judge": "share"}
    kept = key_result("kr", metric=band)
    readings = {"kr": [reading(1, 3), reading(40, 9)]}
    known = Snapshot(CLOSE, tuple(versions((0, plan(goal("o", kept))))), readings)
    lenient = Policies(staleness=StalenessPolicy(weekly=60))
    changed = replace(known, workspace=Workspace(organization="Acme", policies=lenient))
    agreed = replace(changed, agreed_policies=Policies())
    assert effective(changed, "kr") != effective(known, "kr")
    assert effective(agreed, "kr") == effective(known, "kr")
