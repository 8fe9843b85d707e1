"""Revisions: numbers, bases, proposals and who decided."""

from __future__ import annotations

from datetime import date

import pytest
from store_samples import CYCLE, DAY, MONDAY, WEEK, new_revision

from okr_core.errors import RefusalError
from okr_store import Store

PLAN = """{"cycle":{"id":"2026-q4","starts":"2026-10-01","ends":"2026-12-31"},"objectives":[
{"id":"o","title":"O","key_results":[{"id":"kr","title":"K","owner":"anna",
"metric":{"kind":"increase","baseline":"0","target":"10"}}]}]}"""


def test_a_revision_comes_back_as_it_was_recorded(store: Store) -> None:
    stored = store.add_revision(new_revision(reason_class="learned"))
    assert stored == store.revision("plan", CYCLE) == store.revision("plan", CYCLE, 1)
    assert (stored.number, stored.base, stored.state, stored.by) == (1, 0, "accepted", "anna")
    assert (stored.reason, stored.reason_class) == ("the first plan", "learned")
    assert stored.text == "cycle: {id: 2026-q4}"
    assert stored.added == {"kr": date(2026, 10, 1)}


def test_a_stored_plan_knows_when_each_key_result_began(store: Store) -> None:
    store.add_revision(new_revision(document=PLAN, added={}))
    late = new_revision(base=1, document=PLAN, added={"kr": date(2026, 11, 2)})
    stored = store.add_revision(late)
    (written,), (resolved,) = stored.written_plan().key_results(), stored.plan().key_results()
    assert (written.starts, resolved.starts) == (None, date(2026, 11, 2))


def test_what_was_removed_and_added_again_is_as_old_as_it_was(store: Store) -> None:
    """Also in stores of releases that forgot what was removed: the third revision is such a one."""
    first, again = date(2026, 10, 1), date(2026, 11, 2)
    later = {"a": first, "kr": again, "new": again}
    for base, added in enumerate(({"a": first, "kr": first}, {"a": first}, later, later)):
        store.add_revision(new_revision(base=base, document=PLAN, added=added))
    last, between = store.revision("plan", CYCLE), store.revision("plan", CYCLE, 2)
    assert last is not None
    assert last.added == {"a": first, "kr": first, "new": again}
    assert last.plan().key_results_by_id["kr"].starts == first
    assert between is not None
    assert between.added == {"a": first, "kr": first}


def test_what_was_only_proposed_does_not_make_a_key_result_older(store: Store) -> None:
    store.add_revision(new_revision(document=PLAN, added={}))
    early = {"kr": date(2026, 10, 9)}
    store.add_revision(new_revision(base=1, state="proposed", document=PLAN, added=early))
    late = {"kr": date(2026, 11, 2)}
    stored = store.add_revision(new_revision(base=1, document=PLAN, added=late))
    assert stored.added == late


def test_numbers_count_per_plan_and_for_the_workspace(store: Store) -> None:
    numbers = [
        store.add_revision(new_revision()).number,
        store.add_revision(new_revision(base=1)).number,
        store.add_revision(new_revision(scope="2027-q1")).number,
        store.add_revision(new_revision(kind="workspace", scope="")).number,
    ]
    assert numbers == [1, 2, 1, 1]
    assert store.cycles() == [CYCLE, "2027-q1"]


@pytest.mark.parametrize("base", [0, 2])
def test_a_revision_of_another_base_than_the_latest_is_refused(store: Store, base: int) -> None:
    store.add_revision(new_revision())
    with pytest.raises(RefusalError, match=r"the latest is revision 1\. Run `okr pull`"):
        store.add_revision(new_revision(base=base))
    assert len(store.revisions()) == 1
    assert store.audit().links == 1


def test_a_proposal_counts_once_a_named_person_accepts_it(store: Store) -> None:
    store.add_revision(new_revision())
    store.add_revision(new_revision(base=1, state="proposed", by="", via="flow"))
    before = store.revision("plan", CYCLE)
    decided = store.decide_revision("plan", CYCLE, 2, "accepted", by="cleo", at=MONDAY + DAY)
    now = store.revision("plan", CYCLE)
    assert before is not None
    assert now is not None
    assert (before.number, now.number) == (1, 2)
    assert (decided.state, decided.decided_by, decided.decided_at) == (
        "accepted",
        "cleo",
        MONDAY + DAY,
    )


def test_a_rejected_proposal_never_counts(store: Store) -> None:
    store.add_revision(new_revision(state="proposed"))
    assert store.revision("plan", CYCLE) is None
    store.decide_revision("plan", CYCLE, 1, "rejected", by="cleo", at=MONDAY, reason="too much")
    assert store.revision("plan", CYCLE) is None
    assert [header.state for header in store.revisions("plan", CYCLE)] == ["rejected"]
    # The next one starts from nothing again, under the next number.
    assert store.add_revision(new_revision()).number == 2


def test_a_proposal_is_decided_once(store: Store) -> None:
    store.add_revision(new_revision(state="proposed"))
    store.decide_revision("plan", CYCLE, 1, "accepted", by="cleo", at=MONDAY)
    with pytest.raises(RefusalError, match="revision 1 of plan `2026-q4` is accepted by cleo"):
        store.decide_revision("plan", CYCLE, 1, "rejected", by="anna", at=MONDAY)
    with pytest.raises(RefusalError, match="plan `2026-q4` has no revision 9"):
        store.decide_revision("plan", CYCLE, 9, "rejected", by="anna", at=MONDAY)
    with pytest.raises(RefusalError, match="workspace has no revision 1"):
        store.decide_revision("workspace", "", 1, "rejected", by="anna", at=MONDAY)


def test_a_proposal_that_others_overtook_is_not_accepted(store: Store) -> None:
    store.add_revision(new_revision())
    store.add_revision(new_revision(base=1, state="proposed"))
    store.add_revision(new_revision(base=1))
    with pytest.raises(RefusalError, match="made from revision 1, and the latest is revision 3"):
        store.decide_revision("plan", CYCLE, 2, "accepted", by="cleo", at=MONDAY)
    store.decide_revision("plan", CYCLE, 2, "rejected", by="cleo", at=MONDAY)


def test_the_past_shows_the_revision_that_held_then(store: Store) -> None:
    store.add_revision(new_revision())
    store.add_revision(new_revision(base=1, at=MONDAY + DAY, state="proposed"))
    store.decide_revision("plan", CYCLE, 2, "accepted", by="cleo", at=MONDAY + WEEK)
    numbers = [
        revision.number if (revision := store.revision("plan", CYCLE, as_of=at)) else None
        for at in (MONDAY - DAY, MONDAY, MONDAY + DAY, MONDAY + WEEK)
    ]
    assert numbers == [None, 1, 1, 2]


def test_headers_are_listed_by_kind_scope_and_number(store: Store) -> None:
    store.add_revision(new_revision(kind="workspace", scope=""))
    store.add_revision(new_revision())
    store.add_revision(new_revision(base=1))
    assert [(h.kind, h.scope, h.number) for h in store.revisions()] == [
        ("plan", CYCLE, 1),
        ("plan", CYCLE, 2),
        ("workspace", "", 1),
    ]
    assert len(store.revisions("plan")) == 2
    assert store.revisions("plan", "2027-q1") == []
