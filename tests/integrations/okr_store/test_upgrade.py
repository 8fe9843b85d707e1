"""Upgrades: every store that a release made opens in this one, and says what it said then."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from exports import Shelf, restored
from kept_stores import (
    FOLDER,
    copy_rows,
    facts_of,
    kept_export,
    kept_facts,
    kept_file,
    kept_versions,
    migrate,
    unpack,
)
from sqlalchemy import inspect, text
from store_samples import decided_store, raw_engine, tamper

from okr_core.errors import ConfigError, OkrError, RefusalError
from okr_store import NoStoreError, Store, open_store
from okr_store.export.export_file import ExportFile
from okr_store.schema import MIGRATIONS, VERSIONS, upgrade_existing

NEXT = """\
import sqlalchemy as sa
from alembic import op

revision, down_revision = "next", "{before}"

def upgrade():
    op.add_column("entries", sa.Column("mood", sa.String))
"""
BROKEN = NEXT + '    op.execute("SELECT nothing FROM nowhere")\n'


def version_in(url: str) -> str:
    with raw_engine(url).connect() as connection:
        return str(connection.scalar(text("SELECT version_num FROM okr_version")))


def test_a_store_of_every_version_is_kept() -> None:
    assert kept_versions() == list(VERSIONS), "run tests/data/stores/make.py"


@pytest.mark.parametrize("version", kept_versions())
def test_a_kept_store_says_after_its_upgrade_what_it_said_before(
    version: str, tmp_path: Path
) -> None:
    url, kept = unpack(version, tmp_path), kept_facts(version)
    assert version_in(url) == version
    done = upgrade_existing(url)
    assert (done.before, done.after) == (version, VERSIONS[-1])
    assert facts_of(url, kept["columns"]) == kept


@pytest.mark.parametrize("version", kept_versions())
def test_a_kept_store_on_postgresql_says_so_too(
    version: str, tmp_path: Path, postgres_url: str
) -> None:
    with raw_engine(postgres_url).begin() as connection:
        migrate(connection, version)
        copy_rows(unpack(version, tmp_path), connection)
    assert upgrade_existing(postgres_url).before == version
    kept = kept_facts(version)
    assert facts_of(postgres_url, kept["columns"]) == kept


def test_the_script_makes_the_same_file_twice(tmp_path: Path) -> None:
    made = []
    for name in ("once", "twice"):
        folder = tmp_path / name
        folder.mkdir()
        script = [sys.executable, str(FOLDER / "make.py"), str(folder)]
        subprocess.run(script, check=True, capture_output=True)
        made.append(kept_file(VERSIONS[-1], folder).read_bytes())
    assert made[0] == made[1]


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release with one migration more; the migration's file."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("okr_store.schema.MIGRATIONS", folder)
    monkeypatch.setattr("okr_store.schema.VERSIONS", (*VERSIONS, "next"))
    migration = folder / "versions" / "next.py"
    migration.write_text(NEXT.format(before=VERSIONS[-1]))
    return migration


def test_an_older_store_is_upgraded_with_everything_in_it(
    store: Store, ready_url: str, next_release: Path
) -> None:
    report = decided_store(store).audit()
    with pytest.raises(RefusalError, match=r"Back it up, then run `okr store upgrade`\."):
        open_store(ready_url)
    done = upgrade_existing(ready_url)
    assert (done.before, done.after) == (VERSIONS[-1], "next")
    with open_store(ready_url) as upgraded:
        assert upgraded.audit() == report
        assert upgraded.revisions() == store.revisions()


def test_an_upgrade_that_fails_leaves_the_store_at_its_version(
    store: Store, ready_url: str, next_release: Path
) -> None:
    decided_store(store)
    next_release.write_text(BROKEN.format(before=VERSIONS[-1]))
    with pytest.raises(OkrError):
        upgrade_existing(ready_url)
    assert version_in(ready_url) == VERSIONS[-1]
    with raw_engine(ready_url).connect() as connection:
        assert "mood" not in {each["name"] for each in inspect(connection).get_columns("entries")}


@pytest.mark.parametrize("version", kept_versions())
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_kept_export_of_every_version_is_restored_and_says_what_its_store_said(
    version: str, engine: str, shelf: Shelf
) -> None:
    export = gzip.decompress(kept_export(version).read_bytes())
    kept = kept_facts(version)
    with shelf.empty(engine) as url:
        assert restored(url, export).audit.ok
        assert facts_of(url, kept["columns"]) == kept


def test_an_upgrade_leaves_a_table_of_another_program_alone(tmp_path: Path) -> None:
    url = unpack("0002", tmp_path)
    tamper(url, "CREATE TABLE lease (flat VARCHAR)")
    with pytest.raises(ConfigError, match=r"another program have the same names \(lease\)"):
        upgrade_existing(url)
    assert version_in(url) == "0002"


@pytest.mark.parametrize("version", kept_versions())
def test_a_kept_export_of_every_version_names_heads_that_its_store_still_has(
    version: str, tmp_path: Path
) -> None:
    export = BytesIO(gzip.decompress(kept_export(version).read_bytes()))
    heads = ExportFile(export, "kept").heads()
    assert set(heads) == {"", "2025-q4"}
    url = unpack(version, tmp_path)
    upgrade_existing(url)
    with open_store(url) as store:
        assert store.audit(heads).ok
        assert not store.audit({**heads, "": heads["2025-q4"]}).ok


def test_what_an_upgrade_bound_is_told_and_watched_from_then_on(tmp_path: Path) -> None:
    url = unpack("0001", tmp_path)
    upgrade_existing(url)
    with open_store(url) as store:
        report = store.audit()
        assert report.problems == ()
        assert [(each.scope, each.version, each.rows) for each in report.later] == [
            ("", "0001", 0),
            ("2025-q4", "0001", 10),
        ]
    tamper(url, "UPDATE readings SET value = '7' WHERE sequence = 2")
    with open_store(url) as store:
        (problem,) = store.audit().problems
    assert problem.startswith("readings r1 to r5 of cycle `2025-q4`: of 5 that were recorded")


def test_where_there_is_no_store_there_is_nothing_to_upgrade(store_url: str) -> None:
    with pytest.raises(NoStoreError):
        upgrade_existing(store_url)


def test_a_newer_store_is_not_upgraded(store: Store, ready_url: str) -> None:
    with raw_engine(ready_url).begin() as connection:
        connection.execute(text("UPDATE okr_version SET version_num = '9999'"))
    with pytest.raises(RefusalError, match="9999 is newer than this release knows"):
        upgrade_existing(ready_url)
    assert version_in(ready_url) == "9999"
