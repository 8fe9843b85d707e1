"""What tests of real processes share: the one Prefect server of the session."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from okr_processes import Processes, prefect_server
from prefect_api import PrefectApi


@pytest.fixture(scope="session")
def reporting(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[PrefectApi, dict[str, str]]]:
    """The server, and the environment of processes that report to it."""
    with prefect_server(tmp_path_factory.mktemp("prefect")) as known:
        yield known


@pytest.fixture
def processes(reporting: tuple[PrefectApi, dict[str, str]], tmp_path: Path) -> Iterator[Processes]:
    """Starts processes, which end with the test."""
    api, env = reporting
    started = Processes(api, env, tmp_path)
    yield started
    started.end()
