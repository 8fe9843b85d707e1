"""Revisions come back as texts, and no text with changes of its own is taken for old."""

from __future__ import annotations

import re

import pytest
from applied_store import CYCLE, NOW, apply, apply_all, based, plan_document
from okr_command import PLAN

from okr_core.errors import InputError
from okr_core.files.document import load_plan
from okr_flows.formulate.pull import Pulled, pull_current, pull_revision
from okr_store import Store

RENAMED = PLAN.replace("is live", "is there")


def current(store: Store) -> Pulled:
    (found,) = pull_current(store, CYCLE)
    return found


def written(text: str) -> str:
    """A text without the line for editors."""
    return re.sub(r"^# yaml-language-server:.*\n", "", text, flags=re.MULTILINE)


def test_what_was_written_comes_back_with_its_base(store: Store) -> None:
    texts = [each.text for each in apply_all(store)]
    found = pull_current(store)
    assert [written(each.text) for each in found] == texts
    assert all(each.is_said_by(text) for each, text in zip(found, texts, strict=True))


def test_a_cycle_without_a_plan_is_named(applied: Store) -> None:
    with pytest.raises(InputError, match=r"no plan of cycle `2031-q1`. It has 2025-q4"):
        pull_current(applied, "2031-q1")


def test_a_text_that_was_changed_and_not_applied_is_kept_from_harm(applied: Store) -> None:
    changed = based(applied, RENAMED)
    assert not current(applied).is_said_by(changed)
    assert current(applied).loses(changed)
    assert current(applied).loses("what: {is: this")


def test_an_older_revision_that_nobody_changed_may_be_overwritten(applied: Store) -> None:
    old = current(applied).text
    apply(applied, plan_document(based(applied, RENAMED)))
    assert not current(applied).is_said_by(old)
    assert not current(applied).loses(old)
    assert current(applied).loses(old.replace("is live", "is up"))
    assert load_plan(current(applied).text).objectives[0].key_results[1].title.endswith("there")


def test_the_same_content_without_its_base_is_overwritten_without_loss(applied: Store) -> None:
    assert not current(applied).is_said_by(PLAN)
    assert not current(applied).loses(PLAN)


@pytest.mark.parametrize("reference", ["1", f"{CYCLE}:1"])
def test_an_earlier_revision_is_made_from_the_one_that_holds_and_can_be_applied(
    applied: Store, reference: str
) -> None:
    apply(applied, plan_document(based(applied, RENAMED)))
    pulled = pull_revision(applied, reference, CYCLE, NOW)
    assert pulled.base is not None
    assert (pulled.revision.number, pulled.base.number) == (1, 2)
    (back,) = apply(applied, plan_document(pulled.text))
    assert back.number == 3
    assert current(applied).revision.digest == pulled.revision.digest


def test_a_revision_that_was_pulled_and_not_applied_is_no_change_to_lose(applied: Store) -> None:
    apply(applied, plan_document(based(applied, RENAMED)))
    assert not current(applied).loses(pull_revision(applied, "1", CYCLE, NOW).text)


def test_a_revision_that_is_not_there_is_named(applied: Store) -> None:
    with pytest.raises(InputError, match=r"there is no revision 2025-q4:7\."):
        pull_revision(applied, "7", CYCLE, NOW)
