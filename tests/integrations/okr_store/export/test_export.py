"""Export and restore: everything out as lines, and back as it was, on either engine."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from exports import OTHER, Shelf, exported, restored, rows_of
from sqlalchemy import make_url, text
from store_samples import (
    CYCLE,
    PROOF,
    check_in,
    correct,
    decided_store,
    measured,
    new_revision,
    raw_engine,
    reading,
    row_counts,
    scope_change,
)

from okr_core.basics.exact import digest
from okr_core.errors import InputError
from okr_store import NoStoreError, Store, open_store
from okr_store.export.export import export_store
from okr_store.export.restore import restore_store

ERASE = (
    "UPDATE texts SET salt = NULL, text = NULL WHERE id NOT IN (SELECT document FROM revisions) "
    "AND id NOT IN (SELECT text FROM revisions WHERE text IS NOT NULL)"
)


def engine_of(url: str) -> str:
    return "postgresql" if "://" in url else "sqlite"


def test_an_export_restores_on_the_other_engine_and_back_without_a_different_byte(
    store: Store, ready_url: str, shelf: Shelf
) -> None:
    decided_store(store)
    here = engine_of(ready_url)
    export = exported(ready_url)
    with shelf.empty(OTHER[here]) as there, shelf.empty(here) as back:
        assert restored(there, export).audit.ok
        assert exported(there) == export
        restored(back, exported(there))
        assert exported(back) == export


def test_a_store_that_does_not_exist_yet_is_created(
    store: Store, ready_url: str, store_url: str
) -> None:
    decided_store(store)
    assert restored(store_url, exported(ready_url)).rows == row_counts(ready_url)


def test_an_empty_store_survives_too(store: Store, ready_url: str, shelf: Shelf) -> None:
    with shelf.empty(engine_of(ready_url)) as other:
        restored(other, exported(ready_url))
        with open_store(other) as opened:
            assert opened.add_revision(new_revision()).number == 1


def test_a_restored_store_answers_as_the_original(
    store: Store, ready_url: str, shelf: Shelf
) -> None:
    decided_store(store)
    with shelf.empty(OTHER[engine_of(ready_url)]) as url:
        done = restored(url, exported(ready_url))
        with open_store(url) as copy:
            assert list(copy.links()) == list(store.links())
            assert copy.audit(store.audit().heads) == store.audit() == done.audit
            assert copy.revisions() == store.revisions()
            assert copy.revision("plan", CYCLE) == store.revision("plan", CYCLE)
            assert copy.people() == store.people()
            assert copy.evidence(digest(PROOF)) == PROOF
            assert copy.reading(CYCLE, "r3") == store.reading(CYCLE, "r3")
            kinds = ("check_in", "correction", "scope_change", "revision_decision")
            assert list(copy.entries(CYCLE, kinds=kinds)) == list(store.entries(CYCLE, kinds=kinds))


def test_new_rows_are_numbered_behind_the_restored_ones(
    store: Store, ready_url: str, shelf: Shelf
) -> None:
    decided_store(store)
    with shelf.empty(OTHER[engine_of(ready_url)]) as url:
        restored(url, exported(ready_url))
        with open_store(url) as copy:
            copy.record(CYCLE, measured([reading("third")]))
            (entry,) = copy.add_entries(CYCLE, [scope_change()])
            assert (entry.id, correct(copy, copy.reading(CYCLE, "r4"), "9").id) == ("e5", "r5")
            assert copy.add_revision(new_revision(base=2)).number == 3
            assert copy.audit().ok


def test_who_and_what_was_erased_stays_erased(store: Store, ready_url: str, shelf: Shelf) -> None:
    decided_store(store)
    with raw_engine(ready_url).begin() as connection:
        connection.execute(
            text("UPDATE people SET person = NULL, salt = NULL WHERE person = 'bob'")
        )
        connection.execute(text(ERASE))
    export = exported(ready_url)
    assert b"bob" not in export
    with shelf.empty(OTHER[engine_of(ready_url)]) as url:
        assert restored(url, export).audit == store.audit()
        with open_store(url) as copy:
            assert copy.reading(CYCLE, "r3").by.startswith("erased-")


def test_evidence_is_text_where_it_is_text(store: Store, ready_url: str) -> None:
    binary = b"\xff\x00\xfe"
    for content in (PROOF, binary, b""):
        store.put_evidence(digest(content), content)
    fields = {row.pop("digest"): row for row in rows_of(exported(ready_url), "evidence")}
    assert fields[digest(PROOF)] == {"text": PROOF.decode()}
    assert fields[digest(binary)] == {"base64": "/wD+"}
    assert fields[digest(b"")] == {"text": ""}


def test_damaged_evidence_is_exported_as_it_was_found(
    store: Store, ready_url: str, shelf: Shelf
) -> None:
    decided_store(store)
    with raw_engine(ready_url).begin() as connection:
        damaged = {"content": b"broken", "digest": "sha256:damaged"}
        connection.execute(text("INSERT INTO evidence VALUES (:digest, :content)"), damaged)
    export = exported(ready_url)
    with shelf.empty(engine_of(ready_url)) as url:
        done = restored(url, export, verify=False)
        assert done.audit.problems == ("evidence sha256:damaged is not as it was recorded.",)
        assert exported(url) == export


def test_an_export_holds_no_password_of_the_store(postgres_url: str) -> None:
    url = make_url(postgres_url).set(password="hunter2").render_as_string(hide_password=False)
    with open_store(url, create=True) as store:
        decided_store(store)
    assert b"hunter2" not in exported(url)


def test_some_cycles_are_exported_with_the_workspace_and_what_they_refer_to(
    store: Store, ready_url: str, shelf: Shelf
) -> None:
    decided_store(store)
    store.add_revision(new_revision(scope="2027-q1", by="dora", reason="another quarter"))
    store.record("2027-q1", measured([reading(by="dora", reason="another reading")]))
    store.add_entries("2027-q1", [check_in(by="dora"), scope_change()])
    export = exported(ready_url, [CYCLE])
    assert b"dora" not in export
    assert b"another" not in export
    with shelf.empty(engine_of(ready_url)) as url:
        assert restored(url, export).audit.ok
        with open_store(url) as copy:
            assert copy.cycles() == [CYCLE]
            assert copy.revision("workspace", "") == store.revision("workspace", "")
            assert list(copy.readings(CYCLE, as_of=None)) == list(store.readings(CYCLE, as_of=None))
            assert list(copy.links(CYCLE)) == list(store.links(CYCLE))


def test_a_cycle_that_the_store_does_not_have_is_refused(store: Store, ready_url: str) -> None:
    decided_store(store)
    with pytest.raises(InputError, match=r"no plan of cycle `2026-q5`\. It has 2026-q4\."):
        exported(ready_url, ["2026-q5"])


def test_where_there_is_no_store_there_is_nothing_to_export(store_url: str) -> None:
    with pytest.raises(NoStoreError):
        exported(store_url)


def test_every_line_is_one_document_whatever_people_write(
    store: Store, ready_url: str, shelf: Shelf
) -> None:
    words = 'a "quote"\r\n\u2028 \u0085 \\ 上海 \U0001f600'
    store.add_revision(new_revision(text=words, reason=words, by="zoë"))
    export = exported(ready_url)
    lines = export.split(b"\n")
    assert lines.pop() == b""
    assert [type(json.loads(line)) for line in lines] == [dict] * len(lines)
    with shelf.empty(OTHER[engine_of(ready_url)]) as url:
        restored(url, export)
        with open_store(url) as copy:
            revision = copy.revision("plan", CYCLE)
            assert revision == store.revision("plan", CYCLE)


def test_export_and_restore_take_the_same_memory_for_any_number_of_readings(
    store: Store, ready_url: str, shelf: Shelf, tmp_path: Path
) -> None:
    peaks = []
    # The first round only loads what stays loaded.
    for first, weeks in ((0, 1), (1, 30), (31, 90)):
        several = (
            reading(f"kr{n}", week=first + week) for week in range(weeks) for n in range(100)
        )
        store.record(CYCLE, measured(several))
        path = tmp_path / "export.jsonl"
        out = _peak(partial(_write, ready_url, path))
        with shelf.empty(engine_of(ready_url)) as url, path.open("rb") as file:
            back = _peak(partial(restore_store, url, file, "export.jsonl"))
        peaks.append((out, back))
    _, (out_few, back_few), (out_many, back_many) = peaks
    assert out_many < 1.3 * out_few
    assert back_many < 1.3 * back_few


def _write(url: str, path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(export_store(url))


def _peak(act: Callable[[], object]) -> int:
    """Bytes that Python held at most during a call, above what it held before."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    act()
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return peak
