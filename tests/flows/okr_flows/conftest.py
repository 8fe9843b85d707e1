"""The small company, served over real HTTP; requests are repeated, without waits."""

from collections.abc import Iterator

import pytest
import stamina
from sync_world import SyncWorld


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
