"""Sandboxes over real HTTP for the tests of Notion; retries happen, without waits."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import stamina
from notion_sample import Sample
from notion_world import World, Worlds


@pytest.fixture
def worlds() -> Iterator[Worlds]:
    with ExitStack() as stack, stamina.set_testing(True, attempts=5, cap=True):
        yield Worlds(stack)


@pytest.fixture
def sample() -> Sample:
    return Sample()


@pytest.fixture
def world(worlds: Worlds, sample: Sample) -> World:
    return worlds.open(sample.workspace)
