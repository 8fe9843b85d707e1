"""`okr export`, `restore` and `store upgrade`: nothing is locked in."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from exports import OTHER, Shelf
from jsonschema import Draft202012Validator
from okr_command import Okr
from okr_processes import OKR
from sqlalchemy import text
from store_samples import raw_engine

from okr_cli.plan.schema import schema_of
from okr_core.record.entries import Reading
from okr_core.record.evidence import Evidence, Row, digest_of, encode
from okr_store import open_store

KR, DAY = "answers.bound", "2025-10-20"
AT = datetime(2025, 10, 19, 8, tzinfo=UTC)
NEWER = "UPDATE okr_version SET version_num = '9999'"
READING_COMMANDS = (
    ("status", "--as-of", DAY, "--format", "json"),
    ("explain", KR, "--at", DAY, "--format", "json"),
    ("explain", "activation.week1", "--at", DAY, "--format", "json"),
    ("revisions", "list", "--format", "json"),
    ("audit", "verify", "--format", "json"),
)

WRITING_COMMANDS = (
    ("sync", "--as-of", DAY),
    ("checkin", KR, "1"),
    ("apply",),
    ("export",),
    ("restore", "okr.jsonl"),
    ("store", "upgrade"),
)


def read(value: int, state: str = "observed") -> tuple[Reading, bytes]:
    """A reading of Jira with a row of evidence for each issue."""
    rows = tuple(Row(id=str(10_000 + n), label=f"ASK-{n}") for n in range(value))
    content = encode(
        Evidence(
            kind="jira",
            connection="acme",
            query="labels = question",
            measure="number of issues",
            formula="count",
            rows=rows,
        )
    )
    reading = Reading(
        at=AT,
        value=Decimal(value),
        key_result=KR,
        state="suspect" if state == "suspect" else "observed",
        source="jira:acme",
        as_of=AT,
        observed_at=AT,
        evidence=digest_of(content),
        revision=1,
    )
    return reading, content


@pytest.fixture
def filled(okr: Okr, folder: Path, ready_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of a store with a plan, an accepted suspect, a correction and check-ins."""
    monkeypatch.setenv("OKR_STORE_URL", ready_url)
    assert okr("apply", "--as-of", "2025-09-20", "--by", "ada", "--reason", "agreed").code == 0
    with open_store(ready_url) as store:
        store.record("2025-q4", [read(290, "suspect")])
    said = ("--as-of", DAY, "--by", "bo")
    assert okr("accept", KR, "--note", "all answered", *said).code == 0
    assert okr("checkin", "activation.week1", "38", "--confidence", "7", *said).code == 0
    corrected = ("--value", "39", "--reason", "a typing mistake")
    assert okr("correct", "activation.week1", *corrected, *said).code == 0
    return ready_url


def answers(okr: Okr) -> list[str]:
    ran = [okr(*arguments) for arguments in READING_COMMANDS]
    assert [each.code for each in ran] == [0] * len(ran), ran
    return [each.out for each in ran]


