"""Revisions come back as texts, and no text with changes of its own is taken for old."""

from __future__ import annotations

import pytest
from applied_store import CYCLE, apply, apply_all, based, plan_document
from okr_command import PLAN

from okr_core.errors import InputError
from okr_core.files.document import load_plan
from okr_flows.formulate.pull import holds, is_unapplied, revisions_in_force, text_of
from okr_store import Revision, Store

RENAMED = PLAN.replace("is live", "is there")


def current(store: Store) -> Revision:
    (found,) = revisions_in_force(store, CYCLE)
    return found


def test_what_was_written_comes_back_with_its_base(store: Store) -> None:
    written = [each.text for each in apply_all(store)]
    found = list(revisions_in_force(store))
    assert [text_of(each) for each in found] == written
    assert all(holds(*pair) for pair in zip(found, written, strict=True))


def test_a_cycle_without_a_plan_is_named(applied: Store) -> None:
    with pytest.raises(InputError, match=r"no plan of cycle `2031-q1`. It has 2025-q4"):
        list(revisions_in_force(applied, "2031-q1"))


def test_a_text_that_was_changed_and_not_applied_is_kept_from_harm(applied: Store) -> None:
    changed = based(applied, RENAMED)
    assert not holds(current(applied), changed)
    assert is_unapplied(current(applied), changed)
    assert is_unapplied(current(applied), "what: {is: this")


def test_an_older_revision_that_nobody_changed_may_be_overwritten(applied: Store) -> None:
    old = text_of(current(applied))
    apply(applied, plan_document(based(applied, RENAMED)))
    assert not holds(current(applied), old)
    assert not is_unapplied(current(applied), old)
    assert is_unapplied(current(applied), old.replace("is live", "is up"))
    assert load_plan(text_of(current(applied))).objectives[0].key_results[1].title.endswith("there")


def test_the_same_content_without_its_base_is_overwritten_without_loss(applied: Store) -> None:
    assert not holds(current(applied), PLAN)
    assert not is_unapplied(current(applied), PLAN)
