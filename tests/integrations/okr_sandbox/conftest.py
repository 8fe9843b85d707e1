"""One sandbox with a small company in Jira, and a client for it."""

from collections.abc import Iterator

import httpx
import pytest
from jira_sample import NOW, client_of, company

from okr_sandbox import Sandbox


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(company(), clock=NOW) as sandbox:
        yield sandbox


@pytest.fixture
def office(running: Sandbox) -> Sandbox:
    """The module's sandbox as if it were new; only what was written to Jira stays."""
    running.clock.set(NOW)
    running.latency = 0.0
    running.faults.clear()
    running.requests.clear()
    return running


@pytest.fixture
def jira(office: Sandbox) -> Iterator[httpx.Client]:
    with client_of(office) as client:
        yield client


@pytest.fixture
def fresh() -> Iterator[httpx.Client]:
    """A client of a sandbox of its own, for tests that write."""
    with Sandbox(company(), clock=NOW) as sandbox, client_of(sandbox) as client:
        yield client
