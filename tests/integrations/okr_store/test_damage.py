"""A damaged or full disk: what is damaged is named, and a full one can still be read."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from store_samples import (
    CYCLE,
    decided_store,
    measured,
    new_revision,
    raw_engine,
    reading,
    tamper,
)

from okr_core.errors import ConfigError, StoreFullError
from okr_store import Store, open_store

Deed = Callable[[Store], object]


def read(store: Store) -> object:
    return list(store.readings(CYCLE, as_of=None))


def read_entries(store: Store) -> object:
    return list(store.entries(CYCLE, kinds=("check_in",)))


def read_plan(store: Store) -> object:
    return store.revision("plan", CYCLE, 1)


def audit(store: Store) -> object:
    return store.audit()


NOT_TEXT = {
    ("readings", "value", "sequence = 2"): (read, "the `value` of reading r2"),
    ("readings", "at", "sequence = 2"): (read, "the `at` of reading r2"),
    ("entries", "body", "id = 2"): (read_entries, "the `body` of entry e2"),
    ("texts", "text", "id = 1"): (read_plan, "the `text` of texts 1"),
    ("chain", "payload", "id = 3"): (audit, "the `payload` of chain 3"),
    ("seals", "body", "id = 1"): (audit, "the `body` of seals 1"),
}


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite store with every kind of row."""
    path = str(shutil.copy(sqlite_template, tmp_path / "okr.db"))
    with open_store(path) as store:
        decided_store(store)
    return path


@pytest.mark.parametrize("place", NOT_TEXT)
def test_text_that_is_none_is_named_by_who_reads_it_and_by_the_audit(
    url: str, place: tuple[str, str, str]
) -> None:
    table, column, where = place
    deed, named = NOT_TEXT[place]
    tamper(url, f"UPDATE {table} SET {column} = CAST(x'ff31' AS TEXT) WHERE {where}")
    with open_store(url) as store:
        for each in (deed, audit):
            with pytest.raises(ConfigError) as raised:
                each(store)
            assert f"it is damaged: {named} cannot be read." in str(raised.value)
            assert raised.value.exit_code == 2


OTHER_KIND: dict[str, tuple[Deed, str]] = {
    "UPDATE evidence SET content = CAST(content AS TEXT)": (
        audit,
        "the `content` of evidence sha256:",
    ),
    "UPDATE readings SET value = CAST('5' AS BLOB) WHERE sequence = 2": (
        read,
        "the `value` of reading r2 cannot be read",
    ),
    "UPDATE readings SET at = CAST(at AS BLOB) WHERE sequence = 2": (
        read,
        "the `at` of reading r2 cannot be read",
    ),
}


@pytest.mark.parametrize("change", OTHER_KIND)
def test_text_where_bytes_belong_and_the_reverse_are_told_with_their_row(
    url: str, change: str
) -> None:
    deed, named = OTHER_KIND[change]
    tamper(url, change)
    with open_store(url) as store, pytest.raises(ConfigError) as raised:
        deed(store)
    assert f"it is damaged: {named}" in str(raised.value)


@pytest.mark.parametrize("words", ["CAST(x'ff' AS BLOB)", "CAST('{}' AS BLOB)", "'{'", "'[]'"])
def test_an_entry_whose_words_are_damaged_says_that_it_is_the_words(url: str, words: str) -> None:
    tamper(url, f"UPDATE texts SET text = {words} WHERE id IN (SELECT words FROM entries)")
    with open_store(url) as store, pytest.raises(ConfigError, match=r"its words \(texts \d+\) can"):
        read_entries(store)


@pytest.mark.parametrize("table", ["seals", "readings", "texts"])
def test_a_table_that_is_gone_is_damage_and_named(store: Store, ready_url: str, table: str) -> None:
    decided_store(store)
    with raw_engine(ready_url).begin() as connection:
        cascade = " CASCADE" if "://" in ready_url else ""
        connection.execute(text(f"DROP TABLE {table}{cascade}"))
    with pytest.raises(ConfigError) as raised:
        store.audit()
    assert f"it is damaged: table `{table}` is missing." in str(raised.value)
    assert "restore the last backup" in raised.value.hint
    assert raised.value.exit_code == 2


def test_a_column_that_is_gone_is_damage_and_named(store: Store, ready_url: str) -> None:
    decided_store(store)
    with raw_engine(ready_url).begin() as connection:
        connection.execute(text("ALTER TABLE entries RENAME COLUMN via TO via_"))
    with pytest.raises(ConfigError) as raised:
        read_entries(store)
    assert "it is damaged: column `via` of table `entries` is missing." in str(raised.value)


