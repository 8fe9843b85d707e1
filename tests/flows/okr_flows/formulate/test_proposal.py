"""A document becomes a revision by the rules of the cycle, or says why it may not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from applied_store import (
    ADA,
    AGREED,
    CYCLE,
    NOW,
    apply,
    apply_all,
    based,
    plan_document,
    workspace_document,
)
from okr_command import PLAN, WORKSPACE

from okr_core.errors import DocumentError, InputError, RefusalError
from okr_core.files.document import Base, base_of, with_base
from okr_core.plan.acting import Actor, Occasion
from okr_core.plan.when import When
from okr_flows.checkin.check_ins import CheckInText, check_in
from okr_flows.formulate.check import check
from okr_flows.formulate.proposal import NothingYet, Proposal, propose
from okr_store import Store

LATER = datetime(2025, 10, 20, 9, tzinfo=UTC)
MOVED = PLAN.replace("target: 45", "target: 40")
RENAMED = PLAN.replace("The guided set-up is live", "The set-up is live")


def proposed(store: Store, text: str, at: datetime = LATER, reason: str = "") -> Proposal:
    document = plan_document(based(store, text))
    return propose(store, [document], actor=ADA, now=at, reason=reason)[0]


def test_the_first_documents_are_revisions_and_name_themselves_as_their_base(store: Store) -> None:
    workspace, plan = apply_all(store)
    assert (workspace.number, plan.number) == (1, 1)
    assert (workspace.proposal.name, plan.proposal.name) == ("the workspace", f"plan {CYCLE}")
    kept = store.revision("plan", CYCLE)
    assert kept is not None
    assert (kept.by, kept.via, kept.at, kept.text) == ("ada", "test", AGREED, PLAN)
    assert base_of(plan.text) == Base(1, kept.digest)


def test_without_a_store_everything_is_added() -> None:
    (found,) = propose(NothingYet(), [plan_document()], actor=ADA, now=AGREED)
    assert found.current == 0
    assert found.revision is not None
    assert {change.kind for change in found.changes} == {"added"}


def test_what_says_the_same_is_no_revision(store: Store) -> None:
    apply_all(store)
    assert apply(store, plan_document(), workspace_document()) == []


@pytest.mark.parametrize(
    ("reason", "reason_class"), [("", ""), ("it moved", ""), ("", "external_shock")]
)
def test_another_target_after_the_start_needs_a_reason_and_its_class(
    applied: Store, reason: str, reason_class: str
) -> None:
    document = plan_document(based(applied, MOVED), "cycles/q4.yaml")
    with pytest.raises(RefusalError) as refused:
        apply(applied, document, at=LATER, reason=reason, reason_class=reason_class)
    assert "cycles/q4.yaml: the plan is agreed" in refused.value.message
    assert "`activation.week1` metric.target changed" in refused.value.message
    assert "okr apply --reason" in refused.value.hint


def test_with_both_it_is_recorded_with_them(applied: Store) -> None:
    document = plan_document(based(applied, MOVED))
    apply(applied, document, at=LATER, reason="it moved", reason_class="external_shock")
    kept = applied.revision("plan", CYCLE)
    assert kept is not None
    assert (kept.number, kept.reason, kept.reason_class) == (2, "it moved", "external_shock")


def test_before_the_start_and_for_other_words_no_reason_is_needed(applied: Store) -> None:
    assert apply(applied, plan_document(based(applied, MOVED)))[0].number == 2
    assert proposed(applied, MOVED.replace("is live", "is there")).revision is not None


def test_a_document_made_from_another_revision_is_refused(store: Store) -> None:
    apply_all(store)
    stale = based(store, RENAMED)
    apply(store, plan_document(based(store, MOVED)))
    for text, words in ((stale, "was made from revision 1"), (RENAMED, "names no base")):
        with pytest.raises(RefusalError, match=rf"{words}, but revision 2 by ada is the latest"):
            apply(store, plan_document(text))
    assert len(store.revisions("plan", CYCLE)) == 2


def test_of_several_documents_none_is_recorded_when_one_is_refused(store: Store) -> None:
    apply_all(store)
    current = store.revision("workspace", "")
    assert current is not None
    people = WORKSPACE.replace("Bo Lind", "Bo Lindt")
    renamed = workspace_document(with_base(people, Base(1, current.digest)))
    with pytest.raises(RefusalError):
        apply(store, renamed, plan_document(based(store, MOVED)), at=LATER)
    assert len(store.revisions()) == 2


def test_what_was_measured_is_not_changed_for_its_past(applied: Store) -> None:
    check_in(applied, CYCLE, CheckInText("activation.week1", "38"), Occasion(LATER, NOW, ADA))
    before = LATER.replace(hour=8)
    document = plan_document(based(applied, MOVED))
    why = {"reason": "it moved", "reason_class": "learned"}
    with pytest.raises(RefusalError, match="does not change for a past that was measured"):
        apply(applied, document, at=before, **why)
    assert proposed(applied, RENAMED, at=before).revision is not None
    assert apply(applied, document, at=LATER, **why)[0].number == 2


def test_a_day_holds_from_its_end_in_the_cycles_zone(applied: Store) -> None:
    document = plan_document(based(applied, RENAMED))
    since = When.parse("2025-10-10")
    (found,) = propose(applied, [document], actor=ADA, now=NOW, when=since)
    assert found.revision is not None
    assert found.revision.at == datetime(2025, 10, 10, 21, 59, 59, tzinfo=UTC)


def test_policies_change_for_a_reason(applied: Store) -> None:
    current = applied.revision("workspace", "")
    assert current is not None
    text = f"{WORKSPACE}policies: {{staleness: {{weekly: 10}}}}\n"
    document = workspace_document(with_base(text, Base(1, current.digest)))
    with pytest.raises(RefusalError, match="policies are fixed for a cycle"):
        apply(applied, document)
    assert apply(applied, document, reason="slower rhythm")[0].number == 2


def test_a_document_with_errors_is_refused_with_its_line(applied: Store) -> None:
    text = based(applied, PLAN.replace("role: growth-lead", "role: growth-leed"))
    current = applied.revision("workspace", "")
    assert current is not None
    (document,) = check({"form": text}, current.workspace(), {})
    with pytest.raises(DocumentError, match=r"form:7: .*`growth-leed`"):
        propose(applied, [document], actor=ADA, now=LATER)


GHOST = Actor("form", "ghost")
WITH_GHOST = WORKSPACE.replace("people:\n", "people:\n  ghost: {name: Gus Host}\n")


def test_a_plan_alone_is_applied_by_one_of_the_people_of_the_current_workspace(
    applied: Store,
) -> None:
    document = plan_document(based(applied, RENAMED))
    with pytest.raises(InputError, match="person `ghost` is not in the workspace"):
        propose(applied, [document], actor=GHOST, now=LATER)
    assert propose(applied, [document], actor=Actor("form", "bo"), now=LATER)[0].revision


def test_who_comes_with_the_workspace_that_is_applied_may_apply_it(applied: Store) -> None:
    current = applied.revision("workspace", "")
    assert current is not None
    wider = workspace_document(with_base(WITH_GHOST, Base(1, current.digest)))
    (found,) = propose(applied, [wider], actor=GHOST, now=LATER)
    assert found.revision is not None
    assert found.revision.by == "ghost"


def test_before_there_are_people_anyone_applies() -> None:
    (found,) = propose(NothingYet(), [plan_document()], actor=GHOST, now=AGREED)
    assert found.revision is not None
