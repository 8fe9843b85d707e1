"""Of check-ins at the same moment, each that was not refused is in the store."""

from __future__ import annotations

import os

import pytest
from applied_store import apply_all
from said_at_once import say_at_once

from okr_store import Store

ROUNDS = int(os.environ.get("OKR_TEST_ROUNDS", "20"))
"""How often it is tried; 100 were run before it was kept."""


def test_what_was_not_refused_is_in_the_store(store: Store, ready_url: str) -> None:
    apply_all(store)
    for number in range(3):
        say_at_once(ready_url, number)
    assert store.audit().ok


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_what_was_not_refused_is_in_the_store_round_after_round(
    store: Store, ready_url: str
) -> None:
    apply_all(store)
    for number in range(ROUNDS):
        say_at_once(ready_url, number)
    assert store.audit().ok