def test_a_restored_store_answers_every_command_with_the_same_bytes(
    okr: Okr, filled: str, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(okr)
    assert okr("export", "--out", "first.jsonl").code == 0
    with shelf.empty(OTHER["postgresql" if "://" in filled else "sqlite"]) as other:
        monkeypatch.setenv("OKR_STORE_URL", other)
        ran = okr("restore", "first.jsonl")
        assert (ran.code, ran.err) == (0, "")
        assert answers(okr) == before
        assert okr("export", "--out", "second.jsonl").code == 0
    assert (tmp_path / "second.jsonl").read_bytes() == (tmp_path / "first.jsonl").read_bytes()


def test_every_line_of_an_export_is_described_by_its_schema(okr: Okr, filled: str) -> None:
    ran = okr("export")
    assert ran.code == 0
    validator = Draft202012Validator(schema_of("export"))
    lines = [json.loads(line) for line in ran.out.splitlines()]
    for line in lines:
        validator.validate(line)
    assert lines[0]["schema"] == "okr.export/1"
    assert sum(lines[0]["rows"].values()) == len(lines) - 2
    assert ran.err == f"exported {len(lines) - 2} rows; {lines[-1]['end']['sha256']}.\n"


def test_the_documents_of_export_and_restore_say_what_was_done(
    okr: Okr, filled: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = okr("export", "--out", "okr.jsonl", "--format", "json").json
    Draft202012Validator(schema_of("exported")).validate(out)
    with shelf.empty("sqlite") as other:
        monkeypatch.setenv("OKR_STORE_URL", other)
        back = okr("restore", "okr.jsonl", "--format", "json").json
        Draft202012Validator(schema_of("restored")).validate(back)
    assert (back["rows"], back["sha256"]) == (out["rows"], out["sha256"])
    assert back["problems"] == []


def test_a_file_is_for_its_owner_alone_and_replaced_whole(
    okr: Okr, filled: str, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.jsonl"
    backup.write_text("yesterday's")
    assert okr("export", "--out", backup, "--force").code == 0
    assert backup.stat().st_mode & 0o777 == 0o600
    before = backup.read_bytes()
    assert okr("export", "--out", backup, "--force", "--cycle", "2030-q1").code == 2
    assert backup.read_bytes() == before
    assert [path.name for path in tmp_path.glob(".backup*")] == []


OWN = ("okr.yaml", ".env", "cycles/2025-q4.yaml", "cycles/2026-q1.yaml")
STORE = ("okr.db", "okr.db-wal", "okr.db-shm", "okr.db-journal")


@pytest.mark.parametrize("force", [(), ("--force",)])
@pytest.mark.parametrize("name", [*OWN, *STORE, "link", "hard"])
def test_an_export_never_takes_the_place_of_the_store_or_of_the_workspace(
    okr: Okr, folder: Path, name: str, force: tuple[str, ...]
) -> None:
    assert okr("apply", "--as-of", "2025-09-20").code == 0
    (folder / ".env").write_text("OKR_ACME_TOKEN=secret")
    (folder / "link").symlink_to("okr.db")
    (folder / "hard").hardlink_to(folder / "okr.db")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ran = okr("export", "--out", name, *force)
    assert (ran.code, ran.out) == (1, "")
    assert f"{name} belongs to the store or the workspace; nothing was written" in ran.err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert okr("status", "--as-of", DAY).code == 0


def test_another_file_is_replaced_only_where_that_is_said(okr: Okr, filled: str) -> None:
    Path("backup.jsonl").write_text("yesterday's")
    ran = okr("export", "--out", "backup.jsonl")
    assert ran.code == 1
    assert "is there already" in ran.err
    assert "`okr export --force`" in ran.err
    assert Path("backup.jsonl").read_text() == "yesterday's"


def test_an_export_takes_the_place_of_no_pipe_and_no_folder(okr: Okr, filled: str) -> None:
    os.mkfifo("pipe")
    Path("there").mkdir()
    for name in ("pipe", "there"):
        ran = okr("export", "--out", name, "--force")
        assert (ran.code, f"{name} is no regular file" in ran.err) == (2, True)
    assert Path("pipe").is_fifo()


def test_a_file_that_cannot_be_written_is_said_so(okr: Okr, filled: str) -> None:
    ran = okr("export", "--out", "none/backup.jsonl")
    assert ran.code == 2
    assert "none/backup.jsonl cannot be written (No such file or directory)." in ran.err


def test_a_full_disk_is_called_full_and_leaves_nothing_half_written(okr: Okr, folder: Path) -> None:
    assert okr("apply", "--as-of", "2025-09-20").code == 0
    said = ("checkin", "activation.week1", "--note", "x" * 100_000, "--as-of", DAY)
    assert okr(*said).code == 0
    before = sorted(path.name for path in folder.iterdir())
    command = shlex.join([*OKR, "export", "--out", "backup.jsonl"])
    ran = subprocess.run(  # 64 KiB are all that a file may take, as on a disk that is full
        ["bash", "-c", f"ulimit -f 64; {command}"],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "backup.jsonl cannot be written: the disk is full. Free some space, then run it again.\n"
    )
    assert sorted(path.name for path in folder.iterdir()) == before


def test_standard_output_that_has_no_room_is_said_so(okr: Okr, folder: Path) -> None:
    assert okr("apply", "--as-of", "2025-09-20").code == 0
    for command in ("export", "status"):
        with Path("/dev/full").open("wb") as full:
            ran = subprocess.run(
                [*OKR, command],
                check=False,
                cwd=folder,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
            )
        assert ran.returncode == 2, ran.stderr
        assert "standard output cannot be written: the disk is full." in ran.stderr
        assert "Traceback" not in ran.stderr


def test_one_cycle_can_be_taken_along(okr: Okr, filled: str) -> None:
    lines = okr("export", "--cycle", "2025-q4").out.splitlines()
    assert json.loads(lines[0])["cycles"] == ["2025-q4"]
    ran = okr("export", "--cycle", "2025-q5")
    assert (ran.code, ran.out) == (2, "")
    assert "no plan of cycle `2025-q5`. It has 2025-q4." in ran.err


def test_an_export_can_be_piped_into_a_restore(
    okr: Okr, filled: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = okr("export").out.encode()
    with shelf.empty("sqlite") as other:
        monkeypatch.setenv("OKR_STORE_URL", other)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(export)))
        assert okr("restore", "-").code == 0
        assert okr("export").out.encode() == export


def test_a_restore_needs_no_workspace_and_creates_the_store(
    okr: Okr, filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = tmp_path / "okr.jsonl"
    okr("export", "--out", export)
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("OKR_STORE_URL", "new.db")
    assert okr("restore", export).code == 0
    assert okr("status", "--as-of", DAY).code == 0


def test_a_file_that_is_not_whole_leaves_the_store_empty(
    okr: Okr, filled: str, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    okr("export", "--out", "whole.jsonl")
    lines = (tmp_path / "whole.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "cut.jsonl").write_bytes(b"".join(lines[:-1]))
    with shelf.empty("sqlite") as other:
        monkeypatch.setenv("OKR_STORE_URL", other)
        ran = okr("restore", "cut.jsonl")
        assert (ran.code, ran.out) == (2, "")
        rows = len(lines) - 2
        assert ran.err == (
            f"cut.jsonl:{len(lines) - 1}: the file is cut off here: {rows} of {rows} rows, "
            "and no end. Copy it again, or take an older one.\n"
        )
        assert okr("restore", "whole.jsonl").code == 0


def test_a_store_with_rows_is_not_written_to(okr: Okr, filled: str) -> None:
    okr("export", "--out", "okr.jsonl")
    before = answers(okr)
    ran = okr("restore", "okr.jsonl")
    assert ran.code == 1
    assert "it is not empty" in ran.err
    assert answers(okr) == before


def test_a_file_that_is_missing_is_said_so(okr: Okr, folder: Path) -> None:
    ran = okr("restore", "none.jsonl")
    assert ran.code == 2
    assert ran.err == ("none.jsonl: cannot be read (No such file or directory). Check the path.\n")
    assert not (folder / "okr.db").exists()


def test_an_altered_record_is_restored_only_on_demand(
    okr: Okr, filled: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with raw_engine(filled).begin() as connection:
        damaged = {"content": b"broken", "digest": "sha256:damaged"}
        connection.execute(text("INSERT INTO evidence VALUES (:digest, :content)"), damaged)
    okr("export", "--out", "okr.jsonl")
    with shelf.empty("sqlite") as other:
        monkeypatch.setenv("OKR_STORE_URL", other)
        ran = okr("restore", "okr.jsonl")
        assert ran.code == 1
        assert "evidence sha256:damaged is not as it was recorded." in ran.err
        ran = okr("restore", "--unverified", "okr.jsonl")
        assert (ran.code, ran.err) == (1, "evidence sha256:damaged is not as it was recorded.\n")
        assert "records were altered" in ran.out


def test_a_reader_that_leaves_early_is_no_mistake(okr: Okr, filled: str) -> None:
    command = f"{sys.executable} -c 'from okr_cli import main; main()' export | head -1"
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OKR_STORE_URL": filled},
    )
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr


def test_a_store_of_this_release_needs_no_upgrade(okr: Okr, filled: str) -> None:
    ran = okr("store", "upgrade")
    assert ran.code == 0
    assert "there is nothing to upgrade" in ran.out
    document = okr("store", "upgrade", "--format", "json").json
    Draft202012Validator(schema_of("upgraded")).validate(document)
    assert document["before"] == document["after"]


def test_an_upgrade_creates_no_store(okr: Okr, folder: Path) -> None:
    ran = okr("store", "upgrade")
    assert ran.code == 2
    assert "there is no store yet" in ran.err
    assert not (folder / "okr.db").exists()


def test_a_newer_store_is_refused_by_every_command_and_left_alone(okr: Okr, filled: str) -> None:
    okr("export", "--out", "okr.jsonl")
    with raw_engine(filled).begin() as connection:
        connection.execute(text(NEWER))
    for arguments in (*READING_COMMANDS, *WRITING_COMMANDS):
        ran = okr(*arguments)
        assert (ran.code, ran.out) == (1, ""), arguments
        assert "its version 9999 is newer than this release knows (" in ran.err
        assert ran.err.endswith("Upgrade `prefect-okr` here.\n")
