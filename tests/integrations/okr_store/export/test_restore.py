"""Restoring what should not be restored: one message with its line, and nothing is stored."""

from __future__ import annotations

import base64
import io
import json
import resource
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from exports import Shelf, exported, restored, rows_of, signed
from sqlalchemy import text
from store_samples import decided_store, new_revision, raw_engine, row_counts

from okr_core.errors import InputError, OkrError, RefusalError, StoreUnreachableError
from okr_store import Store, open_store
from okr_store.export.restore import restore_store


@pytest.fixture(scope="module")
def export(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The lines of a store with every kind of row."""
    url = str(shutil.copy(sqlite_template, tmp_path_factory.mktemp("export")))
    with open_store(url) as filled:
        decided_store(filled)
    return exported(url).splitlines(keepends=True)


@pytest.fixture
def empty_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A store without rows, for what is found before any engine sees a row."""
    return str(shutil.copy(sqlite_template, tmp_path))


def refusal(url: str, export: bytes, kind: type[OkrError] = InputError) -> str:
    with pytest.raises(kind) as raised:
        restored(url, export)
    assert set(row_counts(url).values()) == {0}
    return str(raised.value)


def line_of(export: list[bytes], table: str, place: int = 0) -> int:
    """0-based number of a table's row."""
    start = b'{"table":"%s"' % table.encode()
    return [n for n, line in enumerate(export) if line.startswith(start)][place]


def changed(export: list[bytes], table: str, place: int = 0, **fields: Any) -> bytes:
    """The export with another row; None takes a field out; signed again, as a forger would."""
    number = line_of(export, table, place)
    row: dict[str, Any] = {**json.loads(export[number])["row"], **fields}
    row = {name: value for name, value in row.items() if value is not None}
    line = json.dumps({"table": table, "row": row}, separators=(",", ":")).encode() + b"\n"
    return signed([*export[:number], line, *export[number + 1 :]])


def test_a_store_that_is_not_empty_is_left_alone(
    store: Store, ready_url: str, export: list[bytes]
) -> None:
    store.add_revision(new_revision())
    before = exported(ready_url)
    with pytest.raises(RefusalError, match=r"is not empty \(\d rows? of people\)\. Name a new"):
        restored(ready_url, b"".join(export))
    assert exported(ready_url) == before


def test_a_second_restore_is_refused(store: Store, ready_url: str, export: list[bytes]) -> None:
    restored(ready_url, b"".join(export))
    with pytest.raises(RefusalError, match="is not empty"):
        restored(ready_url, b"".join(export))


@pytest.mark.parametrize("kept", [1, 2, 9, -1])
def test_a_file_without_its_last_lines_is_cut(
    empty_url: str, export: list[bytes], kept: int
) -> None:
    lines = export[:kept]
    message = refusal(empty_url, b"".join(lines))
    assert message.startswith(f"okr.jsonl:{len(lines)}: the file is cut off here: ")
    assert message.endswith("Copy it again, or take an older one.")


@pytest.mark.parametrize("bytes_lost", [2, 30, 200])
def test_a_file_that_ends_within_a_line_is_cut(
    empty_url: str, export: list[bytes], bytes_lost: int
) -> None:
    assert "the file is cut off" in refusal(empty_url, b"".join(export)[:-bytes_lost])


def test_a_changed_value_is_noticed(empty_url: str, export: list[bytes]) -> None:
    altered = b"".join(export).replace(b'"value":"31"', b'"value":"32"', 1)
    message = refusal(empty_url, altered)
    assert message.startswith(f"okr.jsonl:{len(export)}: one of the lines above was altered")


def test_a_line_that_was_spoilt_is_named(empty_url: str, export: list[bytes]) -> None:
    spoilt = [*export[:7], export[7].replace(b":", b";"), *export[8:]]
    assert refusal(empty_url, b"".join(spoilt)).startswith("okr.jsonl:8: this is no row of a store")


@pytest.mark.parametrize("sign", [b"".join, signed])
def test_a_row_that_is_there_twice_is_named(
    empty_url: str, export: list[bytes], sign: Callable[[list[bytes]], bytes]
) -> None:
    number = line_of(export, "readings", 1)
    twice = sign([*export[: number + 1], *export[number:]])
    assert refusal(empty_url, twice) == (
        f"okr.jsonl:{number + 2}: readings `2` is there twice. "
        "Restore the file as `okr export` wrote it."
    )


def test_two_exports_in_one_file_are_refused(empty_url: str, export: list[bytes]) -> None:
    message = refusal(empty_url, b"".join(export * 2))
    assert message.startswith(f"okr.jsonl:{len(export) + 1}: a line follows the end")


def test_a_row_in_the_wrong_place_is_named(empty_url: str, export: list[bytes]) -> None:
    number = line_of(export, "texts", 3)
    swapped = [*export[:number], export[number + 1], export[number], *export[number + 2 :]]
    message = refusal(empty_url, signed(swapped))
    assert message.startswith(f"okr.jsonl:{number + 2}: texts `4` is there after its place.")


@pytest.mark.parametrize(
    ("table", "fields", "what"),
    [
        ("readings", {"value": "3e1"}, "readings has a `value` that cannot be one (3e1)"),
        ("readings", {"at": "yesterday"}, "readings has a `at` that cannot be one (yesterday)"),
        ("readings", {"at": "2026-10-05T08:00:00Z"}, "readings has a `at` that cannot be one"),
        ("readings", {"sequence": "1"}, "readings has a `sequence` that cannot be one (1)"),
        ("readings", {"revision": 2**64 - 1}, "readings has a `revision` that cannot be one"),
        ("readings", {"revision": True}, "readings has a `revision` that cannot be one (True)"),
        ("readings", {"cycle": None}, "readings has no `cycle`"),
        ("readings", {"sequence": -1}, "readings has a `sequence` that cannot be one (-1)"),
        ("readings", {"sequence": 0}, "readings has a `sequence` that cannot be one (0)"),
        ("readings", {"revision": -1}, "readings has a `revision` that cannot be one (-1)"),
        ("readings", {"state": "bogus"}, "readings has a `state` that cannot be one (bogus)"),
        ("readings", {"value": "NaN"}, "readings has a `value` that cannot be one (NaN)"),
        ("readings", {"cycle": "../../etc"}, "readings has a `cycle` that cannot be one (../"),
        ("readings", {"cycle": "q" * 61}, "readings has a `cycle` that cannot be one (qqq"),
        ("readings", {"cycle": "q4\n"}, "readings has a `cycle` that cannot be one (q4"),
        ("revisions", {"scope": "a/b"}, "revisions has a `scope` that cannot be one (a/b)"),
        ("revisions", {"kind": "budget"}, "revisions has a `kind` that cannot be one (budget)"),
        ("revisions", {"state": "closed"}, "revisions has a `state` that cannot be one (closed)"),
        ("revisions", {"added": "[]"}, "revisions has a `added` that cannot be one ([])"),
        ("revisions", {"number": 0}, "revisions has a `number` that cannot be one (0)"),
        ("entries", {"kind": "rumour"}, "entries has a `kind` that cannot be one (rumour)"),
        ("entries", {"kind": "sync"}, "entries has a `body` of another kind than its `kind`"),
        ("entries", {"body": '{"kind":"check_in","confidence":11}'}, "entries has a `body` that"),
        ("entries", {"body": "[" * 100_000}, "entries has a `body` that cannot be one ([[["),
        ("seals", {"body": '{"readings":7}'}, "seals has a `body` that cannot be one ({"),
        ("chain", {"row_table": "people"}, "chain has a `row_table` that cannot be one (people)"),
        ("chain", {"seq": -1}, "chain has a `seq` that cannot be one (-1)"),
        ("readings", {"colour": "red"}, "readings has an unknown field `colour`"),
        ("evidence", {"text": None}, "evidence has no content: one of text, base64, zlib"),
        ("evidence", {"text": None, "base64": "?"}, "evidence has content that is not base64"),
    ],
)
def test_a_field_that_no_store_writes_is_named(
    empty_url: str, export: list[bytes], table: str, fields: dict[str, Any], what: str
) -> None:
    message = refusal(empty_url, changed(export, table, **fields))
    assert message.startswith(f"okr.jsonl:{line_of(export, table) + 1}: {what}")


def test_a_slot_that_is_taken_twice_is_named(ready_url: str, export: list[bytes]) -> None:
    message = refusal(ready_url, changed(export, "readings", 1, key_result="kr"))
    assert message.startswith(f"okr.jsonl:{line_of(export, 'readings', 1) + 1}: this row of")
    assert "says again what an earlier line says" in message


def test_a_row_that_refers_to_nothing_is_named(ready_url: str, export: list[bytes]) -> None:
    message = refusal(ready_url, changed(export, "readings", evidence="sha256:none"))
    assert "this row of readings refers to a row that is not in the file" in message


def test_a_decision_that_was_changed_and_signed_again_is_found_by_the_audit(
    ready_url: str, export: list[bytes]
) -> None:
    forged = changed(export, "readings", 2, value="99")
    message = refusal(ready_url, forged, RefusalError)
    assert "reading r3 is not as it was recorded." in message
    assert not restored(ready_url, forged, verify=False).audit.ok


def test_a_line_that_is_too_long_is_refused_without_being_read_whole(
    empty_url: str, export: list[bytes]
) -> None:
    number = line_of(export, "evidence")
    endless = Endless(b"".join(export[:number]) + b'{"table":"evidence","row":{"text":"')
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputError) as raised:
        restore_store(empty_url, endless, "okr.jsonl")
    assert str(raised.value).startswith(f"okr.jsonl:{number + 1}: the line is longer than 48 MiB.")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000
    assert set(row_counts(empty_url).values()) == {0}


