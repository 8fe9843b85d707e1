"""Scores are overridden, hypotheses closed and closed cycles restated by a named person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from applied_store import ADA, CYCLE, NOW, apply_all
from okr_command import PLAN

from okr_core.errors import BusyError, InputError, RefusalError
from okr_core.plan.acting import Actor, Occasion
from okr_core.record.entries import HypothesisClosed, Override
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.close.close_cycle import Closed, close, restate
from okr_flows.decide.hypothesis import ClosedHypothesis, close_hypothesis
from okr_flows.decide.override import OverriddenScore, override_score
from okr_flows.run.leases import judging
from okr_flows.score.record import preview, score
from okr_store import Store

KR = "activation.week1"
LEARNING = PLAN.replace(
    "ambition: aspirational",
    "ambition: learning\n    hypothesis: {belief: Guided set-up raises activation}",
)
PENDING = ("activation.launch", "activation.grade", "answers.time", "answers.bound")
RESOLVED = dict.fromkeys(PENDING, "never measured")
OVER = datetime(2026, 1, 20, 9, tzinfo=UTC)
NOBODY = Actor("cli", None, "root")


def begin(store: Store, plan: str = PLAN) -> None:
    apply_all(store, plan)
    check_in(store, CYCLE, CheckInText(KR, "38"), Occasion(NOW - timedelta(days=1), NOW, ADA))


def said_at(at: datetime, actor: Actor = ADA) -> Occasion:
    return Occasion(at, at, actor)


def override(store: Store, name: str = KR, score: str = "0.7", **more: object) -> OverriddenScore:
    said = {"occasion": said_at(NOW), "reason": "the count was late", **more}
    return override_score(store, CYCLE, name, score, **said)  # type: ignore[arg-type]


def effective(store: Store, at: datetime = NOW) -> Fraction | None:
    return preview(store, CYCLE, at).card.scores[KR].figures.effective


def test_an_override_counts_beside_the_computed_score_until_it_is_withdrawn(store: Store) -> None:
    begin(store)
    before = effective(store)
    done = override(store)
    assert (done.by, done.report.card.scores[KR].figures.effective) == ("ada", Fraction(7, 10))
    assert effective(store) == Fraction(7, 10)
    (entry,) = store.entries(CYCLE, kinds=("override",))
    assert entry.body == Override(score=Decimal("0.7"), reason="the count was late")
    assert (entry.by, entry.via, entry.key_result) == ("ada", "test", KR)
    override(store, score="none", occasion=said_at(NOW + timedelta(seconds=1)))
    assert effective(store, NOW + timedelta(seconds=1)) == before


def test_an_override_that_is_tried_out_is_not_recorded(applied: Store) -> None:
    check_in(applied, CYCLE, CheckInText(KR, "38"), Occasion(NOW, NOW, ADA))
    done = override(applied, record=False)
    assert done.report.card.scores[KR].figures.effective == Fraction(7, 10)
    assert list(applied.entries(CYCLE, kinds=("override",))) == []


@pytest.mark.parametrize(
    ("name", "score", "more", "words"),
    [
        (KR, "1.1", {}, "`1.1` is no score"),
        (KR, "lots", {}, "`lots` is no score"),
        ("activation", "0.5", {}, "is no key result"),
        (KR, "0.5", {"reason": " "}, "needs a person and a reason"),
        (KR, "0.5", {"occasion": Occasion(NOW, NOW, NOBODY)}, "the user of this computer"),
    ],
)
def test_an_override_that_cannot_be_is_refused(
    applied: Store, name: str, score: str, more: dict[str, object], words: str
) -> None:
    check_in(applied, CYCLE, CheckInText(KR, "38"), Occasion(NOW, NOW, ADA))
    with pytest.raises((InputError, RefusalError), match=words):
        override(applied, name, score, **more)
    assert list(applied.entries(CYCLE, kinds=("override",))) == []


def learned(
    store: Store, objective: str = "activation", evidence: str = " https://acme.example/i "
) -> ClosedHypothesis:
    said = {"evidence": evidence, "note": "no obstacle"}
    return close_hypothesis(store, CYCLE, objective, "refuted", occasion=said_at(NOW), **said)


def test_a_learning_goal_succeeds_once_its_hypothesis_is_closed(store: Store) -> None:
    begin(store, LEARNING)
    assert preview(store, CYCLE, OVER).card.scores["activation"].success is False
    done = learned(store)
    assert done.hypothesis.belief == "Guided set-up raises activation"
    (entry,) = store.entries(CYCLE, kinds=("hypothesis_closed",))
    assert entry.body == HypothesisClosed(
        outcome="refuted", evidence="https://acme.example/i", note="no obstacle"
    )
    assert (entry.by, entry.via, entry.key_result) == ("ada", "test", "activation")
    assert preview(store, CYCLE, OVER).card.scores["activation"].success is True


@pytest.mark.parametrize(
    ("objective", "evidence", "kind", "words"),
    [
        ("nowhere", "x", InputError, "no objective `nowhere`"),
        ("answers", "x", RefusalError, "no hypothesis to close"),
        ("activation", " ", RefusalError, "without evidence"),
    ],
)
def test_a_hypothesis_that_cannot_be_closed_is_refused(
    store: Store, objective: str, evidence: str, kind: type[Exception], words: str
) -> None:
    begin(store, LEARNING)
    with pytest.raises(kind, match=words):
        learned(store, objective, evidence)
    assert list(store.entries(CYCLE, kinds=("hypothesis_closed",))) == []


def closed(store: Store) -> Closed:
    return close(store, CYCLE, RESOLVED, occasion=said_at(OVER), reason="as agreed")


def test_a_closed_cycle_shows_its_scores_without_waiting_for_anybody(store: Store) -> None:
    begin(store)
    closed(store)
    assert store.leases.acquire(judging(CYCLE).key)
    assert score(store, CYCLE, OVER, now=OVER, wait=0).card.cycle == CYCLE


def test_a_cycle_that_is_being_scored_is_not_closed_meanwhile(store: Store) -> None:
    begin(store)
    assert store.leases.acquire(judging(CYCLE).key, owner="worker-7")
    with pytest.raises(BusyError, match=f"cycle `{CYCLE}` is busy: worker-7 is scoring or closing"):
        close(store, CYCLE, RESOLVED, occasion=said_at(OVER), wait=0.1)
    assert list(store.entries(CYCLE, kinds=("closing",))) == []


def test_a_cycle_is_closed_by_a_named_person_and_restated_by_one(store: Store) -> None:
    begin(store)
    with pytest.raises(InputError, match="the user of this computer"):
        close(store, CYCLE, RESOLVED, occasion=said_at(OVER, NOBODY))
    done = closed(store)
    assert (done.act.by, done.act.reason, set(done.left_out)) == ("ada", "as agreed", set(PENDING))
    (entry,) = store.entries(CYCLE, kinds=("closing",))
    assert (entry.by, entry.via, entry.at) == ("ada", "test", OVER)
    with pytest.raises(InputError, match="`much` is no score"):
        restate(store, CYCLE, KR, "much", occasion=said_at(OVER), reason="x")
    with pytest.raises(InputError, match="the user of this computer"):
        restate(store, CYCLE, KR, "0.9", occasion=said_at(OVER, NOBODY), reason="x")
    put_right = restate(
        store, CYCLE, KR, "0.9", occasion=said_at(OVER, Actor("cli", "bo")), reason="counted late"
    )
    assert (put_right.by, put_right.body.version) == ("bo", 2)
    assert (put_right.body.new, put_right.body.reason) == (Decimal("0.9"), "counted late")
    assert effective(store, OVER) == Fraction(9, 10)


def test_a_closed_cycle_takes_no_check_in_and_no_override(store: Store) -> None:
    begin(store)
    closed(store)
    with pytest.raises(RefusalError, match="was closed on 2026-01-20"):
        check_in(store, CYCLE, CheckInText(KR, "40"), Occasion(NOW, OVER, ADA))
    with pytest.raises(RefusalError, match="is closed"):
        override(store, occasion=said_at(OVER))
