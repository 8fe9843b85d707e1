"""Prefect for the tests of flows: one server for the whole session."""

from collections.abc import Iterator

import pytest
from prefect_api import PrefectApi


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[PrefectApi]:
    """A Prefect server with an empty database, which flows of this process report to."""
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415 - takes seconds to import
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415

    with prefect_test_harness(server_startup_timeout=120):
        yield PrefectApi(str(PREFECT_API_URL.value()))