class Endless(io.BytesIO):
    """A file whose last line never ends."""

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if line.endswith(b"\n") or size is None:
            return line
        return line + b"x" * (size - len(line))


def test_evidence_that_unpacks_to_more_than_a_store_keeps_is_named(
    ready_url: str, export: list[bytes]
) -> None:
    bomb = base64.b64encode(zlib.compress(bytes(40 * 2**20), 9)).decode()
    forged = changed(export, "evidence", text=None, zlib=bomb)
    assert "evidence sha256:67e61ad9d33e" in refusal(ready_url, forged, RefusalError)


def test_an_export_that_names_other_heads_is_refused(ready_url: str, export: list[bytes]) -> None:
    end = json.loads(export[-1])["end"]

    def named(heads: object) -> bytes:
        last = json.dumps({"end": {**end, "heads": heads}}, separators=(",", ":"))
        return b"".join([*export[:-1], last.encode(), b"\n"])

    other = named({**end["heads"], "": "sha256:0"})
    assert "the head that was kept is no longer in it" in refusal(ready_url, other, RefusalError)
    several: tuple[object, ...] = (None, {"": 7}, [])
    for spoilt in several:
        assert refusal(ready_url, named(spoilt)).startswith(f"okr.jsonl:{len(export)}: ")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"objectives: []\n", "okr.jsonl:1: this is no export."),
        (b"", "okr.jsonl:1: this is no export."),
        (b"\x1f\x8b\x08\x00\n", "okr.jsonl:1: this is no export."),
        (b'{"schema":"okr.export/2"}\n', "okr.jsonl:1: schema `okr.export/2` is unknown"),
        (b'{"schema":"okr.status/1"}\n', "okr.jsonl:1: schema `okr.status/1` is unknown"),
        (b'{"schema":"okr.export/1"}\n', "okr.jsonl:1: the header is not as it was written"),
    ],
)
def test_what_is_no_export_is_refused(empty_url: str, header: bytes, message: str) -> None:
    assert refusal(empty_url, header).startswith(message)


