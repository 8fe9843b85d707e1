"""Wait: poll a condition until a deadline, so that tests sleep no longer than they must."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
SHORTEST, LONGEST = 0.02, 0.5
"""Seconds between two looks: what is waited for needs the processor more than who waits for it."""


def until(
    condition: Callable[[], T | None], what: str, *, seconds: float = 60, passing: bool = False
) -> T:
    """The first true value of the condition; fails with what did not happen.

    The longer it has waited, the more seldom it looks: it learns of the end a twentieth late.
    What is `passing` would be over by then: it is looked for as often as at the beginning.
    """
    began = time.monotonic()
    while not (value := condition()):
        waited = time.monotonic() - began
        assert waited < seconds, f"{what}: not within {seconds} s"
        time.sleep(SHORTEST if passing else min(max(waited / 20, SHORTEST), LONGEST))
    return value
