"""What is answered blind is given out by nothing before its round is opened."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from exports import Shelf, exported, restored
from store_samples import MONDAY

from okr_core.errors import RefusalError
from okr_core.plan.acting import FORM, Actor, Occasion
from okr_core.record.sealed import Sealed, SealedExport, Unsealed
from okr_flows.decide.blind import answers, record_sealed_export, seal, unseal
from okr_store import Store, open_store
from okr_store.export.export import export_store

CYCLE = "2026-q4"
ROUND = "estimate:activation:1"
CANARY = "kestrel-13"
NOW = MONDAY + timedelta(days=1)


def occasion(person: str) -> Occasion:
    return Occasion(MONDAY, NOW, Actor("test", person))


def say(store: Store, person: str, answer: str, round_: str = ROUND) -> str:
    sealed = Sealed(round=round_, answer=answer)
    entry = seal(store, CYCLE, "activation", sealed, occasion(person))
    assert isinstance(entry.body, Sealed)
    assert entry.body.answer == ""  # nor does it come back to who calls
    return entry.id


def bodies(store: Store) -> list[str]:
    found = store.entries(CYCLE, kinds=("sealed",))
    return [each.body.answer for each in found if isinstance(each.body, Sealed)]


def test_an_answer_is_read_once_its_round_is_opened_and_the_last_one_of_a_person_counts(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for person, answer in (("ada", "8"), ("bo", CANARY), ("ada", f"{CANARY}-again")):
        say(store, person, answer)
    say(store, "ada", CANARY, "estimate:activation:2")
    assert bodies(store) == [""] * 4
    assert answers(store, CYCLE, ROUND) == {}
    assert CANARY not in caplog.text
    assert store.audit().ok

    unseal(store, CYCLE, "activation", Unsealed(round=ROUND), occasion("ada"))
    say(store, "bo", "too late")  # is kept, and does not count
    assert answers(store, CYCLE, ROUND) == {"ada": f"{CANARY}-again", "bo": CANARY}
    assert bodies(store) == ["8", CANARY, f"{CANARY}-again", "", "too late"]
    with pytest.raises(RefusalError, match="opened already"):
        unseal(store, CYCLE, "activation", Unsealed(round=ROUND), occasion("bo"))
    assert store.audit().ok


def test_an_export_leaves_it_out_unless_it_is_asked_for_and_its_audit_holds(
    store: Store, ready_url: str, shelf: Shelf
) -> None:
    say(store, "ada", CANARY)
    export = exported(ready_url)
    assert CANARY.encode() not in export
    with_it = b"".join(export_store(ready_url, sealed_too=True))
    assert CANARY.encode() in with_it  # the control: it is found where it may be
    for lines, counts in ((export, {}), (with_it, {"ada": CANARY})):
        with shelf.empty("sqlite") as url:
            assert restored(url, lines).audit.ok
            with open_store(url) as copy:
                assert bodies(copy) == [""]
                unseal(copy, CYCLE, "activation", Unsealed(round=ROUND), occasion("bo"))
                assert answers(copy, CYCLE, ROUND) == counts
    unseal(store, CYCLE, "activation", Unsealed(round=ROUND), occasion("bo"))
    assert CANARY.encode() in exported(ready_url)


def test_that_sealed_answers_were_exported_is_on_record(store: Store) -> None:
    assert record_sealed_export(store, [CYCLE], "", occasion("ada")) == ()
    say(store, "ada", CANARY)
    assert record_sealed_export(store, [CYCLE], "we move", occasion("bo")) == (ROUND,)
    (entry,) = store.entries(CYCLE, kinds=("sealed_export",))
    assert entry.body == SealedExport(rounds=(ROUND,), reason="we move")
    assert entry.by == "bo"


def test_no_form_takes_what_is_answered_blind(store: Store) -> None:
    by_form = Occasion(MONDAY, NOW, Actor(FORM, "ada"))
    before = store.mark()
    with pytest.raises(RefusalError, match="no form takes"):
        seal(store, CYCLE, "activation", Sealed(round=ROUND, answer=CANARY), by_form)
    with pytest.raises(RefusalError, match="no form takes"):
        unseal(store, CYCLE, "activation", Unsealed(round=ROUND), by_form)
    assert store.mark() == before
