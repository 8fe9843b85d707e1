"""Commands that are killed at any statement have recorded all that they record, or nothing."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from engines import new_database
from kept_stores import unpack
from killed_commands import Command, spread_over
from okr_command import PLAN, WORKSPACE
from okr_processes import Processes
from sqlalchemy import make_url
from store_samples import row_counts
from sync_world import BOUND, CYCLE, MONDAY, SyncWorld, slot_readings

from okr_cli import main
from okr_core.record.entries import SyncRecord
from okr_store import open_store
from okr_store.schema import VERSIONS, upgrade_existing

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
RESOLVED = ("--leave-out", "activation.grade=nobody asked", "answers.bound=the board was moved")
COMMANDS = {
    "apply": ("apply", "--as-of", "2025-09-20"),
    "score": ("score", "--as-of", "2025-12-22"),
    "close": ("close", *RESOLVED, "--reason", "nobody was there", "--as-of", "2026-01-10"),
}


@dataclass
class Copies:
    """A prepared store, and copies of it to kill commands on.

    Attributes:
        url: The prepared store; nobody has it open.
        folder: Where copies of files go.
    """

    url: str
    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)
    made: int = 0

    def fresh(self) -> str:
        """URL of another copy."""
        self.made += 1
        if "://" not in self.url:
            return str(shutil.copy(self.url, self.folder / f"copy{self.made}.db"))
        template = f" TEMPLATE {make_url(self.url).database}"
        return self.stack.enter_context(new_database(self.url, template))


@pytest.fixture
def copies(ready_url: str, tmp_path: Path) -> Iterator[Copies]:
    found = Copies(ready_url, tmp_path)
    with found.stack:
        yield found


@pytest.fixture
def home(tmp_path: Path) -> Callable[[str], Path]:
    """Writes the workspace's files anew, as they are before anything is applied."""

    def written(name: str = "home") -> Path:
        folder = tmp_path / name
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "cycles").mkdir(parents=True)
        (folder / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
        (folder / "cycles" / "2025-q4.yaml").write_text(PLAN, encoding="utf-8")
        return folder

    return written


def audit_holds(url: str) -> bool:
    with open_store(url) as store:
        return store.audit().ok


def begun(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Record a plan and three values, with the command in this process."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("OKR_PERSON", "ada")
    monkeypatch.setenv("OKR_STORE_URL", url)
    assert main([*COMMANDS["apply"]]) == 0
    said = (("activation.week1", "43.6"), ("activation.launch/beta", "done"), ("answers.time", "3"))
    for name, value in said:
        assert main(["checkin", name, value, "--as-of", "2025-12-20"]) == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_has_recorded_all_or_nothing(
    copies: Copies,
    home: Callable[[str], Path],
    processes: Processes,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    if name != "apply":
        begun(copies.url, home("begun"), monkeypatch)

    def command(url: str) -> Command:
        env = {**processes.env, "OKR_STORE_URL": url, "OKR_PERSON": "ada"}
        return Command(home("home"), env, COMMANDS[name])

    whole = copies.fresh()
    statements = command(whole).sent()
    before, after = row_counts(copies.url), row_counts(whole)
    assert before != after
    ends = set[bool]()
    for statement in spread_over(statements):
        url = copies.fresh()
        assert command(url).killed_at(statement)
        found = row_counts(url)
        assert found in (before, after), statement
        assert audit_holds(url), statement
        if found == before and (found == after) not in ends:
            command(url).sent()
            assert row_counts(url) == after
        ends.add(found == after)
    assert False in ends


@pytest.fixture
def world() -> Iterator[SyncWorld]:
    with SyncWorld.open() as opened:
        yield opened


def test_a_killed_sync_has_recorded_all_or_nothing_of_each_connection(
    copies: Copies, world: SyncWorld, processes: Processes, tmp_path: Path
) -> None:
    with open_store(copies.url) as store:
        world.apply(store)
    arguments = ("sync", "--cycle", CYCLE, "--as-of", f"{MONDAY:%Y-%m-%dT%H:%M}")

    def command(url: str) -> Command:
        return Command(tmp_path, {**processes.env, **world.env, "OKR_STORE_URL": url}, arguments)

    whole = copies.fresh()
    statements = command(whole).sent()
    assert recorded(whole) == {"tracker": set(BOUND[:3]), "wiki": set(BOUND[3:])}
    ends = list[dict[str, set[str]]]()
    for statement in spread_over(statements):
        url = copies.fresh()
        assert command(url).killed_at(statement)
        found = recorded(url)
        assert all(names in (set(BOUND[:3]), set(BOUND[3:])) for names in found.values())
        assert audit_holds(url), statement
        if found not in ends:
            command(url).sent()
            assert recorded(url) == recorded(whole)
        ends.append(found)


def recorded(url: str) -> dict[str, set[str]]:
    """Connection → what its record says was observed; it must be what was recorded."""
    with open_store(url) as store:
        syncs = [e.body for e in store.entries(CYCLE, kinds=("sync",))]
        found = {b.connection: set(b.observed) for b in syncs if isinstance(b, SyncRecord)}
        readings = set(slot_readings(store))
    assert readings == set().union(*found.values())
    return found


def rows_of(path: str) -> dict[str, int]:
    """Table → rows, whichever tables there are."""
    with closing(sqlite3.connect(path)) as database:
        named = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for (name,) in sorted(named)
        }


def test_a_killed_upgrade_has_left_the_store_as_it_was_or_upgraded(tmp_path: Path) -> None:
    oldest = VERSIONS[0]
    before = rows_of(unpack(oldest, tmp_path))
    command = Command(
        tmp_path, {"OKR_STORE_URL": str(tmp_path / "killed.db")}, ("store", "upgrade")
    )
    shutil.copy(unpack(oldest, tmp_path), tmp_path / "killed.db")
    statements = command.sent()
    after = rows_of(str(tmp_path / "killed.db"))
    for statement in spread_over(statements):
        for file in tmp_path.glob("killed.db*"):
            file.unlink()
        url = str(shutil.copy(unpack(oldest, tmp_path), tmp_path / "killed.db"))
        assert command.killed_at(statement)
        assert rows_of(url) in (before, after), statement
        upgrade_existing(url)
        assert rows_of(url) == after
        assert audit_holds(url)
