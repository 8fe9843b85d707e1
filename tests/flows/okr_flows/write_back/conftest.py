"""The company whose items are told of, and what it has to tell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina
from jira_world import Deployment
from mirror_world import MirrorWorld, mirror_world

from okr_store import Store


@pytest.fixture(params=["cloud", "datacenter"])
def deployment(request: pytest.FixtureRequest) -> Deployment:
    return "cloud" if request.param == "cloud" else "datacenter"


@pytest.fixture
def either(store: Store, deployment: Deployment) -> Iterator[MirrorWorld]:
    """The company with Jira Cloud, then with Data Center."""
    with mirror_world(store, deployment) as world, stamina.set_testing(True, attempts=2, cap=True):
        yield world


@pytest.fixture
def world(store: Store) -> Iterator[MirrorWorld]:
    with mirror_world(store) as world, stamina.set_testing(True, attempts=2, cap=True):
        yield world
