"""A proposal becomes current by a named person, by the rules of applying."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from applied_store import ADA, CYCLE, NOW, apply, apply_all, plan_document
from okr_command import PLAN

from okr_core.errors import InputError, RefusalError
from okr_core.files.document import load_plan
from okr_core.plan.acting import Actor
from okr_core.plan.dump import plan_json
from okr_core.plan.revision import plan_digest
from okr_flows.formulate.revisions import (
    changes_of,
    decide_proposal,
    decision_of,
    revision_named,
)
from okr_store import NewRevision, Store

REFERENCE = f"{CYCLE}:2"
MOVED = PLAN.replace("target: 45", "target: 40")
BO = Actor("form", "bo")


def suggest(store: Store, text: str = MOVED, *, reason: str = "", reason_class: str = "") -> None:
    plan = load_plan(text)
    new = NewRevision(
        kind="plan",
        scope=CYCLE,
        document=plan_json(plan),
        digest=plan_digest(plan),
        at=datetime(2025, 10, 20, 8, tzinfo=UTC),
        base=1,
        by="bo",
        via="flow",
        state="proposed",
        text=text,
    )
    store.add_revision(replace(new, reason=reason, reason_class=reason_class))


def test_a_number_alone_is_of_this_times_plan(applied: Store) -> None:
    suggest(applied)
    assert revision_named(applied, "2", NOW).state == "proposed"
    assert revision_named(applied, "workspace:1", NOW).reference == "workspace:1"
    (change,) = changes_of(applied, revision_named(applied, REFERENCE, NOW))
    assert (change.item, change.old, change.new) == ("activation.week1", "45", "40")


@pytest.mark.parametrize("reference", ["7", f"{CYCLE}:9", "workspace:2", "nonsense", ":1"])
def test_a_revision_that_is_not_there_is_refused(applied: Store, reference: str) -> None:
    with pytest.raises(InputError, match="okr revisions list"):
        revision_named(applied, reference, NOW)


def test_accepting_what_was_agreed_otherwise_needs_a_reason_and_its_class(store: Store) -> None:
    apply_all(store)
    suggest(store)
    with pytest.raises(RefusalError, match=r"`activation.week1` metric.target changed") as refused:
        decide_proposal(store, REFERENCE, "accepted", actor=BO, now=NOW, reason="it moved")
    assert f"okr revisions accept {REFERENCE}" in refused.value.hint
    why = "it moved"
    decided = decide_proposal(
        store, REFERENCE, "accepted", actor=BO, now=NOW, reason=why, reason_class="learned"
    )
    assert (decided.state, decided.decided_by, decided.decided_at) == ("accepted", "bo", NOW)
    said = decision_of(store, decided)
    assert said is not None
    assert (said.reason, said.reason_class) == (why, "learned")
    (entry,) = store.entries(CYCLE, kinds=("revision_decision",))
    assert entry.via == "form"


def test_the_reason_of_the_proposal_is_reason_enough(applied: Store) -> None:
    suggest(applied, reason="counted twice", reason_class="metric_error")
    decided = decide_proposal(applied, REFERENCE, "accepted", actor=BO, now=NOW)
    assert decided.state == "accepted"


def test_before_the_start_and_for_another_title_none_is_needed(applied: Store) -> None:
    suggest(applied, PLAN.replace("The guided set-up is live", "It is live"))
    assert decide_proposal(applied, REFERENCE, "accepted", actor=BO, now=NOW).state == "accepted"


def test_a_rejection_needs_no_class(store: Store) -> None:
    apply_all(store)
    suggest(store)
    decided = decide_proposal(store, REFERENCE, "rejected", actor=ADA, now=NOW, reason="no")
    assert (decided.state, decided.decided_by) == ("rejected", "ada")
    current = store.revision("plan", CYCLE)
    assert current is not None
    assert current.number == 1


def test_what_was_decided_is_not_decided_again(applied: Store) -> None:
    assert decision_of(applied, revision_named(applied, f"{CYCLE}:1", NOW)) is None
    with pytest.raises(RefusalError, match="is accepted already"):
        decide_proposal(applied, f"{CYCLE}:1", "rejected", actor=ADA, now=NOW, reason="late")


def test_nobody_in_particular_decides_nothing(store: Store) -> None:
    apply(store, plan_document())
    suggest(store)
    with pytest.raises(InputError, match="a decision needs the name of a person"):
        decide_proposal(store, REFERENCE, "rejected", actor=Actor("cli", None, "root"), now=NOW)
