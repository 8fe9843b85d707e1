"""Persons and their words: apart from what is chained, so that they can be erased."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from store_samples import (
    CYCLE,
    MONDAY,
    check_in,
    decided_store,
    measured,
    raw_engine,
    reading,
    scope_change,
)

from okr_core.errors import OkrError
from okr_core.record.entries import Correction
from okr_store import Store, open_store

FORGET = "UPDATE people SET person = NULL, salt = NULL"
ERASE = (
    "UPDATE texts SET salt = NULL, text = NULL WHERE id NOT IN (SELECT document FROM revisions) "
    "AND id NOT IN (SELECT text FROM revisions WHERE text IS NOT NULL)"
)
WORDS = ("the first plan", "agreed", "counted twice", "two teams merged", "hard")


def test_a_person_is_one_random_id_in_every_row(store: Store) -> None:
    decided_store(store)
    subjects = store.people()
    assert set(subjects) == {"anna", "bob", "cleo"}
    assert all(len(subject) == 32 for subject in subjects.values())


def test_names_and_words_stand_in_no_other_table(store: Store, ready_url: str) -> None:
    decided_store(store)
    others = ("revisions", "readings", "entries", "evidence", "seals", "chain")
    with raw_engine(ready_url).connect() as connection:
        rows = [row for name in others for row in connection.execute(text(f"SELECT * FROM {name}"))]
    content = repr(rows)
    assert [word for word in ("anna", "bob", "cleo", *WORDS) if word in content] == []


def test_the_same_words_have_another_digest_each_time(store: Store) -> None:
    store.add_entries(CYCLE, [scope_change("same"), scope_change("same")])
    first, second = (link.payload for link in store.links())
    assert first.partition('"words":')[2] != second.partition('"words":')[2]


def test_a_person_can_be_erased_and_the_chain_still_holds(store: Store, ready_url: str) -> None:
    decided_store(store)
    head = store.audit().head
    with raw_engine(ready_url).begin() as connection:
        connection.execute(text(f"{FORGET} WHERE person = 'bob'"))
        connection.execute(text(ERASE))
    report = store.audit()
    assert (report.ok, report.head) == (True, head)
    assert report.erased == 1 + 6  # he, and words that are no documents
    subject = store.reading(CYCLE, "r3").by
    assert subject.startswith("erased-")
    (entry,) = store.entries(CYCLE, kinds=("correction",))
    assert isinstance(entry.body, Correction)
    assert (entry.body.reason, entry.by) == ("", subject)


def test_a_returning_person_is_another_subject(store: Store, ready_url: str) -> None:
    store.add_entries(CYCLE, [check_in()])
    with raw_engine(ready_url).begin() as connection:
        connection.execute(text(FORGET))
    store.add_entries(CYCLE, [check_in()])
    before, after = (entry.by for entry in store.entries(CYCLE, kinds=("check_in",)))
    assert before.startswith("erased-")
    assert after == "bob"


@pytest.mark.parametrize("column", ["document", "text"])
def test_erasing_words_never_takes_a_plan(store: Store, ready_url: str, column: str) -> None:
    decided_store(store)
    erase = "UPDATE texts SET salt = NULL, text = NULL WHERE id IN (SELECT {} FROM revisions)"
    with (
        raw_engine(ready_url).begin() as connection,
        pytest.raises(DBAPIError, match="texts is append-only"),
    ):
        connection.execute(text(erase.format(column)))
    plan = store.revision("plan", CYCLE)
    assert plan is not None
    assert (plan.document, plan.text) == ('{"cycle":{"id":"2026-q4"}}', "cycle: {id: 2026-q4}")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE people SET person = 'mallory' WHERE person = 'bob'",
        "UPDATE people SET person = NULL WHERE person = 'bob'",
        "UPDATE people SET person = NULL, salt = NULL, subject = 'x' WHERE person = 'bob'",
        "UPDATE people SET person = NULL, salt = NULL, digest = NULL WHERE person = 'bob'",
        "DELETE FROM people",
        "UPDATE texts SET text = 'other words'",
        "UPDATE texts SET text = NULL",
        "UPDATE texts SET text = NULL, salt = NULL, digest = 'x'",
        "DELETE FROM texts",
    ],
)
def test_names_and_words_can_be_erased_but_not_rewritten(
    store: Store, ready_url: str, change: str
) -> None:
    store.add_entries(CYCLE, [check_in(note="hard")])
    with (
        raw_engine(ready_url).begin() as connection,
        pytest.raises(DBAPIError, match="is append-only"),
    ):
        connection.execute(text(change))


def test_the_password_of_a_store_is_never_shown(postgres_url: str) -> None:
    wrong = [
        "postgresql://okr:hunter2@127.0.0.1:1/okr",
        "postgres://okr:hunter2@127.0.0.1:notaport/okr",
        "mysql://okr:hunter2@db/okr",
        "postgresql://okr:hunter2@[bad/okr",
        postgres_url.replace("postgres:@", "nobody:hunter2@"),
    ]
    for url in wrong:
        with pytest.raises(OkrError) as raised:
            open_store(url)
        assert "hunter2" not in f"{raised.value} {raised.value!r} {raised.value.__context__}"
    store = open_store(postgres_url.replace("postgres:@", "postgres:hunter2@"), create=True)
    assert "hunter2" not in f"{store!r} {store.location}"
    store.record(CYCLE, measured([reading(at=MONDAY)]))
    store.close()