def test_a_count_that_is_no_number_is_refused(empty_url: str, export: list[bytes]) -> None:
    lines = [export[0].replace(b'"people":3', b'"people":"3"'), *export[1:]]
    assert "the header counts other tables" in refusal(empty_url, b"".join(lines))


def test_an_export_of_a_newer_store_asks_for_a_newer_release(
    empty_url: str, export: list[bytes]
) -> None:
    newer = [export[0].replace(b'"store":"0003"', b'"store":"9999"'), *export[1:]]
    message = refusal(empty_url, signed(newer), RefusalError)
    assert "a store of version 9999, which is newer than this release knows" in message
    assert message.endswith("Upgrade `prefect-okr` here.")


def test_text_that_postgresql_cannot_keep_is_named(
    store: Store, ready_url: str, shelf: Shelf
) -> None:
    with shelf.empty("sqlite") as source, open_store(source) as filled:
        filled.add_revision(new_revision(reason="a\0b"))
        export = exported(source)
    if "://" in ready_url:
        message = refusal(ready_url, export)
        assert "holds a NUL character, which PostgreSQL cannot keep. Restore it into" in message
    else:
        restored(ready_url, export)
        assert rows_of(exported(ready_url), "texts")[-1]["text"] == "a\0b"


def test_a_restore_waits_for_another_writer_and_then_sees_what_it_wrote(
    export: list[bytes], shelf: Shelf
) -> None:
    with shelf.empty("postgresql") as url:
        with raw_engine(url).connect() as other:
            other.execute(text("INSERT INTO people VALUES ('s', 'someone else')"))
            with pytest.raises(StoreUnreachableError, match="another process has been writing"):
                restored(url, b"".join(export), patience=0.1)
            other.commit()
        with pytest.raises(RefusalError, match="is not empty"):
            restored(url, b"".join(export))
