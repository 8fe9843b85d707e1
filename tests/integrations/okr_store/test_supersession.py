"""Correcting and accepting readings: one live reading per slot, with who decided and why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from store_samples import CYCLE, DAY, MONDAY, WEEK, correct, measured, reading

from okr_core.errors import RefusalError
from okr_core.record.entries import Acceptance, Correction, Reading
from okr_store import Store


def live(store: Store, **wanted: object) -> list[Reading]:
    arguments: dict[str, object] = {"as_of": None, **wanted}
    return list(store.readings(CYCLE, **arguments))  # type: ignore[arg-type]


@pytest.fixture
def old(store: Store) -> Reading:
    """A reading that smells."""
    store.record(CYCLE, measured([reading(value="0", state="suspect", reason="fell")]))
    return store.reading(CYCLE, "r1")


def test_a_correction_takes_the_place_of_the_reading(store: Store, old: Reading) -> None:
    new = correct(store, old, "30")
    assert live(store) == [new]
    assert (new.id, new.supersedes, new.value) == ("r2", "r1", Decimal(30))
    assert (new.source, new.as_of, new.by) == (old.source, old.as_of, "bob")


def test_an_accepted_reading_counts_from_then_on(store: Store, old: Reading) -> None:
    true = replace(old, state="observed", by="bob", reason="label was split")
    body = Acceptance(reading=old.id, note="label was split")
    new = store.supersede(CYCLE, old.id, true, body, by="bob", at=MONDAY + DAY)
    assert (new.state, new.value, new.reason) == ("observed", Decimal(0), "label was split")
    assert live(store, history=()) == [new]


def test_the_past_shows_what_was_known_then(store: Store, old: Reading) -> None:
    new = correct(store, old, "30", at=MONDAY + WEEK)
    for history in (None, ()):
        assert live(store, as_of=MONDAY + DAY, history=history) == [old]
        assert live(store, as_of=MONDAY + WEEK, history=history) == [new]


def test_a_voided_reading_leaves_the_one_before_it(store: Store) -> None:
    store.record(CYCLE, measured([reading(value="1"), reading(value="2", week=1)]))
    first, wrong = live(store)
    void = replace(wrong, state="void", by="bob")
    body = Correction(reading=wrong.id, reason="wrong project")
    store.supersede(CYCLE, wrong.id, void, body, by="bob", at=MONDAY + WEEK)
    assert live(store) == live(store, history=()) == [first]


def test_a_correction_can_be_corrected(store: Store, old: Reading) -> None:
    second = correct(store, old, "30")
    third = correct(store, second, "29", at=MONDAY + WEEK)
    assert live(store) == [third]


def test_a_reading_is_superseded_at_most_once(store: Store, old: Reading) -> None:
    correct(store, old, "30")
    with pytest.raises(RefusalError, match=r"`r1` of `kr` is superseded by `r2`\. Correct `r2`"):
        correct(store, old, "29")
    assert [str(each.value) for each in live(store)] == ["30"]


def test_a_superseded_slot_stays_taken(store: Store, old: Reading) -> None:
    correct(store, old, "30")
    assert store.record(CYCLE, measured([reading(value="0")])).existing == 1
    assert store.slots(CYCLE, "jira:acme", MONDAY) == {"kr"}


def test_only_a_suspect_reading_can_be_accepted(store: Store) -> None:
    store.record(CYCLE, measured([reading()]))
    sure = store.reading(CYCLE, "r1")
    with pytest.raises(RefusalError, match="`r1` of `kr` is observed, not suspect"):
        store.supersede(CYCLE, "r1", sure, Acceptance(reading="r1"), by="bob", at=MONDAY)
    assert [link.table for link in store.links(CYCLE)] == ["seals"]


def test_an_unknown_reading_cannot_be_corrected(store: Store, old: Reading) -> None:
    with pytest.raises(RefusalError, match="has no reading `r9`"):
        correct(store, replace(old, id="r9"), "30")


def test_decision_and_reading_must_be_about_the_same_thing(store: Store, old: Reading) -> None:
    about_another = Correction(reading="r7", reason="x")
    with pytest.raises(ValueError, match="must be about `r1`"):
        store.supersede(CYCLE, "r1", old, about_another, by="bob", at=MONDAY)
    elsewhere = replace(old, key_result="other")
    body = Correction(reading="r1", reason="x")
    with pytest.raises(ValueError, match="must be about `r1`"):
        store.supersede(CYCLE, "r1", elsewhere, body, by="bob", at=MONDAY)
    changed = replace(old, value=Decimal(5), state="observed")
    with pytest.raises(ValueError, match="keeps the value"):
        store.supersede(CYCLE, "r1", changed, Acceptance(reading="r1"), by="bob", at=MONDAY)
    assert live(store) == [old]


def test_the_decision_is_recorded_beside_the_reading(store: Store, old: Reading) -> None:
    correct(store, old, "30")
    (entry,) = store.entries(CYCLE, kinds=("correction",))
    assert entry.body == Correction(reading="r1", value=Decimal(30), reason="counted twice")
    assert (entry.by, entry.via, entry.key_result) == ("bob", "cli", "kr")
    assert [link.table for link in store.links(CYCLE)] == ["seals", "entries", "readings"]
