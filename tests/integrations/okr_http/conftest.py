"""Servers for the tests of JSON endpoints; retries happen, without waits."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import stamina
from small_internet import Server, SmallInternet


@pytest.fixture(autouse=True)
def _no_waits() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def server() -> Iterator[Server]:
    """A plain server on loopback, without answers yet."""
    with Server({}) as running:
        yield running


@pytest.fixture
def internet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallInternet]:
    """Names, public addresses and TLS servers, whose authority is trusted."""
    with ExitStack() as stack:
        made = SmallInternet(stack, tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(made.authority.bundle))
        yield made