GARBAGE: dict[str, tuple[Deed, str]] = {
    "UPDATE readings SET value = 'much' WHERE sequence = 2": (read, "`value` of reading r2"),
    "UPDATE readings SET value = 'NaN' WHERE sequence = 2": (read, "`value` of reading r2"),
    "UPDATE readings SET at = 'today' WHERE sequence = 2": (read, "`at` of reading r2"),
    "UPDATE entries SET at = '' WHERE id = 2": (read_entries, "`at` of entry e2"),
    "UPDATE entries SET body = '{' WHERE id = 2": (read_entries, "entry e2 in the store is dam"),
    "UPDATE revisions SET added = '[' WHERE id = 1": (read_plan, "revision 1 of plan `2026-q4`"),
    "UPDATE texts SET text = NULL, salt = NULL WHERE id = 1": (
        read_plan,
        "the document of revision 1 of plan `2026-q4` is missing",
    ),
}


@pytest.mark.parametrize("change", GARBAGE)
def test_what_no_store_writes_is_named_on_either_engine(
    store: Store, ready_url: str, change: str
) -> None:
    decided_store(store)
    tamper(ready_url, change)
    deed, named = GARBAGE[change]
    with pytest.raises(ConfigError) as raised:
        deed(store)
    assert named in str(raised.value)
    assert raised.value.exit_code == 2
    assert store.audit().problems


@pytest.mark.parametrize("document", ['{"cycle":7}', "[]", "{"])
def test_a_document_that_is_no_plan_any_more_is_named(store: Store, document: str) -> None:
    store.add_revision(new_revision(document=document))
    found = store.revision("plan", CYCLE)
    assert found is not None
    for reads in (found.plan, found.cycle):
        with pytest.raises(ConfigError, match="of revision 1 of plan `2026-q4` is damaged in the"):
            reads()


def test_a_place_in_the_chain_that_is_no_number_is_a_finding(url: str) -> None:
    tamper(url, "UPDATE chain SET seq = 'x' WHERE id = 3")
    with open_store(url) as store:
        assert any("link x: its place is no number." in each for each in store.audit().problems)


def test_a_page_that_is_damaged_is_told_with_its_table(url: str) -> None:
    with open_store(url) as store:
        store.record(CYCLE, measured(reading(f"kr{n}") for n in range(2_000)))
    content = bytearray(Path(url).read_bytes())
    page = content.rfind(b"kr1999") // 4096 * 4096
    content[page : page + 4096] = b"\xff" * 4096
    Path(url).write_bytes(bytes(content))
    with open_store(url) as store:
        for deed in (read, audit):
            with pytest.raises(ConfigError) as raised:
                deed(store)
            assert "it is damaged: table `readings` cannot be read" in str(raised.value)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only who may mount a disk can fill it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill_up(disk: Path) -> None:
    with (disk / "fill").open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


@pytest.mark.parametrize("crashed", [False, True])
def test_a_full_disk_is_called_full_and_what_is_there_can_be_read(
    url: str, small_disk: Path, *, crashed: bool
) -> None:
    path = str(shutil.copy(url, small_disk / "okr.db"))
    if crashed:  # what it wrote last stands in the log beside the file
        with open_store(path) as store:
            store.record(CYCLE, measured([reading("last")]))
            for name in ("okr.db", "okr.db-wal"):
                shutil.copy(small_disk / name, small_disk / f"copy-{name}")
        for name in ("okr.db", "okr.db-wal"):
            (small_disk / f"copy-{name}").rename(small_disk / name)
    fill_up(small_disk)
    with open_store(path) as store:
        found = list(store.readings(CYCLE, as_of=None))
        assert len(found) == 2 + crashed
        nested = [store.reading(CYCLE, r.id) for r in store.readings(CYCLE, as_of=None)]
        assert nested == found
        assert store.audit().ok
        with pytest.raises(StoreFullError, match=r"its disk is full\. Free some space") as raised:
            store.record(CYCLE, measured(reading(f"kr{n}") for n in range(2_000)))
        with pytest.raises(StoreFullError, match="its disk is full"):
            store.leases.acquire("judge")
    assert raised.value.exit_code == 3
    (small_disk / "fill").unlink()
    with open_store(path) as store:
        assert list(store.readings(CYCLE, as_of=None)) == found
        assert store.record(CYCLE, measured([reading("more")])).inserted == 1
