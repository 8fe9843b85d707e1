"""The small company, served over real HTTP without waits, and a store with its plan applied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina
from applied_store import apply_all
from sync_world import SyncWorld

from okr_store import Store, open_store


@pytest.fixture(scope="session")
def served() -> Iterator[SyncWorld]:
    """One sandbox for all tests: none of them writes to it."""
    with SyncWorld.open() as world:
        yield world


@pytest.fixture
def world(served: SyncWorld) -> Iterator[SyncWorld]:
    """The company on its first Monday, where nothing goes wrong yet."""
    served.begin()
    with stamina.set_testing(True, attempts=2, cap=True):
        yield served


@pytest.fixture
def applied(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite whose small workspace and plan are applied."""
    shutil.copy(sqlite_template, tmp_path / "applied.db")
    with open_store(str(tmp_path / "applied.db")) as opened:
        apply_all(opened)
        yield opened
