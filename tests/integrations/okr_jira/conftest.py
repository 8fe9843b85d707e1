"""Sandboxes over real HTTP for the tests of Jira; retries happen, without waits."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import stamina
from jira_world import Worlds


@pytest.fixture
def worlds() -> Iterator[Worlds]:
    with ExitStack() as stack, stamina.set_testing(True, attempts=5, cap=True):
        yield Worlds(stack)
